//! Decisions 1, 3 and 4 under `conceal_unknown`: an answer says nothing about an account.

use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{SEND, call, concealing};
use crate::harness::World;
use crate::harness::seen::{Statements, seen};
use crate::harness::world::Setting;

async fn concealed(db: PgPool) -> World {
    let tenant = concealing();
    World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await
}

/// Known, unknown, out of use, another tenant's, no address at all, and an empty string: the same
/// bytes, by the same statements, none of which reads an account. (R-01, R-02.)
#[rekey_test::on_a_database]
async fn d_1_every_address_gets_the_same_bytes_by_the_same_statements(db: PgPool) {
    let world = concealed(db).await;
    world.neighbour().await;
    let long = "x".repeat(60_000);
    let emails = [
        "example@domain.com",
        "nobody@domain.example",
        "disabled@domain.example",
        "pending@domain.example",
        "neighbour@domain.example",
        "@@",
        "",
        "a\u{7}b@domain.example",
        &long,
    ];
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut first = None;
    for email in emails {
        // The first call of a kind prepares its statements; measured is the second.
        world.ask_clevermaps(email).await.is_empty(201);
        statements.take();
        let reply = world.ask_clevermaps(email).await;
        let executed = statements.take();
        assert!(!executed.is_empty(), "statements are seen at all");
        let reads_accounts = |sql: &String| sql.contains("account") || sql.contains("identifier ");
        assert!(!executed.iter().any(reads_accounts), "{executed:?}");
        let now = (seen(&reply), executed);
        assert_eq!(
            first.get_or_insert_with(|| now.clone()),
            &now,
            "{email:.30}"
        );
    }
}

/// The switch hides; it does not break: the known one gets a letter, nobody else does.
#[rekey_test::on_a_database]
async fn d_1_only_the_known_get_mail(db: PgPool) {
    let world = concealed(db).await;
    for email in ["nobody@domain.example", "disabled@domain.example", "@@", ""] {
        world.ask_clevermaps(email).await.is_empty(201);
    }
    assert!(world.post().await.is_empty());
    let token = world.asked_token("example@domain.com").await;
    world.reset(&token, "Qwerty1234!").await.is_empty(204);
}

/// Decision 2 holds under the switch too: what is no request is said to be none.
#[rekey_test::on_a_database]
async fn d_2_a_broken_body_is_refused_all_the_same(db: PgPool) {
    let world = concealed(db).await;
    for body in ["", "{", "{}", r#"{"email":7}"#, r#"{"email":null}"#] {
        world
            .send(call("POST", SEND).body(body))
            .await
            .is_neutral(400);
    }
}

/// `profile = "hardened"` conceals without the switch.
#[rekey_test::on_a_database]
async fn a_hardened_tenant_conceals(db: PgPool) {
    let tenant = crate::harness::world::TENANT;
    let tenant = tenant.replacen("[mail]", "profile = \"hardened\"\n[mail]", 1);
    let world = World::with(
        db,
        Setting {
            tenant,
            ..Setting::default()
        },
    )
    .await;
    world
        .ask_clevermaps("nobody@domain.example")
        .await
        .is_empty(201);
    assert!(world.post().await.is_empty());
}

/// Decision 1, default: contract behaviour. Asking changes no account, whoever is asked for. (R-03.)
#[rekey_test::on_a_database]
async fn asking_changes_no_account(db: PgPool) {
    let world = World::new(db).await;
    let state = "select hashtextextended(string_agg(row, ','), 0) from (\
                 select account::text from account union all select password::text from password \
                 order by 1) as t(row)";
    let before = world.count(state).await;
    world
        .ask_clevermaps("example@domain.com")
        .await
        .is_empty(201);
    world
        .ask_clevermaps("nobody@domain.example")
        .await
        .is_neutral(404);
    world.post().await;
    assert_eq!(world.count(state).await, before);
}
