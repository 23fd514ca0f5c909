//! Table 7.2, cell by cell over HTTP, and that the menu says what the operations do.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{By, NEW, OLD, State, call, change, world, world_of};
use crate::harness::{Reply, World};

const ADA: By = By::Login("ada");
const ANN: By = By::Login("ann");

/// What a caller does to a password of `ann`'s.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Change,
    Force,
    Generate,
    ChangeGenerated,
    Post(&'static str),
}

impl Deed {
    /// What the menu calls it.
    fn action(self) -> &'static str {
        match self {
            Self::Change | Self::Force => "change",
            Self::Generate => "generate",
            Self::ChangeGenerated => "changeGenerated",
            Self::Post("allow-generation") => "allowGeneration",
            Self::Post("reset-generated") => "resetGenerated",
            Self::Post("reset-and-send") => "resetAndSend",
            Self::Post(name) => name,
        }
    }
}

impl World {
    async fn does(&self, by: &By, deed: Deed, kind: &str) -> Reply {
        let user = if *by == ADA { "ann" } else { "self" };
        let call = match deed {
            Deed::Change => call("POST", &format!("/{user}/passwords/{kind}/change"))
                .json(&change(Some(OLD), NEW)),
            Deed::Force => call("POST", &format!("/{user}/passwords/{kind}/change"))
                .json(&json!({"newPassword": NEW, "forceChange": true})),
            Deed::Generate => call("POST", &format!("/passwords/{kind}/generate")),
            Deed::ChangeGenerated => call("POST", &format!("/passwords/{kind}/change-generated")),
            Deed::Post(name) => call("POST", &format!("/{user}/passwords/{kind}/{name}")),
        };
        self.by(by, call).await
    }

    /// Fills a row: what becomes of a password in each state, and that the menu said so before.
    async fn cells(&self, by: &By, deed: Deed, kind: &str) -> String {
        let mut row = Vec::new();
        for state in State::ALL {
            self.put("ann", kind, state).await;
            let user = if *by == ADA { "ann" } else { "self" };
            let before = self.standing(by, user, kind).await;
            assert_eq!(before["status"], state.word(), "{deed:?} {kind}");
            let offered = before["permissions"][deed.action()].as_bool().unwrap();
            let reply = self.does(by, deed, kind).await;
            let at = format!("{by:?} {deed:?} {kind} {state:?}: {}", reply.body);
            assert_eq!(reply.status.is_success(), offered, "{at}");
            let after = self.standing(by, user, kind).await;
            let cell = if reply.status.is_success() {
                assert_eq!(after["date"], "2026-01-01T12:00:00.000Z", "{at}");
                after["status"].as_str().unwrap().to_owned()
            } else {
                assert_eq!(reply.status, 403, "{at}");
                assert_eq!(after, before, "a refused operation changes nothing: {at}");
                reply.json()["code"].as_str().unwrap().to_owned()
            };
            row.push(cell);
        }
        self.post().await;
        row.iter()
            .map(|cell| match cell.as_str() {
                "illegalAction" => "x",
                "temporarilyBlocked" => "temp",
                "indefinitelyBlocked" => "indef",
                cell => cell,
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A tenant whose main access password the server makes.
const GENERATED: &str = r#"
[[password_type]]
internal_name = "login"
name = "Login"
access = true
mode = "generated"
validity = "90d"
"#;

const NEVER: &str = "x x x x x x x x";
const RESETS: &str = "reset reset reset reset reset reset reset x";
const DISABLES: &str = "x disabled disabled disabled disabled disabled disabled x";

#[rekey_test::on_a_database]
async fn table_7_2_operations_of_managers(db: PgPool) {
    let world = world(db, "").await;
    let post = Deed::Post;
    for (deed, kind, row) in [
        (post("allow-generation"), "card", "pending x x x x x x x"),
        (post("allow-generation"), "token", NEVER),
        (post("allow-generation"), "pin", NEVER),
        (
            post("reset-generated"),
            "card",
            "x x pending pending pending pending pending x",
        ),
        (post("reset-generated"), "pin", NEVER),
        (post("reset-and-send"), "pin", RESETS),
        (post("reset-and-send"), "login", RESETS),
        // Of generated values only the main access password travels in a message.
        (post("reset-and-send"), "token", NEVER),
        (
            Deed::Change,
            "pin",
            "active active active active active active active x",
        ),
        (Deed::Force, "pin", RESETS),
        (Deed::Change, "card", NEVER),
        (post("disable"), "pin", DISABLES),
        (post("disable"), "card", DISABLES),
        (post("disable"), "login", DISABLES),
        (post("enable"), "pin", "x x x x x x x active"),
        (post("enable"), "card", "x x x x x x x active"),
        (post("unblock"), "pin", "x x x x x active active x"),
        (post("unblock"), "card", "x x x x x active active x"),
    ] {
        assert_eq!(world.cells(&ADA, deed, kind).await, row, "{deed:?} {kind}");
    }
}

#[rekey_test::on_a_database]
async fn table_7_2_operations_of_owners(db: PgPool) {
    let world = world(db, "").await;
    let post = Deed::Post;
    for (deed, kind, row) in [
        (
            Deed::Generate,
            "token",
            "active active x active active temp indef x",
        ),
        (
            Deed::Generate,
            "card",
            "x active x active active temp indef x",
        ),
        (Deed::Generate, "pin", NEVER),
        (
            Deed::ChangeGenerated,
            "token",
            "x x active x x temp indef x",
        ),
        (Deed::ChangeGenerated, "pin", NEVER),
        (
            Deed::Change,
            "pin",
            "active x active active active temp indef x",
        ),
        (Deed::Change, "token", NEVER),
        (post("disable"), "pin", DISABLES),
        (post("enable"), "pin", "x x x x x x x active"),
        (post("unblock"), "pin", "x x x x x active active x"),
        (post("allow-generation"), "card", NEVER),
        (post("reset-generated"), "card", NEVER),
        (post("reset-and-send"), "pin", NEVER),
    ] {
        assert_eq!(world.cells(&ANN, deed, kind).await, row, "{deed:?} {kind}");
    }
}

/// The main access password, where the server makes it, is sent too.
#[rekey_test::on_a_database]
async fn table_7_2_a_generated_access_password(db: PgPool) {
    let world = world_of(db, "", GENERATED).await;
    let send = Deed::Post("reset-and-send");
    assert_eq!(world.cells(&ADA, send, "login").await, RESETS);
    let reset = Deed::Post("reset-generated");
    let row = "x x pending pending pending pending pending x";
    assert_eq!(world.cells(&ADA, reset, "login").await, row);
}

/// One-time codes: only disabling, enabling and unblocking. Their column `reset` does not exist, and
/// nothing makes one pending.
#[rekey_test::on_a_database]
async fn table_7_3_one_time_codes(db: PgPool) {
    let world = world(db, "").await;
    let states = [
        State::NeverCreated,
        State::Active,
        State::Expired,
        State::TemporarilyBlocked,
        State::IndefinitelyBlocked,
        State::Disabled,
    ];
    let true_ones = |actions: &Value| -> Vec<String> {
        let actions = actions.as_object().unwrap();
        assert_eq!(actions.len(), 9);
        let actions = actions.iter().filter(|(_, can)| can.as_bool().unwrap());
        actions.map(|(name, _)| name.clone()).collect()
    };
    for by in [ADA, ANN] {
        for state in states {
            let user = if by == ADA { "ann" } else { "self" };
            world.put("ann", "code", state).await;
            let shown = world.standing(&by, user, "code").await;
            assert_eq!(shown["status"], state.word());
            let wanted: &[&str] = match state {
                State::NeverCreated => &[],
                State::TemporarilyBlocked | State::IndefinitelyBlocked => &["disable", "unblock"],
                State::Disabled => &["enable"],
                State::Pending | State::Active | State::Expired | State::Reset => &["disable"],
            };
            assert_eq!(true_ones(&shown["permissions"]), wanted, "{by:?} {state:?}");
            for deed in [
                Deed::Change,
                Deed::Generate,
                Deed::ChangeGenerated,
                Deed::Post("allow-generation"),
                Deed::Post("reset-generated"),
                Deed::Post("reset-and-send"),
            ] {
                if by == ADA && matches!(deed, Deed::Generate | Deed::ChangeGenerated) {
                    continue;
                }
                world.does(&by, deed, "code").await.is_illegal();
            }
            let enabled = world.does(&by, Deed::Post("enable"), "code").await;
            assert_eq!(enabled.status.is_success(), state == State::Disabled);
        }
    }
}

/// Disable, then enable: what was there before, with its tries forgotten.
#[rekey_test::on_a_database]
async fn table_7_2_enable_gives_back_what_was_disabled(db: PgPool) {
    let world = world(db, "").await;
    for state in State::ALL {
        world.put("ann", "card", state).await;
        if state == State::NeverCreated || state == State::Disabled {
            continue;
        }
        let hash = world.hash_of_type("ann", "card").await;
        for deed in ["disable", "enable"] {
            world
                .does(&ADA, Deed::Post(deed), "card")
                .await
                .is_nothing();
        }
        let after = world.standing(&ADA, "ann", "card").await;
        let is_blocked = matches!(
            state,
            State::TemporarilyBlocked | State::IndefinitelyBlocked
        );
        let wanted = if is_blocked { "active" } else { state.word() };
        assert_eq!(after["status"], wanted);
        assert_eq!(world.hash_of_type("ann", "card").await, hash);
        let failures = "select count(*) from password where failures > 0";
        assert_eq!(world.count(failures).await, 0);
    }
}

/// The rows of time: a block that ends, a value that ages, and nothing else.
#[rekey_test::on_a_database]
async fn table_7_1_what_time_does(db: PgPool) {
    let world = world(db, "").await;
    for state in State::ALL {
        world.put("ann", "pin", state).await;
        world.hand.turn(time::Duration::minutes(2));
        let is_over = state == State::TemporarilyBlocked;
        let wanted = if is_over { "active" } else { state.word() };
        let shown = world.standing(&ADA, "ann", "pin").await;
        assert_eq!(shown["status"], wanted);
    }
    world.put("ann", "pin", State::Active).await;
    world.hand.turn(time::Duration::days(90));
    world.put("ada", "login", State::Active).await;
    let shown = world.standing(&ADA, "ann", "pin").await;
    assert_eq!(shown["status"], "expired");
}

/// The rows of recovery: what a live key does to the access password in each state.
async fn recovered(world: &World) -> String {
    let mut found = Vec::new();
    for state in State::ALL {
        world.put("ann", "login", State::Active).await;
        let asked = call("POST", "/auth/forgotten-password/request");
        let reply = world.send(asked.json(&json!({"user": "ann"}))).await;
        reply.is_nothing();
        let key = world.mailed_token().await;
        world.put("ann", "login", state).await;
        let body = json!({"key": key, "newPassword": NEW});
        let reply = world
            .send(call("POST", "/auth/forgotten-password").json(&body))
            .await;
        let after = world.standing(&ADA, "ann", "login").await["status"].clone();
        if reply.status == 204 {
            found.push(after.as_str().unwrap().to_owned());
        } else {
            reply.is_unknown("ForgottenPasswordRequest", "");
            assert_eq!(after, state.word());
            found.push("x".to_owned());
        }
        world.post().await;
    }
    found.join(" ")
}

#[rekey_test::on_a_database]
async fn table_7_2_recovery_of_a_manual_password(db: PgPool) {
    let world = world(db, "").await;
    let row = "x x active active active active x x";
    assert_eq!(recovered(&world).await, row);
}

#[rekey_test::on_a_database]
async fn table_7_2_recovery_of_a_generated_password(db: PgPool) {
    let world = world_of(db, "", GENERATED).await;
    let row = "x x reset reset reset reset x x";
    assert_eq!(recovered(&world).await, row);
}

/// The rows of tries, by signing in: the last wrong one closes, and a good one clears the count where
/// the password is open at all.
#[rekey_test::on_a_database]
async fn table_7_2_tries(db: PgPool) {
    let types = super::TYPES.replacen("access = true", "access = true\nmax_tries = 2", 1);
    let world = world_of(db, "", &types).await;
    let (wrong, right) = (
        By::Password("ann", "Nonsense-1".to_owned()),
        By::Password("ann", OLD.to_owned()),
    );
    let failures =
        "select failures::bigint from account join password using (tenant_id, account_id)
        join password_type using (tenant_id, password_type_id)
        where login = 'ann' and spec->>'internal_name' = 'login'";
    for state in [State::Active, State::Expired, State::Reset] {
        world.put("ann", "login", state).await;
        world
            .get(&wrong, "/self/passwords")
            .await
            .has_code(401, "login");
        assert_eq!(world.count(failures).await, 1);
        let shown = world.get(&right, "/self/passwords").await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        assert_eq!(
            world.count(failures).await,
            0,
            "a good one clears the count"
        );
        for _ in 0..2 {
            world
                .get(&wrong, "/self/passwords")
                .await
                .has_code(401, "login");
        }
        let shown = world.standing(&ADA, "ann", "login").await;
        assert_eq!(shown["status"], "temporarilyBlocked");
        assert_eq!(shown["date"], "2026-01-01T12:00:00.000Z", "a transition");
        let refused = world.get(&right, "/self/passwords").await;
        assert_eq!(
            refused.json(),
            json!({"code": "login", "passwordStatus": "temporarilyBlocked"})
        );
    }
    for state in [State::IndefinitelyBlocked, State::Disabled] {
        world.put("ann", "login", state).await;
        let refused = world.get(&right, "/self/passwords").await;
        assert_eq!(
            refused.json(),
            json!({"code": "login", "passwordStatus": state.word()})
        );
    }
    for state in [State::NeverCreated, State::Pending] {
        world.put("ann", "login", state).await;
        let refused = world.get(&right, "/self/passwords").await;
        assert_eq!(refused.json(), json!({"code": "login"}));
    }
}
