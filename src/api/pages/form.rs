//! Forms that people send.

use std::borrow::Cow;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};

use super::problem::Problem;
use super::problem_kind::ProblemKind;
use super::query::Pairs;
use super::site::Site;
use super::visit::Visit;
use crate::api::body;
use crate::domain::password::Password;
use crate::domain::unseen::clean;
use crate::recovery::Recovery;

/// A form of ours, sent from a page of ours.
pub(super) struct Form {
    pub(super) visit: Visit,
    fields: Pairs,
}

impl FromRequest<Recovery> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, recovery: &Recovery) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, recovery).await?;
        if !is_ours(&parts.headers, &visit.site) {
            return Err(visit.problem(ProblemKind::Foreign));
        }
        let bad = ProblemKind::Form(StatusCode::BAD_REQUEST);
        if !is_form(&parts.headers) {
            return Err(visit.problem(bad));
        }
        let read = body::read(body).await.map_err(|unreadable| {
            let too_large = ProblemKind::Form(StatusCode::PAYLOAD_TOO_LARGE);
            match unreadable {
                body::Unreadable::TooLarge => visit.problem(too_large),
                body::Unreadable::Incomplete => visit.problem(bad),
            }
        });
        let fields = Pairs::read(&read?);
        if fields.is_ambiguous() {
            return Err(visit.problem(bad));
        }
        Ok(Self { visit, fields })
    }
}

impl Form {
    /// What was filled in; empty where it was not, or holds control characters.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_default()
    }

    /// A name that was filled in, without what nobody sees; empty where it was not, or holds control characters
    /// within.
    pub(super) fn name(&self, name: &str) -> Cow<'_, str> {
        let text = clean(self.fields.raw(name).unwrap_or_default());
        if text.contains(char::is_control) {
            Cow::Borrowed("")
        } else {
            text
        }
    }

    /// A password that was filled in.
    pub(super) fn password(&self, name: &str) -> Option<Password> {
        let text = self.fields.raw(name)?;
        Some(Password::new(text.to_owned()))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Whether a page of ours sent it, as far as the browser tells.
///
/// Browsers say so in `Sec-Fetch-Site`; a sibling host is a stranger too. Those that do not, say at
/// least `Origin`, but for pages that send no referrer, like ours, they say `null`. What is left then
/// is `SameSite`: a form of another site brings no cookie, and without it no token (docs/decisions).
fn is_ours(headers: &HeaderMap, site: &Site) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(from) = header("sec-fetch-site") {
        return matches!(from, "same-origin" | "none");
    }
    match header(ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) if origin == site.origin => true,
        // A tenant's own host: the browser tells where it sent the form.
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == header(HOST.as_str())
        }
    }
}
