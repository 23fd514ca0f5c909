//! Limits on what may be asked for, over all dialects (docs/decisions/0031).

mod fields;
mod recording;
mod replicas;
mod waits;

use rekey::domain::identifier::Identifier;
use rekey::domain::token::Purpose;
use rekey::recovery::{LetterRequest, LimitError, Limits, Origin, Recovery};
use sqlx::PgPool;

use crate::harness::World;
use crate::harness::world::Setting;

pub async fn limited(db: PgPool, limits: Limits) -> World {
    let setting = Setting {
        limits,
        ..Setting::default()
    };
    World::with(db, setting).await
}

/// Asks a server for a reset link, without a dialect between.
pub async fn ask(
    recovery: &Recovery,
    world: &World,
    email: &str,
    address: &str,
) -> Result<(), LimitError> {
    let asked = LetterRequest {
        identifier: &Identifier::email(email).unwrap(),
        user_type: None,
        language: None,
        origin: &Origin::new(address.parse().unwrap(), "test".to_owned()),
    };
    recovery
        .asking
        .request_token(&world.tenant, Purpose::Reset, &asked)
        .await
}

/// How often a scope was counted, over all its windows.
pub async fn hits(world: &World, scope: &str) -> i64 {
    sqlx::query_scalar("select coalesce(sum(hits), 0)::bigint from throttle where scope = $1")
        .bind(scope)
        .fetch_one(&world.db)
        .await
        .unwrap()
}
