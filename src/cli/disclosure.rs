//! Saying at start who is told what recovery could hide.

use sqlx::PgPool;

use super::Failure;
use crate::domain::tenant::Settings;
use crate::store;

/// Logs each tenant's families that tell an unknown address from a known one.
pub(super) async fn log(db: &PgPool) -> Result<(), Failure> {
    let mut db = db.acquire().await?;
    for tenant in store::tenant::list(&mut db).await? {
        let settings = &tenant.settings;
        for family in revealing(settings) {
            tracing::info!(
                tenant = settings.code,
                family,
                "tells whether an address has an account"
            );
        }
    }
    Ok(())
}

fn revealing(settings: &Settings) -> impl Iterator<Item = &'static str> {
    let families = [
        ("clevermaps", settings.clevermaps.conceal_unknown),
        ("turbosmtp", settings.turbosmtp.conceal_unknown),
    ];
    families
        .into_iter()
        .filter_map(|(family, conceals)| (!conceals).then_some(family))
}
