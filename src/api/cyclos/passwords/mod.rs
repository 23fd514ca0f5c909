//! The passwords of a person, and what may be done to them.

mod act;
mod aim;
mod change;
mod generate;
mod list;
mod send;
mod value;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::recovery::Recovery;

/// The 12 operations.
pub(super) fn operations() -> OpenApiRouter<Recovery> {
    OpenApiRouter::new()
        .routes(routes!(list::list_user_passwords))
        .routes(routes!(list::get_user_passwords_list_data))
        .routes(routes!(list::get_user_passwords_data))
        .routes(routes!(change::change_password))
        .routes(routes!(generate::change_generated))
        .routes(routes!(generate::generate_password))
        .routes(routes!(act::allow_generation))
        .routes(routes!(act::reset_generated_password))
        .routes(routes!(send::reset_and_send_password))
        .routes(routes!(act::disable_password))
        .routes(routes!(act::enable_password))
        .routes(routes!(act::unblock_password))
}
