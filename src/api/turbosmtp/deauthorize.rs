//! `POST /deauthorize`: end the key that is presented.

use axum::extract::State;

use super::Error;
use super::call::SignedCall;
use super::model::{AuthorizationError, Common, Message};
use crate::recovery::Recovery;

// Row 5.
/// Ends the presented key. A consumer pair is an operator's to end and stays.
#[utoipa::path(
    post,
    path = "/deauthorize",
    operation_id = "AuthenticationLogout",
    tag = "Authentication",
    security(("ApiKeyAuth" = []), ("consumerKey" = [], "consumerSecret" = [])),
    responses(
        (status = 200, body = Message, description = "The key is ended."),
        (status = 401, body = AuthorizationError, description = "The key is missing or not good."),
        Common,
    ),
)]
pub(super) async fn deauthorize(
    State(recovery): State<Recovery>,
    call: SignedCall,
) -> Result<Message, Error> {
    recovery
        .sessions
        .sign_out(&call.tenant, call.holder, &call.origin)
        .await?;
    Ok(Message::new("token_deauthorized"))
}
