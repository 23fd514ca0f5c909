//! 8.3: one-time codes by mail: one use, the newest only, ten minutes, bound to their account.

use std::process::Command;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use time::Duration;

use super::{CODE, PIN, code_in, code_of, not, otp, types};
use crate::cyclos::{EMAIL, OLD, PHONE, USER, call, with};
use crate::harness::World;
use crate::harness::binary::database_url;

async fn world(db: PgPool) -> World {
    World::with(db, with(&types(&[CODE], "secondary = \"code\""))).await
}

/// Has a code sent for a session.
async fn mailed(world: &World, token: &str) -> String {
    let reply = world.send(otp("email").session(token)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    code_of(&world.post().await)
}

/// 8.2 with codes, D-44 and D-27: six digits, where they went masked, one use.
#[rekey_test::on_a_database]
async fn d_27_a_code_completes_a_session_once(db: PgPool) {
    let world = world(db).await;
    let (token, other) = (world.johns_session().await, world.johns_session().await);
    let reply = world.send(otp("email").session(&token)).await;
    reply.is(200, &json!(["exa*******@domain.com"]));
    let letters = world.post().await;
    assert_eq!(letters[0].to.as_str(), EMAIL);
    assert!(
        letters[0].content.text.contains(USER),
        "it says whose it is"
    );
    let code = code_of(&letters);
    assert_eq!(code.len(), 6, "D-44");
    world.second(&token, &code).await.is_empty(204);
    let reused = world.second(&other, &code).await;
    reused.is_of_type(&world, "invalidPassword", "code");
    // A complete session is told everything.
    let reply = world.send(otp("email").session(&token)).await;
    reply.is(200, &json!([EMAIL]));
    let reply = world.send(otp("sms").session(&token)).await;
    reply.is(200, &json!([PHONE]));
    world.post().await;
    // What was typed may have been copied with white space.
    let reply = world.send(otp("email").session(&other)).await;
    assert_eq!(reply.status, 200);
    let code = code_of(&world.post().await);
    world
        .second(&other, &format!(" {code}\n"))
        .await
        .is_empty(204);
}

/// T-06: the newest only, whichever medium it came by.
#[rekey_test::on_a_database]
async fn t_06_a_newer_code_replaces_the_older(db: PgPool) {
    let world = world(db).await;
    let token = world.johns_session().await;
    let first = mailed(&world, &token).await;
    let reply = world.send(otp("sms").session(&token)).await;
    reply.is(200, &json!(["+15*******"]));
    let second = code_in(&world.texts.texts().last().unwrap().text);
    let third = mailed(&world, &token).await;
    for old in [&first, &second] {
        world
            .second(&token, old)
            .await
            .is_of_type(&world, "invalidPassword", "code");
    }
    world.second(&token, &third).await.is_empty(204);
}

/// T-05: ten minutes, to the second.
#[rekey_test::on_a_database]
async fn t_05_a_code_lives_for_ten_minutes(db: PgPool) {
    let world = world(db).await;
    let token = world.johns_session().await;
    let code = mailed(&world, &token).await;
    world.hand.turn(Duration::minutes(10));
    world
        .second(&token, &code)
        .await
        .is_of_type(&world, "invalidPassword", "code");
    let input = call("GET", "/auth/session/secondary-password").session(&token);
    assert_eq!(world.send(input).await.json()["hasActivePassword"], false);
    let code = mailed(&world, &token).await;
    world.hand.turn(Duration::minutes(10) - Duration::SECOND);
    world.second(&token, &code).await.is_empty(204);
}

/// T-10: wrong ones count, another code gives no further tries, and the last closes codes, D-40.
#[rekey_test::on_a_database]
async fn t_10_wrong_codes_block_across_re_requests(db: PgPool) {
    let world = world(db).await;
    let (token, other) = (world.johns_session().await, world.johns_session().await);
    for _ in 0..4 {
        let code = mailed(&world, &token).await;
        let wrong = world.second(&token, &not(&code)).await;
        wrong.is_of_type(&world, "invalidPassword", "code");
    }
    let code = mailed(&world, &token).await;
    let last = world.second(&token, &not(&code)).await;
    last.is_of_type(&world, "temporarilyBlocked", "code");
    assert!(!world.is_signed_in(&token).await);
    for medium in ["email", "sms"] {
        let reply = world.send(otp(medium).session(&other)).await;
        reply.is_of_type(&world, "temporarilyBlocked", "code");
    }
    let right = world.second(&other, &code).await;
    right.is_of_type(&world, "temporarilyBlocked", "code");
    assert!(world.post().await.is_empty());
    world.hand.turn(Duration::minutes(15));
    let token = world.johns_session().await;
    let code = mailed(&world, &token).await;
    world.second(&token, &code).await.is_empty(204);
}

/// T-10, L-05: a hundred guesses at once are no more than five.
#[rekey_test::on_a_database]
async fn l_05_parallel_guesses_at_a_code(db: PgPool) {
    let world = world(db).await;
    let mut tokens = Vec::new();
    for _ in 0..10 {
        tokens.push(world.johns_session().await);
    }
    let code = mailed(&world, &tokens[0]).await;
    let wrong = not(&code);
    let calls = (0..100).map(|number| world.second(&tokens[number % 10], &wrong));
    futures::future::join_all(calls).await;
    let failures = "select max(failures)::bigint from password";
    assert_eq!(world.count(failures).await, 5);
    let evaluated = "select count(*) from audit_event where action = 'session.second-password' \
                     and outcome = 'the password is wrong'";
    assert!(world.count(evaluated).await <= 5);
}

/// One use, also where ten sessions use it at one instant.
#[rekey_test::on_a_database]
async fn a_code_raced_completes_one_session(db: PgPool) {
    let world = world(db).await;
    let mut tokens = Vec::new();
    for _ in 0..10 {
        tokens.push(world.johns_session().await);
    }
    let code = mailed(&world, &tokens[0]).await;
    let calls = tokens.iter().map(|token| world.second(token, &code));
    let replies = futures::future::join_all(calls).await;
    let completed = replies.iter().filter(|reply| reply.status == 204).count();
    assert_eq!(completed, 1);
    let pending = "select count(*) from session where not pending";
    assert_eq!(world.count(pending).await, 1);
}

/// T-07: bound to its account and type; in no table, neither clear nor as a plain digest.
#[rekey_test::on_a_database]
async fn t_07_a_code_is_bound_and_not_kept(db: PgPool) {
    let world = world(db).await;
    let (johns, ezras) = (
        world.johns_session().await,
        world.session_of("Ezra", OLD).await,
    );
    let code = mailed(&world, &johns).await;
    mailed(&world, &ezras).await;
    world
        .second(&ezras, &code)
        .await
        .is_of_type(&world, "invalidPassword", "code");
    // Moved to another account, what is stored of it is worth nothing.
    world
        .sql(
            "update password set code = (select code from password join account \
             using (tenant_id, account_id) where login = 'JohnDoe' and code is not null) \
             where code is not null",
        )
        .await;
    world
        .second(&ezras, &code)
        .await
        .is_of_type(&world, "invalidPassword", "code");

    let find = Command::new("scripts/pg").arg("pg_dump").output().unwrap();
    let program = String::from_utf8(find.stdout).unwrap();
    let dump = Command::new(program.trim())
        .arg(database_url(&world.db))
        .output()
        .unwrap();
    let dump = String::from_utf8(dump.stdout).unwrap();
    assert!(dump.contains("JohnDoe"), "the dump is whole");
    let is_whole_word = |word: &str| {
        dump.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|w| w == word)
    };
    assert!(!is_whole_word(&code), "{code}");
    assert!(!dump.contains(&hex::encode(Sha256::digest(&code))));
    world.second(&johns, &code).await.is_empty(204);
}

/// 8.3, rows 1 to 4: what a call can say wrong.
#[rekey_test::on_a_database]
async fn rows_1_to_4_media_and_types(db: PgPool) {
    let world = world(db).await;
    world
        .import(r#"{"login":"Texted","phone":"+15145550111","passwords":{"login":{"value":"Forgotten-2026"}}}"#)
        .await;
    let token = world.johns_session().await;
    let missing = json!({"code": "missingParameter", "name": "medium"});
    for path in ["/auth/otp", "/auth/otp?medium=", "/auth/otp?medium=%20&x=1"] {
        let reply = world.send(call("POST", path).session(&token)).await;
        reply.is(422, &missing);
    }
    for medium in ["fax", "EMAIL", "email,sms"] {
        let body = json!({"code": "dataConversion", "value": medium});
        world.send(otp(medium).session(&token)).await.is(422, &body);
    }
    let ezra = world.session_of("Ezra", OLD).await;
    world
        .send(otp("sms").session(&ezra))
        .await
        .is_invalid(&["medium"]);
    let texted = world.session_of("Texted", OLD).await;
    world
        .send(otp("email").session(&texted))
        .await
        .is_invalid(&["medium"]);
    world
        .send(otp("email"))
        .await
        .is_code(401, "missingAuthorization");
    assert!(world.post().await.is_empty() && world.texts.texts().is_empty());
}

/// Row 3: no codes are in play: none is configured, or a session waits for another password.
#[rekey_test::on_a_database]
async fn row_3_no_codes_in_play(db: PgPool) {
    let both = types(&[PIN, CODE], "secondary = \"pin\"\nconfirmation = \"code\"");
    let world = World::with(db, with(&both)).await;
    world.give_pin().await;
    let token = world.johns_session().await;
    world
        .send(otp("email").session(&token))
        .await
        .is_code(403, "illegalAction");
    world.second(&token, "47110815").await.is_empty(204);
    world
        .send(otp("email").session(&token))
        .await
        .is(200, &json!([EMAIL]));
    world.post().await;
    let file = crate::harness::world::TENANT.to_owned() + &types(&[PIN, CODE], "");
    let file = rekey::config::tenant::parse("tenant.toml", &file).unwrap();
    world.operator.apply_tenant(&file).await.unwrap();
    for call in [otp("email").session(&token), otp("email").basic(USER, OLD)] {
        world.send(call).await.is_code(403, "illegalAction");
    }
}

/// 8.3: Basic and access clients may have codes sent too, where they confirm.
#[rekey_test::on_a_database]
async fn codes_for_basic_and_clients(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "confirmation = \"code\""))).await;
    let client = world.access_client(USER).await;
    for call in [otp("email").client(&client), otp("email").basic(USER, OLD)] {
        world.send(call).await.is(200, &json!([EMAIL]));
        assert_eq!(world.post().await.len(), 1);
    }
}

/// Row 4: disabled codes.
#[rekey_test::on_a_database]
async fn row_4_disabled_and_blocked_codes(db: PgPool) {
    let world = world(db).await;
    let token = world.johns_session().await;
    mailed(&world, &token).await;
    let of_code = "update password set disabled_at = '2026-01-01Z' where code is not null";
    world.sql(of_code).await;
    world
        .send(otp("email").session(&token))
        .await
        .is_code(403, "illegalAction");
    world
        .sql(
            "update password set disabled_at = null, blocked_forever = true where code is not null",
        )
        .await;
    let reply = world.send(otp("email").session(&token)).await;
    reply.is_of_type(&world, "indefinitelyBlocked", "code");
}

/// A job holds no code: the worker mints it, and mints another where the first did not leave.
#[rekey_test::on_a_database]
async fn a_code_is_minted_where_it_is_mailed(db: PgPool) {
    let world = world(db).await;
    let token = world.johns_session().await;
    assert_eq!(world.send(otp("email").session(&token)).await.status, 200);
    assert_eq!(
        world
            .count("select count(*) from password where code is not null")
            .await,
        0
    );
    let job: String = sqlx::query_scalar("select work::text from job")
        .fetch_one(&world.db)
        .await
        .unwrap();
    assert!(!job.contains("code\":\""), "{job}");
    // Disabled meanwhile, nothing is sent.
    world
        .import(r#"{"login":"JohnDoe","status":"disabled"}"#)
        .await;
    assert!(world.post().await.is_empty());
}

/// A caller who hangs up uses up no code for nothing: either it is still good, or it has done its work.
#[rekey_test::on_a_database]
async fn hanging_up_wastes_no_code(db: PgPool) {
    let world = world(db).await;
    for wait in 0..8 {
        let token = world.johns_session().await;
        let code = mailed(&world, &token).await;
        let call = world.second(&token, &code);
        // Dropped at another place each time.
        let _ = tokio::time::timeout(std::time::Duration::from_micros(wait * 700), call).await;
        let again = world.second(&token, &code).await;
        let confirmed = "select count(*) from audit_event \
                         where action = 'session.second-password' and outcome = 'done'";
        if again.status != 204 {
            // The first call went through, so the session waits for nothing; or it has used the code and
            // is about to say so.
            assert_eq!(again.status, 403, "{}", again.body);
            let code = again.json()["code"].clone();
            assert!(
                code == "illegalAction" || code == "invalidPassword",
                "{code}"
            );
            let concluded = async {
                while world.auth(&token).await.json()["pendingSecondaryPassword"] != false {}
            };
            let patience = std::time::Duration::from_secs(10);
            tokio::time::timeout(patience, concluded).await.unwrap();
        }
        assert_eq!(
            world.count(confirmed).await,
            i64::try_from(wait + 1).unwrap(),
            "O-01"
        );
    }
}
