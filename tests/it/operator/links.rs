//! Links that an operator has sent.

use rekey::domain::token::Purpose;
use rekey::operator::SendLinkError;
use sqlx::PgPool;

use crate::harness::World;
use crate::harness::world::{Setting, generous};
use crate::turbosmtp::{EMAIL, OLD, login};

/// The owner gets a link that works; the operator learns the name of a job.
#[rekey_test::on_a_database]
async fn a_link_reaches_the_owner_and_nobody_else(db: PgPool) {
    let world = World::new(db).await;
    world
        .operator
        .send_link(&world.tenant, "JohnDoe", Purpose::Reset)
        .await
        .unwrap();
    let letters = world.post().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), EMAIL);
    let token = crate::harness::token_in(&letters[0]);
    let mut body = crate::sspr::with_token("resetPassword", &token);
    body["sPassword"] = "Remembered-2027".into();
    world.sspr("resetPassword", &body).await.is_done();
    let trail = world.trail("link.promised-by-operator").await;
    assert_eq!(trail.len(), 1);
    assert!(!trail[0].1.to_string().contains(&token));
    let named: i64 = world
        .count(
            "select count(*) from audit_event as mailed join audit_event as promised
            on mailed.request_id = promised.event_id::text
            where mailed.action = 'letter.sent' and promised.action = 'link.promised-by-operator'",
        )
        .await;
    assert_eq!(named, 1, "the letter leads back to who had it sent");
}

#[rekey_test::on_a_database]
async fn an_unlock_link_unlocks(db: PgPool) {
    let world = World::new(db).await;
    let idle = world
        .operator
        .send_link(&world.tenant, "JohnDoe", Purpose::Unlock)
        .await;
    assert!(!idle.unwrap().is_blocked);
    world.block().await;
    let promised = world
        .operator
        .send_link(&world.tenant, "JohnDoe", Purpose::Unlock)
        .await;
    assert!(promised.unwrap().is_blocked);
    let letters = world.post().await;
    let token = crate::harness::token_in(letters.last().unwrap());
    let body = crate::sspr::with_token("unlockAccount", &token);
    world.sspr("unlockAccount", &body).await.is_done();
    assert_eq!(world.authorize(&login(EMAIL, OLD)).await.status, 200);
}

/// Limits are for strangers.
#[rekey_test::on_a_database]
async fn links_of_operators_count_against_no_limit(db: PgPool) {
    let mut limits = generous();
    limits.recovery_per_identifier.times = 1;
    let setting = Setting {
        limits,
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    for _ in 0..3 {
        world
            .operator
            .send_link(&world.tenant, "JohnDoe", Purpose::Reset)
            .await
            .unwrap();
    }
    assert_eq!(world.post().await.len(), 3);
    let body = crate::sspr::minimal("resetPasswordRequest");
    assert_eq!(
        world.sspr("resetPasswordRequest", &body).await.status,
        204,
        "nothing was used up"
    );
}

/// Where the worker would find nobody to write to, the operator is told so and why, and no job waits.
#[rekey_test::on_a_database]
async fn where_nothing_would_be_sent_the_operator_is_told_why(db: PgPool) {
    let world = World::new(db).await;
    world
        .import(r#"{"login":"Nameless","email":"nameless@domain.example","identifiers":[]}"#)
        .await;
    world
        .sql(
            "update password set disabled_at = now() from account
            where account.account_id = password.account_id and login = 'Blocked'",
        )
        .await;
    let cases = [
        ("Disabled", "the account is disabled"),
        ("Pending", "the account is pending"),
        ("Mailless", "no e-mail address"),
        ("Nameless", "no name finds the account"),
        ("Blocked", "its access password is disabled"),
    ];
    for (login, why) in cases {
        for purpose in [Purpose::Reset, Purpose::Unlock] {
            let refused = world
                .operator
                .send_link(&world.tenant, login, purpose)
                .await;
            let said = refused.unwrap_err().to_string();
            assert!(
                said.starts_with("nothing would be sent: ") && said.contains(why),
                "{said}"
            );
        }
    }
    let unknown = world
        .operator
        .send_link(&world.tenant, "Nobody", Purpose::Reset)
        .await;
    assert!(matches!(unknown, Err(SendLinkError::Account(_))));
    assert_eq!(world.count("select count(*) from job").await, 0);
    assert_eq!(world.trail("link.promised-by-operator").await.len(), 0);
    let first = world
        .operator
        .send_link(&world.tenant, "NoPassword", Purpose::Reset)
        .await;
    first.unwrap();
    assert_eq!(world.post().await.len(), 1, "a first password may be set");
}
