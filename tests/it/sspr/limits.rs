//! Row 4 and D19: limits, driven by request data only.

use rekey::recovery::Limits;
use sqlx::PgPool;
use time::Duration;

use super::{OPERATIONS, about, minimal, path};
use crate::harness::world::{Setting, TENANT, generous, hourly};
use crate::harness::{Call, Reply, World};

fn is_one_too_many(reply: &Reply, wait: &str) {
    reply.is_refused(429, "TOOMANYREQUESTS", "Too many requests");
    assert_eq!(
        reply.header("retry-after"),
        Some(wait),
        "an accurate number of seconds"
    );
}

/// Row 4, R-06 and wish 3: known, unknown, disabled and blocked identifiers are counted alike.
/// (R-05, H-03.)
#[rekey_test::on_a_database]
async fn row_4_an_identifier_over_its_limit_known_or_not(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(3)).await;
    for login in ["JohnDoe", "Nobody", "Disabled", "Blocked", "Ezra"] {
        let mut said = Vec::new();
        for _ in 0..5 {
            let body = about("resetPasswordRequest", login);
            let reply = world.sspr("resetPasswordRequest", &body).await;
            said.push((
                reply.status.as_u16(),
                reply.header("retry-after").map(str::to_owned),
            ));
        }
        let wait = Some("3600".to_owned());
        let refused = (429, wait);
        let wanted = [
            (204, None),
            (204, None),
            (204, None),
            refused.clone(),
            refused,
        ];
        assert_eq!(said, wanted, "{login}");
    }
    let spelled = about("resetPasswordRequest", " johndoe ");
    is_one_too_many(&world.sspr("resetPasswordRequest", &spelled).await, "3600");
}

/// Row 4: a wait that was told is long enough.
#[rekey_test::on_a_database]
async fn row_4_after_the_wait_it_works_again(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(1)).await;
    let ask = || async {
        world
            .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
            .await
    };
    ask().await.is_done();
    world.hand.turn(Duration::milliseconds(1_500));
    is_one_too_many(&ask().await, "3599");
    world.hand.turn(Duration::seconds(3_598));
    is_one_too_many(&ask().await, "1");
    world.hand.turn(Duration::SECOND);
    ask().await.is_done();
}

/// Row 4: the caller's address is counted before the body is read, so a broken body counts too;
/// L24: a header from a stranger changes nothing, an IPv6 customer is one address. (R-05.)
#[rekey_test::on_a_database]
async fn row_4_an_address_over_its_limit(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = hourly(2)).await;
    let body = minimal("sendUsernames");
    let call = |peer: &str| world.sspr_call("sendUsernames", &body).from(peer);
    world.send(call("198.51.100.1:1")).await.is_done();
    let broken = Call::new("POST", path("sendUsernames"))
        .header("authorization", world.key.reveal())
        .from("198.51.100.1:2");
    assert_eq!(world.send(broken).await.status, 400);
    let forged = call("198.51.100.1:3").header("x-forwarded-for", "203.0.113.9");
    is_one_too_many(&world.send(forged).await, "3600");
    world.send(call("198.51.100.2:1")).await.is_done();
    for (peer, status) in [
        ("[2001:db8:1:2::1]:1", 204),
        ("[2001:db8:1:2:ffff::9]:1", 204),
    ] {
        assert_eq!(world.send(call(peer)).await.status, status);
    }
    is_one_too_many(&world.send(call("[2001:db8:1:2:7::1]:1")).await, "3600");
    world.send(call("[2001:db8:1:3::1]:1")).await.is_done();
}

/// Row 4 on the path that asks least: calls without a key are counted by address and tenant too.
#[rekey_test::on_a_database]
async fn row_4_calls_without_a_key_are_counted(db: PgPool) {
    let tenant = format!("{TENANT}\n[sspr]\nanonymous = true\n");
    let limits = Limits {
        recovery_per_address: hourly(1),
        recovery_per_tenant: hourly(2),
        ..generous()
    };
    let world = World::with(
        db,
        Setting {
            tenant,
            limits,
            ..Setting::default()
        },
    )
    .await;
    let call = |peer: &str| {
        Call::new("POST", path("sendUsernames"))
            .json(&minimal("sendUsernames"))
            .from(peer)
    };
    world.send(call("198.51.100.1:1")).await.is_done();
    is_one_too_many(&world.send(call("198.51.100.1:2")).await, "3600");
    world.send(call("198.51.100.2:1")).await.is_done();
    is_one_too_many(&world.send(call("198.51.100.3:1")).await, "3600");
}

/// Row 4: a window that a clock far ahead opened closes nobody out once the clock is right again.
#[rekey_test::on_a_database]
async fn a_clock_that_was_ahead_leaves_no_endless_wait(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(1)).await;
    let body = minimal("resetPasswordRequest");
    world.hand.turn(Duration::days(1_000));
    world.sspr("resetPasswordRequest", &body).await.is_done();
    world.hand.turn(Duration::days(-1_000));
    world.sspr("resetPasswordRequest", &body).await.is_done();
    is_one_too_many(&world.sspr("resetPasswordRequest", &body).await, "3600");
}

/// Row 4: the tenant as a whole. (R-05.)
#[rekey_test::on_a_database]
async fn row_4_a_tenant_over_its_limit(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_tenant = hourly(2)).await;
    for (number, login) in ["JohnDoe", "Ezra", "Nobody"].into_iter().enumerate() {
        let call = world
            .sspr_call(
                "resetPasswordRequest",
                &about("resetPasswordRequest", login),
            )
            .from(&format!("198.51.100.{number}:1"));
        let reply = world.send(call).await;
        if number < 2 {
            reply.is_done();
        } else {
            is_one_too_many(&reply, "3600");
        }
    }
}

/// Operations that mail nothing count against no limit: whoever completes a recovery is not kept
/// out by those who asked for one from the same address.
#[rekey_test::on_a_database]
async fn a_token_can_be_used_while_the_address_is_over_its_limit(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_address = hourly(1)).await;
    let token = world.reset_token().await;
    for operation in OPERATIONS {
        let is_free = matches!(
            operation,
            "resetPassword" | "unlockAccount" | "validateToken"
        );
        let reply = world.sspr(operation, &minimal(operation)).await;
        if is_free {
            reply.is_a_dead_token();
        } else {
            is_one_too_many(&reply, "3600");
        }
    }
    world.spend("resetPassword", &token).await.is_done();
}

/// the whole server's letters; what is over waits and is not lost.
#[rekey_test::on_a_database]
async fn r_05_letters_over_the_budget_wait(db: PgPool) {
    let world = World::limited(db, |limits| limits.mail_per_server = hourly(2)).await;
    for login in ["JohnDoe", "Blocked", "NoPassword", "Nobody"] {
        let body = about("resetPasswordRequest", login);
        world.sspr("resetPasswordRequest", &body).await.is_done();
    }
    assert_eq!(world.post().await.len(), 2);
    world.hand.turn(Duration::HOUR);
    assert_eq!(world.post().await.len(), 1);
    assert_eq!(world.count("select count(*) from job").await, 0);
}

/// L-05, L10 and L24: requests at the same instant, each from an address of its own, are counted
/// one by one.
#[rekey_test::on_a_database]
async fn l10_a_burst_gets_no_more_than_the_limit(db: PgPool) {
    let world = World::limited(db, |limits| limits.recovery_per_identifier = hourly(5)).await;
    let body = minimal("resetPasswordRequest");
    let calls = (0..200).map(|number| {
        let call = world.sspr_call("resetPasswordRequest", &body);
        world.send(call.from(&format!("198.51.100.{number}:1")))
    });
    let replies = futures::future::join_all(calls).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 204).count(),
        5
    );
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 429).count(),
        195
    );
    assert_eq!(world.count("select count(*) from job").await, 5);
}
