//! Who is signed in, signing in and out, and the way back to a forgotten password.

mod access_client;
mod cookie;
mod current;
mod data_for_login;
mod forgotten_password;
mod grant;
mod otp;
mod secondary_password;
mod session;

use axum::Extension;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use self::access_client::{confirmation, unconfirmed};
use self::cookie::Cookie;
use crate::api::surface::Surface;
use crate::recovery::Recovery;

/// The 11 operations, and one alias.
pub(super) fn operations(surface: &Surface) -> OpenApiRouter<Recovery> {
    OpenApiRouter::new()
        .routes(routes!(current::get_current_auth, session::logout_alias))
        .routes(routes!(data_for_login::get_data_for_login))
        .routes(routes!(session::login, session::logout))
        .routes(routes!(
            secondary_password::get_secondary_password_input,
            secondary_password::validate_secondary_password
        ))
        .routes(routes!(otp::new_otp))
        .routes(routes!(access_client::disconnect_current_client))
        .routes(routes!(forgotten_password::forgotten_password_request))
        .routes(routes!(
            forgotten_password::get_data_for_change_forgotten_password
        ))
        .routes(routes!(forgotten_password::change_forgotten_password))
        .layer(Extension(Cookie::of(&surface.public_url)))
}
