//! What comes twice at the same instant.

use futures::future::join_all;
use sqlx::PgPool;

use crate::harness::World;
use crate::harness::world::Setting;

/// A hundred resets of one token with a queue of the default length: one 204, 99 times 404, one
/// notice, one line in the trail. (T-04.)
#[rekey_test::on_a_database]
async fn a_hundred_resets_have_one_winner(db: PgPool) {
    let world = World::with(
        db,
        Setting {
            queue: 64,
            ..Setting::default()
        },
    )
    .await;
    let token = world.asked_token("example@domain.com").await;
    let calls = (0..100).map(|number| {
        let (world, token) = (&world, &token);
        async move { world.reset(token, &format!("Qwerty1234-{number}")).await }
    });
    let mut winners = Vec::new();
    for (number, reply) in join_all(calls).await.into_iter().enumerate() {
        if reply.status == 204 {
            winners.push(number);
        } else {
            reply.is_neutral(404);
        }
    }
    assert_eq!(winners.len(), 1);
    let password = format!("Qwerty1234-{}", winners[0]);
    assert!(world.is_password("JohnDoe", &password).await);
    assert_eq!(world.post().await.len(), 1, "one notice");
    let resets = "select count(*) from audit_event where action = 'password.reset'";
    assert_eq!(world.count(resets).await, 1);
}
