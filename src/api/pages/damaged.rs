//! The page for links that were damaged on the way: what is wrong, and how to copy one whole.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::damage::Damage;
use super::page::text;
use super::visit::Visit;
use crate::domain::token::Purpose;
use crate::words::Args;

/// Says what is wrong with a link, how to copy it whole, and where to get another.
pub(super) fn show(visit: &Visit, purpose: Purpose, damage: Damage) -> Response {
    let (door, label) = match purpose {
        Purpose::Reset => (Door::Reset, "ended-again"),
        Purpose::Unlock => (Door::Unlock, "ended-again"),
        Purpose::Disown => (Door::Reset, "ended-reset"),
    };
    let mut args = Args::new();
    if let Some((wrong, right)) = damage.signs() {
        args.set("wrong", wrong);
        args.set("right", right);
    }
    let own = context! {
        why => text(visit.language, damage.words(), &args), label => visit.say(label), problem => true, is_over => false,
        more => [visit.say("damaged-copy"), visit.say("damaged-safe")],
        again => visit.address(door.page(), &[]),
    };
    let title = visit.say("damaged-title");
    visit.page(StatusCode::NOT_FOUND, "ended.html", &title, own)
}
