//! Wrong sign-ins, which count before they are evaluated.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::cyclos::{EMAIL, OLD, PHONE, USER, WRONG, call};
use crate::harness::{Crowd, World};
use crate::turbosmtp;

const EVALUATED: &str = "select count(*) from audit_event where action = 'account.signed-in' \
                         and outcome = 'wrong password'";
const FAILURES: &str = "select failures::bigint from password join account using (tenant_id, \
                        account_id) where login = 'JohnDoe'";

/// L-03, L-05, L10: of 200 wrong sign-ins at one instant, from 200 addresses and under three names,
/// five are evaluated; the block holds, and the right password is refused until it ends.
#[rekey_test::on_a_database]
async fn l_05_two_hundred_parallel_sign_ins_are_evaluated_five_times(db: PgPool) {
    let world = World::new(db).await;
    let before = world.hasher.computed();
    let names = [USER, EMAIL, PHONE];
    let calls = (0..200).map(|number| {
        let call = if number % 2 == 0 {
            call("POST", "/auth/session")
        } else {
            call("GET", "/auth")
        };
        let peer = format!("198.51.100.{number}:1");
        world.send(call.basic(names[number % 3], WRONG).from(&peer))
    });
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    let mut told = 0;
    for reply in join_all(calls).await {
        assert_eq!(reply.status, 401);
        if reply.json() == blocked {
            told += 1;
        } else {
            reply.is_code(401, "login");
        }
    }
    assert_eq!(told, 195, "everybody after the fifth");
    assert_eq!(world.count(EVALUATED).await, 5);
    assert_eq!(world.count(FAILURES).await, 5);
    assert_eq!(world.hasher.computed() - before, 200, "each costs one hash");
    assert_eq!(world.count("select count(*) from session").await, 0);
    world.hand.turn(Duration::minutes(15) - Duration::SECOND);
    world.sign_in(USER, OLD).await.is(401, &blocked);
    world.hand.turn(Duration::SECOND);
    world.johns_session().await;
    assert_eq!(world.count(FAILURES).await, 0);
}

/// The same for a name that nobody has: the shadow's count goes no further either.
#[rekey_test::on_a_database]
async fn l_05_parallel_sign_ins_of_nobody(db: PgPool) {
    let world = World::new(db).await;
    let before = world.hasher.computed();
    let calls = (0..40).map(|_| world.sign_in("nobody", WRONG));
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    let replies = join_all(calls).await;
    let told = replies
        .iter()
        .filter(|reply| reply.json() == blocked)
        .count();
    assert_eq!(told, 35);
    assert_eq!(world.hasher.computed() - before, 40);
    assert_eq!(
        world
            .count("select failures::bigint from shadow_password")
            .await,
        5
    );
}

/// design.md, section 2: tries count together across dialects, and a right one clears them.
#[rekey_test::on_a_database]
async fn tries_count_together_across_dialects(db: PgPool) {
    let world = World::new(db).await;
    let guess = async |turbo: usize, basic: usize| {
        for _ in 0..turbo {
            world.authorize(&turbosmtp::login(EMAIL, WRONG)).await;
        }
        for _ in 0..basic {
            world.sign_in(USER, WRONG).await.is_code(401, "login");
        }
    };
    guess(2, 2).await;
    world.johns_session().await;
    guess(2, 3).await;
    let reply = world.sign_in(USER, OLD).await;
    reply.is(
        401,
        &json!({"code": "login", "passwordStatus": "temporarilyBlocked"}),
    );
    let reply = world.authorize(&turbosmtp::login(EMAIL, OLD)).await;
    reply.says(403, "wrong_credentials_specified");
}

/// A block closes the password and ends no session; unblocked by a mailbox, it opens again.
#[rekey_test::on_a_database]
async fn a_block_ends_no_session(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    for _ in 0..5 {
        world.sign_in(USER, WRONG).await;
    }
    assert!(world.is_signed_in(&token).await);
    assert_eq!(world.sign_in(USER, OLD).await.status, 401);
}

/// Hanging up early tells no name from another: a try that began is counted, whoever is asked for.
#[rekey_test::on_a_database]
async fn hanging_up_counts_alike(db: PgPool) {
    let world = World::new(db).await;
    for name in [USER, "nobody", "NoPassword"] {
        for _ in 0..5 {
            // Begun, and dropped at the first thing it waits for beyond the limits' database.
            let mut call = Box::pin(world.sign_in(name, WRONG));
            let begun = world.hasher.computed();
            while world.hasher.computed() == begun {
                let _ = futures::poll!(call.as_mut());
                tokio::task::yield_now().await;
            }
        }
        let settled = async || {
            let query = "select coalesce((select sum(failures) from password), 0)::bigint \
                         + coalesce((select sum(failures) from shadow_password), 0)::bigint";
            world.count(query).await
        };
        while settled().await % 5 != 0 {
            tokio::task::yield_now().await;
        }
        let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
        world.sign_in(name, WRONG).await.is(401, &blocked);
    }
}

/// A full queue takes no try from a name that nobody has, as it takes none from one that is known.
#[rekey_test::on_a_database]
async fn a_full_queue_counts_nothing_at_unknown_names(db: PgPool) {
    let setting = crate::harness::world::Setting {
        queue: 1,
        ..crate::harness::world::Setting::default()
    };
    let world = World::with(db, setting).await;
    let crowd = Crowd::before(&world.hasher);
    let count = async || {
        let query = "select coalesce(sum(failures), 0)::bigint from shadow_password";
        world.count(query).await
    };
    let mut refused = 0;
    for number in 0..90 {
        let before = count().await;
        let name = format!("nobody{number}");
        let reply = world.sign_in(&name, WRONG).await;
        let counted = count().await - before;
        refused += usize::from(reply.status == 503);
        if reply.status == 503 && counted == 1 {
            // A name that passes for one with a young password: what is typed there counts once, evaluated
            // or not (docs/decisions/0078).
            world.sign_in(&name, WRONG).await;
            assert_eq!(count().await - before, 1, "{name}");
            continue;
        }
        assert_eq!(counted == 0, reply.status == 503, "{}", reply.status);
    }
    crowd.leave().await;
    assert!(refused > 0, "the queue was never full");
}

/// D-10, R-06: a full queue opens nothing that is blocked, whether or not somebody has the name.
#[rekey_test::on_a_database]
async fn a_full_queue_opens_nothing(db: PgPool) {
    let setting = crate::harness::world::Setting {
        queue: 1,
        ..crate::harness::world::Setting::default()
    };
    let world = World::with(db, setting).await;
    let names = [USER, "nobody", "NoPassword"];
    for name in names {
        for _ in 0..5 {
            world.sign_in(name, WRONG).await;
        }
    }
    let crowd = Crowd::before(&world.hasher);
    for name in names {
        let mut refused = 0;
        for _ in 0..20 {
            refused += usize::from(world.sign_in(name, WRONG).await.status == 503);
        }
        assert!(refused > 0, "{name}: the queue was never full");
    }
    crowd.leave().await;
    let blocked = json!({"code": "login", "passwordStatus": "temporarilyBlocked"});
    for name in names {
        world.sign_in(name, WRONG).await.is(401, &blocked);
    }
}
