//! The page for links that did not arrive whole, with a field for what the letter has beside the link.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::token::page;
use super::visit::Visit;
use crate::domain::token::Purpose;

/// Tells that the link was cut, and takes the code from the letter in its place.
pub(super) fn show(visit: &Visit, purpose: Purpose) -> Response {
    let (door, label) = match purpose {
        Purpose::Reset => (Door::Reset, "ended-again"),
        Purpose::Unlock => (Door::Unlock, "ended-again"),
        Purpose::Disown => (Door::Reset, "ended-reset"),
    };
    let own = context! {
        action => visit.site.page(page(purpose)), kept => visit.kept(), problem => true,
        again => visit.address(door.page(), &[]), label => visit.say(label),
    };
    visit.page(
        StatusCode::NOT_FOUND,
        "cut.html",
        &visit.say("cut-title"),
        own,
    )
}
