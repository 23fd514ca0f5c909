//! `rekey migrate`

use serde_json::json;

use super::output::Output;
use super::setup::Opened;
use super::{Failure, Global, setup};
use crate::store;

pub(super) async fn run(global: &Global, output: Output) -> Result<(), Failure> {
    let config = setup::config(global)?;
    let opened = Opened::join(&config).await?;
    let done = opened.migrate().await;
    opened.close().await?;
    done?;
    let newest = store::MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max();
    output.answer(&json!({ "version": newest }), "The schema is up to date.");
    Ok(())
}
