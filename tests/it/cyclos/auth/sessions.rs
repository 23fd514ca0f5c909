//! 8.1 and 1.4: how long a session lives, what ends it, and the token that is split.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::cyclos::{EMAIL, NEW, OLD, USER, call, with};
use crate::harness::{Call, Reply, World};
use crate::{sspr, turbosmtp};

async fn opened(world: &World, timeout: &str) -> Reply {
    let call = call("POST", &format!("/auth/session?timeoutInSeconds={timeout}"));
    world.send(call.basic(USER, OLD)).await
}

fn token_of(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["sessionToken"].as_str().unwrap().to_owned()
}

/// S-03 and D-25: `min(timeoutInSeconds, session_timeout)`, to the second.
#[rekey_test::on_a_database]
async fn s_03_an_idle_session_ends(db: PgPool) {
    let world = World::new(db).await;
    for (asked, lives) in [
        ("", 1800),
        ("60", 60),
        ("+90", 90),
        ("1", 1),
        ("1800", 1800),
        ("1801", 1800),
        ("99999999999999999999999", 1800),
    ] {
        for (waits, is_live) in [(lives - 1, true), (lives, false)] {
            let token = token_of(&opened(&world, asked).await);
            world.hand.turn(Duration::seconds(waits));
            assert_eq!(
                world.is_signed_in(&token).await,
                is_live,
                "{asked:?} at {waits} s"
            );
        }
    }
}

/// D-25: what is no number, and what is none above zero.
#[rekey_test::on_a_database]
async fn d_25_timeouts_that_are_none(db: PgPool) {
    let world = World::new(db).await;
    for asked in ["0", "-1", "-99999999999999999999"] {
        opened(&world, asked)
            .await
            .is_invalid(&["timeoutInSeconds"]);
    }
    for asked in ["abc", "1.5", "1e3", "0x10", "-"] {
        let body = json!({"code": "dataConversion", "value": asked});
        opened(&world, asked).await.is(422, &body);
    }
    assert_eq!(world.count("select count(*) from session").await, 0);
}

/// 8.1, 4: each use lets it live on; an end that has come is one, and a dead one is never revived.
#[rekey_test::on_a_database]
async fn s_03_each_use_slides_the_end(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    for _ in 0..5 {
        world.hand.turn(Duration::seconds(1799));
        assert!(world.is_signed_in(&token).await);
    }
    world.hand.turn(Duration::seconds(1800));
    assert!(!world.is_signed_in(&token).await);
    assert!(!world.is_signed_in(&token).await);
}

/// S-03: thirty days at most, however often it is used.
#[rekey_test::on_a_database]
async fn s_03_no_session_lives_for_more_than_thirty_days(db: PgPool) {
    let world = World::with(db, with("[cyclos]\nsession_timeout = \"30d\"\n")).await;
    let token = world.johns_session().await;
    for _ in 0..29 {
        world.hand.turn(Duration::DAY);
        assert!(world.is_signed_in(&token).await);
    }
    world.hand.turn(Duration::DAY - Duration::SECOND);
    assert!(world.is_signed_in(&token).await);
    world.hand.turn(Duration::SECOND);
    assert!(!world.is_signed_in(&token).await);
}

/// S-03: a digest at rest, another token at each sign-in, dead at the server once signed out.
#[rekey_test::on_a_database]
async fn s_03_tokens_are_fresh_hashed_and_killed(db: PgPool) {
    let world = World::new(db).await;
    let (first, second) = (world.johns_session().await, world.johns_session().await);
    assert_ne!(first, second);
    let rows: Vec<String> = sqlx::query_scalar(
        "select t::text from session t union all select t::text from audit_event t",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert!(rows.len() >= 4);
    let clear = [
        &first,
        &second,
        &first[..16].to_owned(),
        &hex::encode(&first),
    ]
    .map(String::clone);
    for row in rows {
        assert!(
            !clear.iter().any(|clear| row.contains(clear.as_str())),
            "{row}"
        );
    }
    let out = || call("DELETE", "/auth/session").session(&first);
    world.send(out()).await.is_empty(200);
    assert!(!world.is_signed_in(&first).await);
    world.send(out()).await.is_code(401, "loggedOut");
    assert!(world.is_signed_in(&second).await, "the other one lives");
    // D-33: the alias.
    world
        .send(call("DELETE", "/auth").session(&second))
        .await
        .is_empty(200);
    assert!(!world.is_signed_in(&second).await);
}

/// Of ten that sign out at one instant, one does.
#[rekey_test::on_a_database]
async fn signing_out_at_once_has_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let calls = (0..10).map(|_| world.send(call("DELETE", "/auth/session").session(&token)));
    let replies = join_all(calls).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 200).count(),
        1
    );
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.is_code(401, "loggedOut");
    }
}

/// D-38: who has no session cannot end one, nor open one with one.
#[rekey_test::on_a_database]
async fn d_38_session_operations_without_a_session(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    for (method, path) in [
        ("DELETE", "/auth/session"),
        ("DELETE", "/auth"),
        ("GET", "/auth/session/secondary-password"),
        ("POST", "/auth/session/secondary-password"),
    ] {
        let call = || call(method, path).body("\"x\"");
        let reply = world.send(call().basic(USER, OLD)).await;
        reply.is_code(403, "illegalAction");
        let reply = world.send(call().client(&client)).await;
        reply.is_code(403, "illegalAction");
    }
    let token = world.johns_session().await;
    let again = call("POST", "/auth/session").session(&token);
    world.send(again).await.is_code(403, "illegalAction");
}

/// 1.4: half of the token in the body, half in a cookie that no script reads.
#[rekey_test::on_a_database]
async fn section_1_4_a_split_token(db: PgPool) {
    let world = World::new(db).await;
    for flag in ["true", "True", "TRUE"] {
        let open = call("POST", &format!("/auth/session?cookie={flag}"));
        let reply = world.send(open.basic(USER, OLD)).await;
        let first = token_of(&reply);
        let cookie = reply.header("set-cookie").unwrap();
        let half = cookie.strip_prefix("Session-Token=").unwrap();
        let (half, attributes) = half.split_once(';').unwrap();
        assert_eq!(attributes, " HttpOnly; SameSite=Strict; Path=/api");
        assert_eq!((first.len(), half.len()), (16, 16));
        let get = || call("GET", "/auth");
        let jar = format!("theme=dark; Session-Token={half}; x=y");
        let split = || {
            get()
                .header("session-prefix", first.as_str())
                .header("cookie", jar.as_str())
        };
        let reply = world.send(split()).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(reply.json().get("sessionToken"), None, "D-5");
        // D-5 and 1.4: the first half in the place of the whole, too.
        let reply = world
            .send(get().session(&first).header("cookie", jar.as_str()))
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json().get("sessionToken"), None, "D-5");

        for bad in [
            get().session(&first),
            get().header("session-prefix", first.as_str()),
            get().session(half),
            get()
                .header("session-prefix", half)
                .header("cookie", format!("Session-Token={first}")),
            get()
                .header("session-prefix", first.as_str())
                .header("cookie", "Session-Token=aaaaaaaaaaaaaaaa"),
        ] {
            world.send(bad).await.is_code(401, "loggedOut");
        }
        // A cookie alone is sent by any page: it is nobody.
        let alone = world.send(get().header("cookie", jar.as_str())).await;
        assert_eq!(alone.status, 200);
        assert_eq!(alone.json().get("user"), None);

        let out = call("DELETE", "/auth/session?cookie=True")
            .header("session-prefix", first.as_str())
            .header("cookie", jar.as_str());
        let reply = world.send(out).await;
        reply.is_empty(200);
        let erased = "Session-Token=; HttpOnly; SameSite=Strict; Path=/api; Max-Age=0";
        assert_eq!(reply.header("set-cookie"), Some(erased));
        world.send(split()).await.is_code(401, "loggedOut");
    }
}

/// 1.1, 1.4: `cookie` in any case; without it no cookie; what is no boolean is told.
#[rekey_test::on_a_database]
async fn section_1_4_without_the_cookie(db: PgPool) {
    let world = World::new(db).await;
    for query in ["", "?cookie=false", "?cookie=False", "?cookie="] {
        let open = call("POST", &format!("/auth/session{query}")).basic(USER, OLD);
        let reply = world.send(open).await;
        assert_eq!(token_of(&reply).len(), 32);
        assert_eq!(reply.header("set-cookie"), None);
        let out = call("DELETE", &format!("/auth/session{query}")).session(&token_of(&reply));
        let reply = world.send(out).await;
        reply.is_empty(200);
        assert_eq!(reply.header("set-cookie"), None);
    }
    for method in ["POST", "DELETE"] {
        let call = call(method, "/auth/session?cookie=maybe").basic(USER, OLD);
        let body = json!({"code": "dataConversion", "value": "maybe"});
        world.send(call).await.is(422, &body);
    }
}

/// S-01: a reset through any dialect ends every session. (L16.)
#[rekey_test::on_a_database]
async fn s_01_a_reset_ends_sessions(db: PgPool) {
    let world = World::new(db).await;
    let mut password = OLD.to_owned();
    for dialect in ["sspr", "clevermaps", "turbosmtp", "cyclos"] {
        let open = || world.session_of(USER, &password);
        let (first, second) = (open().await, open().await);
        let others = world.session_of("Ezra", OLD).await;
        let next = format!("Remembered-{dialect}-1");
        match dialect {
            "sspr" => {
                let mut body = sspr::with_token("resetPassword", &world.reset_token().await);
                body["sPassword"] = next.as_str().into();
                world.sspr("resetPassword", &body).await.is_done();
            }
            "clevermaps" => {
                let token = world.asked_token(EMAIL).await;
                assert_eq!(world.reset(&token, &next).await.status, 204);
            }
            "turbosmtp" => {
                let token = world.turbo_token().await;
                world
                    .update(&turbosmtp::update(&token, &next))
                    .await
                    .is_success();
            }
            _ => {
                let key = world.recovery_key(USER).await;
                let body = json!({"key": key, "newPassword": next});
                world.recover(&body).await.is_empty(204);
            }
        }
        assert!(!world.is_signed_in(&first).await, "{dialect}");
        assert!(!world.is_signed_in(&second).await, "{dialect}");
        assert!(world.is_signed_in(&others).await, "nobody else's");
        assert_eq!(world.post().await.len(), 1, "a notice");
        password = next;
    }
    world.session_of(USER, &password).await;
}

/// S-01: a session that is opened while the password is reset does not outlive it.
#[rekey_test::on_a_database]
async fn s_01_a_reset_raced_by_sign_ins_leaves_no_session(db: PgPool) {
    let world = World::new(db).await;
    let mut password = OLD.to_owned();
    for round in 0..6 {
        let key = world.recovery_key(USER).await;
        let next = format!("Remembered-{round}-x");
        let body = json!({"key": key, "newPassword": next});
        let sign_ins = join_all((0..4).map(|_| world.sign_in(USER, &password)));
        let (opened, changed) = futures::join!(sign_ins, world.recover(&body));
        changed.is_empty(204);
        for reply in opened {
            if reply.status == 200 {
                assert!(
                    !world.is_signed_in(&token_of(&reply)).await,
                    "round {round}"
                );
            } else {
                reply.is_code(401, "login");
            }
        }
        world.post().await;
        password = next;
    }
    world.session_of(USER, &password).await;
}

/// S-01: an imported password, and a status that is not active, end sessions.
#[rekey_test::on_a_database]
async fn s_01_what_an_import_ends(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    world.import(r#"{"login":"JohnDoe","name":"Johnny"}"#).await;
    assert!(
        world.is_signed_in(&token).await,
        "another name ends nothing"
    );
    let line = json!({"login": USER, "passwords": {"login": {"value": NEW}}}).to_string();
    world.import(&line).await;
    assert!(!world.is_signed_in(&token).await);
    for status in ["blocked", "disabled", "pending"] {
        let token = world.session_of(USER, NEW).await;
        world
            .import(&json!({"login": USER, "status": status}).to_string())
            .await;
        assert!(!world.is_signed_in(&token).await, "{status}");
        world
            .import(r#"{"login":"JohnDoe","status":"active"}"#)
            .await;
        assert!(!world.is_signed_in(&token).await, "none is revived");
    }
}

/// T-07: a session of one tenant is unknown in another, and so are client and key. (H-05.)
#[rekey_test::on_a_database]
async fn t_07_a_session_is_good_in_its_own_tenant_only(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let (token, client) = (world.johns_session().await, world.access_client(USER).await);
    let key = world.recovery_key(USER).await;
    let there = |path: &str| Call::new("GET", format!("/api{path}")).header("host", "o.localhost");
    world
        .send(there("/auth").session(&token))
        .await
        .is_code(401, "loggedOut");
    world
        .send(there("/auth").client(&client))
        .await
        .is_code(401, "invalidAccessClient");
    world
        .send(there("/auth").basic(USER, OLD))
        .await
        .is_code(401, "login");
    let path = format!("/auth/forgotten-password/data-for-change?key={key}");
    super::is_a_dead_key(&world.send(there(&path)).await);
    assert!(world.is_signed_in(&token).await);
}
