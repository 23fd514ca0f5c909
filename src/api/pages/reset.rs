//! `/recover/reset`: choose a new password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use minijinja::context;

use super::damaged;
use super::ended;
use super::form::Form;
use super::lead::to;
use super::link::{self, Opened};
use super::page::{name, text};
use super::rules::{self, Rule};
use super::visit::Visit;

use crate::domain::identifier::Kind;
use crate::domain::password::Password;
use crate::domain::policy::Violation;
use crate::domain::token::{Purpose, Secret};
use crate::recovery::{Live, Look, NewPassword, Recovery, ResetError};
use crate::words::{Args, phrases};

const PURPOSE: Purpose = Purpose::Reset;

/// Why a password was not taken.
enum Refusal {
    /// The policy wants something else.
    Policy(Vec<Violation>),
    /// It was typed twice, and not alike.
    Mismatch,
}

pub(super) async fn show(State(recovery): State<Recovery>, visit: Visit) -> Response {
    match link::open(&visit, &recovery, PURPOSE) {
        Opened::Clear(response) => *response,
        Opened::Damaged(damage) => damaged::show(&visit, PURPOSE, damage),
        Opened::Empty => ended::show(&visit, PURPOSE, None),
        Opened::Held(secret, link) => look(&recovery, &visit, &secret, &link, None).await,
    }
}

pub(super) async fn act(State(recovery): State<Recovery>, form: Form) -> Response {
    let visit = &form.visit;
    let link = form.field("link");
    let Some(secret) = link::held(visit, PURPOSE, link) else {
        return ended::show(visit, PURPOSE, None);
    };
    // Nothing typed is too short, whatever the policy.
    let password = form.password("password");
    let password = password.unwrap_or_else(|| Password::new(String::new()));
    let repeat = form.password("repeat");
    if repeat.is_some_and(|repeat| repeat.expose() != password.expose()) {
        return look(&recovery, visit, &secret, link, Some(Refusal::Mismatch)).await;
    }
    let new = NewPassword {
        password: &password,
        published: None,
        consent: None,
    };
    let done = recovery
        .tokens
        .reset_password(&visit.tenant, &secret, new, None, &visit.origin)
        .await;
    match done {
        Ok(()) => {
            let mut response = to(&visit.address("done", &[("of", Some("reset"))]));
            link::forget(visit, PURPOSE, link, &mut response);
            response
        }
        Err(ResetError::Token(_)) => look(&recovery, visit, &secret, link, None).await,
        Err(ResetError::Password(refused)) => {
            let refusal = Refusal::Policy(refused.0);
            look(&recovery, visit, &secret, link, Some(refusal)).await
        }
        Err(ResetError::Fault(fault)) => visit.fault(fault).into_response(),
    }
}

/// The form, if the token is good.
async fn look(
    recovery: &Recovery,
    visit: &Visit,
    secret: &Secret,
    link: &str,
    refusal: Option<Refusal>,
) -> Response {
    match recovery.tokens.look(&visit.tenant, secret, PURPOSE).await {
        Ok(Look::Live(live)) => {
            let visit = &visit.read_by(&live.account);
            write(recovery, visit, &live, link, refusal)
        }
        Ok(Look::Ended(ending)) => ended::show(visit, PURPOSE, Some(ending)),
        Ok(Look::Unknown) => ended::show(visit, PURPOSE, None),
        Err(fault) => visit.fault(fault).into_response(),
    }
}

fn write(
    recovery: &Recovery,
    visit: &Visit,
    live: &Live,
    link: &str,
    refusal: Option<Refusal>,
) -> Response {
    let (violations, mismatch) = match refusal {
        None => (Vec::new(), None),
        Some(Refusal::Policy(violations)) => (violations, None),
        Some(Refusal::Mismatch) => (Vec::new(), Some(visit.say("reset-mismatch"))),
    };
    let rules = rules::list(visit, &violations);
    let missing = rules.iter().filter(|rule| rule.is_missing);
    let missing: Vec<_> = missing
        .map(|rule| rule.text.clone())
        .chain(mismatch)
        .collect();
    let status = if missing.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let problem = !missing.is_empty();
    let rules: Vec<_> = rules.iter().map(Rule::shown).collect();
    let own = context! {
        action => visit.address("reset", &[("link", Some(link))]), link, rules, missing, problem,
        ..about(recovery, visit, live)
    };
    visit.page(status, "reset.html", &visit.say("reset-title"), own)
}

/// What a page shows of a live link: whose it is, how long it works, and which letter it was in.
pub(super) fn about(recovery: &Recovery, visit: &Visit, live: &Live) -> minijinja::Value {
    let mut args = Args::new();
    let left = live.expires_at - recovery.now();
    let lifetime = phrases::lifetime(left, visit.language);
    let at = phrases::moment(live.expires_at, visit.language);
    args.set("lifetime", lifetime.as_str());
    args.set("at", at.as_str());
    let who = live.account.name_of(live.signs_in_by).unwrap_or_default();
    let label = match live.signs_in_by {
        Kind::Login => "reset-login",
        Kind::Email => "reset-email",
        Kind::Phone => "reset-phone",
    };
    context! {
        // A password manager keeps it as it is, and people read it on one line.
        username => who, who => name(who), label => visit.say(label),
        life => text(visit.language, "link-life", &args),
        known => live.reference.as_ref().map(|reference| {
            let mut args = Args::new();
            args.set("reference", reference.as_str());
            text(visit.language, "link-reference", &args)
        }),
    }
}
