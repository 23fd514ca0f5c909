//! `GET /forgot-password?token=`: look whether a token is good.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use url::form_urlencoded;

use crate::api::turbosmtp::Error;
use crate::api::turbosmtp::call::Call;
use crate::api::turbosmtp::key::{self, Accepted};
use crate::api::turbosmtp::model::{AuthorizationError, Common, CommonSuccess, Message, NoToken};
use crate::domain::token::{Purpose, Secret};
use crate::recovery::Recovery;

// Rows 2 and 3.
/// Tells whether a token would be taken, without spending it. Asks for a key of any active account,
/// unless the tenant takes such calls from anybody.
#[utoipa::path(
    get,
    path = "/forgot-password",
    operation_id = "CheckValidityTokenResetPassword",
    tag = "Authentication",
    params(("token" = String, Query, description = "The token from the letter.")),
    security(("ApiKeyAuth" = [])),
    responses(
        (status = 200, body = CommonSuccess, description = "The token is good, and stays so."),
        (status = 400, body = NoToken, description = "There is no token."),
        (status = 401, body = AuthorizationError, description = "The key is missing or not good."),
        (status = 403, body = Message, description = "The token is not good."),
        Common,
    ),
)]
pub(in crate::api::turbosmtp) async fn check(
    State(recovery): State<Recovery>,
    call: Call,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<CommonSuccess, Error> {
    if call.tenant.settings.turbosmtp.token_check_requires_key {
        let whose = (&*call.tenant, &call.origin);
        key::holder(&recovery, whose, &headers, Accepted::Key).await?;
    }
    let query = query.unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "token")
        .filter(|(_, token)| !token.is_empty());
    let (_, token) = token.ok_or(Error::bad_request("forgot_password_token_is_missing"))?;
    let secret = Secret::parse(&token)?;
    recovery
        .tokens
        .check_token(&call.tenant, &secret, Some(Purpose::Reset), None)
        .await
        .inspect_err(|error| error.signal(&recovery.audit, &call.tenant, &call.origin))?;
    Ok(CommonSuccess::DONE)
}
