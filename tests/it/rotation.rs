//! O-05: replacing the secret keys while servers run (docs/operations.md, "The secret key").

use axum::Router;
use rekey::api::{self, Surface};
use rekey::domain::digest::Keyring;
use rekey::domain::key::KeySecret;
use rekey::mail::Templates;
use rekey::operator::{Dependents, KeyStanding, Operator, OperatorParts};
use rekey::recovery::{Entropy, LEADS_FOR, Parts, Recovery};
use serde_json::json;
use sqlx::PgPool;
use time::Duration;
use zeroize::Zeroizing;

use crate::audit::KEPT;
use crate::harness::world::{KEY, Setting, TENANT, generous};
use crate::harness::{Call, Reply, World};
use crate::turbosmtp::{EMAIL, NEW, OLD};
use crate::{sspr, turbosmtp};

/// The key of every world, and the one that follows it.
const FIRST: [u8; 32] = KEY;
const SECOND: [u8; 32] = [9; 32];

/// A tenant whose sessions ask for a one-time code too.
const CODES: &str = "[cyclos]\nsecondary = \"code\"\n\
    [[password_type]]\ninternal_name = \"login\"\nname = \"Login password\"\naccess = true\n\
    [[password_type]]\ninternal_name = \"code\"\nname = \"Code\"\nmode = \"otp\"\n";

async fn world(db: PgPool) -> World {
    let setting = Setting {
        tenant: format!("{TENANT}{CODES}"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    world.operator.check_keyring().await.unwrap();
    world
}

/// Another server on the database of a world, with secret keys of its own. It has said so.
async fn replica(world: &World, keys: &[[u8; 32]]) -> World {
    let keys = keys.iter().map(|key| Zeroizing::new(*key));
    let keys = Keyring::new(keys.collect()).unwrap();
    let entropy = Entropy::os();
    let recovery = Recovery::new(Parts {
        db: world.db.clone(),
        clock: world.clock.clone(),
        entropy: entropy.clone(),
        keys: keys.clone(),
        hasher: world.hasher.clone(),
        limits: generous(),
        retention: KEPT,
        mailer: std::sync::Arc::new(world.mailbox.clone()),
        texter: None,
        templates: Templates::builtin(),
        mail_from: "Rekey <no-reply@localhost>".to_owned(),
        default_tenant: None,
        public_url: "http://rekey.localhost".to_owned(),
        notices: None,
    });
    let operator = Operator::new(OperatorParts {
        db: world.db.clone(),
        clock: world.clock.clone(),
        entropy,
        keys,
        hasher: None,
    });
    operator.check_keyring().await.unwrap();
    let router: Router = api::router(recovery.clone(), &Surface::default());
    World {
        db: world.db.clone(),
        hand: world.hand.clone(),
        clock: world.clock.clone(),
        hasher: world.hasher.clone(),
        recovery,
        operator,
        mailbox: world.mailbox.clone(),
        texts: world.texts.clone(),
        tenant: world.tenant.clone(),
        key: KeySecret::presented(world.key.reveal()),
        router,
        limits: world.limits,
        public_url: world.public_url.clone(),
    }
}

fn cyclos(method: &'static str, path: &str) -> Call {
    Call::new(method, format!("/api{path}")).header("host", "demo.localhost")
}

fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() >= 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().find(is_code).unwrap().to_owned()
}

/// Everything of which only a digest is kept, one of each.
struct Held {
    reset: String,
    recovery_code: String,
    key: KeySecret,
    sign_in: String,
    pair: (String, String),
    client: String,
    session: String,
    code: String,
}

async fn make(world: &World) -> Held {
    let client = world
        .operator
        .create_access_client(&world.tenant, "JohnTwo", None)
        .await
        .unwrap();
    let session = world.johns_session().await;
    let otp = cyclos("POST", "/auth/otp?medium=email").header("session-token", session.as_str());
    assert_eq!(world.send(otp).await.status, 200);
    let code = code_in(&world.post().await[0].content.text);
    let asked = cyclos("POST", "/auth/forgotten-password/request")
        .json(&json!({"user": "Ezra", "sendMedium": "email"}));
    assert_eq!(world.send(asked).await.status, 200);
    let recovery_code = code_in(&world.post().await[0].content.text);
    let sign_in = world.turbo_key("ezra@domain.example", OLD).await;
    Held {
        reset: world.reset_token().await,
        recovery_code,
        key: KeySecret::presented(world.key.reveal()),
        sign_in,
        pair: world.pair("JohnDoe").await,
        client: client.secret.reveal().to_owned(),
        session,
        code,
    }
}

fn is_good(what: &str, reply: &Reply) {
    assert!(
        reply.status.is_success(),
        "{what}: {} {}",
        reply.status,
        reply.body
    );
}

/// Uses everything, the single-use ones up.
async fn use_all(world: &World, held: &Held) {
    let validate = sspr::with_token("validateToken", &held.reset);
    let call = Call::new("POST", sspr::path("validateToken"))
        .header("authorization", held.key.reveal())
        .json(&validate);
    is_good("SSPR key and token", &world.send(call).await);
    assert!(world.is_live(&held.sign_in).await, "key of a sign-in");
    let (key, secret) = &held.pair;
    let asked = turbosmtp::call("POST", "deauthorize")
        .header("consumerkey", key.as_str())
        .header("consumersecret", secret.as_str());
    let told = world.send(asked).await;
    told.says(200, "token_deauthorized");
    let auth = |name: &'static str, token: &str| cyclos("GET", "/auth").header(name, token);
    is_good(
        "client",
        &world.send(auth("access-client-token", &held.client)).await,
    );
    is_good(
        "session",
        &world.send(auth("session-token", &held.session)).await,
    );
    let second = cyclos("POST", "/auth/session/secondary-password")
        .header("session-token", held.session.as_str())
        .json(&json!(held.code));
    is_good("one-time code", &world.send(second).await);
    let recover = cyclos("POST", "/auth/forgotten-password")
        .json(&json!({"user": "Ezra", "code": held.recovery_code, "newPassword": NEW}));
    is_good("recovery code", &world.send(recover).await);
    let update = turbosmtp::update(&held.reset, NEW);
    is_good("reset token", &world.update(&update).await);
    world.post().await;
}

/// What was made before a rotation is good on a server that leads with the new key.
#[rekey_test::on_a_database]
async fn everything_made_before_a_rotation_is_good_after_it(db: PgPool) {
    let world = world(db).await;
    let held = make(&world).await;
    let next = replica(&world, &[SECOND, FIRST]).await;
    use_all(&next, &held).await;
}

/// Half way: one server leads with the new key, the other knows it and leads with the old one still.
#[rekey_test::on_a_database]
async fn servers_half_way_through_a_rotation_understand_each_other(db: PgPool) {
    let world = world(db).await;
    let (next, last) = (
        replica(&world, &[SECOND, FIRST]).await,
        replica(&world, &[FIRST, SECOND]).await,
    );
    let held = make(&next).await;
    use_all(&last, &held).await;
}

/// A key of an application follows to the newest secret key when it is used, but not while some server
/// leads with an older one, to which it would be unknown.
#[rekey_test::on_a_database]
async fn keys_of_applications_follow_to_the_newest_secret_key(db: PgPool) {
    let world = world(db).await;
    let client = world
        .operator
        .create_access_client(&world.tenant, "JohnTwo", None)
        .await
        .unwrap();
    let pair = world.pair("JohnDoe").await;
    let next = replica(&world, &[SECOND, FIRST]).await;
    let use_keys = async |server: &World| {
        let body = sspr::with_token("validateToken", sspr::NOBODYS);
        let known = server.sspr("validateToken", &body).await.status == 422;
        let asked = turbosmtp::call("POST", "deauthorize")
            .header("consumerkey", pair.0.as_str())
            .header("consumersecret", pair.1.as_str());
        let paired = server.send(asked).await.status == 200;
        let auth = cyclos("GET", "/auth").header("access-client-token", client.secret.reveal());
        let acting = server.send(auth).await.status == 200;
        [known, paired, acting]
    };
    assert_eq!(use_keys(&next).await, [true; 3]);
    assert_eq!(
        use_keys(&world).await,
        [true; 3],
        "they stayed where they were"
    );
    next.hand.turn(LEADS_FOR + Duration::SECOND);
    let standing = next.operator.standing_of_keys().await.unwrap();
    let of_first = |standing: &[KeyStanding]| standing[1].dependents;
    assert!(!standing[1].leads);
    assert_eq!(of_first(&standing).keys, 3);
    assert_eq!(use_keys(&next).await, [true; 3]);
    let standing = next.operator.standing_of_keys().await.unwrap();
    // The audit trail alone needs it, for as long as its events are kept.
    let counted = of_first(&standing);
    assert!(counted.events > 0, "{standing:?}");
    let rest = Dependents {
        events: 0,
        ..counted
    };
    assert!(rest.is_none(), "{standing:?}");
    let alone = replica(&world, &[SECOND]).await;
    assert_eq!(use_keys(&alone).await, [true; 3]);
}

/// What depends on a key is counted by kind, and dies away with time.
#[rekey_test::on_a_database]
async fn what_depends_on_a_key_is_counted(db: PgPool) {
    let world = world(db).await;
    make(&world).await;
    let next = replica(&world, &[SECOND, FIRST]).await;
    let standing = next.operator.standing_of_keys().await.unwrap();
    assert!(standing[1].leads);
    let counted = standing[1].dependents;
    assert_eq!(
        (
            counted.tokens,
            counted.codes,
            counted.sessions,
            counted.keys,
            counted.signers
        ),
        (2, 1, 1, 4, 0)
    );
    // The newer key has only just begun to lead: what it made cannot be told apart yet.
    next.hand.turn(Duration::days(1));
    let standing = next.operator.standing_of_keys().await.unwrap();
    let counted = standing[1].dependents;
    assert_eq!((counted.tokens, counted.codes, counted.sessions), (0, 0, 0));
    assert_eq!(
        counted.keys, 3,
        "keys that operators made do not die of age"
    );
}

/// A key that was dropped is a stranger's: a server that has it alone is refused.
#[rekey_test::on_a_database]
async fn a_dropped_key_is_refused(db: PgPool) {
    let world = world(db).await;
    let next = replica(&world, &[SECOND, FIRST]).await;
    world.operator.check_keyring().await.unwrap();
    next.recovery.audit.seal().await.unwrap();
    next.operator.forget_oldest_key().await.unwrap();
    world.operator.check_keyring().await.unwrap_err();
    replica(&world, &[SECOND]).await;
}

/// Nobody who is asked for an address of theirs is told less: a limit starts anew with a new key.
#[rekey_test::on_a_database]
async fn limits_start_anew(db: PgPool) {
    let world = world(db).await;
    world.ask(EMAIL).await.is_success();
    let next = replica(&world, &[SECOND, FIRST]).await;
    next.ask(EMAIL).await.is_success();
    let windows = "select count(*) from throttle where scope = 'recovery.identifier'";
    assert_eq!(world.count(windows).await, 2);
}
