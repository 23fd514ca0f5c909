//! `rekey account disable`, `enable`, `sign-out` and `rename`

use serde_json::json;

use super::Whose;
use crate::cli::Failure;
use crate::cli::output::Output;
use crate::domain::account::AccountStatus;
use crate::domain::tenant::Tenant;
use crate::operator::{Ended, Operator};

pub(super) async fn disable(
    operator: &Operator,
    whose: &Whose,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let done = operator
        .disable_account(&tenant, login)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let was_disabled = done.was == AccountStatus::Disabled;
    let value = json!({
        "login": login,
        "status": AccountStatus::Disabled,
        "was": done.was,
        "sessions": done.ended.sessions,
        "keys": done.ended.keys,
    });
    let how = if was_disabled {
        "was disabled already"
    } else {
        "is disabled"
    };
    let line = format!("Account `{login}` {how}; ended {}.", count(done.ended));
    output.answer(&value, line);
    Ok(())
}

pub(super) async fn enable(
    operator: &Operator,
    whose: &Whose,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let was = operator
        .enable_account(&tenant, login)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let value = json!({ "login": login, "status": AccountStatus::Active, "was": was });
    let line = if was == AccountStatus::Active {
        format!("Account `{login}` was active already.")
    } else {
        format!(
            "Account `{login}` is active; it was {}. What ended with it stays ended.",
            was.as_str()
        )
    };
    output.answer(&value, line);
    Ok(())
}

pub(super) async fn sign_out(
    operator: &Operator,
    whose: &Whose,
    output: Output,
) -> Result<(), Failure> {
    let Whose { login, tenant } = whose;
    let tenant = operator.find_tenant(tenant).await?;
    let ended = operator
        .sign_out_account(&tenant, login)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let value = json!({ "login": login, "sessions": ended.sessions, "keys": ended.keys });
    let line = format!("Signed `{login}` out: ended {}.", count(ended));
    output.answer(&value, line);
    Ok(())
}

fn count(ended: Ended) -> String {
    let of = |number: u64, what: &str| match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    };
    let (sessions, keys) = (of(ended.sessions, "session"), of(ended.keys, "key"));
    format!("{sessions} and {keys}")
}

pub(super) async fn rename(
    operator: &Operator,
    tenant: &Tenant,
    (login, new): (&str, &str),
    output: Output,
) -> Result<(), Failure> {
    let renamed = operator
        .rename_account(tenant, login, new)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let value = json!({ "was": login, "login": renamed });
    let line = format!("Account `{login}` is `{}` now.", renamed.as_str());
    output.answer(&value, line);
    Ok(())
}
