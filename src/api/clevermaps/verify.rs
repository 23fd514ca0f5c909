//! `GET /passwordReset/{passwordResetToken}`: look whose token it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Error;
use super::caller::{Caller, Token};
use super::model::{AccountDto, Refusals};
use super::wire::json;
use crate::domain::token::Purpose;
use crate::recovery::Recovery;

/// Tells whom a token was mailed to, without spending it.
#[utoipa::path(
    get,
    path = "/passwordReset/{passwordResetToken}",
    operation_id = "verify_reset_password_token",
    tag = "AccountsResetPassword",
    params(("passwordResetToken" = String, Path, description = "As mailed")),
    responses((status = 200, description = "The token is good.", body = AccountDto), Refusals),
)]
pub(super) async fn verify(
    State(recovery): State<Recovery>,
    Caller { tenant, origin, .. }: Caller,
    Token(secret): Token,
) -> Result<Response, Error> {
    let bearer = recovery
        .tokens
        .bearer_of(&tenant, &secret, Purpose::Reset)
        .await
        .inspect_err(|error| error.signal(&recovery.audit, &tenant, &origin))?;
    Ok(json(StatusCode::OK, &AccountDto::of(bearer)?))
}
