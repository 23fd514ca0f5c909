//! `rekey audit list` and `rekey audit export`

use futures::TryStreamExt as _;
use serde_json::Value;

use super::{Export, Format, List, ago, cef, jsonl};
use crate::cli::Failure;
use crate::cli::output::{self, Output};
use crate::operator::{Filter, Operator};

pub(super) async fn list(operator: &Operator, list: List, output: Output) -> Result<(), Failure> {
    let tenant = operator.find_tenant(&list.tenant).await?;
    let account_id = match &list.account {
        None => None,
        Some(login) => {
            let found = operator.account_of(&tenant, login).await?;
            Some(found.ok_or_else(|| format!("the tenant has no account of the login `{login}`"))?)
        }
    };
    let filter = Filter {
        account_id,
        since: ago(list.since),
        action: list.action,
    };
    for sealed in operator.list_audit(&tenant, &filter, list.limit).await? {
        let value = jsonl::value(&tenant.settings.code, &sealed);
        let line = line(&value);
        output.answer(&value, line);
    }
    Ok(())
}

pub(super) async fn export(operator: &Operator, export: Export) -> Result<(), Failure> {
    let tenant = operator.find_tenant(&export.tenant).await?;
    let code = &tenant.settings.code;
    let since = ago(export.since);
    let after = export.after.unwrap_or_default();
    let events = operator.export_audit(&tenant, after, since).await?;
    let mut events = std::pin::pin!(events);
    let mut head = None;
    while let Some(sealed) = events.try_next().await? {
        match export.format {
            Format::Jsonl => output::text(jsonl::line(code, &sealed)),
            Format::Cef => output::text(cef::line(code, &sealed)),
        }
        head = sealed.seal;
    }
    if let Some(head) = head {
        output::note(format_args!("the last event is at {head}"));
    }
    Ok(())
}

/// For people: when, what, how it ended, and whatever else is known.
fn line(value: &Value) -> String {
    let word = |name: &str| match &value[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => jsonl::escaped(text),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            jsonl::escaped(&other.to_string())
        }
    };
    let names = [
        "at",
        "action",
        "outcome",
        "accountId",
        "address",
        "requestId",
    ];
    let words = names.map(word).join("  ");
    match &value["detail"] {
        Value::Object(detail) if !detail.is_empty() => format!("{words}  {}", word("detail")),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => words,
    }
}
