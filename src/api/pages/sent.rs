//! `/recover/sent`: where the letter is, if there is one. The same whoever asked.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::visit::Visit;
use crate::words::phrases;

pub(super) async fn show(visit: Visit) -> Response {
    let door = visit.query.get("of").and_then(Door::parse);
    let door = door.unwrap_or(Door::Reset);
    // Anybody can write an address; what is no reference is not shown.
    let is_reference = |text: &&str| text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let settings = &visit.tenant.settings;
    let lifetime = match door {
        Door::Reset | Door::Unlock => {
            Some(phrases::lifetime(settings.token_lifetime(), visit.language))
        }
        Door::Usernames => None,
    };
    let own = context! {
        reference => visit.query.get("reference").filter(is_reference), lifetime,
        again => visit.address(door.page(), &[]),
    };
    visit.page(StatusCode::OK, "sent.html", &visit.say("sent-title"), own)
}
