//! What follows: sessions, keys and tokens end, the owner is told, the trail says who did what.

use std::sync::Arc;

use rekey::sms::{Text, Texter, Unsent};
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{By, NEW, OLD, PEOPLE, State, TYPES, basic, call, change, world, world_of};
use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, World};

const ADA: By = By::Login("ada");

/// Every way in of `ann`'s.
struct Ways {
    sessions: [By; 2],
    client: By,
    key: String,
    token: String,
}

impl World {
    async fn ways(&self) -> Ways {
        let sessions = [
            self.session_by("ann", OLD).await,
            self.session_by("ann", OLD).await,
        ];
        let asked = call("POST", "/auth/forgotten-password/request").json(&json!({"user": "ann"}));
        self.send(asked).await.is_nothing();
        Ways {
            sessions,
            client: self.client("ann").await,
            key: self.turbo_key("ann@demo.example", OLD).await,
            token: self.mailed_token().await,
        }
    }

    async fn is_in(&self, by: &By) -> bool {
        self.get(by, "/auth").await.status == 200
    }

    /// Which of the ways are open: two sessions, access client, key, token.
    async fn open(&self, ways: &Ways) -> [bool; 5] {
        let path = format!(
            "/auth/forgotten-password/data-for-change?key={}",
            ways.token
        );
        [
            self.is_in(&ways.sessions[0]).await,
            self.is_in(&ways.sessions[1]).await,
            self.is_in(&ways.client).await,
            self.is_live(&ways.key).await,
            self.get(&By::Nobody, &path).await.status == 200,
        ]
    }

    /// The last line of the trail that an operation wrote.
    async fn noted(&self) -> (String, Value) {
        sqlx::query_as(
            "select action, detail from audit_event where detail ? 'actor'
             order by event_id desc limit 1",
        )
        .fetch_one(&self.db)
        .await
        .unwrap()
    }
}

/// Path, body, state before, what stays open, how many letters, and the trail: action, from, to.
type Row<'a> = (
    &'a str,
    Option<&'a Value>,
    State,
    [bool; 5],
    usize,
    [&'static str; 3],
);

const ALL: [bool; 5] = [true; 5];
const CLIENT: [bool; 5] = [false, false, true, false, false];

/// An owner's change of the access password keeps the session that made it and ends the rest; what an
/// operator gave stays.
#[rekey_test::on_a_database]
async fn an_own_change_keeps_its_session(db: PgPool) {
    let world = world(db, "").await;
    let ways = world.ways().await;
    assert_eq!(world.open(&ways).await, ALL);
    let changing = call("POST", "/self/passwords/login/change").json(&change(Some(OLD), NEW));
    world.by(&ways.sessions[0], changing).await.is_nothing();
    assert_eq!(world.open(&ways).await, [true, false, true, false, false]);
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "ann@demo.example");
    assert!(letters[0].content.text.contains("Login password"));
    let (action, detail) = world.noted().await;
    let ann = world.shown_id("ann").await;
    assert_eq!(action, "password.changed");
    let wanted = json!({
        "actor": ann, "by": "session", "type": "login", "action": "change",
        "from": "active", "to": "active",
    });
    assert_eq!(detail, wanted);
}

/// An access client, and a password for one call, have no session to keep.
#[rekey_test::on_a_database]
async fn an_own_change_from_elsewhere_ends_every_session(db: PgPool) {
    let world = world(db, "").await;
    let ways = world.ways().await;
    let changing = call("POST", "/self/passwords/login/change").json(&change(Some(OLD), NEW));
    world.by(&ways.client, changing).await.is_nothing();
    assert_eq!(world.open(&ways).await, CLIENT);
    let (_, detail) = world.noted().await;
    assert_eq!(detail["by"], "client");
}

/// What takes the access password away from its owner ends every way in; what gives it back, or has
/// to do with another password, ends none. And who is told of what.
#[rekey_test::on_a_database]
async fn managers_end_what_they_take(db: PgPool) {
    let world = world(db, "").await;
    let body = json!({"newPassword": NEW});
    let forced = json!({"newPassword": NEW, "forceChange": true});
    let rows: [Row<'_>; 12] = [
        (
            "login/change",
            Some(&body),
            State::Active,
            CLIENT,
            1,
            ["change-for-owner", "active", "active"],
        ),
        (
            "login/change",
            Some(&forced),
            State::Active,
            CLIENT,
            1,
            ["change-and-force", "active", "reset"],
        ),
        (
            "login/reset-and-send",
            None,
            State::Active,
            CLIENT,
            1,
            ["reset-and-send", "active", "reset"],
        ),
        (
            "login/disable",
            None,
            State::Active,
            CLIENT,
            0,
            ["disable", "active", "disabled"],
        ),
        (
            "pin/change",
            Some(&body),
            State::Expired,
            ALL,
            1,
            ["change-for-owner", "expired", "active"],
        ),
        (
            "pin/reset-and-send",
            None,
            State::Active,
            ALL,
            1,
            ["reset-and-send", "active", "reset"],
        ),
        (
            "pin/disable",
            None,
            State::Active,
            ALL,
            0,
            ["disable", "active", "disabled"],
        ),
        (
            "pin/enable",
            None,
            State::Disabled,
            ALL,
            0,
            ["enable", "disabled", "active"],
        ),
        (
            "pin/unblock",
            None,
            State::IndefinitelyBlocked,
            ALL,
            0,
            ["unblock", "indefinitelyBlocked", "active"],
        ),
        (
            "card/allow-generation",
            None,
            State::NeverCreated,
            ALL,
            0,
            ["allow-generation", "neverCreated", "pending"],
        ),
        (
            "card/reset-generated",
            None,
            State::Active,
            ALL,
            1,
            ["reset-generated", "active", "pending"],
        ),
        (
            "token/reset-generated",
            None,
            State::Reset,
            ALL,
            1,
            ["reset-generated", "reset", "pending"],
        ),
    ];
    for (path, body, state, open, letters, [action, from, to]) in rows {
        world.put("ann", "login", State::Active).await;
        let ways = world.ways().await;
        let (kind, _) = path.split_once('/').unwrap();
        world.put("ann", kind, state).await;
        // The trail is in the order of time.
        world.hand.turn(time::Duration::SECOND);
        let call = call("POST", &format!("/ann/passwords/{path}"));
        let call = match body {
            Some(body) => call.json(body),
            None => call,
        };
        world.by(&ADA, call).await.is_nothing();
        let sent = world.post().await;
        assert_eq!(sent.len(), letters, "{path}");
        if let Some(letter) = sent.first() {
            let name = &world.tenant.type_named(kind).unwrap().spec.name;
            assert!(letter.content.text.contains(name.as_str()), "{path}");
            assert_eq!(letter.to.as_str(), "ann@demo.example");
        }
        assert_eq!(world.open(&ways).await, open, "{path}");
        let wanted = json!({
            "actor": world.shown_id("ada").await, "by": "password", "type": kind, "action": action,
            "from": from, "to": to,
        });
        assert_eq!(
            world.noted().await,
            ("password.acted".to_owned(), wanted),
            "{path}"
        );
    }
}

/// What an owner does to another password than the main one ends nothing and needs no letter.
#[rekey_test::on_a_database]
async fn other_passwords_end_nothing(db: PgPool) {
    let world = world(db, "").await;
    let ways = world.ways().await;
    world.put("ann", "pin", State::Active).await;
    let by = &ways.sessions[0];
    let changing = call("POST", "/self/passwords/pin/change").json(&change(Some(OLD), NEW));
    world.by(by, changing).await.is_nothing();
    world
        .post_to(by, "/self/passwords/pin/disable")
        .await
        .is_nothing();
    world
        .post_to(by, "/self/passwords/pin/enable")
        .await
        .is_nothing();
    assert_eq!(
        world.post_to(by, "/passwords/token/generate").await.status,
        200
    );
    assert_eq!(world.open(&ways).await, ALL);
    assert!(world.post().await.is_empty());
}

/// A generated access password: replacing it is like changing one, resetting it like losing one.
#[rekey_test::on_a_database]
async fn a_generated_access_password_ends_sessions_too(db: PgPool) {
    let types = "[[password_type]]\ninternal_name = \"login\"\nname = \"Login\"\naccess = true\nmode = \"generated\"\n";
    let world = world_of(db, "", types).await;
    world.put("ann", "login", State::Active).await;
    let ways = world.ways().await;
    let reply = world
        .post_to(&ways.sessions[0], "/passwords/login/change-generated")
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(world.open(&ways).await, [true, false, true, false, false]);
    assert!(world.is_value("ann", "login", &reply.body).await);
    assert_eq!(world.post().await.len(), 1, "the owner is told");
    world
        .post_to(&ADA, "/ann/passwords/login/reset-generated")
        .await
        .is_nothing();
    assert_eq!(world.open(&ways).await, CLIENT);
    assert_eq!(world.hash_of_type("ann", "login").await, None);
    assert_eq!(world.post().await.len(), 1, "the owner is told");
    // Its client may fetch another: nobody else could.
    let reply = world
        .post_to(&ways.client, "/passwords/login/generate")
        .await;
    let signed = By::Password("ann", reply.body);
    assert!(world.is_in(&signed).await);
}

fn sending(query: &str) -> Call {
    let path = format!("/ann/passwords/login/reset-and-send{query}");
    ADA.sign(call("POST", &path))
}

/// `reset-and-send` by each way to say by what, and that what arrives works once. (P-13.)
#[rekey_test::on_a_database]
async fn a_sent_value_arrives_and_must_be_changed(db: PgPool) {
    let world = world(db, "").await;
    for (query, mails, texts) in [
        ("", true, true),
        ("?sendMediums=", true, true),
        ("?sendMediums=email%2Csms", true, true),
        ("?sendMediums=email,sms", true, true),
        ("?sendMediums=email&sendMediums=sms", true, true),
        ("?sendMediums=sms&sendMediums=sms,sms", false, true),
        ("?sendMediums=email", true, false),
    ] {
        world.put("ann", "login", State::Active).await;
        let texted = world.texts.texts().len();
        world.send(sending(query)).await.is_nothing();
        assert_eq!(
            world.standing(&ADA, "ann", "login").await["status"],
            "reset"
        );
        assert!(!world.is_value("ann", "login", OLD).await, "gone at once");
        let letters = world.post().await;
        let sms = world.texts.texts().split_off(texted);
        assert_eq!(sms.len(), usize::from(texts), "{query}");
        let value = match sms.first() {
            Some(text) => {
                assert_eq!(text.to.as_str(), "+15145550111");
                word_of(&text.text)
            }
            None => word_of(&letters[0].content.text),
        };
        assert!(world.is_value("ann", "login", &value).await, "{query}");
        // A value by text alone is told by mail as well, without the value.
        assert_eq!(letters.len(), 1, "{query}");
        assert_eq!(letters[0].content.text.contains(&value), mails, "{query}");
        let signed = By::Password("ann", value.clone());
        world.get(&signed, "/auth/session").await;
        let refused = world.get(&signed, "/bob/passwords").await;
        refused.has_code(403, "resetPassword");
        let changing = call("POST", "/self/passwords/login/change").json(&change(None, OLD));
        world.by(&signed, changing).await.is_nothing();
        world.post().await;
    }
}

/// The one word of a message that a value could be: 12 characters of the type's alphabet.
pub fn word_of(text: &str) -> String {
    let is_value = |word: &&str| {
        word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && {
            word.bytes().any(|byte| byte.is_ascii_digit())
                || word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        }
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let values: Vec<_> = words.filter(is_value).collect();
    assert_eq!(values.len(), 1, "{text}");
    values[0].to_owned()
}

/// D-19: by what does not reach the user, nothing is reset; and an account out of use gets no mail.
#[rekey_test::on_a_database]
async fn what_cannot_be_sent_is_not_reset(db: PgPool) {
    let world = world(db, "").await;
    let reply = world.send(sending("?sendMediums=email,pigeon")).await;
    assert_eq!(
        reply.json(),
        json!({"code": "dataConversion", "value": "pigeon"})
    );
    assert_eq!(reply.status, 422);
    for wrong in ["Email", "email;sms"] {
        let reply = world.send(sending(&format!("?sendMediums={wrong}"))).await;
        reply.has_code(422, "dataConversion");
    }
    let bob = |query: &str| {
        ADA.sign(call(
            "POST",
            &format!("/bob/passwords/login/reset-and-send{query}"),
        ))
    };
    for query in ["?sendMediums=sms", "?sendMediums=email,sms"] {
        world.send(bob(query)).await.is_invalid(&["sendMediums"]);
    }
    assert!(world.is_value("bob", "login", OLD).await);
    let mailless = call("POST", "/Mailless/passwords/login/reset-and-send");
    world.by(&ADA, mailless).await.is_invalid(&["sendMediums"]);
    let shown = world.standing(&ADA, "Mailless", "login").await;
    assert_eq!(shown["permissions"]["resetAndSend"], false);
    for status in ["blocked", "disabled", "pending"] {
        world
            .import(&json!({"login": "bob", "status": status}).to_string())
            .await;
        world.send(bob("")).await.is_invalid(&["sendMediums"]);
        let shown = world.standing(&ADA, "bob", "login").await;
        assert_eq!(shown["permissions"]["resetAndSend"], false);
    }
    assert!(world.is_value("bob", "login", OLD).await);
    // The state is told first.
    world.put("bob", "login", State::Disabled).await;
    world.send(bob("?sendMediums=pigeon")).await.is_illegal();
    assert!(world.post().await.is_empty());
}

/// What was asked for is not sent once somebody has set the password since.
#[rekey_test::on_a_database]
async fn a_value_that_was_overtaken_is_not_sent(db: PgPool) {
    let world = world(db, "").await;
    world.send(sending("")).await.is_nothing();
    world.hand.turn(time::Duration::SECOND);
    let changing = call("POST", "/ann/passwords/login/change").json(&json!({"newPassword": NEW}));
    world.by(&ADA, changing).await.is_nothing();
    assert_eq!(world.post().await.len(), 1, "the notice alone");
    assert!(world.is_value("ann", "login", NEW).await);
}

/// A job that an earlier version of the program stored says nothing of a password type.
#[rekey_test::on_a_database]
async fn notices_of_earlier_versions_are_sent(db: PgPool) {
    let world = world(db, "").await;
    let changing = call("POST", "/self/passwords/login/change").json(&change(Some(OLD), NEW));
    let changing = changing.header("authorization", basic("ann", OLD));
    world.send(changing).await.is_nothing();
    world
        .sql("update job set work = work - 'password_type_id'")
        .await;
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].content.text.contains("Login password"));
}

/// Takes no text.
struct Silent;

#[async_trait::async_trait]
impl Texter for Silent {
    async fn send(&self, _: &Text) -> Result<(), Unsent> {
        Err(Unsent::TimedOut)
    }
}

/// A value that has reached its owner by one way stays: another attempt at the other way would make
/// another value.
#[rekey_test::on_a_database]
async fn a_value_that_arrived_is_not_replaced(db: PgPool) {
    let setting = Setting {
        tenant: format!("{TENANT}{TYPES}"),
        texter: Some(Arc::new(Silent)),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    world.import(PEOPLE).await;
    world
        .send(sending("?sendMediums=email,sms"))
        .await
        .is_nothing();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let value = word_of(&letters[0].content.text);
    world.hand.turn(Duration::HOUR);
    assert!(world.post().await.is_empty(), "it is done with");
    assert_eq!(world.count("select count(*) from job").await, 0);
    assert!(world.is_value("ann", "login", &value).await);
    let by = "select count(*) from audit_event where action = 'letter.sent' \
              and detail->>'by' = '[\"email\"]'";
    assert_eq!(world.count(by).await, 1, "the trail says by which way");
}

/// Whoever is unblocked by a manager may use a code to recover again.
#[rekey_test::on_a_database]
async fn unblocking_clears_wrong_codes(db: PgPool) {
    let world = world(db, "").await;
    let code = world.recovery_code("ann").await;
    let wrong = if code == "00000000" {
        "11111111"
    } else {
        "00000000"
    };
    let look = |code: &str| format!("user=ann&code={code}");
    let mut last = world.data_for_change(&look(wrong)).await;
    while last.json()["code"] != "temporarilyBlocked"
        && last.json()["code"] != "indefinitelyBlocked"
    {
        assert_eq!(last.json()["code"], "invalidPassword", "{}", last.body);
        last = world.data_for_change(&look(wrong)).await;
    }
    let unblocking = call("POST", "/ann/passwords/login/unblock");
    world.send(ADA.sign(unblocking)).await.is_nothing();
    let code = world.recovery_code("ann").await;
    assert_eq!(world.data_for_change(&look(&code)).await.status, 200);
}
