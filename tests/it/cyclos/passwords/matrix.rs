//! Tables 7.4 and 3.1: 12 operations by everybody on everybody.

use serde_json::json;
use sqlx::PgPool;

use super::{By, OLD, State, call, world};
use crate::harness::{Call, Reply, World};

/// How a caller stands to the user in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Guest,
    Owner,
    Broker,
    Administrator,
    /// Somebody without a management role, to somebody else.
    Nobody,
    /// A broker, to somebody else's client.
    Stranger,
}

/// What is expected: a status, and the code of a refusal.
type Said = (u16, &'static str);

const OK: Said = (200, "");
const DONE: Said = (204, "");
const DENIED: Said = (403, "permissionDenied");
const ILLEGAL: Said = (403, "illegalAction");

/// An operation that would succeed if only the caller may: its path behind the user, its password
/// type, the state that it needs, and what owner, broker and administrator are told (7.4).
struct Row {
    path: &'static str,
    kind: &'static str,
    state: State,
    owner: Said,
    broker: Said,
    administrator: Said,
}

const fn row(
    path: &'static str,
    kind: &'static str,
    state: State,
    [owner, broker, administrator]: [Said; 3],
) -> Row {
    Row {
        path,
        kind,
        state,
        owner,
        broker,
        administrator,
    }
}

const TABLE: [Row; 20] = [
    row("GET passwords", "pin", State::Active, [OK, OK, OK]),
    row(
        "GET passwords/list-data",
        "pin",
        State::Active,
        [OK, OK, OK],
    ),
    row("GET passwords/{type}", "pin", State::Active, [OK, OK, OK]),
    row(
        "POST passwords/{type}/change",
        "pin",
        State::Active,
        [DONE, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/change",
        "vault",
        State::Active,
        [DENIED, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/allow-generation",
        "card",
        State::NeverCreated,
        [ILLEGAL, DENIED, DONE],
    ),
    row(
        "POST passwords/{type}/reset-generated",
        "card",
        State::Active,
        [ILLEGAL, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/reset-and-send",
        "pin",
        State::Active,
        [ILLEGAL, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/reset-and-send",
        "vault",
        State::Active,
        [ILLEGAL, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/disable",
        "pin",
        State::Active,
        [DONE, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/disable",
        "vault",
        State::Active,
        [DENIED, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/disable",
        "login",
        State::Active,
        [DENIED, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/enable",
        "pin",
        State::Disabled,
        [DONE, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/enable",
        "vault",
        State::Disabled,
        [DENIED, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/unblock",
        "pin",
        State::IndefinitelyBlocked,
        [DONE, DONE, DONE],
    ),
    row(
        "POST passwords/{type}/unblock",
        "vault",
        State::TemporarilyBlocked,
        [DENIED, DONE, DONE],
    ),
    // The two without a user in the path.
    row(
        "POST /passwords/{type}/generate",
        "card",
        State::Pending,
        [OK, OK, OK],
    ),
    row(
        "POST /passwords/{type}/generate",
        "token",
        State::NeverCreated,
        [OK, OK, OK],
    ),
    row(
        "POST /passwords/{type}/change-generated",
        "card",
        State::Active,
        [OK, OK, OK],
    ),
    row(
        "POST /passwords/{type}/change-generated",
        "token",
        State::Active,
        [OK, OK, OK],
    ),
];

impl Row {
    /// The call, about a user where the path has one.
    fn call(&self, user: &str) -> Call {
        let (method, path) = self.path.split_once(' ').unwrap();
        let path = path.replace("{type}", self.kind);
        let path = match path.strip_prefix('/') {
            Some(_) => path,
            None => format!("/{user}/{path}"),
        };
        let call = match method {
            "GET" => call("GET", &path),
            _ => call("POST", &path),
        };
        let is_change = self.path.ends_with("/change");
        let body = json!({"oldPassword": OLD, "newPassword": "Remembered-2027"});
        if is_change { call.json(&body) } else { call }
    }

    fn names_a_user(&self) -> bool {
        !self.path.contains(" /")
    }

    fn wanted(&self, is: Is) -> Said {
        match is {
            Is::Guest => (401, "missingAuthorization"),
            _ if !self.names_a_user() => self.owner,
            Is::Owner => self.owner,
            Is::Broker => self.broker,
            Is::Administrator => self.administrator,
            Is::Nobody => DENIED,
            Is::Stranger => (404, ""),
        }
    }
}

fn said(reply: &Reply) -> (u16, String) {
    let code = match reply.status.as_u16() {
        200 | 204 => String::new(),
        404 => {
            assert_eq!(reply.json()["entityType"], "User");
            String::new()
        }
        _ => reply.json()["code"].as_str().unwrap().to_owned(),
    };
    (reply.status.as_u16(), code)
}

impl World {
    /// Makes a row's call on fresh passwords and compares.
    async fn tells(&self, row: &Row, by: &By, whose: &str, user: &str, is: Is) {
        for login in ["ann", "bob", "bea", "bo", "ada", "carl"] {
            if row.kind != "login" || login == whose {
                self.put(login, row.kind, row.state).await;
            }
        }
        let before = self.hash_of_type("ann", row.kind).await;
        let reply = self.by(by, row.call(user)).await;
        let (status, code) = row.wanted(is);
        let at = format!("{by:?} {} {} {user}", row.path, row.kind);
        assert_eq!(said(&reply), (status, code.to_owned()), "{at}");
        if status >= 400 {
            assert_eq!(self.hash_of_type("ann", row.kind).await, before, "{at}");
        }
        // Undone for the next call, which may sign in with it.
        self.put(whose, "login", State::Active).await;
        self.post().await;
    }
}

/// H-05.
#[rekey_test::on_a_database]
async fn table_7_4_everybody_on_everybody(db: PgPool) {
    let world = world(db, "").await;
    let client = world.client("ann").await;
    let ann = world.shown_id("ann").await;
    let bob = world.shown_id("bob").await;
    // The caller, who that is, and what others are to them.
    let callers = [
        (By::Nobody, "ann", [("ann", Is::Guest), ("bob", Is::Guest)]),
        (
            By::Login("ann"),
            "ann",
            [("ann", Is::Owner), ("bob", Is::Nobody)],
        ),
        (
            By::Login("bob"),
            "bob",
            [("bob", Is::Owner), ("ann", Is::Nobody)],
        ),
        (
            By::Login("bea"),
            "bea",
            [("ann", Is::Broker), ("bob", Is::Stranger)],
        ),
        (
            By::Login("bo"),
            "bo",
            [("carl", Is::Broker), ("ann", Is::Stranger)],
        ),
        (
            By::Login("ada"),
            "ada",
            [("ann", Is::Administrator), ("bob", Is::Administrator)],
        ),
        (client, "ann", [("ann", Is::Owner), ("bob", Is::Nobody)]),
    ];
    assert_ne!(ann, bob);
    for (by, own, others) in callers {
        let own_id = world.shown_id(own).await;
        let is_own = if by == By::Nobody {
            Is::Guest
        } else {
            Is::Owner
        };
        for row in &TABLE {
            world.tells(row, &by, own, "self", is_own).await;
            world.tells(row, &by, own, &own_id, is_own).await;
            for (other, is) in others {
                let id = world.shown_id(other).await;
                world.tells(row, &by, other, &id, is).await;
                world.tells(row, &by, other, other, is).await;
            }
        }
    }
}

/// Whoever manages nobody is refused before anybody is looked up, so that who is there does not
/// matter; to a broker, clients of others are like nobody; an administrator is told the truth.
#[rekey_test::on_a_database]
async fn look_up_policy_under_table_7_4(db: PgPool) {
    let world = world(db, "").await;
    let bob = world.shown_id("bob").await;
    let paths = |user: &str| {
        TABLE
            .iter()
            .filter(|row| row.names_a_user())
            .map(|row| row.call(user))
            .collect::<Vec<_>>()
    };
    for user in [
        bob.as_str(),
        "bob",
        "bob@demo.example",
        "nobody",
        "7",
        "%2B15145550111",
        "%00",
    ] {
        for call in paths(user) {
            world.by(&By::Login("carl"), call).await.is_denied();
        }
    }
    for user in ["bob", "nobody", "7", "99999999999999999999", "-4"] {
        for call in paths(user) {
            world
                .by(&By::Login("bea"), call)
                .await
                .is_unknown("User", user);
        }
    }
    for user in ["nobody", "7", "'7", "nobody@demo.example", "+1", "-"] {
        for call in paths(user) {
            world
                .by(&By::Login("ada"), call)
                .await
                .is_unknown("User", user);
        }
    }
}

/// A role or a client that was taken away a moment ago is gone with the next call.
#[rekey_test::on_a_database]
async fn roles_are_those_of_now(db: PgPool) {
    let world = world(db, "").await;
    let (bea, ada) = (
        world.session_by("bea", OLD).await,
        world.session_by("ada", OLD).await,
    );
    assert_eq!(world.get(&bea, "/ann/passwords").await.status, 200);
    assert_eq!(world.get(&ada, "/ann/passwords").await.status, 200);
    world.import(r#"{"login":"ann","broker":"bo"}"#).await;
    world
        .get(&bea, "/ann/passwords")
        .await
        .is_unknown("User", "ann");
    world.import(r#"{"login":"ada","role":"member"}"#).await;
    world.get(&ada, "/ann/passwords").await.is_denied();
    world
        .get(&By::Login("ada"), "/ann/passwords")
        .await
        .is_denied();
}
