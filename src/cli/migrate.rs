//! `rekey migrate`

use serde_json::json;

use super::output::Output;
use super::setup::Opened;
use super::{Failure, Global, secrets, setup};
use crate::config::Config;
use crate::operator::{Clash, CleanedNames};
use crate::store;

pub(super) async fn run(global: &Global, output: Output) -> Result<(), Failure> {
    let config = setup::config(global)?;
    let opened = Opened::join(&config).await?;
    let done = match opened.migrate().await {
        Ok(()) => names(&config, &opened).await,
        Err(failure) => Err(failure),
    };
    opened.close().await?;
    let names = done?;
    let newest = store::MIGRATOR
        .iter()
        .map(|migration| migration.version)
        .max();
    let mut said = vec!["The schema is up to date.".to_owned()];
    if let Some(CleanedNames { cleaned, clashes }) = &names {
        if *cleaned > 0 {
            said.push(format!("Names that were cleaned: {cleaned}."));
        }
        said.extend(clashes.iter().map(Clash::to_string));
    }
    let value = json!({ "version": newest, "names": names });
    output.answer(&value, said.join("\n"));
    Ok(())
}

/// Brings the stored names under the rules of this version. That is written into the audit trail, which takes a
/// secret key: where this command has none, the first server does it.
async fn names(config: &Config, opened: &Opened) -> Result<Option<CleanedNames>, Failure> {
    if secrets::read_all(config).is_err() {
        return Ok(None);
    }
    let operator = setup::bare_operator(config, opened.db.clone())?;
    operator.check_keyring().await?;
    Ok(Some(operator.clean_names().await?))
}
