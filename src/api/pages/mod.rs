//! The built-in recovery pages: where the links in letters lead, unless a tenant has its own front end.
//!
//! Dialect: HTML forms over the verbs that the APIs use. No page needs a script, and no `GET` or
//! `HEAD` changes anything: mail scanners and previews follow links too. How a token travels from the
//! address bar to a form is told in [`link`].

mod around;
mod ask;
mod assets;
mod damage;
mod damaged;
mod done;
mod ended;
mod form;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzzing;
mod headers;
mod lead;
mod link;
mod not_me;
mod page;
mod pasted;
mod problem;
mod problem_kind;
mod query;
mod reset;
mod rules;
mod sent;
mod site;
mod token;
mod unlock;
mod visit;
mod well_known;

use std::sync::Arc;

use axum::Router;
use axum::extract::Extension;
use axum::response::Response;
use axum::routing::get;
use tower::ServiceBuilder;

use self::ask::Door;
pub(super) use self::pasted::Signpost;
use self::problem::Problem;
use self::problem_kind::ProblemKind;
use self::site::{BASE, Site};
use self::visit::Visit;
use super::faults::guarded;
use super::surface::Surface;
use crate::recovery::{Fault, Recovery};

/// The pages, guarded, with their headers.
pub(super) fn router(surface: &Surface) -> Router<Recovery> {
    let site = Arc::new(Site::new(&surface.public_url));
    let pages = Router::new()
        .route("/", Door::Reset.routes())
        .route("/locked", Door::Unlock.routes())
        .route("/username", Door::Usernames.routes())
        .route("/sent", get(sent::show))
        .route("/reset", get(reset::show).post(reset::act))
        .route("/unlock", get(unlock::show).post(unlock::act))
        .route("/not-me", get(not_me::show).post(not_me::act))
        .route("/done", get(done::show))
        .route("/logo", get(assets::logo))
        .route("/assets/{name}", get(assets::serve))
        .method_not_allowed_fallback(async |visit: Visit| visit.problem(ProblemKind::Method))
        .fallback(pasted::below);
    let served = Router::new()
        .nest(BASE, pages)
        .route("/.well-known/change-password", get(well_known::show));
    let layers = ServiceBuilder::new()
        .map_response(headers::put)
        .layer(Extension(site));
    guarded(served, fault).layer(layers)
}

/// What the pages say when it is our fault and nobody knows who asked.
fn fault(fault: Fault) -> Response {
    Problem::bare(fault).into()
}
