//! Decisions 4 and 8 to 11, and the row on `passwordResetToken`.

use sqlx::PgPool;
use time::Duration;

use super::{NOBODYS, SEND, call, escaped, path};
use crate::harness::{Reply, World};
use crate::sspr::{minimal, with_token};

impl World {
    /// A token that is good for nothing: both operations say so, in the same bytes as of one that
    /// never was, and nothing changes.
    async fn is_dead(&self, token: &str) {
        let before = self.hash_of("JohnDoe").await;
        self.look(token).await.is_neutral(404);
        self.reset(token, "Qwerty1234!").await.is_neutral(404);
        assert_eq!(self.hash_of("JohnDoe").await, before);
    }
}

fn raw(token: &str) -> String {
    format!("{SEND}/{token}")
}

/// Row `passwordResetToken`: decoded once; what cannot be decoded is nobody's; an empty one, too.
#[rekey_test::on_a_database]
async fn a_token_is_decoded_once(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    let strange = [
        raw(""),
        raw("%FF%FE"),
        raw("%C3%28"),
        raw("%00"),
        raw("%"),
        raw("%zz"),
        raw(&format!("{token}%2F")),
        raw(&format!("%2F{token}")),
        raw(&format!("{token}/")),
        raw(&format!("x/{token}")),
        raw("a%2Fb%20c%3Fd%23e%252F.%C3%A9"),
        raw(&token.replacen(&token[..1], &format!("%25{:x}", token.as_bytes()[0]), 1)),
        raw(&"0".repeat(6_000)),
    ];
    for path in strange {
        for method in ["GET", "POST"] {
            let reply: Reply = world.send(call(method, path.as_str())).await;
            assert_eq!(reply.status, 404, "{method} {path}");
            reply.is_neutral(404);
        }
    }
    let escaped: String = token.bytes().map(escaped).collect();
    assert_eq!(world.send(call("GET", raw(&escaped))).await.status, 200);
    let with_query = format!("{}?x=1", raw(&token));
    assert_eq!(world.send(call("GET", with_query)).await.status, 200);
}

/// Decision 8: unknown and malformed tokens are alike.
#[rekey_test::on_a_database]
async fn d_8_unknown_and_malformed_tokens(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    for dead in [
        NOBODYS,
        "x",
        "é",
        "..",
        &token[1..],
        &format!("{token}00"),
        &format!(" {token}"),
    ] {
        world.is_dead(dead).await;
    }
    assert_eq!(world.look(&token).await.status, 200);
}

/// Decisions 8 and 9: a token dies of age after an hour, to the second; looking does not extend it.
#[rekey_test::on_a_database]
async fn d_9_a_token_lives_for_an_hour(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    world.hand.turn(Duration::HOUR - Duration::SECOND);
    assert_eq!(world.look(&token).await.status, 200);
    world.hand.turn(Duration::SECOND);
    world.is_dead(&token).await;
}

/// Decisions 8 and 10: the newest token replaces the older ones.
#[rekey_test::on_a_database]
async fn d_10_the_newest_token_replaces_the_older(db: PgPool) {
    let world = World::new(db).await;
    let old = world.asked_token("example@domain.com").await;
    let new = world.asked_token("example@domain.com").await;
    world.is_dead(&old).await;
    world.reset(&new, "Qwerty1234!").await.is_empty(204);
    world.is_dead(&new).await;
}

/// Decision 11: at least 128 random bits, no character that needs escaping, stored hashed.
#[rekey_test::on_a_database]
async fn d_11_the_shape_of_a_token(db: PgPool) {
    let world = World::new(db).await;
    let token = world.asked_token("example@domain.com").await;
    assert_eq!(token.len(), 64, "256 bits in hexadecimal digits");
    assert_eq!(path(&token), raw(&token), "nothing to escape");
    let rows: Vec<String> = sqlx::query_scalar("select t::text from recovery_token t")
        .fetch_all(&world.db)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.contains(&token)));
}

/// Decision 4: a token whose account is put out of use later is dead, and is not revived with it.
#[rekey_test::on_a_database]
async fn d_4_a_token_of_an_account_out_of_use(db: PgPool) {
    let world = World::new(db).await;
    for status in ["disabled", "blocked"] {
        let token = world.asked_token("example@domain.com").await;
        world
            .import(&format!(r#"{{"login":"JohnDoe","status":"{status}"}}"#))
            .await;
        world.is_dead(&token).await;
        world
            .ask_clevermaps("example@domain.com")
            .await
            .is_neutral(404);
        world
            .import(r#"{"login":"JohnDoe","status":"active"}"#)
            .await;
        world.is_dead(&token).await;
    }
    let token = world.asked_token("example@domain.com").await;
    world
        .sql("update account set status = 'disabled' where login = 'JohnDoe'")
        .await;
    world.is_dead(&token).await;
}

/// Decision 4: accounts that are not in use are not found.
#[rekey_test::on_a_database]
async fn d_4_an_account_out_of_use_is_not_found(db: PgPool) {
    let world = World::new(db).await;
    for name in ["disabled", "pending"] {
        world
            .ask_clevermaps(&format!("{name}@domain.example"))
            .await
            .is_neutral(404);
    }
    assert!(world.post().await.is_empty());
}

/// A change of password or address ends the token.
#[rekey_test::on_a_database]
async fn a_token_does_not_outlive_a_change_of_its_account(db: PgPool) {
    let world = World::new(db).await;
    let changes = [
        r#"{"login":"JohnDoe","passwords":{"login":{"value":"Another-2026"}}}"#,
        r#"{"login":"JohnDoe","email":"new@domain.example"}"#,
    ];
    for change in changes {
        let token = world.asked_token("example@domain.com").await;
        world.import(change).await;
        world.is_dead(&token).await;
    }
}

/// A token to unlock is none to reset.
#[rekey_test::on_a_database]
async fn a_token_of_another_purpose_is_dead(db: PgPool) {
    let world = World::new(db).await;
    let unlock = world.unlock_token().await;
    world.is_dead(&unlock).await;
    let body = with_token("unlockAccount", &unlock);
    world.sspr("unlockAccount", &body).await.is_done();
}

/// A token of one tenant is unknown at the host of another.
#[rekey_test::on_a_database]
async fn a_token_is_good_at_its_own_tenant_only(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let token = world.asked_token("example@domain.com").await;
    let elsewhere = |method| {
        let mut call = call(method, path(&token)).body(r#"{"newPassword":"Qwerty1234!"}"#);
        call.headers[0] = ("host", "o.localhost".to_owned());
        call
    };
    for method in ["GET", "POST"] {
        world.send(elsewhere(method)).await.is_neutral(404);
    }
    assert_eq!(world.look(&token).await.status, 200);
}

/// design.md, section 2: a reset lifts a block that came from wrong tries, and none that an
/// administrator put there.
#[rekey_test::on_a_database]
async fn a_reset_lifts_blocks_and_leaves_what_is_disabled(db: PgPool) {
    let world = World::new(db).await;
    world
        .sql("update password set failures = 5, blocked_forever = true")
        .await;
    let token = world.asked_token("example@domain.com").await;
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
    let open = "select count(*) from password join account using (tenant_id, account_id) \
                where login = 'JohnDoe' and failures = 0 and not blocked_forever";
    assert_eq!(world.count(open).await, 1);
    world.post().await;
    let token = world.asked_token("example@domain.com").await;
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    world.reset(&token, "Another-1234").await.is_neutral(404);
}

/// One purpose, whichever dialect asked: a token asked for through SSPR is spent here.
#[rekey_test::on_a_database]
async fn a_token_of_sspr_is_one_of_ours(db: PgPool) {
    let world = World::new(db).await;
    let ours = world.asked_token("example@domain.com").await;
    let theirs = world.reset_token().await;
    world.is_dead(&ours).await;
    assert_eq!(world.look(&theirs).await.status, 200);
    world.reset(&theirs, "Qwerty1234!").await.is_empty(204);
    let body = with_token("validateToken", &theirs);
    world.sspr("validateToken", &body).await.is_a_dead_token();
}

/// And one asked for here is spent through SSPR.
#[rekey_test::on_a_database]
async fn a_token_of_ours_is_one_of_sspr(db: PgPool) {
    let world = World::new(db).await;
    let theirs = world.reset_token().await;
    let ours = world.asked_token("example@domain.com").await;
    let body = with_token("validateToken", &theirs);
    world.sspr("validateToken", &body).await.is_a_dead_token();
    let body = with_token("resetPassword", &ours);
    world.sspr("resetPassword", &body).await.is_done();
    world.is_dead(&ours).await;
    let body = minimal("resetPasswordRequest");
    world.sspr("resetPasswordRequest", &body).await.is_done();
}
