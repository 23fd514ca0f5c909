//! `POST /sessions`: an administrator's application signs somebody in.

use rekey::domain::limit::Rate;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{SITE, login_user};
use crate::cyclos::auth::{PIN, types};
use crate::cyclos::{EMAIL, OLD, USER, WRONG, call, with};
use crate::harness::World;

const VISITOR: &str = "203.0.113.7";

fn john(password: &str) -> Value {
    json!({"user": USER, "password": password, "remoteAddress": VISITOR})
}

/// It answers as sign-in does, to the member, and the session is the user's: they may end it, and the caller gained none.
#[rekey_test::on_a_database]
async fn the_session_is_the_users(db: PgPool) {
    let world = World::new(db).await;
    let site = world.site().await;
    let reply = world.sign_in_for(&site, &john(OLD)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let mut said = reply.json();
    let mut typed = world.sign_in(USER, OLD).await.json();
    let token = said["sessionToken"].as_str().unwrap().to_owned();
    for auth in [&mut said, &mut typed] {
        assert_eq!(auth["sessionToken"].as_str().unwrap().len(), 32);
        auth["sessionToken"] = Value::Null;
    }
    assert_eq!(said, typed);
    assert_eq!(said["user"]["id"], world.shown_id(USER).await.as_str());
    assert!(said.get("accessClient").is_none());
    assert!(world.is_signed_in(&token).await);

    let only = call("POST", "/sessions?fields=sessionToken")
        .json(&json!({"user": EMAIL, "password": OLD}))
        .client(&site);
    let only = world.send(only).await.json();
    assert_eq!(
        only.as_object().unwrap().len(),
        1,
        "what the plugin asks for"
    );

    // Neither who vouched nor what they act by is in it.
    let logout = call("DELETE", "/auth/session").session(&token);
    world.send(logout).await.is_empty(200);
    assert!(!world.is_signed_in(&token).await);
    let site = world.send(call("GET", "/auth").client(&site)).await;
    assert_eq!(site.json()["role"], "administrator");
    let sessions = world
        .count("select count(*) from session join account using (tenant_id, account_id) where login = 'website'")
        .await;
    assert_eq!(sessions, 0);
}

/// Nobody but an administrator's access client may call it, and others do not learn what it takes, nor cost a hash.
#[rekey_test::on_a_database]
async fn only_an_administrators_application_vouches(db: PgPool) {
    let world = World::new(db).await;
    let site = world.site().await;
    let (johns, bobs) = (
        world.access_client(USER).await,
        world.access_client("bob").await,
    );
    let admin = world.session_of(SITE, OLD).await;
    let member = world.johns_session().await;
    let hashes = world.hasher.computed();
    for body in [john(OLD), json!({})] {
        let call = || login_user(&body);
        world
            .send(call())
            .await
            .is_code(401, "missingAuthorization");
        world
            .send(call().client("x"))
            .await
            .is_code(401, "invalidAccessClient");
        for client in [&johns, &bobs] {
            world
                .send(call().client(client))
                .await
                .is_code(403, "permissionDenied");
        }
        world
            .send(call().session(&member))
            .await
            .is_code(403, "permissionDenied");
        world
            .send(call().session(&admin))
            .await
            .is_code(403, "illegalAction");
    }
    assert_eq!(world.hasher.computed(), hashes);
    world
        .send(login_user(&john(OLD)).basic(SITE, OLD))
        .await
        .is_code(403, "illegalAction");
    // Who stops being an administrator stops vouching.
    world.import(r#"{"login":"website","role":"member"}"#).await;
    world
        .sign_in_for(&site, &john(OLD))
        .await
        .is_code(403, "permissionDenied");
}

/// The visitor's address is what limits count: one visitor over it closes neither the site nor other visitors out.
#[rekey_test::on_a_database]
async fn limits_count_the_visitors_address(db: PgPool) {
    let three = Rate {
        times: 3,
        per: Duration::HOUR,
    };
    let world = World::limited(db, |limits| limits.login_per_address = three).await;
    let site = world.site().await;
    let from = |address: &str| json!({"user": "nobody", "password": OLD, "remoteAddress": address});
    for _ in 0..3 {
        world
            .sign_in_for(&site, &from(VISITOR))
            .await
            .is_code(401, "login");
    }
    let hashes = world.hasher.computed();
    for address in [VISITOR, "::ffff:203.0.113.7", " 203.0.113.7 "] {
        let reply = world.sign_in_for(&site, &from(address)).await;
        reply.is_code(401, "remoteAddressBlocked");
        assert_eq!(reply.header("retry-after"), Some("3600"));
    }
    assert_eq!(world.hasher.computed(), hashes);
    world
        .sign_in_for(&site, &from("203.0.113.8"))
        .await
        .is_code(401, "login");
    // The site's own address has its own count, which an application that says none shares.
    for user in ["one", "two", "three"] {
        world
            .sign_in_for(&site, &json!({"user": user, "password": OLD}))
            .await
            .is_code(401, "login");
    }
    world
        .sign_in_for(&site, &json!({"user": "four", "password": OLD}))
        .await
        .is_code(401, "remoteAddressBlocked");
}

/// Tries count at the account, whichever way they come, and are written down with the visitor's address; that the
/// site said so, with the site's.
#[rekey_test::on_a_database]
async fn tries_count_and_are_written_down(db: PgPool) {
    let world = World::new(db).await;
    let site = world.site().await;
    for _ in 0..3 {
        world
            .sign_in_for(&site, &john(WRONG))
            .await
            .is_code(401, "login");
    }
    for _ in 0..2 {
        world.sign_in(USER, WRONG).await.is_code(401, "login");
    }
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    world.sign_in_for(&site, &john(OLD)).await.is(401, &blocked);
    for _ in 0..5 {
        let nobody = json!({"user": "nobody", "password": OLD, "remoteAddress": VISITOR});
        world
            .sign_in_for(&site, &nobody)
            .await
            .is_code(401, "login");
    }
    world.hand.turn(Duration::HOUR);
    assert_eq!(world.sign_in_for(&site, &john(OLD)).await.status, 200);
    let of = async |action: &'static str| {
        let sql = "select coalesce(host(address), '-') || ' ' || outcome from audit_event
                   where action = $1 order by 1";
        let lines = sqlx::query_scalar::<_, String>(sql).bind(action);
        lines.fetch_all(&world.db).await.unwrap()
    };
    let vouched = of("account.signed-in-for").await;
    let is_refused = |line: &&String| *line == "192.0.2.1 refused";
    assert_eq!(vouched.iter().filter(is_refused).count(), 9, "{vouched:?}");
    assert_eq!(vouched[0], "192.0.2.1 done");
    let signed_in = of("account.signed-in").await;
    let wrong = |line: &&String| line.ends_with("wrong password");
    let wrong: Vec<_> = signed_in.iter().filter(wrong).collect();
    let (typed, handed) = ("192.0.2.1 wrong password", "203.0.113.7 wrong password");
    assert_eq!(wrong, [typed, typed, handed, handed, handed]);
    let by = world
        .count("select count(distinct actor_id) from audit_event where action = 'account.signed-in-for'")
        .await;
    assert_eq!(by, 1);
}

/// What is wrong with a body is told as this dialect tells it.
#[rekey_test::on_a_database]
async fn what_is_wrong_with_a_body_is_told(db: PgPool) {
    let world = World::new(db).await;
    let site = world.site().await;
    let say = async |body: Value| world.sign_in_for(&site, &body).await;
    say(json!({})).await.is_invalid(&["user", "password"]);
    say(json!({"user": " ", "password": ""}))
        .await
        .is_invalid(&["user", "password"]);
    say(json!({"user": USER})).await.is_invalid(&["password"]);
    for address in ["somewhere", "203.0.113.7:80", "203.0.113.0/24", "1"] {
        let body = json!({"user": USER, "password": OLD, "remoteAddress": address});
        say(body).await.is_invalid(&["remoteAddress"]);
    }
    for address in [json!(""), json!(" "), json!(null), json!("2001:db8::1")] {
        let body = json!({"user": USER, "password": OLD, "remoteAddress": address, "more": [1]});
        assert_eq!(say(body).await.status, 200);
    }
    let channel = |name: &str| json!({"user": USER, "password": OLD, "channel": name});
    assert_eq!(say(channel("main")).await.status, 200);
    say(channel("pigeon"))
        .await
        .is_code(403, "inaccessibleChannel");
    for body in [
        "{",
        "[]",
        r#"{"user":7}"#,
        r#"{"user":"a\u0000","password":"b"}"#,
    ] {
        let call = call("POST", "/sessions").client(&site).body(body);
        assert_eq!(world.send(call).await.json()["code"], "json", "{body}");
    }
    let long = format!(r#"{{"user":"{}"}}"#, "a".repeat(65_536));
    let call = call("POST", "/sessions").client(&site).body(long);
    assert_eq!(world.send(call).await.status, 413);
}

/// `sessionTimeout`: an interval in any unit, at most the tenant's (D-25).
#[rekey_test::on_a_database]
async fn a_session_idles_as_long_as_asked(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nsession_timeout = \"1h\"\n")).await;
    let site = world.site().await;
    let open = async |amount: Value, field: Value| {
        let timeout = json!({"amount": amount, "field": field});
        let body = json!({"user": USER, "password": OLD, "sessionTimeout": timeout});
        world.sign_in_for(&site, &body).await
    };
    for (amount, field, seconds) in [
        (json!(90), json!("seconds"), 90),
        (json!(1500), json!("millis"), 2),
        (json!(5), json!("minutes"), 300),
        (json!(2), json!("hours"), 3600),
        (json!(i64::MAX), json!("years"), 3600),
        (json!(90), json!(null), 90),
    ] {
        world.sql("delete from session").await;
        let reply = open(amount, field).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let timeout = world.count("select timeout::bigint from session").await;
        assert_eq!(timeout, seconds);
    }
    for amount in [json!(0), json!(-1), json!(null)] {
        open(amount, json!("hours"))
            .await
            .is_invalid(&["sessionTimeout"]);
    }
    open(json!(1), json!("moons"))
        .await
        .is(422, &json!({"code": "dataConversion", "value": "moons"}));
}

/// D-35, and the second password: as at sign-in.
#[rekey_test::on_a_database]
async fn names_and_second_passwords_are_those_of_sign_in(db: PgPool) {
    let more = types(
        &[PIN],
        "principal_types = [\"login\"]\nsecondary = \"pin\"\n",
    );
    let world = World::with(db, with(&more)).await;
    let site = world.site().await;
    world.give_pin().await;
    let auth = world.sign_in_for(&site, &john(OLD)).await.json();
    assert_eq!(auth["pendingSecondaryPassword"], true);
    let token = auth["sessionToken"].as_str().unwrap();
    world.second(token, "47110815").await.is_empty(204);
    let body = json!({"user": EMAIL, "password": OLD});
    world
        .sign_in_for(&site, &body)
        .await
        .is_code(403, "inaccessiblePrincipal");
}
