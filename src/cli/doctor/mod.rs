//! `rekey doctor`
//!
//! A check is a small function that looks at one thing and says what it found and how to mend it. It
//! changes nothing, sends nothing and prints no secret.

mod connections;
mod database;
mod finding;
mod folder;
mod hashing;
mod jobs;
mod mail;
mod net;
mod permissions;
mod pooler;
mod schema;
mod secrets;
mod settings;
mod sms;
mod tenants;
mod web;

use clap::Args;
use serde_json::json;

use self::finding::{Finding, State};
use super::output::Output;
use super::{Failure, Global};
use crate::config::{Config, Environment};

/// Checks everything that can be checked without changing anything.
#[derive(Args)]
pub(super) struct Doctor {}

impl Doctor {
    pub(super) async fn run(&self, global: &Global, output: Output) -> Result<(), Failure> {
        let findings = match Config::load(global.config.as_deref(), &Environment::process()) {
            Ok(config) => examine(global, &config).await,
            Err(mistakes) => settings::mistakes(&mistakes),
        };
        let count = |state| findings.iter().filter(|found| found.state == state).count();
        let (warned, failed) = (count(State::Warn), count(State::Fail));
        let summary = format!(
            "{} findings: {} ok, {warned} to look at, {failed} to mend.",
            findings.len(),
            count(State::Ok)
        );
        let lines: Vec<_> = findings.iter().map(line).chain([summary]).collect();
        let value = json!({ "ok": failed == 0, "findings": findings });
        output.answer(&value, lines.join("\n"));
        match failed {
            0 => Ok(()),
            1 => Err("1 finding to mend".into()),
            many => Err(format!("{many} findings to mend").into()),
        }
    }
}

/// What needs no database first, so that it is said however that hangs.
async fn examine(global: &Global, config: &Config) -> Vec<Finding> {
    let mut findings = vec![settings::read(global)];
    findings.extend(permissions::check(config));
    findings.extend(secrets::check(config));
    findings.extend(folder::check(config));
    findings.extend(web::check(config).await);
    findings.extend(hashing::check(config).await);
    findings.extend(mail::check(config).await);
    findings.extend(sms::check(config).await);
    findings.extend(database::check(config).await);
    findings
}

fn line(found: &Finding) -> String {
    let state = found.state.as_str();
    let text = format!("{state:4}  {:16}  {}", found.check, found.found);
    match &found.mend {
        Some(mend) => format!("{text}\n      {:16}  -> {mend}", ""),
        None => text,
    }
}
