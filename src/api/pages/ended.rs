//! The page for links that no longer work, with a way to go on.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::visit::Visit;
use crate::domain::token::Purpose;
use crate::recovery::Ending;

/// Tells the holder of a token why it is good no more; whoever holds none is told nothing.
pub(super) fn show(visit: &Visit, purpose: Purpose, ending: Option<Ending>) -> Response {
    let (status, why) = match ending {
        // Whoever used it is looking for the way in, and it is not this link.
        Some(Ending::Spent) if purpose == Purpose::Reset => (StatusCode::GONE, "ended-spent-reset"),
        Some(Ending::Spent) => (StatusCode::GONE, "ended-spent"),
        Some(Ending::Expired) => (StatusCode::GONE, "ended-expired"),
        Some(Ending::Replaced) => (StatusCode::GONE, "ended-replaced"),
        None => (StatusCode::NOT_FOUND, "ended-unknown"),
    };
    let (door, label) = match purpose {
        Purpose::Reset => (Door::Reset, "ended-again"),
        Purpose::Unlock => (Door::Unlock, "ended-again"),
        // Nobody can ask for this one; a new password helps as well.
        Purpose::Disown => (Door::Reset, "ended-reset"),
    };
    // Where it has done its work, recovery is frozen: there is nothing to ask for now.
    let is_over = purpose == Purpose::Disown && ending == Some(Ending::Spent);
    let own = context! {
        why => visit.say(why), label => visit.say(label), problem => true, is_over,
        again => visit.address(door.page(), &[]),
    };
    visit.page(status, "ended.html", &visit.say("ended-title"), own)
}
