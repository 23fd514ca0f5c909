//! What a recovery leaves to be proven.

use serde_json::json;
use sqlx::PgPool;

use super::doors::Door;
use crate::cyclos::auth::{PIN, types};
use crate::cyclos::{USER, call, with};
use crate::harness::World;

/// S-04: whoever recovers the access password still has to give the second one, at every door: a
/// recovery neither changes it, nor lifts what wrong tries at it led to.
#[rekey_test::on_a_database]
async fn s_04_a_recovery_leaves_the_second_password_to_be_given(db: PgPool) {
    let file = with(&types(&[PIN], "secondary = \"pin\""));
    let world = World::with(db, file).await;
    world.give_pin().await;
    let second = "select md5(string_agg(p::text, ',')) from password p
        join password_type using (tenant_id, password_type_id) where not access";
    let before: String = sqlx::query_scalar(second)
        .fetch_one(&world.db)
        .await
        .unwrap();
    for (turn, door) in Door::ALL.into_iter().enumerate() {
        let token = world.reset_token().await;
        let password = format!("Remembered-{turn}-2027");
        assert!(door.sets(&world, &token, &password).await, "{door:?}");
        world.post().await;
        let session = world.session_of(USER, &password).await;
        let auth = world.auth(&session).await.json();
        assert_eq!(auth["pendingSecondaryPassword"], true, "{door:?}");
        let act = json!({"oldPassword": password, "newPassword": "Remembered-9-2027"});
        let change = call("POST", "/self/passwords/login/change").session(&session);
        let refused = world.send(change.json(&act)).await;
        assert_eq!(refused.status, 403, "{door:?}");
        let after: String = sqlx::query_scalar(second)
            .fetch_one(&world.db)
            .await
            .unwrap();
        assert_eq!(after, before, "{door:?}");
    }
    // Four wrong tries before, one after: the recovery between them gave no further ones.
    let session = world.session_of(USER, "Remembered-4-2027").await;
    for _ in 0..4 {
        world.second(&session, "0000").await;
    }
    let token = world.reset_token().await;
    assert!(Door::Sspr.sets(&world, &token, "Remembered-5-2027").await);
    let session = world.session_of(USER, "Remembered-5-2027").await;
    let last = world.second(&session, "0000").await;
    last.is_of_type(&world, "temporarilyBlocked", "pin");
}
