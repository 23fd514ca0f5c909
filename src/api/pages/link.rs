//! How the token of a link gets out of the address bar without a script.
//!
//! A link from a letter holds the token in its query. The first answer takes it out: a redirection
//! without a body to the same page, and a cookie with the token, which no script can read, which only
//! that page gets, and which other sites' forms do not bring. The address that remains names the
//! cookie by a digest of the token: two letters in two tabs keep apart, a bookmark reveals nothing,
//! and going back shows the same form. The cookie signs nobody in, and setting it changes nothing here:
//! a scanner that follows the link has a cookie of its own and that is all.

use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::Response;
use time::Duration;

use super::damage::Damage;
use super::lead::to;
use super::token::{self, page};
use super::visit::Visit;
use crate::domain::token::{Purpose, Secret};
use crate::recovery::Recovery;

/// What a page was opened with.
pub(super) enum Opened {
    /// A token in the address: this answer takes it out.
    Clear(Box<Response>),
    /// A token in a cookie, and what it is called.
    Held(Secret, String),
    /// What is left of an address that had one.
    Damaged(Damage),
    /// The name of a token that this browser does not have, or has no more.
    Empty,
}

/// Looks what a page was opened with.
pub(super) fn open(visit: &Visit, recovery: &Recovery, purpose: Purpose) -> Opened {
    if let Some(brought) = token::brought(&visit.query) {
        return Opened::Clear(Box::new(clear(visit, recovery, purpose, brought)));
    }
    let Some(name) = visit.query.get("link") else {
        return damaged(visit, purpose);
    };
    match held(visit, purpose, name) {
        Some(secret) => Opened::Held(secret, name.to_owned()),
        None => Opened::Empty,
    }
}

/// An address without a token. What may still be in it of one leaves the address bar.
fn damaged(visit: &Visit, purpose: Purpose) -> Opened {
    if let Some(told) = visit.query.get("damaged").and_then(Damage::parse) {
        return Opened::Damaged(told);
    }
    let damage = Damage::of_query(&visit.query);
    if matches!(damage, Damage::Cut) {
        return Opened::Damaged(damage);
    }
    let more = [("damaged", Some(damage.as_str()))];
    Opened::Clear(Box::new(to(&visit.address(page(purpose), &more))))
}

/// The token that this browser keeps under a name.
pub(super) fn held(visit: &Visit, purpose: Purpose, name: &str) -> Option<Secret> {
    let is_name = name.len() == 12 && name.bytes().all(|b| b.is_ascii_hexdigit());
    let cookie = is_name.then(|| visit.cookie(&cookie_name(visit, purpose, name)))??;
    Secret::parse(cookie).ok()
}

/// Forgets a token that has done its work.
pub(super) fn forget(visit: &Visit, purpose: Purpose, name: &str, response: &mut Response) {
    let name = cookie_name(visit, purpose, name);
    put(visit, purpose, response, &name, "", Duration::ZERO);
}

fn clear(
    visit: &Visit,
    recovery: &Recovery,
    purpose: Purpose,
    brought: Result<Secret, Damage>,
) -> Response {
    // What is left of a token leaves the address bar too.
    let damage = brought.as_ref().err().map(|damage| damage.as_str());
    let secret = brought.ok();
    let name = secret
        .as_ref()
        .map(|secret| recovery.tokens.nickname(secret));
    let more = [("link", name.as_deref()), ("damaged", damage)];
    let address = visit.address(page(purpose), &more);
    let mut response = to(&address);
    if let (Some(secret), Some(name)) = (secret, name) {
        let name = cookie_name(visit, purpose, &name);
        let life = match purpose {
            Purpose::Reset | Purpose::Unlock => visit.tenant.settings.token_lifetime(),
            Purpose::Disown => Duration::DAY,
        };
        put(visit, purpose, &mut response, &name, &secret.reveal(), life);
    }
    response
}

fn cookie_name(visit: &Visit, purpose: Purpose, name: &str) -> String {
    // A name that only encrypted answers can set (RFC 6265bis, 4.1.3).
    let secure = if visit.site.is_secure {
        "__Secure-"
    } else {
        ""
    };
    format!("{secure}rekey-{}-{name}", page(purpose))
}

/// `Lax`, since `Strict` would not arrive behind a link from a mail program on the web.
fn put(
    visit: &Visit,
    purpose: Purpose,
    response: &mut Response,
    name: &str,
    value: &str,
    life: Duration,
) {
    let secure = if visit.site.is_secure { "; Secure" } else { "" };
    let (base, page, life) = (&visit.site.base, page(purpose), life.whole_seconds());
    let cookie = format!(
        "{name}={value}; Path={base}/{page}; Max-Age={life}; HttpOnly; SameSite=Lax{secure}"
    );
    if let Ok(mut cookie) = HeaderValue::try_from(cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
