//! `rekey account show` and `rekey account list`

use futures::TryStreamExt as _;
use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;

use crate::cli::Failure;
use crate::cli::audit::escaped;
use crate::cli::output::Output;
use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::audit::Event;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::operator::{Operator, Sheet};

pub(super) async fn one(
    operator: &Operator,
    tenant: &Tenant,
    login: &str,
    output: Output,
) -> Result<(), Failure> {
    let sheet = operator
        .show_account(tenant, login)
        .await
        .map_err(|error| format!("`{login}`: {error}"))?;
    let value = whole(&sheet);
    let members = value.as_object().into_iter().flatten();
    let mut lines: Vec<_> = members
        .filter(|(name, _)| *name != "events")
        .map(|(name, value)| format!("{name:12} {}", plain(value)))
        .collect();
    lines.extend(sheet.events.iter().map(line));
    output.answer(&value, lines.join("\n"));
    Ok(())
}

pub(super) async fn all(
    operator: &Operator,
    tenant: &Tenant,
    output: Output,
) -> Result<(), Failure> {
    let mut accounts = std::pin::pin!(operator.list_accounts(tenant));
    while let Some(account) = accounts.try_next().await? {
        let email = account.email.as_ref().map_or("-", |email| email.as_str());
        let line = format!(
            "{:24} {:32} {}",
            account.login.as_str(),
            email,
            word(&account.status)
        );
        output.answer(&brief(&account), line);
    }
    Ok(())
}

/// What a list says of an account, in the words of an import line.
fn brief(account: &Account) -> Value {
    json!({
        "id": account.account_id.to_string(),
        "reference": account.reference,
        "login": account.login,
        "userType": account.user_type,
        "email": account.email,
        "phone": account.phone,
        "name": account.name,
        "language": account.language,
        "role": account.role,
        "status": account.status,
    })
}

/// Everything an operator may know; never a hash.
fn whole(sheet: &Sheet) -> Value {
    let mut value = brief(&sheet.account);
    value["broker"] = json!(sheet.broker);
    value["identifiers"] = json!(sheet.identifiers);
    value["createdAt"] = moment(sheet.created_at);
    value["updatedAt"] = moment(sheet.updated_at);
    if let Some(until) = sheet.frozen_until {
        value["frozenUntil"] = moment(until);
    }
    let mut passwords = Map::new();
    for password in &sheet.passwords {
        let (status, until) = status(password.status);
        let mut shown = json!({ "status": status, "date": password.changed_at.map(moment) });
        if let Some(until) = until {
            shown["until"] = moment(until);
        }
        passwords.insert(password.internal_name.clone(), shown);
    }
    value["passwords"] = passwords.into();
    value["events"] = sheet.events.iter().map(event).collect();
    value
}

/// What happened, as an auditor reads it; `rekey audit list` tells the rest.
fn event(event: &Event) -> Value {
    json!({
        "at": moment(event.at),
        "action": event.action,
        "outcome": event.outcome,
        "detail": event.detail,
    })
}

fn line(event: &Event) -> String {
    let name = "event";
    let at = plain(&moment(event.at));
    // What callers said may be in a detail, and is for a terminal to show, not to obey.
    escaped(&format!(
        "{name:12} {at} {} ({}) {}",
        event.action, event.outcome, event.detail
    ))
}

/// A status by the name Cyclos gives it, and when it ends by itself.
fn status(status: Status) -> (&'static str, Option<Timestamp>) {
    let until = match status {
        Status::TemporarilyBlocked { until } => Some(until),
        Status::NeverCreated
        | Status::Pending
        | Status::Active
        | Status::Expired
        | Status::Reset
        | Status::Disabled
        | Status::IndefinitelyBlocked => None,
    };
    (status.as_str(), until)
}

fn moment(at: Timestamp) -> Value {
    at.format(&Rfc3339).unwrap_or_default().into()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .map(|value| plain(&value))
        .unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
