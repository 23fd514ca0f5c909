//! The page for links that were damaged on the way: what is wrong, how to copy one whole, and a field for what
//! the letter has beside the link.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::damage::Damage;
use super::token::page;
use super::visit::Visit;
use crate::domain::token::Purpose;

/// Says what is wrong with a link, how to copy it whole, and where to get another.
pub(super) fn show(visit: &Visit, purpose: Purpose, damage: Damage) -> Response {
    let (door, label) = match purpose {
        Purpose::Reset => (Door::Reset, "ended-again"),
        Purpose::Unlock => (Door::Unlock, "ended-again"),
        Purpose::Disown => (Door::Reset, "ended-reset"),
    };
    let own = context! {
        kept => visit.kept(), again => visit.address(door.page(), &[]), label => visit.say(label),
        ..damage.shown(visit.language, &visit.site.page(page(purpose)))
    };
    let title = visit.say("damaged-title");
    visit.page(StatusCode::NOT_FOUND, "damaged.html", &title, own)
}
