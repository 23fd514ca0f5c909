//! `DELETE /auth/access-client`: an access client takes its leave.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};

use crate::api::cyclos::call::{self, Call};
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::{ConflictError, InputError};
use crate::api::cyclos::{credentials, refusals};
use crate::domain::password::Password;
use crate::recovery::{Activity, Proof, Recovery};

const CONFIRMATION: HeaderName = HeaderName::from_static("confirmationpassword");

/// What the confirmation header holds (8.4).
pub(in crate::api::cyclos) fn confirmation(headers: &HeaderMap) -> Option<Password> {
    let text = credentials::text(headers, &CONFIRMATION)?;
    Some(Password::new(text))
}

/// What is wrong where it holds nothing and must.
pub(in crate::api::cyclos) fn unconfirmed() -> InputError {
    InputError::missing("confirmationPassword")
}

/// Ends the access client that is presented. Its token is dead from then on.
#[utoipa::path(
    delete,
    path = "/auth/access-client",
    operation_id = "disconnectCurrentClient",
    tag = "Auth",
    security(("accessClient" = [])),
    params(
        ("confirmationPassword" = Option<String>, Header, description = "Where the tenant asks for it."),
    ),
    responses(
        (status = 200, description = "The client is disconnected."),
        (status = 409, body = ConflictError, description = "Declared by the contract, never sent."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn disconnect_current_client(
    State(recovery): State<Recovery>,
    call: Call,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let actor = call.actor(Activity::Other)?;
    if !matches!(actor.proof, Proof::Client(_)) {
        return Err(Error::ILLEGAL);
    }
    let (tenant, origin) = (&call.tenant, &call.origin);
    recovery
        .second_factor
        .confirm(tenant, actor, confirmation(&headers).as_ref(), origin)
        .await
        .map_err(|error| refusals::unproven(error, tenant, unconfirmed()))?;
    recovery
        .sessions
        .disconnect(tenant, actor, origin)
        .await
        .map_err(|error| call::not_opened(error, tenant, &recovery))?;
    Ok(StatusCode::OK)
}
