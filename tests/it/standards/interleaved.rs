//! Guesses while the secret is replaced.

use futures::future::join_all;
use serde_json::json;
use sqlx::PgPool;

use crate::cyclos::auth::{code_in, not};
use crate::cyclos::{NEW, OLD, USER};
use crate::harness::World;

/// L26: sixty guesses in flight while the code is asked for anew, over and over. The tries are counted
/// once for the account, whichever code they were made at: no more than five are evaluated, and
/// the newest code is then no good either.
#[rekey_test::on_a_database]
async fn l26_guesses_count_across_codes_that_replace_each_other(db: PgPool) {
    let world = World::new(db).await;
    let ask = json!({"user": USER, "sendMedium": "email"});
    let first = world.recovery_code(USER).await;
    let wrong = not(&first);
    let guess = async |number: usize| {
        let query = format!("user={USER}&code={wrong}");
        // Let each start at another moment of what the others do.
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        world.data_for_change(&query).await
    };
    let renew = async {
        for _ in 0..12 {
            assert_eq!(world.forgot(&ask).await.status, 200);
            while world.recovery.delivery.run_one_job().await.unwrap() {}
        }
    };
    let (replies, ()) = tokio::join!(join_all((0..60).map(guess)), renew);
    let evaluated = replies
        .iter()
        .filter(|reply| reply.body.contains("invalidPassword"))
        .count();
    assert_eq!(evaluated, 4, "and the fifth closes it");
    let letters = world.mailbox.letters();
    for letter in letters.iter().rev().take(2) {
        let code = code_in(&letter.content.text);
        let body = json!({"user": USER, "code": code, "newPassword": NEW});
        let reply = world.recover(&body).await;
        assert_ne!(reply.status, 204, "{}", reply.body);
    }
    assert!(world.is_password(USER, OLD).await);
}
