//! Who must do something else first (8.1, D-17, D-41): what they may still do here, and that they are
//! told so.

use serde_json::{Value, json};
use sqlx::PgPool;

use super::{By, NEW, OLD, State, basic, call, change, world, world_of};
use crate::harness::World;

const ADA: By = By::Login("ada");

fn offers(shown: &Value) -> Vec<String> {
    let actions = shown["permissions"].as_object().unwrap();
    let offered = actions.iter().filter(|(_, can)| can.as_bool().unwrap());
    offered.map(|(name, _)| name.clone()).collect()
}

/// Everything but reading one's own and changing what is expired or reset.
const REFUSED: [(&str, &str); 10] = [
    ("GET", "/bob/passwords"),
    ("GET", "/bob/passwords/list-data"),
    ("GET", "/nobody/passwords/login"),
    ("POST", "/self/passwords/pin/change"),
    ("POST", "/self/passwords/nothing/change"),
    ("POST", "/bob/passwords/login/change"),
    ("POST", "/passwords/token/generate"),
    ("POST", "/passwords/token/change-generated"),
    ("POST", "/self/passwords/pin/disable"),
    ("POST", "/self/passwords/login/reset-and-send"),
];

impl World {
    async fn keeps_from_everything(&self, by: &By, code: &str) {
        for (method, path) in REFUSED {
            let reply = self.by(by, call(method, path)).await;
            reply.has_code(403, code);
            let names = code != "permissionDenied";
            assert_eq!(reply.json().get("passwordType").is_some(), names, "{path}");
        }
    }
}

/// An expired or reset access password: its owner sees how it stands, and may change it and no other.
#[rekey_test::on_a_database]
async fn a_stale_access_password_is_changed_first(db: PgPool) {
    let world = world(db, "").await;
    let bea = By::Login("bea");
    for (state, code) in [
        (State::Expired, "expiredPassword"),
        (State::Reset, "resetPassword"),
    ] {
        world.put("bea", "pin", State::Active).await;
        world.put("bea", "login", state).await;
        let session = world.session_by("bea", OLD).await;
        for by in [&session, &bea] {
            world.keeps_from_everything(by, code).await;
            // Also of their own clients: they manage nobody until then.
            world.get(by, "/ann/passwords").await.has_code(403, code);
            let shown = world.standing(by, "self", "login").await;
            assert_eq!(shown["status"], state.word());
            assert_eq!(shown["requireOldPasswordForChange"], false);
            assert_eq!(
                offers(&shown),
                ["change"],
                "what is offered is what is accepted"
            );
            let shown = world.standing(by, "self", "pin").await;
            assert!(offers(&shown).is_empty());
            assert_eq!(world.get(by, "/self/passwords").await.status, 200);
            assert_eq!(world.get(by, "/bea/passwords/list-data").await.status, 200);
        }
        let changing = call("POST", "/self/passwords/login/change").json(&change(None, NEW));
        world.by(&session, changing).await.is_nothing();
        assert_eq!(
            world.get(&session, "/ann/passwords").await.status,
            200,
            "kept, and free"
        );
    }
}

/// A generated one is generated anew.
#[rekey_test::on_a_database]
async fn a_stale_generated_password_is_generated_first(db: PgPool) {
    let types = "[[password_type]]\ninternal_name = \"login\"\nname = \"Login\"\naccess = true\nmode = \"generated\"\nvalidity = \"90d\"\n\
        [[password_type]]\ninternal_name = \"token\"\nname = \"Token\"\nmode = \"generated\"\n";
    let world = world_of(db, "", types).await;
    world.put("ann", "login", State::Reset).await;
    let session = world.session_by("ann", OLD).await;
    let shown = world.standing(&session, "self", "login").await;
    assert_eq!(offers(&shown), ["generate"]);
    let token = world.post_to(&session, "/passwords/token/generate").await;
    token.has_code(403, "resetPassword");
    let reply = world.post_to(&session, "/passwords/login/generate").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(
        world
            .post_to(&session, "/passwords/token/generate")
            .await
            .status,
        200
    );
    world.session_by("ann", &reply.body).await;
}

/// While the second password is missing: one's own may be looked at; nothing else. A stateless call
/// may not even look (D-41); an access client is exempt.
#[rekey_test::on_a_database]
async fn a_missing_second_password_comes_first(db: PgPool) {
    let world = world(db, "[cyclos]\nsecondary = \"pin\"\n").await;
    for login in ["ann", "ada"] {
        world.put(login, "pin", State::Active).await;
    }
    let session = world.session_by("ann", OLD).await;
    let denied = REFUSED
        .iter()
        .filter(|(_, path)| !path.contains("/pin/change"));
    for (method, path) in denied {
        world.by(&session, call(method, path)).await.is_denied();
    }
    let shown = world.standing(&session, "self", "pin").await;
    // Whoever must know its present value may change the second password itself.
    assert_eq!(offers(&shown), ["change"]);
    let shown = world.standing(&session, "self", "login").await;
    assert!(offers(&shown).is_empty());
    for path in ["/self/passwords", "/self/passwords/login", "/ann/passwords"] {
        world.get(&By::Login("ann"), path).await.is_denied();
    }
    let wrong = call("POST", "/self/passwords/pin/change").json(&change(None, NEW));
    world.by(&session, wrong).await.is_invalid(&["oldPassword"]);
    // An expired one is asked for before it is changed, or the first factor would do.
    world.put("ann", "pin", State::Expired).await;
    let late = call("POST", "/self/passwords/pin/change").json(&change(None, NEW));
    world.by(&session, late).await.is_denied();
    world.put("ann", "pin", State::Active).await;
    let given = call("POST", "/auth/session/secondary-password").json(&json!(OLD));
    world.by(&session, given).await.is_nothing();
    assert_eq!(
        world
            .post_to(&session, "/passwords/token/generate")
            .await
            .status,
        200
    );
    let client = world.client("ann").await;
    assert_eq!(world.get(&client, "/self/passwords").await.status, 200);
    world.get(&ADA, "/ann/passwords").await.is_denied();
}

/// A session that ended, and a password that changed, are found out also when that happens between
/// the door and the act: here, at the latest at the next call.
#[rekey_test::on_a_database]
async fn what_was_proven_must_still_hold(db: PgPool) {
    let world = world(db, "").await;
    let session = world.session_by("ann", OLD).await;
    world
        .by(&ADA, call("POST", "/ann/passwords/login/disable"))
        .await
        .is_nothing();
    world
        .get(&session, "/self/passwords")
        .await
        .has_code(401, "loggedOut");
    let disabled = call("GET", "/self/passwords").header("authorization", basic("ann", OLD));
    let reply = world.send(disabled).await;
    assert_eq!(
        reply.json(),
        json!({"code": "login", "passwordStatus": "disabled"})
    );
    world
        .by(&ADA, call("POST", "/ann/passwords/login/enable"))
        .await
        .is_nothing();
    world
        .get(&session, "/self/passwords")
        .await
        .has_code(401, "loggedOut");
    assert_eq!(
        world.get(&By::Login("ann"), "/self/passwords").await.status,
        200
    );
}
