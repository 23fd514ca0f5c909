//! A restored copy revives nothing that was used up since (docs/operations.md, "Backups").

use rekey::operator::Settled;
use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use crate::harness::{Call, World};
use crate::turbosmtp::{EMAIL, OLD};
use crate::{sspr, turbosmtp};

/// Links, sign-ins and sessions end, in one step, in every tenant; what operators made stays. It is in
/// the trail of each tenant, also of one where there was nothing to end: what its trail had is gone too. (L12.)
#[rekey_test::on_a_database]
async fn what_a_copy_revives_is_ended(db: PgPool) {
    let world = World::new(db).await;
    let neighbour = world.neighbour().await;
    let reset = world.reset_token().await;
    let unlock = world.unlock_token().await;
    let theirs = sspr::minimal("resetPasswordRequest")
        .to_string()
        .replace("demo", "other");
    let theirs = Call::new("POST", sspr::path("resetPasswordRequest"))
        .header("authorization", neighbour.reveal())
        .header("content-type", "application/json")
        .body(theirs);
    world.send(theirs).await.is_done();
    world.post().await;
    let sign_in = world.turbo_key(EMAIL, OLD).await;
    let client = world
        .operator
        .create_access_client(&world.tenant, "JohnTwo", None)
        .await
        .unwrap();
    let client = client.secret.reveal();
    let cyclos = |method, path| Call::new(method, path).header("host", "demo.localhost");
    let open = cyclos("POST", "/api/auth/session").header("access-client-token", client);
    let session = world.send(open).await.json()["sessionToken"].clone();
    let session = session.as_str().unwrap();

    let settled = world.operator.settle_restored().await.unwrap();
    let expected = Settled {
        tokens: 3,
        codes: 0,
        sessions: 1,
        keys: 1,
    };
    assert_eq!(settled, expected);
    for token in [&reset, &unlock] {
        let body = sspr::with_token("validateToken", token);
        world.sspr("validateToken", &body).await.is_a_dead_token();
    }
    assert!(!world.is_live(&sign_in).await);
    let auth = |name, token: &str| cyclos("GET", "/api/auth").header(name, token);
    assert_eq!(world.send(auth("session-token", session)).await.status, 401);
    assert_eq!(
        world.send(auth("access-client-token", client)).await.status,
        200
    );
    let update = turbosmtp::update(&reset, "Remembered-2027");
    assert_ne!(world.update(&update).await.status, 200);

    world.hand.turn(Duration::SECOND);
    assert_eq!(
        world.operator.settle_restored().await.unwrap(),
        Settled::default()
    );
    let written: Vec<serde_json::Value> = sqlx::query_scalar(
        "select detail from audit_event where action = 'database.restored' order by tenant_id, event_id",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    let event = |tokens, sessions, keys| json!({"tokens": tokens, "codes": 0, "sessions": sessions, "keys": keys});
    let nothing = || event(0, 0, 0);
    assert_eq!(
        written,
        [event(2, 1, 1), nothing(), event(1, 0, 0), nothing()]
    );
}
