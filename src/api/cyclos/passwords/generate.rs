//! `POST /passwords/{type}/generate` and `…/change-generated`: values that the server makes.

use axum::extract::State;
use axum::http::HeaderMap;

use super::aim::{Aim, Intent, Segments, refused};
use super::value::Value;
use crate::api::cyclos::auth::{confirmation, unconfirmed};
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::refusals;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::recovery::{GenerateError, Recovery};

/// Replaces a generated password by another, which is shown this once.
#[utoipa::path(
    post,
    path = "/passwords/{type}/change-generated",
    operation_id = "changeGenerated",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("type" = String, Path, description = "An id or an internal name."),
        ("confirmationPassword" = Option<String>, Header, description = "Where the tenant asks for it."),
    ),
    responses(
        (status = 200, description = "The new value.", content((String = "application/json"), (String = "text/plain"))),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn change_generated(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
    headers: HeaderMap,
) -> Result<Value, Error> {
    let aim = Aim::of(&call, &path, Intent::Act, &recovery).await?;
    let permitted = aim.permit(Action::ChangeGenerated, &recovery).await?;
    let confirmation = confirmation(&headers);
    recovery
        .management
        .generate_password(permitted, confirmation.as_ref(), &call.origin)
        .await
        .map(|value| Value::new(value, &headers))
        .map_err(|error| not_made(error, &call.tenant, &recovery))
}

/// Makes a password for the caller, which is shown this once.
#[utoipa::path(
    post,
    path = "/passwords/{type}/generate",
    operation_id = "generatePassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(("type" = String, Path, description = "An id or an internal name.")),
    responses(
        (status = 200, description = "The value.", content((String = "application/json"), (String = "text/plain"))),
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn generate_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
    headers: HeaderMap,
) -> Result<Value, Error> {
    let aim = Aim::of(&call, &path, Intent::Renew, &recovery).await?;
    let permitted = aim.permit(Action::Generate, &recovery).await?;
    recovery
        .management
        .generate_password(permitted, None, &call.origin)
        .await
        .map(|value| Value::new(value, &headers))
        .map_err(|error| not_made(error, &call.tenant, &recovery))
}

fn not_made(error: GenerateError, tenant: &Tenant, recovery: &Recovery) -> Error {
    match error {
        GenerateError::Refused(refusal) => refused(refusal, tenant, recovery),
        GenerateError::Unconfirmed(error) => refusals::unproven(error, tenant, unconfirmed()),
    }
}
