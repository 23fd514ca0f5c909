//! Old and confirmation passwords, and what is wrong with a form (6.4, 8.4, D-11, D-12, D-40).

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{By, NEW, OLD, State, call, change, world, world_of};
use crate::harness::{Reply, World};

const ANN: By = By::Login("ann");
const ADA: By = By::Login("ada");

impl World {
    async fn changes(&self, by: &By, path: &str, body: &Value) -> Reply {
        let call = call("POST", &format!("/{path}/change")).json(body);
        self.by(by, call).await
    }

    async fn failures(&self, kind: &str) -> i64 {
        sqlx::query_scalar(
            "select failures::bigint from account join password using (tenant_id, account_id)
                join password_type using (tenant_id, password_type_id)
             where login = 'ann' and spec->>'internal_name' = $1",
        )
        .bind(kind)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }
}

const PIN: &str = "self/passwords/pin";

/// D-11, D-12 and D-40: a missing old password uses no try, a wrong one does, the last one closes.
/// (P-12.)
#[rekey_test::on_a_database]
async fn wrong_old_passwords_count(db: PgPool) {
    let world = world(db, "").await;
    world.put("ann", "pin", State::Active).await;
    for old in [None, Some("")] {
        let reply = world.changes(&ANN, PIN, &change(old, NEW)).await;
        reply.is_invalid(&["oldPassword"]);
    }
    let reply = world
        .changes(&ANN, PIN, &change(Some("Wrong-2026"), "abc"))
        .await;
    reply.is_invalid(&["newPassword"]);
    assert_eq!(world.failures("pin").await, 0, "no try was used");
    let wrong = json!({"code": "invalidPassword", "passwordType": world.type_reference("pin")});
    for tries in 1..3 {
        let reply = world
            .changes(&ANN, PIN, &change(Some("Wrong-2026"), NEW))
            .await;
        assert_eq!((reply.status.as_u16(), reply.json()), (403, wrong.clone()));
        assert_eq!(world.failures("pin").await, tries);
    }
    let blocked =
        json!({"code": "indefinitelyBlocked", "passwordType": world.type_reference("pin")});
    for old in ["Wrong-2026", OLD] {
        let reply = world.changes(&ANN, PIN, &change(Some(old), NEW)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()),
            (403, blocked.clone())
        );
    }
    let shown = world.standing(&ANN, "self", "pin").await;
    assert_eq!(shown["status"], "indefinitelyBlocked");
    assert_eq!(
        shown["date"], "2026-01-01T12:00:00.000Z",
        "closing is a transition"
    );
    assert!(world.is_value("ann", "pin", OLD).await);
    let noted = "select count(*) from audit_event where action = 'password.changed'
        and outcome <> 'done' and detail->>'type' = 'pin'";
    assert_eq!(world.count(noted).await, 3);
}

/// A right one clears the count.
#[rekey_test::on_a_database]
async fn a_right_old_password_clears_the_count(db: PgPool) {
    let world = world(db, "").await;
    world.put("ann", "pin", State::Active).await;
    for _ in 0..2 {
        world
            .changes(&ANN, PIN, &change(Some("Wrong-2026"), NEW))
            .await
            .has_code(403, "invalidPassword");
    }
    world
        .changes(&ANN, PIN, &change(Some(OLD), NEW))
        .await
        .is_nothing();
    assert_eq!(world.failures("pin").await, 0);
    assert!(world.is_value("ann", "pin", NEW).await);
}

/// Everything is told at once, in the order of the form. (P-06.)
#[rekey_test::on_a_database]
async fn all_flaws_are_told_together(db: PgPool) {
    let world = world(db, "").await;
    let body = json!({"newPassword": "short", "checkConfirmation": true, "newPasswordConfirmation": "other"});
    let login = "self/passwords/login";
    let reply = world.changes(&ANN, login, &body).await;
    reply.is_invalid(&["oldPassword", "newPassword", "newPasswordConfirmation"]);
    let body = json!({"oldPassword": OLD, "newPassword": NEW, "checkConfirmation": true});
    world
        .changes(&ANN, login, &body)
        .await
        .is_invalid(&["newPasswordConfirmation"]);
    for new in ["ann@demo.example", "Demo Cooperative", "password1"] {
        let reply = world.changes(&ANN, login, &change(Some(OLD), new)).await;
        reply.is_invalid(&["newPassword"]);
    }
    // The next member is ignored unless it is to be compared.
    let body = json!({"oldPassword": OLD, "newPassword": NEW, "newPasswordConfirmation": "other", "checkConfirmation": false, "forceChange": true});
    world.changes(&ANN, login, &body).await.is_nothing();
    let shown = world
        .standing(&By::Password("ann", NEW.to_owned()), "self", "login")
        .await;
    assert_eq!(shown["status"], "active", "owners cannot force themselves");
}

/// No old password is needed where there is none, it is too old, or somebody else chose it; what is
/// typed for one then is ignored.
#[rekey_test::on_a_database]
async fn an_old_password_is_not_always_needed(db: PgPool) {
    let world = world(db, "").await;
    for state in [State::NeverCreated, State::Expired, State::Reset] {
        for old in [None, Some("Wrong-2026")] {
            world.put("ann", "pin", state).await;
            world
                .changes(&ANN, PIN, &change(old, NEW))
                .await
                .is_nothing();
            assert!(world.is_value("ann", "pin", NEW).await);
            assert_eq!(world.failures("pin").await, 0);
        }
    }
}

/// Managers need no old password, and what they send for one is ignored; a forced change is a reset.
#[rekey_test::on_a_database]
async fn managers_set_values(db: PgPool) {
    let world = world(db, "").await;
    for (by, force, status) in [
        (ADA, Value::Null, "active"),
        (ADA, json!(false), "active"),
        (By::Login("bea"), json!(true), "reset"),
    ] {
        world.put("ann", "pin", State::IndefinitelyBlocked).await;
        let body = json!({"oldPassword": "Wrong-2026", "newPassword": NEW, "forceChange": force});
        world
            .changes(&by, "ann/passwords/pin", &body)
            .await
            .is_nothing();
        let shown = world.standing(&by, "ann", "pin").await;
        assert_eq!(shown["status"], status);
        assert!(world.is_value("ann", "pin", NEW).await);
        assert_eq!(world.failures("pin").await, 0);
    }
}

/// P-13: in the hardened profile a value that somebody else knows never lasts.
#[rekey_test::on_a_database]
async fn hardened_managers_always_force_a_change(db: PgPool) {
    let types = super::TYPES.replacen("min_length = 4\n", "", 1);
    let people = Setting::hardened(&types);
    let world = World::with(db, people).await;
    world
        .import(&super::PEOPLE.replace(OLD, "Forgotten-by-all-2026"))
        .await;
    let ada = By::Password("ada", "Forgotten-by-all-2026".to_owned());
    let body = json!({"newPassword": "Remembered-by-all-2027", "forceChange": false});
    world
        .changes(&ada, "ann/passwords/pin", &body)
        .await
        .is_nothing();
    let shown = world.standing(&ada, "ann", "pin").await;
    assert_eq!(shown["status"], "reset");
}

use crate::harness::world::{Setting, TENANT};

impl Setting {
    fn hardened(types: &str) -> Self {
        Self {
            tenant: format!("profile = \"hardened\"\n{TENANT}{types}"),
            ..Self::default()
        }
    }
}

/// Earlier values may not come back; and whether a guess is one of them is no answer for whoever
/// has not proven everything else.
#[rekey_test::on_a_database]
async fn history_answers_no_guesses(db: PgPool) {
    let types = super::TYPES.replacen("min_length = 4", "min_length = 4\nhistory = 2", 1);
    let world = world_of(db, "", &types).await;
    world.put("ann", "pin", State::Active).await;
    world
        .changes(&ANN, PIN, &change(Some(OLD), NEW))
        .await
        .is_nothing();
    // With the right value: it may not come back, and neither may the one before it.
    for used in [NEW, OLD] {
        let reply = world.changes(&ANN, PIN, &change(Some(NEW), used)).await;
        reply.is_invalid(&["newPassword"]);
        assert!(reply.body.contains("used before"));
    }
    // Without it: every guess is answered alike, used or not.
    for guess in [NEW, OLD, "Nonsense-1"] {
        let reply = world.changes(&ANN, PIN, &change(None, guess)).await;
        reply.is_invalid(&["oldPassword"]);
        let body = json!({"newPassword": guess, "checkConfirmation": true, "newPasswordConfirmation": "x"});
        let reply = world.changes(&ADA, "ann/passwords/pin", &body).await;
        reply.is_invalid(&["newPasswordConfirmation"]);
        let reply = world
            .changes(&ANN, PIN, &change(Some("Wrong-2026"), guess))
            .await;
        assert_eq!(reply.status, 403, "{}", reply.body);
        world.post_to(&ADA, "/ann/passwords/pin/unblock").await;
    }
    // The bearer of a recovery key learns it only once everything else is right.
    let reply = world
        .changes(&ADA, "ann/passwords/pin", &json!({"newPassword": OLD}))
        .await;
    reply.is_invalid(&["newPassword"]);
}

/// The table of 8.4.
#[rekey_test::on_a_database]
async fn another_generated_value_is_confirmed(db: PgPool) {
    let world = world(db, "[cyclos]\nconfirmation = \"pin\"\n").await;
    let client = world.client("ann").await;
    for by in [&ANN, &client] {
        world.put("ann", "pin", State::Active).await;
        world.put("ann", "token", State::Active).await;
        let with = |value: Option<&str>| {
            let call = call("POST", "/passwords/token/change-generated");
            let call = match value {
                Some(value) => call.header("confirmationPassword", value),
                None => call,
            };
            by.sign(call)
        };
        let missing = json!({"code": "missingParameter", "name": "confirmationPassword"});
        for value in [None, Some(""), Some(" ")] {
            let reply = world.send(with(value)).await;
            assert_eq!(
                (reply.status.as_u16(), reply.json()),
                (422, missing.clone())
            );
        }
        let wrong = json!({"code": "invalidPassword", "passwordType": world.type_reference("pin")});
        for _ in 0..2 {
            let reply = world.send(with(Some("Wrong-2026"))).await;
            assert_eq!((reply.status.as_u16(), reply.json()), (403, wrong.clone()));
        }
        assert!(world.is_value("ann", "token", OLD).await);
        let reply = world.send(with(Some(OLD))).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(world.is_value("ann", "token", &reply.body).await);
        let blocked =
            json!({"code": "indefinitelyBlocked", "passwordType": world.type_reference("pin")});
        for tries in 1..=4 {
            let reply = world.send(with(Some("Wrong-2026"))).await;
            let wanted = if tries < 3 { &wrong } else { &blocked };
            assert_eq!((reply.status.as_u16(), &reply.json()), (403, wanted));
        }
        // A state that forbids it is told first: nobody wastes a confirmation on it.
        world.put("ann", "pin", State::Active).await;
        world.put("ann", "token", State::Disabled).await;
        world.send(with(Some("Wrong-2026"))).await.is_illegal();
        assert_eq!(world.failures("pin").await, 0);
    }
}

/// Where nothing confirms, the header is ignored; `generate` never looks at it.
#[rekey_test::on_a_database]
async fn a_confirmation_that_nobody_wants_is_ignored(db: PgPool) {
    let world = world(db, "").await;
    world.put("ann", "token", State::Expired).await;
    for path in [
        "/passwords/token/generate",
        "/passwords/token/change-generated",
    ] {
        let call = call("POST", path).header("confirmationPassword", "Wrong-2026");
        let reply = world.by(&ANN, call).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
}

/// A one-time code confirms once.
#[rekey_test::on_a_database]
async fn a_one_time_code_confirms_once(db: PgPool) {
    let world = world(db, "[cyclos]\nconfirmation = \"code\"\n").await;
    world.put("ann", "token", State::Active).await;
    let sent = world.post_to(&ANN, "/auth/otp?medium=email").await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let letters = world.post().await;
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code = letters[0]
        .content
        .text
        .split_whitespace()
        .find(is_code)
        .unwrap();
    let confirmed = || {
        let call = call("POST", "/passwords/token/change-generated");
        ANN.sign(call.header("confirmationPassword", code))
    };
    assert_eq!(world.send(confirmed()).await.status, 200);
    world
        .send(confirmed())
        .await
        .has_code(403, "invalidPassword");
}
