//! Who is signed in, signing in and out, and the way back to a forgotten password.

mod current;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Surface;
use crate::recovery::Recovery;

/// The 11 operations, and one alias.
pub(super) fn operations(_surface: &Surface) -> OpenApiRouter<Recovery> {
    OpenApiRouter::new().routes(routes!(current::get_current_auth))
}
