//! Whether the service says that it can do its work.

use serde_json::json;
use sqlx::PgPool;

use crate::harness::{Call, World};

/// While every connection is in use, and stays so, the server asks to be left alone; when one comes
/// free it is ready again. (O-04.)
#[rekey_test::on_a_database]
async fn a_server_without_a_free_connection_is_not_ready(db: PgPool) {
    let world = World::new(db.clone()).await;
    let ready = async || {
        let reply = world.send(Call::new("GET", "/health/ready")).await;
        (reply.status.as_u16(), reply.json())
    };
    let (status, body) = ready().await;
    assert_eq!((status, &body["status"]), (200, &json!("ready")));
    let most = db.options().get_max_connections();
    assert_eq!(body["pool"]["max"], most);
    assert_eq!(body["pool"]["waiting"], 0);
    assert_eq!(body["mail"], json!({ "waiting": 0, "due": 0, "dead": 0 }));

    let mut taken = Vec::new();
    for _ in 0..most {
        taken.push(db.acquire().await.unwrap());
    }
    let (status, body) = ready().await;
    assert_eq!(
        (status, &body["status"]),
        (503, &json!("every connection is in use"))
    );
    assert_eq!(
        (&body["pool"]["open"], &body["pool"]["idle"]),
        (&json!(most), &json!(0))
    );
    taken.pop();
    assert_eq!(ready().await.0, 200);
}
