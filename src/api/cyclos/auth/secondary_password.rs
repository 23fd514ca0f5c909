//! `/auth/session/secondary-password`: the second password that a session waits for.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Bodied, Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::input::PasswordInput;
use crate::api::cyclos::{body, refusals};
use crate::domain::password::Password;
use crate::recovery::Recovery;

/// Tells how to ask for the second password.
#[utoipa::path(
    get,
    path = "/auth/session/secondary-password",
    operation_id = "getSecondaryPasswordInput",
    tag = "Auth",
    security(("session" = []), ("sessionPrefix" = [], "sessionCookie" = [])),
    responses((status = 200, body = PasswordInput, description = "How to ask for it."), Common),
)]
pub(in crate::api::cyclos) async fn get_secondary_password_input(
    State(recovery): State<Recovery>,
    call: Call,
) -> Result<Answer, Error> {
    let actor = call.in_session()?;
    let (Some(kind), Some(status)) = (call.tenant.secondary_type(), actor.secondary) else {
        return Err(Error::ILLEGAL);
    };
    let media = recovery.accounts.media(&actor.account);
    Answer::whole(&PasswordInput::of_own(kind, status, &media))
}

/// Gives the session its second password.
#[utoipa::path(
    post,
    path = "/auth/session/secondary-password",
    operation_id = "validateSecondaryPassword",
    tag = "Auth",
    security(("session" = []), ("sessionPrefix" = [], "sessionCookie" = [])),
    request_body(content((String = "application/json"), (String = "text/plain"))),
    responses(
        (status = 204, description = "The session is complete."),
        Bodied,
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn validate_secondary_password(
    State(recovery): State<Recovery>,
    call: Call,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let actor = call.in_session()?;
    let bytes = body::bytes(body).await?;
    let typed = typed(&headers, &bytes)?;
    recovery
        .second_factor
        .complete_session(&call.tenant, actor, &typed, &call.origin)
        .await
        .map_err(|error| {
            let missing = InputError::general("The password is required");
            refusals::unproven(error, &call.tenant, missing)
        })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password in a body: a JSON string, or as it is (D-16).
fn typed(headers: &HeaderMap, bytes: &[u8]) -> Result<Password, Error> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = kind
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("text/plain");
    let quoted = if is_text {
        None
    } else {
        serde_json::from_slice::<String>(bytes).ok()
    };
    let text = match quoted {
        Some(text) => text,
        None => String::from_utf8(bytes.to_vec())
            .map_err(|_| InputError::general("The password is not text"))?,
    };
    Ok(Password::new(text))
}
