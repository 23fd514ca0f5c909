//! Row 1 and design.md, section 2: what an answer tells of an account, and what it does not.

use serde_json::json;
use sqlx::PgPool;
use tracing_subscriber::layer::SubscriberExt as _;

use super::{EMAIL, call, with};
use crate::harness::World;
use crate::harness::seen::{Statements, seen};

const EMAILS: [&str; 8] = [
    EMAIL,
    "nobody@domain.example",
    "disabled@domain.example",
    "pending@domain.example",
    "blocked@domain.example",
    "neighbour@domain.example",
    "not an address",
    "JohnDoe",
];

/// a tenant that conceals answers everybody alike, by the same statements, and looks nobody
/// up; only accounts get letters.
#[rekey_test::on_a_database]
async fn row_1_a_tenant_that_conceals_looks_nobody_up(db: PgPool) {
    let world = World::with(db, with("[turbosmtp]\nconceal_unknown = true\n")).await;
    world.neighbour().await;
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut first = None;
    for email in EMAILS {
        let call = || call("POST", "forgot-password").json(&json!({"email": email}));
        // The first call of a kind prepares its statements; measured is the second.
        world.send(call()).await.is_success();
        statements.take();
        let hashes = world.hasher.computed();
        let reply = world.send(call()).await;
        let executed = statements.take();
        assert!(!executed.is_empty(), "statements are seen at all");
        assert!(!executed.iter().any(|sql| sql.contains("from account")));
        assert!(!executed.iter().any(|sql| sql.contains("from identifier")));
        assert_eq!(world.hasher.computed(), hashes);
        let now = (seen(&reply), executed);
        assert_eq!(first.get_or_insert_with(|| now.clone()), &now, "{email}");
    }
    let letters = world.post().await;
    assert_eq!(letters.len(), 4, "to JohnDoe and Blocked, twice each");
    for letter in letters {
        let to = letter.to.as_str();
        assert!([EMAIL, "blocked@domain.example"].contains(&to), "{to}");
    }
}

/// Profile `hardened` conceals without being told.
#[rekey_test::on_a_database]
async fn the_hardened_profile_conceals(db: PgPool) {
    use crate::harness::world::{Setting, TENANT};
    let setting = Setting {
        tenant: TENANT.replace("[mail]", "profile = \"hardened\"\n[mail]"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    world.ask("nobody@domain.example").await.is_success();
    assert!(world.post().await.is_empty());
}

/// The contract's own exception, by name: where unknown addresses are told, they are told apart by
/// status and message only.
#[rekey_test::on_a_database]
async fn the_exception_is_the_404_of_forgot_password(db: PgPool) {
    let world = World::new(db).await;
    let (known, unknown) = (
        world.ask(EMAIL).await,
        world.ask("nobody@domain.example").await,
    );
    known.is_success();
    unknown.says(404, "email_not_found");
    let names = |reply: &crate::harness::Reply| -> Vec<String> {
        reply.headers.keys().map(ToString::to_string).collect()
    };
    assert_eq!(names(&known), names(&unknown));
    world.post().await;
}
