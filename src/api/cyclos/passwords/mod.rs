//! The passwords of a person, and what may be done to them.

use utoipa_axum::router::OpenApiRouter;

use crate::recovery::Recovery;

/// The 12 operations.
pub(super) fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::new()
}
