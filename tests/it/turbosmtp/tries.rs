//! Wrong tries, which count together wherever they are made (design.md, section 2).

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{EMAIL, NEW, OLD, change, login, update};
use crate::harness::world::Setting;
use crate::harness::{Crowd, World};

const WRONG: &str = "Wrong-Password-1";

/// L10: of 200 wrong tries at one instant no more than `max_tries` are evaluated, and then the right
/// password is refused until the block ends.
#[rekey_test::on_a_database]
async fn l10_two_hundred_parallel_tries_are_evaluated_five_times(db: PgPool) {
    let world = World::new(db).await;
    let body = login(EMAIL, WRONG);
    let before = world.hasher.computed();
    for reply in join_all((0..200).map(|_| world.authorize(&body))).await {
        reply.says(403, "wrong_credentials_specified");
    }
    let evaluated = "select count(*) from audit_event where action = 'account.signed-in' \
                     and outcome = 'wrong password'";
    assert_eq!(world.count(evaluated).await, 5);
    assert_eq!(world.hasher.computed() - before, 200, "each costs one hash");
    let right = login(EMAIL, OLD);
    let reply = world.authorize(&right).await;
    reply.says(403, "wrong_credentials_specified");
    world.hand.turn(Duration::minutes(15) - Duration::SECOND);
    let reply = world.authorize(&right).await;
    reply.says(403, "wrong_credentials_specified");
    world.hand.turn(Duration::SECOND);
    world.turbo_key(EMAIL, OLD).await;
}

/// Tries at sign-in and at `current_password` share one count; a right one clears it. (P-12.)
#[rekey_test::on_a_database]
async fn tries_of_both_operations_count_together(db: PgPool) {
    let world = World::new(db).await;
    let key = world.turbo_key(EMAIL, OLD).await;
    let sign_in = || async {
        let reply = world.authorize(&login(EMAIL, WRONG)).await;
        reply.says(403, "wrong_credentials_specified");
    };
    let guess = || async {
        let reply = world.change(&key, &change(WRONG, NEW)).await;
        reply.says(403, "password_is_invalid");
    };
    for _ in 0..2 {
        sign_in().await;
        guess().await;
    }
    world.turbo_key(EMAIL, OLD).await;
    for _ in 0..2 {
        sign_in().await;
        guess().await;
    }
    guess().await;
    let closed = world.change(&key, &change(OLD, NEW)).await;
    closed.says(403, "password_is_invalid");
    let reply = world.authorize(&login(EMAIL, OLD)).await;
    reply.says(403, "wrong_credentials_specified");
    assert!(world.is_live(&key).await, "a block ends no key");

    let token = world.turbo_token().await;
    world.update(&update(&token, NEW)).await.is_success();
    world.post().await;
    world.turbo_key(EMAIL, NEW).await;
}

/// A try that nobody had time to evaluate is not counted: being busy locks nobody out.
#[rekey_test::on_a_database]
async fn a_try_that_was_not_evaluated_is_taken_back(db: PgPool) {
    let many = "[[password_type]]\ninternal_name = \"login\"\naccess = true\nmax_tries = 100\n";
    let world = World::with(
        db,
        Setting {
            queue: 1,
            ..super::with(many)
        },
    )
    .await;
    let failures = async || {
        let query = "select failures::bigint from password join account using (tenant_id, account_id) \
                     where login = 'JohnDoe'";
        world.count(query).await
    };
    let crowd = Crowd::before(&world.hasher);
    let mut busy = 0;
    for _ in 0..90 {
        let before = failures().await;
        let reply = world.authorize(&login(EMAIL, "Wrong-password-1")).await;
        let counted = failures().await - before;
        if reply.status == 503 {
            reply.says(503, "service_unavailable");
            assert_eq!(reply.header("retry-after"), Some("1"));
            assert_eq!(counted, 0, "nothing was evaluated");
            busy += 1;
        } else {
            reply.says(403, "wrong_credentials_specified");
            assert_eq!(counted, 1);
        }
    }
    crowd.leave().await;
    assert!(busy > 0, "the queue was never full");
}

/// A caller who hangs up leaves no right password counted as a wrong one.
#[rekey_test::on_a_database]
async fn hanging_up_counts_no_right_password_as_wrong(db: PgPool) {
    let world = World::new(db).await;
    let body = login(EMAIL, OLD);
    for _ in 0..20 {
        let call = world.authorize(&body);
        // Polled a few times, so that it gets as far as counting, and then dropped.
        let _ = tokio::time::timeout(std::time::Duration::from_millis(4), call).await;
    }
    world.turbo_key(EMAIL, OLD).await;
}

/// Pages that an import filled have room for what tries change: a row stays where the indexes know it.
#[rekey_test::on_a_database]
async fn tries_leave_a_password_on_its_page(db: PgPool) {
    let world = World::new(db).await;
    let hash = world.hash_of("JohnDoe").await.unwrap();
    let person = |number: usize| {
        let person = json!({
            "login": format!("person-{number}"),
            "email": format!("person-{number}@domain.example"),
            "passwords": {"login": {"hash": hash}},
        });
        format!("{person}\n")
    };
    world
        .import(&(0..200).map(person).collect::<String>())
        .await;
    let page = async || {
        let query = "select (password.ctid::text::point)[0]::bigint \
                     from password join account using (tenant_id, account_id) \
                     where login = 'person-20'";
        world.count(query).await
    };
    let before = page().await;
    let email = "person-20@domain.example";
    for password in [WRONG, WRONG, OLD] {
        world.authorize(&login(email, password)).await;
    }
    world.turbo_key(email, OLD).await;
    assert_eq!(page().await, before);
    let last = "select max((ctid::text::point)[0])::bigint from password";
    let last = world.count(last).await;
    assert!(before < last, "its page was not filled");
}
