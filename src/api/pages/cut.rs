//! The page for links that did not arrive whole, with a field for what the letter has beside the link.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::ask::Door;
use super::link;
use super::page::{Face, page, text};
use super::site::Site;
use super::visit::Visit;
use crate::domain::language::Language;
use crate::domain::token::Purpose;
use crate::words::Args;

/// The pages that a link opens.
pub(super) const PURPOSES: [Purpose; 3] = [Purpose::Reset, Purpose::Unlock, Purpose::Disown];

const TITLE: &str = "cut-title";

/// Tells that the link was cut, and takes the code from the letter in its place.
pub(super) fn show(visit: &Visit, purpose: Purpose) -> Response {
    let (door, label) = match purpose {
        Purpose::Reset => (Door::Reset, "ended-again"),
        Purpose::Unlock => (Door::Unlock, "ended-again"),
        Purpose::Disown => (Door::Reset, "ended-reset"),
    };
    let own = context! {
        action => visit.site.page(link::page(purpose)), kept => visit.kept(), problem => true,
        again => visit.address(door.page(), &[]), label => visit.say(label),
    };
    visit.page(StatusCode::NOT_FOUND, "cut.html", &visit.say(TITLE), own)
}

/// The same where nobody knows whose link it was: that, too, only the token tells.
pub(super) fn show_nobodys(site: &Site, language: Language, page_name: &str) -> Response {
    let own = context! {
        action => site.page(page_name), kept => Vec::<(String, String)>::new(), problem => true,
        base => site.base.as_str(), languages => Vec::<String>::new(), again => "",
    };
    let title = text(language, TITLE, &Args::new());
    let status = StatusCode::NOT_FOUND;
    page(status, language, &Face::plain(), "cut.html", &title, own)
}
