//! 8.4: the `confirmationPassword` header, on `DELETE /auth/access-client`.

use serde_json::json;
use sqlx::PgPool;
use time::Duration;

use super::{CODE, PIN, code_of, not, otp, types};
use crate::cyclos::{OLD, USER, call, with};
use crate::harness::{Reply, World};

const RIGHT: &str = "47110815";

async fn disconnect(world: &World, client: &str, header: Option<&str>) -> Reply {
    let call = call("DELETE", "/auth/access-client").client(client);
    let call = match header {
        Some(value) => call.header("confirmationPassword", value),
        None => call,
    };
    world.send(call).await
}

/// Rows 1 to 3 with a typed password, D-40: the last wrong try says that it closed it.
#[rekey_test::on_a_database]
async fn rows_1_to_3_a_typed_confirmation(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "confirmation = \"pin\""))).await;
    world.give_pin().await;
    let client = world.access_client(USER).await;
    let missing = json!({"code": "missingParameter", "name": "confirmationPassword"});
    for header in [None, Some(""), Some(" ")] {
        disconnect(&world, &client, header).await.is(422, &missing);
    }
    for _ in 0..4 {
        let reply = disconnect(&world, &client, Some(OLD)).await;
        reply.is_of_type(&world, "invalidPassword", "pin");
    }
    let last = disconnect(&world, &client, Some("0000")).await;
    last.is_of_type(&world, "temporarilyBlocked", "pin");
    let shut = disconnect(&world, &client, Some(RIGHT)).await;
    shut.is_of_type(&world, "temporarilyBlocked", "pin");
    world.hand.turn(Duration::minutes(15));
    disconnect(&world, &client, Some(RIGHT)).await.is_empty(200);
    let reply = disconnect(&world, &client, Some(RIGHT)).await;
    reply.is_code(401, "invalidAccessClient");
    let rows: Vec<String> = sqlx::query_scalar(
        "select outcome from audit_event where action = 'action.confirmed' order by event_id",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert_eq!(rows.last().map(String::as_str), Some("done"), "O-01");
    assert_eq!(rows.len(), 7);
}

/// Confirmed by the access password: its tries are those of signing in.
#[rekey_test::on_a_database]
async fn confirmed_by_the_access_password(db: PgPool) {
    let world = World::with(db, with(&types(&[], "confirmation = \"login\""))).await;
    let client = world.access_client(USER).await;
    let reply = disconnect(&world, &client, Some("wrong")).await;
    reply.is_of_type(&world, "invalidPassword", "login");
    for _ in 0..4 {
        world.sign_in(USER, "wrong").await.is_code(401, "login");
    }
    let reply = disconnect(&world, &client, Some(OLD)).await;
    reply.is_of_type(&world, "temporarilyBlocked", "login");
}

/// No password of that type, one that is disabled, and one that must be changed prove nothing.
#[rekey_test::on_a_database]
async fn what_proves_nothing(db: PgPool) {
    let pin = format!("{PIN}validity = \"1d\"\n");
    let world = World::with(db, with(&types(&[&pin], "confirmation = \"pin\""))).await;
    let client = world.access_client(USER).await;
    let reply = disconnect(&world, &client, Some(RIGHT)).await;
    reply.is_of_type(&world, "invalidPassword", "pin");
    world.give_pin().await;
    world.hand.turn(Duration::DAY);
    let reply = disconnect(&world, &client, Some(RIGHT)).await;
    reply.is_of_type(&world, "expiredPassword", "pin");
    world.sql("update password set standing = 'reset'").await;
    let reply = disconnect(&world, &client, Some(RIGHT)).await;
    reply.is_of_type(&world, "resetPassword", "pin");
    world
        .sql("update password set disabled_at = '2026-01-01Z'")
        .await;
    let reply = disconnect(&world, &client, Some(RIGHT)).await;
    reply.is_of_type(&world, "invalidPassword", "pin");
    assert_eq!(
        world
            .send(call("GET", "/auth").client(&client))
            .await
            .status,
        200
    );
}

/// Confirmed by a code: sent to the client's owner, good once.
#[rekey_test::on_a_database]
async fn confirmed_by_a_code(db: PgPool) {
    let world = World::with(db, with(&types(&[CODE], "confirmation = \"code\""))).await;
    let (client, other) = (
        world.access_client(USER).await,
        world.access_client(USER).await,
    );
    let reply = disconnect(&world, &client, Some("123456")).await;
    reply.is_of_type(&world, "invalidPassword", "code");
    assert_eq!(world.send(otp("email").client(&client)).await.status, 200);
    let code = code_of(&world.post().await);
    let reply = disconnect(&world, &client, Some(&not(&code))).await;
    reply.is_of_type(&world, "invalidPassword", "code");
    disconnect(&world, &client, Some(&code)).await.is_empty(200);
    let reply = disconnect(&world, &other, Some(&code)).await;
    reply.is_of_type(&world, "invalidPassword", "code");
}

/// Row 4: not required, it is ignored, whatever it says.
#[rekey_test::on_a_database]
async fn row_4_not_required_it_is_ignored(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    let hashes = world.hasher.computed();
    disconnect(&world, &client, Some("anything"))
        .await
        .is_empty(200);
    assert_eq!(world.hasher.computed(), hashes);
}

/// 8.7 comes first: whoever is no client is told so before any proof is asked for, and loses no try.
#[rekey_test::on_a_database]
async fn who_is_no_client_confirms_nothing(db: PgPool) {
    let world = World::with(db, with(&types(&[PIN], "confirmation = \"pin\""))).await;
    world.give_pin().await;
    let token = world.johns_session().await;
    let delete = || call("DELETE", "/auth/access-client").header("confirmationPassword", "0000");
    world
        .send(delete().session(&token))
        .await
        .is_code(403, "illegalAction");
    world
        .send(delete().basic(USER, OLD))
        .await
        .is_code(403, "illegalAction");
    world
        .send(delete())
        .await
        .is_code(401, "missingAuthorization");
    assert_eq!(
        world
            .count("select count(*) from password where failures > 0")
            .await,
        0
    );
}
