//! Three operations beside the 23 that the contract selects, from the same published API, that clients of the 23
//! cannot do without: a web site's plugin signs people in and fetches its own token, and a front end asks
//! what it needs to come up (docs/decisions/0073).

mod activate;
mod data_for_ui;
mod sessions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::recovery::Recovery;

/// The three operations.
pub(super) fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::new()
        .routes(routes!(sessions::login_user))
        .routes(routes!(activate::activate_client))
        .routes(routes!(data_for_ui::data_for_ui))
}
