//! `/recover/not-me`: say that a change was somebody else's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use minijinja::context;

use super::damaged;
use super::ended;
use super::form::Form;
use super::lead::to;
use super::link::{self, Opened};
use super::reset::about;
use super::visit::Visit;
use crate::domain::token::{Purpose, Secret};
use crate::recovery::{Look, Recovery, TokenError};
use crate::words::phrases;

const PURPOSE: Purpose = Purpose::Disown;

pub(super) async fn show(State(recovery): State<Recovery>, visit: Visit) -> Response {
    match link::open(&visit, &recovery, PURPOSE) {
        Opened::Clear(response) => *response,
        Opened::Damaged(damage) => damaged::show(&visit, PURPOSE, damage),
        Opened::Empty => ended::show(&visit, PURPOSE, None),
        Opened::Held(secret, link) => look(&recovery, &visit, &secret, &link).await,
    }
}

pub(super) async fn act(State(recovery): State<Recovery>, form: Form) -> Response {
    let visit = &form.visit;
    let link = form.field("link");
    let Some(secret) = link::held(visit, PURPOSE, link) else {
        return ended::show(visit, PURPOSE, None);
    };
    let done = recovery
        .tokens
        .report_not_me(&visit.tenant, &secret, &visit.origin)
        .await;
    match done {
        Ok(()) => {
            let mut response = to(&visit.address("done", &[("of", Some("not-me"))]));
            link::forget(visit, PURPOSE, link, &mut response);
            response
        }
        Err(TokenError::Invalid(_)) => look(&recovery, visit, &secret, link).await,
        Err(TokenError::Fault(fault)) => visit.fault(fault).into_response(),
    }
}

/// The form, if the token is good.
async fn look(recovery: &Recovery, visit: &Visit, secret: &Secret, link: &str) -> Response {
    match recovery.tokens.look(&visit.tenant, secret, PURPOSE).await {
        Ok(Look::Live(live)) => {
            let visit = &visit.read_by(&live.account);
            let freeze = visit.tenant.settings.freeze();
            let own = context! {
                action => visit.address("not-me", &[("link", Some(link))]), link,
                lifetime => phrases::lifetime(freeze, visit.language),
                ..about(recovery, visit, &live)
            };
            visit.page(
                StatusCode::OK,
                "not-me.html",
                &visit.say("not-me-title"),
                own,
            )
        }
        Ok(Look::Ended(ending)) => ended::show(visit, PURPOSE, Some(ending)),
        Ok(Look::Unknown) => ended::show(visit, PURPOSE, None),
        Err(fault) => visit.fault(fault).into_response(),
    }
}
