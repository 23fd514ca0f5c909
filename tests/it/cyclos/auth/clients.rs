//! 8.7: access clients.

use futures::future::join_all;
use sqlx::PgPool;
use time::Duration;

use super::PIN;
use crate::cyclos::{LOGIN, NEW, OLD, USER, call, with};
use crate::harness::World;
use crate::turbosmtp;

async fn is_live(world: &World, client: &str) -> bool {
    let reply = world.send(call("GET", "/auth").client(client)).await;
    if reply.status == 200 {
        return true;
    }
    reply.is_code(401, "invalidAccessClient");
    false
}

/// Disconnected: dead for good, with every session it opened and no other.
#[rekey_test::on_a_database]
async fn a_disconnected_client_is_dead_with_its_sessions(db: PgPool) {
    let world = World::new(db).await;
    let (client, other) = (
        world.access_client(USER).await,
        world.access_client(USER).await,
    );
    let open = async |client: &str| {
        let reply = world
            .send(call("POST", "/auth/session").client(client))
            .await;
        reply.json()["sessionToken"].as_str().unwrap().to_owned()
    };
    let (its, others, typed) = (
        open(&client).await,
        open(&other).await,
        world.johns_session().await,
    );
    let delete = || call("DELETE", "/auth/access-client").client(&client);
    world.send(delete()).await.is_empty(200);
    world
        .send(delete())
        .await
        .is_code(401, "invalidAccessClient");
    assert!(!is_live(&world, &client).await);
    assert!(!world.is_signed_in(&its).await);
    assert!(is_live(&world, &other).await);
    assert!(world.is_signed_in(&others).await && world.is_signed_in(&typed).await);
}

/// A guest, a session and a password are no access client; nor is a token of another kind.
#[rekey_test::on_a_database]
async fn who_is_no_client(db: PgPool) {
    let world = World::new(db).await;
    let token = world.johns_session().await;
    let delete = || call("DELETE", "/auth/access-client");
    world
        .send(delete())
        .await
        .is_code(401, "missingAuthorization");
    world
        .send(delete().session(&token))
        .await
        .is_code(403, "illegalAction");
    world
        .send(delete().basic(USER, OLD))
        .await
        .is_code(403, "illegalAction");
    let sspr = world.key.reveal().to_owned();
    let turbo = world.turbo_key(turbosmtp::EMAIL, OLD).await;
    for foreign in [sspr.as_str(), &turbo, &token, "x"] {
        world
            .send(delete().client(foreign))
            .await
            .is_code(401, "invalidAccessClient");
    }
    // Nor is a client's token anything elsewhere.
    let client = world.access_client(USER).await;
    assert_eq!(world.said_of(&client).await.0, 401);
    world
        .send(call("GET", "/auth").session(&client))
        .await
        .is_code(401, "loggedOut");
}

/// Of ten that disconnect at one instant, one does.
#[rekey_test::on_a_database]
async fn disconnecting_at_once_has_one_winner(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    let calls = (0..10).map(|_| world.send(call("DELETE", "/auth/access-client").client(&client)));
    let replies = join_all(calls).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 200).count(),
        1
    );
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.is_code(401, "invalidAccessClient");
    }
}

/// D-18: revoked by an operator, or its owner out of use. It outlives a change of the password. (L16.)
#[rekey_test::on_a_database]
async fn d_18_what_ends_a_client(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    world.hand.turn(Duration::days(365));
    assert!(is_live(&world, &client).await, "it does not age");
    let key = world.recovery_key(USER).await;
    let body = serde_json::json!({"key": key, "newPassword": NEW});
    world.recover(&body).await.is_empty(204);
    world.post().await;
    assert!(is_live(&world, &client).await, "an operator made it");
    for status in ["blocked", "pending"] {
        let line = serde_json::json!({"login": USER, "status": status}).to_string();
        world.import(&line).await;
        assert!(!is_live(&world, &client).await, "{status}");
        world
            .import(r#"{"login":"JohnDoe","status":"active"}"#)
            .await;
        assert!(is_live(&world, &client).await);
    }
    let opened = world
        .send(call("POST", "/auth/session").client(&client))
        .await
        .json();
    let opened = opened["sessionToken"].as_str().unwrap().to_owned();
    let keys = world
        .operator
        .list_keys(&world.tenant, Some(rekey::domain::key::Kind::AccessClient));
    let key_id = keys.await.unwrap()[0].key_id;
    world
        .operator
        .revoke_key(&world.tenant, key_id)
        .await
        .unwrap();
    assert!(!is_live(&world, &client).await);
    assert!(
        !world.is_signed_in(&opened).await,
        "its sessions end with it"
    );

    let client = world.access_client(USER).await;
    world
        .import(r#"{"login":"JohnDoe","status":"disabled"}"#)
        .await;
    assert!(!is_live(&world, &client).await);
    world
        .import(r#"{"login":"JohnDoe","status":"active"}"#)
        .await;
    assert!(!is_live(&world, &client).await, "enabling revives none");
}

/// An access client never proved a password: neither its age nor a block restricts it. It is told all the same.
#[rekey_test::on_a_database]
async fn passwords_do_not_restrict_a_client(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    world
        .sql("update password set standing = 'reset', blocked_forever = true")
        .await;
    let auth = world
        .send(call("GET", "/auth").client(&client))
        .await
        .json();
    assert_eq!(
        auth["expiredPassword"], false,
        "it is blocked, before all else"
    );
    world
        .send(call("DELETE", "/auth/access-client").client(&client))
        .await
        .is_empty(200);
}

/// Whether passwords are expired or reset is told to whoever acts for their owner, a session of theirs too, in every
/// document that says who is signed in; it restricts none of them.
#[rekey_test::on_a_database]
async fn what_must_be_changed_is_told_to_whoever_acts(db: PgPool) {
    let more = format!("[cyclos]\nsecondary = \"pin\"\n{LOGIN}validity = \"30d\"\n{PIN}");
    let world = World::with(db, with(&more)).await;
    world.give_pin().await;
    let client = world.access_client(USER).await;
    let login = call("POST", "/auth/session").client(&client);
    let opened = world.send(login).await.json();
    assert_eq!(opened["expiredPassword"], false);
    let opened = opened["sessionToken"].as_str().unwrap().to_owned();
    for (standing, expired, second) in [
        ("update password set standing = 'reset'", true, true),
        ("update password set standing = 'set'", false, false),
        (
            "update password set set_at = set_at - interval '31 days'",
            true,
            false,
        ),
    ] {
        world.sql(standing).await;
        let told = [
            world
                .send(call("GET", "/auth").client(&client))
                .await
                .json(),
            world.auth(&opened).await.json(),
            world
                .send(call("POST", "/auth/session").client(&client))
                .await
                .json(),
            world
                .send(call("GET", "/ui/data-for-ui").client(&client))
                .await
                .json()["auth"]
                .clone(),
        ];
        for auth in told {
            assert_eq!(auth["expiredPassword"], expired, "{standing}");
            assert_eq!(auth["expiredSecondaryPassword"], second, "{standing}");
            assert_eq!(auth["pendingSecondaryPassword"], false);
        }
        let path = "/self/passwords/list-data";
        assert_eq!(
            world.send(call("GET", path).client(&client)).await.status,
            200
        );
        assert_eq!(
            world.send(call("GET", path).session(&opened)).await.status,
            200
        );
    }
}

/// S-03: a digest at rest.
#[rekey_test::on_a_database]
async fn s_03_only_digests_of_clients_are_stored(db: PgPool) {
    let world = World::new(db).await;
    let client = world.access_client(USER).await;
    let rows: Vec<String> = sqlx::query_scalar(
        "select t::text from api_key t union all select t::text from audit_event t",
    )
    .fetch_all(&world.db)
    .await
    .unwrap();
    assert!(rows.iter().any(|row| row.contains("access-client")));
    for row in rows {
        assert!(
            !row.contains(&client) && !row.contains(&hex::encode(&client)),
            "{row}"
        );
    }
}
