//! What is asked of the database together with others is answered to each alone (docs/decisions/0062).

use futures::future::join_all;
use rekey::domain::key::Kind;
use rekey::store;
use serde_json::json;
use sqlx::PgPool;

use crate::harness::{Call, World};
use crate::sspr::{minimal, with_token};

const DAMAGED: &str = "update tenant set settings = settings - 'name' where code = 'other'";

fn of_host(host: &str) -> Call {
    Call::new("GET", "/api/auth/data-for-login").header("host", host)
}

#[rekey_test::on_a_database]
async fn each_hears_of_their_own_tenant_and_a_damaged_one_harms_no_other(db: PgPool) {
    let world = World::new(db).await;
    world.neighbour().await;
    let ask = || {
        let hosts = ["demo.localhost", "o.localhost", "nowhere.localhost"];
        join_all(
            (0..60)
                .map(move |number| hosts[number % 3])
                .map(async |host| {
                    let reply = world.send(of_host(host)).await;
                    (host, reply.status.as_u16())
                }),
        )
    };
    let expected = |other: u16| {
        move |(host, status): (&str, u16)| match host {
            "demo.localhost" => assert_eq!(status, 200),
            "o.localhost" => assert_eq!(status, other),
            _ => assert_eq!(status, 404),
        }
    };
    ask().await.into_iter().for_each(expected(200));
    world.sql(DAMAGED).await;
    ask().await.into_iter().for_each(expected(500));
    // Nor does a damaged default tenant, where a host has one of its own.
    let mut db = world.db.acquire().await.unwrap();
    let hosts = ["demo.localhost"];
    let found = store::tenant::find_by_hosts(&mut db, &hosts, Some("other")).await;
    assert_eq!(found.unwrap()[0].tenant.settings.code, "demo");
    let hosts = ["nowhere.localhost"];
    let found = store::tenant::find_by_hosts(&mut db, &hosts, Some("other")).await;
    assert!(found.is_err(), "it leads to the damaged one");
}

/// A key that is revoked is dead for the very next request, however many ask (docs/decisions/0008).
#[rekey_test::on_a_database]
async fn keys_and_tokens_are_told_apart_and_die_at_once(db: PgPool) {
    let world = World::new(db).await;
    let token = world.reset_token().await;
    let neighbour = world.neighbour().await;
    let good = with_token("validateToken", &token);
    let mut wrong = good.clone();
    wrong["binUserSSPRtoken"] = json!("0".repeat(64));
    let ask = async |number: usize| {
        let call = |body| world.sspr_call("validateToken", body);
        match number % 3 {
            0 => (204, world.send(call(&good)).await),
            1 => (422, world.send(call(&wrong)).await),
            // The key of another tenant, which the body does not name.
            _ => {
                let body = minimal("validateToken");
                let call = Call::new("POST", "/rest/1/module/sspr/validateToken")
                    .header("authorization", neighbour.reveal())
                    .json(&body);
                (404, world.send(call).await)
            }
        }
    };
    for (status, reply) in join_all((0..60).map(ask)).await {
        assert_eq!(reply.status, status, "{}", reply.body);
    }
    let keys = world
        .operator
        .list_keys(&world.tenant, Some(Kind::Sspr))
        .await
        .unwrap();
    for key in keys {
        world
            .operator
            .revoke_key(&world.tenant, key.key_id)
            .await
            .unwrap();
    }
    let again =
        join_all((0..20).map(|_| world.send(world.sspr_call("validateToken", &good)))).await;
    assert!(again.iter().all(|reply| reply.status == 403));
}
