//! Addresses of our pages that were pasted with a little more or less than they had.
//!
//! Whoever copies an address from a sentence takes its full stop along, or the bracket and the quote around it;
//! phones write the first letter large; a slash is doubled. No address of ours has any of that, so it is taken off
//! and the browser is led to the page that is meant. Of names of pages alone, which are no secrets, one that is
//! cut short leads to its page too.

use std::sync::Arc;

use axum::extract::Extension;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;

use super::around::{self, is_around};
use super::headers;
use super::lead::to;
use super::problem_kind::ProblemKind;
use super::site::{BASE, Site};
use super::visit::Visit;
use crate::api::surface::Surface;
use crate::domain::unseen::is_unseen;

/// The pages that people and letters lead to.
const PAGES: [&str; 8] = [
    "", "locked", "username", "sent", "reset", "unlock", "not-me", "done",
];

/// Where browsers look for the page to change a password at (the specification of that name).
const WELL_KNOWN: &str = "/.well-known/change-password";

/// How much of the name of a page must be left.
const LEAST: usize = 4;

/// The page below [`BASE`] that a path means, if it means one.
fn meant(path: &str) -> Option<&'static str> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let seen: String = decoded.chars().filter(|c| !is_unseen(*c)).collect();
    let lower = seen.to_lowercase();
    let mut parts = lower
        .split('/')
        .map(|part| part.trim_matches(is_around))
        .filter(|part| !part.is_empty());
    if parts.next() != BASE.strip_prefix('/') {
        return None;
    }
    let (page, more) = (parts.next().unwrap_or_default(), parts.next());
    if more.is_some() {
        return None;
    }
    let cut = |known: &&&str| page.len() >= LEAST && known.starts_with(page);
    let exact = PAGES.iter().find(|known| **known == page);
    exact.or_else(|| PAGES.iter().find(cut)).copied()
}

/// Whether a path means the page for password managers.
fn is_well_known(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy().to_lowercase();
    path.trim_end_matches(is_around) == WELL_KNOWN
}

/// Leads on from a path that nobody serves, if it means one of our pages.
fn lead(site: &Site, method: &Method, uri: &Uri, path: &str) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let page = if is_well_known(path) {
        ""
    } else {
        meant(path)?
    };
    let slash = if page.is_empty() { "" } else { "/" };
    let address = match around::without(uri.query().unwrap_or_default()) {
        "" => format!("{}{slash}{page}", site.base),
        query => format!("{}{slash}{page}?{query}", site.base),
    };
    Some(to(&address))
}

/// What is below the pages and is none.
pub(super) async fn below(
    Extension(site): Extension<Arc<Site>>,
    method: Method,
    uri: Uri,
    visit: Result<Visit, super::problem::Problem>,
) -> Response {
    match lead(&site, &method, &uri, &format!("{BASE}{}", uri.path())) {
        Some(response) => response,
        None => match visit {
            Ok(visit) => visit.problem(ProblemKind::Nothing).into_response(),
            Err(problem) => problem.into_response(),
        },
    }
}

/// Leads from paths outside the pages to them.
#[derive(Clone)]
pub(in crate::api) struct Signpost(Arc<Site>);

impl Signpost {
    pub(in crate::api) fn new(surface: &Surface) -> Self {
        Self(Arc::new(Site::new(&surface.public_url)))
    }

    /// Leads on, if a path means one of our pages.
    pub(in crate::api) fn lead(&self, method: &Method, uri: &Uri) -> Option<Response> {
        lead(&self.0, method, uri, uri.path()).map(headers::put)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_was_pasted_with_more_or_less_means_its_page() {
        for (path, page) in [
            ("/recover.", ""),
            ("/recover/", ""),
            ("/recover)", ""),
            ("/Recover", ""),
            ("//recover//", ""),
            ("/recover/%22", ""),
            ("/recover/reset.", "reset"),
            ("/recover/reset/", "reset"),
            ("/recover/Reset%3E", "reset"),
            ("/recover//locked", "locked"),
            ("/recover/locked,%20", "locked"),
            ("/recover/locked%E2%80%8B", "locked"),
            ("/recover/user%C2%ADname%E2%80%9D", "username"),
            ("/recover/not-me]", "not-me"),
            ("/recover/userna", "username"),
            ("/recover/unlo", "unlock"),
        ] {
            assert_eq!(meant(path), Some(page), "{path}");
        }
        for path in [
            "/",
            "/recovery",
            "/recover/x",
            "/recover/un",
            "/recover/reset/x",
            "/api/recover",
            "/%ff",
        ] {
            assert_eq!(meant(path), None, "{path}");
        }
        assert!(is_well_known("/.well-known/change-password/"));
        assert!(is_well_known("/.well-known/change-password%29."));
    }
}
