//! 8.5: the way back by a key from a letter.

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::is_a_dead_key;
use crate::cyclos::{EMAIL, LOGIN, NEW, OLD, PHONE, USER, call, with};
use crate::harness::{World, token_in};

fn change(key: &str, new: &str) -> Value {
    json!({"key": key, "newPassword": new})
}

/// Steps 1 to 3: a letter with a name and a link, a look that spends nothing, and a change.
#[rekey_test::on_a_database]
async fn steps_1_to_3(db: PgPool) {
    let link = "[links]\nreset = \"https://front.example/forgot-password/{token}\"\n";
    let world = World::with(db, with(link)).await;
    let token = world.johns_session().await;
    world.forgot(&json!({"user": USER})).await.is_empty(204);
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    let (text, key) = (&letters[0].content.text, token_in(&letters[0]));
    assert!(text.contains(&format!("https://front.example/forgot-password/{key}")));
    assert!(text.contains(USER), "whose it is");
    assert_eq!(letters[0].to.as_str(), EMAIL);
    for _ in 0..3 {
        let reply = world.data_for_change(&format!("key={key}")).await;
        reply.is(200, &json!({"generated": false}));
    }
    world.recover(&change(&key, NEW)).await.is_empty(204);
    assert_eq!(world.post().await.len(), 1, "a notice");
    assert!(!world.is_signed_in(&token).await);
    world.sign_in(USER, OLD).await.is_code(401, "login");
    let auth = world.sign_in(USER, NEW).await.json();
    assert_eq!(
        auth["expiredPassword"], false,
        "nobody must change it again"
    );
    is_a_dead_key(&world.recover(&change(&key, "Other-Word-99")).await);
    is_a_dead_key(&world.data_for_change(&format!("key={key}")).await);
}

/// 3.1: how a user may be named; digits are an id, and what follows a quote never is.
#[rekey_test::on_a_database]
async fn section_3_1_how_a_user_is_named(db: PgPool) {
    let world = World::new(db).await;
    world.import(r#"{"login":"12345","email":"digits@domain.example","passwords":{"login":{"value":"Forgotten-2026"}}}"#).await;
    let id = world.shown_id(USER).await;
    let (quoted, plus) = (format!("'{PHONE}"), format!("+{id}"));
    let named = [
        (USER, EMAIL),
        (" johndoe ", EMAIL),
        ("'JohnDoe", EMAIL),
        (EMAIL, EMAIL),
        (&id, EMAIL),
        (&plus, EMAIL),
        (&quoted, EMAIL),
        ("+1 514 555 0100", EMAIL),
        ("'12345", "digits@domain.example"),
    ];
    for (user, to) in named {
        world.forgot(&json!({ "user": user })).await.is_empty(204);
        let letters = world.post().await;
        assert_eq!(letters.len(), 1, "{user}");
        assert_eq!(letters[0].to.as_str(), to, "{user}");
    }
    for user in [
        "12345",
        PHONE,
        "0",
        "-7",
        "99999999999999999999",
        "'",
        "self",
    ] {
        world.forgot(&json!({ "user": user })).await.is_empty(204);
        assert!(world.post().await.is_empty(), "{user}");
    }
}

/// D-34: switched off, all three calls are illegal, whatever they say.
#[rekey_test::on_a_database]
async fn d_34_switched_off(db: PgPool) {
    let world = World::new(db).await;
    let key = world.recovery_key(USER).await;
    let file = format!(
        "{}[cyclos]\nforgotten_password = false\n",
        crate::harness::world::TENANT
    );
    let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    world
        .forgot(&json!({"user": USER}))
        .await
        .is_code(403, "illegalAction");
    world.forgot(&json!({})).await.is_code(403, "illegalAction");
    let reply = world.data_for_change(&format!("key={key}")).await;
    reply.is_code(403, "illegalAction");
    world
        .recover(&change(&key, NEW))
        .await
        .is_code(403, "illegalAction");
    assert!(world.post().await.is_empty());
}

/// Rows 1 and 2 and D-30: a user there must be; a captcha is not looked at.
#[rekey_test::on_a_database]
async fn rows_1_2_the_request(db: PgPool) {
    let world = World::new(db).await;
    for body in [
        json!({}),
        json!({"user": ""}),
        json!({"user": " "}),
        json!({"user": null}),
    ] {
        world.forgot(&body).await.is_invalid(&["user"]);
    }
    let empty = call("POST", "/auth/forgotten-password/request");
    world.send(empty).await.is_invalid(&["user"]);
    for captcha in [
        json!({"challenge": "", "response": ""}),
        json!(null),
        json!({"challenge": "7", "response": "abc"}),
    ] {
        let body = json!({"user": USER, "captcha": captcha, "unknown": [1]});
        world.forgot(&body).await.is_empty(204);
    }
    let body = json!({"user": USER, "sendMedium": "fax"});
    world
        .forgot(&body)
        .await
        .is(422, &json!({"code": "dataConversion", "value": "fax"}));
    world
        .forgot(&json!({"user": USER, "sendMedium": null}))
        .await
        .is_empty(204);
    world.post().await;
}

/// Rows 4 and 5: no key; and each way in which a key is not good, T-05 and T-06.
#[rekey_test::on_a_database]
async fn rows_4_5_keys(db: PgPool) {
    let world = World::new(db).await;
    let missing = json!({"code": "missingParameter", "name": "key"});
    for query in [
        "",
        "key=",
        "key=%20",
        "user=JohnDoe",
        "code=123456",
        "user=&code=",
    ] {
        world.data_for_change(query).await.is(422, &missing);
    }
    for body in [
        json!({}),
        json!({"key": ""}),
        json!({"key": null, "newPassword": NEW}),
        json!({"user": USER}),
    ] {
        world.recover(&body).await.is_invalid(&["key"]);
    }
    let old = world.recovery_key(USER).await;
    let new = world.recovery_key(USER).await;
    is_a_dead_key(&world.recover(&change(&old, NEW)).await);
    world.hand.turn(Duration::HOUR - Duration::SECOND);
    assert_eq!(
        world.data_for_change(&format!("key={new}")).await.status,
        200
    );
    world.hand.turn(Duration::SECOND);
    is_a_dead_key(&world.data_for_change(&format!("key={new}")).await);
    is_a_dead_key(&world.recover(&change(&new, NEW)).await);
    let unlock = world.unlock_token().await;
    is_a_dead_key(&world.recover(&change(&unlock, NEW)).await);
    assert!(world.is_password(USER, OLD).await);
}

/// Row 8 and 6.4: everything that is wrong, at once; the key lives on.
#[rekey_test::on_a_database]
async fn row_8_everything_that_is_wrong_at_once(db: PgPool) {
    let policy = format!("{LOGIN}min_length = 10\nrequire = [\"digit\", \"upper\"]\nhistory = 3\n");
    let world = World::with(db, with(&policy)).await;
    let key = world.recovery_key(USER).await;
    let rows = [
        (json!({}), vec!["newPassword"]),
        (json!({"newPassword": ""}), vec!["newPassword"]),
        (json!({"newPassword": "short"}), vec!["newPassword"]),
        (json!({"newPassword": OLD}), vec!["newPassword"]),
        (
            json!({"newPassword": NEW, "checkConfirmation": true}),
            vec!["newPasswordConfirmation"],
        ),
        (
            json!({"newPassword": NEW, "checkConfirmation": true, "newPasswordConfirmation": "x"}),
            vec!["newPasswordConfirmation"],
        ),
        (
            json!({"newPassword": "short", "checkConfirmation": true, "newPasswordConfirmation": "x"}),
            vec!["newPassword", "newPasswordConfirmation"],
        ),
    ];
    for (mut body, properties) in rows {
        body["key"] = key.as_str().into();
        world.recover(&body).await.is_invalid(&properties);
    }
    let errors = world.recover(&change(&key, "short")).await.json();
    let told = json!([
        "It must have at least 10 characters",
        "It must have an upper-case letter",
        "It must have a digit",
        "It is too easy to guess: common, a pattern, or a name of your account",
    ]);
    assert_eq!(errors["propertyErrors"]["newPassword"], told);
    // A confirmation that nobody asked for is not compared.
    let body = json!({"key": key, "newPassword": NEW, "newPasswordConfirmation": "x",
        "checkConfirmation": false});
    world.recover(&body).await.is_empty(204);
    world.post().await;
    world.session_of(USER, NEW).await;
}

/// A dead key is told before anything is said of the password, and strangers buy no hash.
#[rekey_test::on_a_database]
async fn the_key_comes_first(db: PgPool) {
    let world = World::new(db).await;
    let hashes = world.hasher.computed();
    for new in ["", "short", NEW] {
        is_a_dead_key(&world.recover(&change(&"0".repeat(64), new)).await);
    }
    assert_eq!(world.hasher.computed(), hashes);
}

/// L11: of thirty changes at one instant with one key, one wins.
#[rekey_test::on_a_database]
async fn l11_a_key_raced_has_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let key = world.recovery_key(USER).await;
    let bodies: Vec<_> = (0..30)
        .map(|n| change(&key, &format!("Remembered-{n}-x")))
        .collect();
    let replies = join_all(bodies.iter().map(|body| world.recover(body))).await;
    let won: Vec<_> = replies.iter().filter(|reply| reply.status == 204).collect();
    assert_eq!(won.len(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 204) {
        is_a_dead_key(reply);
    }
    assert_eq!(world.post().await.len(), 1);
}

/// D-24: the block of wrong tries and their count are gone with the old password.
#[rekey_test::on_a_database]
async fn d_24_a_recovery_lifts_a_temporary_block(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..5 {
        world.sign_in(USER, "wrong").await;
    }
    assert_eq!(world.sign_in(USER, OLD).await.status, 401);
    let key = world.recovery_key(USER).await;
    world.recover(&change(&key, NEW)).await.is_empty(204);
    world.post().await;
    for _ in 0..4 {
        world.sign_in(USER, "wrong").await.is_code(401, "login");
    }
    world.session_of(USER, NEW).await;
}
