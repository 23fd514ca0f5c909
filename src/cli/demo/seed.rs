//! What the demo begins with: `config/demo/`.

use std::io::Cursor;

use crate::cli::Failure;
use crate::config;
use crate::domain::key::{KeySecret, Kind};
use crate::operator::{CreateKey, Operator};

const TENANT: &str = include_str!("../../../config/demo/tenant.toml");
const ACCOUNTS: &str = include_str!("../../../config/demo/accounts.jsonl");
/// What the demo's key is called, so that the next demo knows it again.
const NAME: &str = "demo";

/// Applies the demo tenant, imports its accounts as they were at first, and makes a fresh key.
pub(super) async fn plant(operator: &Operator) -> Result<KeySecret, Failure> {
    let file = config::tenant::parse("config/demo/tenant.toml", TENANT)?;
    let code = file.settings.code.clone();
    operator.apply_tenant(&file).await?;
    let tenant = operator.find_tenant(&code).await?;
    let mut mistakes = Vec::new();
    let mut note = |bad: crate::operator::BadLine| {
        mistakes.push(format!("line {}: {}", bad.line, bad.message));
    };
    operator
        .import_accounts(&tenant, Cursor::new(ACCOUNTS), &mut note)
        .await
        .map_err(|error| format!("{error}: {}", mistakes.join("; ")))?;
    for key in operator.list_keys(&tenant, Some(Kind::Sspr)).await? {
        if key.name.as_deref() == Some(NAME) && key.ended_at.is_none() {
            operator.revoke_key(&tenant, key.key_id).await?;
        }
    }
    let asked = CreateKey {
        kind: Kind::Sspr,
        name: Some(NAME),
        must_sign: false,
    };
    Ok(operator.create_key(&tenant, &asked).await?.secret)
}
