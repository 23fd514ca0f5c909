//! D-36: over a limit, and a server that is busy.

use rekey::domain::limit::Rate;
use rekey::recovery::Limits;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

use super::{CODE, otp, types};
use crate::cyclos::{OLD, USER, WRONG, call, with};
use crate::harness::world::{Setting, generous};
use crate::harness::{Crowd, Reply, World};

const THREE: Rate = Rate {
    times: 3,
    per: Duration::HOUR,
};

fn general() -> Value {
    json!({"kind": "general", "exceptionType": "GeneralException", "exceptionMessage": ""})
}

/// H-03: said when to come back, and not to be cached.
fn is_one_too_many(reply: &Reply) {
    reply.is(429, &general());
    assert_eq!(reply.header("retry-after"), Some("3600"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

/// Sign-ins are counted by address, good and bad, with and without a session; tokens are not. (H-03.)
#[rekey_test::on_a_database]
async fn d_36_sign_ins_by_address(db: PgPool) {
    let world = World::limited(db, |limits| limits.login_per_address = THREE).await;
    let token = world.johns_session().await;
    world.sign_in("nobody", OLD).await.is_code(401, "login");
    assert_eq!(
        world
            .send(call("GET", "/auth").basic(USER, OLD))
            .await
            .status,
        200
    );
    let hashes = world.hasher.computed();
    for user in [USER, "nobody"] {
        for call in [
            call("POST", "/auth/session").basic(user, OLD),
            call("GET", "/auth").basic(user, WRONG),
            call("GET", "/auth/data-for-login").basic(user, OLD),
        ] {
            let reply = world.send(call).await;
            reply.is_code(401, "remoteAddressBlocked");
            assert_eq!(reply.header("retry-after"), Some("3600"));
        }
    }
    assert_eq!(world.hasher.computed(), hashes, "a refusal costs no hash");
    assert!(world.is_signed_in(&token).await);
    let elsewhere = call("POST", "/auth/session")
        .basic(USER, OLD)
        .from("198.51.100.7:1");
    assert_eq!(world.send(elsewhere).await.status, 200);
    world.hand.turn(Duration::HOUR);
    world.johns_session().await;
}

async fn names_are_counted_alike(db: PgPool, conceal: bool) {
    let limits = Limits {
        recovery_per_identifier: THREE,
        ..generous()
    };
    let setting = Setting {
        limits,
        ..with(&format!("[cyclos]\nconceal_unknown = {conceal}\n"))
    };
    let world = World::with(db, setting).await;
    for user in [
        "johndoe",
        "nobody",
        "nobody@domain.example",
        "Disabled",
        "987654321",
    ] {
        let (link, code) = (
            json!({"user": user}),
            json!({"user": user, "sendMedium": "email"}),
        );
        for form in [&link, &code, &link] {
            let status = world.forgot(form).await.status.as_u16();
            assert!([200, 204, 404].contains(&status), "{status}");
        }
        is_one_too_many(&world.forgot(&link).await);
        is_one_too_many(&world.forgot(&json!({"user": user.to_uppercase()})).await);
    }
    world.post().await;
    world.hand.turn(Duration::HOUR);
    world.forgot(&json!({"user": USER})).await.is_empty(204);
    world.post().await;
}

/// names are counted alike, known or not, under whichever form asks.
#[rekey_test::on_a_database]
async fn r_06_requests_by_name(db: PgPool) {
    names_are_counted_alike(db, true).await;
}

/// R-06, also where the tenant reveals.
#[rekey_test::on_a_database]
async fn r_06_requests_by_name_where_names_are_revealed(db: PgPool) {
    names_are_counted_alike(db, false).await;
}

/// By address and by tenant.
#[rekey_test::on_a_database]
async fn d_36_requests_by_address(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = THREE).await;
    for user in [USER, "nobody", "Ezra"] {
        world.forgot(&json!({"user": user})).await.is_empty(204);
    }
    is_one_too_many(&world.forgot(&json!({"user": USER})).await);
    is_one_too_many(&world.forgot(&json!({"user": "nobody"})).await);
    let body = json!({"user": USER});
    let elsewhere = call("POST", "/auth/forgotten-password/request").from("198.51.100.7:1");
    world.send(elsewhere.json(&body)).await.is_empty(204);
    world.post().await;
}

/// One-time codes by account, whichever medium and credentials.
#[rekey_test::on_a_database]
async fn d_36_codes_by_account(db: PgPool) {
    let limits = Limits {
        codes_per_account: THREE,
        ..generous()
    };
    let setting = Setting {
        limits,
        ..with(&types(&[CODE], "secondary = \"code\""))
    };
    let world = World::with(db, setting).await;
    for medium in ["email", "sms", "email"] {
        let token = world.johns_session().await;
        assert_eq!(world.send(otp(medium).session(&token)).await.status, 200);
    }
    let token = world.johns_session().await;
    for medium in ["email", "sms"] {
        is_one_too_many(&world.send(otp(medium).session(&token)).await);
    }
    let ezra = world.session_of("Ezra", OLD).await;
    assert_eq!(world.send(otp("email").session(&ezra)).await.status, 200);
    world.post().await;
    assert_eq!(world.texts.texts().len(), 1);
}

/// Tries at recovery codes count as sign-ins of their address do.
#[rekey_test::on_a_database]
async fn d_36_code_tries_by_address(db: PgPool) {
    let world = World::limited(db, |limits| limits.login_per_address = THREE).await;
    for user in ["a", "b", "c"] {
        let reply = world
            .data_for_change(&format!("user={user}&code=12345678"))
            .await;
        reply.is_of_type(&world, "invalidPassword", "login");
    }
    is_one_too_many(&world.data_for_change("user=d&code=12345678").await);
}

/// D-36: a full hashing queue is 503; nothing was evaluated, and nothing is counted. (P-11.)
#[rekey_test::on_a_database]
async fn d_36_a_full_hashing_queue(db: PgPool) {
    let many = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmax_tries = 100\n";
    let setting = Setting {
        queue: 1,
        ..with(many)
    };
    let world = World::with(db, setting).await;
    let failures = async || {
        let query = "select failures::bigint from password join account using (tenant_id, account_id) \
                     where login = 'JohnDoe'";
        world.count(query).await
    };
    let crowd = Crowd::before(&world.hasher);
    let mut busy = 0;
    for _ in 0..90 {
        let before = failures().await;
        let reply = world.sign_in(USER, WRONG).await;
        let counted = failures().await - before;
        if reply.status == 503 {
            reply.is(503, &general());
            assert_eq!(reply.header("retry-after"), Some("1"));
            assert_eq!(counted, 0);
            busy += 1;
        } else {
            reply.is_code(401, "login");
            assert_eq!(counted, 1);
        }
    }
    crowd.leave().await;
    assert!(busy > 0, "the queue was never full");
}
