//! `POST /passwordReset/{passwordResetToken}`: trade a token for a new password.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::caller::{Caller, Token};
use super::model::Refusals;
use super::wire::read;
use crate::domain::password::Password;
use crate::domain::policy::{Class, PasswordPolicy};
use crate::domain::token::Purpose;
use crate::recovery::{NewPassword, Recovery};

#[derive(Deserialize, ToSchema)]
#[schema(as = ResetPasswordDTO)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    #[schema(max_length = 100, example = "Qwerty1234!")]
    new_password: String,
    consent_granted: Option<bool>,
}

/// Sets a new password for whoever was mailed the token. A refused password leaves the token good.
#[utoipa::path(
    post,
    path = "/passwordReset/{passwordResetToken}",
    operation_id = "reset_password_with_token",
    tag = "AccountsResetPassword",
    params(("passwordResetToken" = String, Path, description = "As mailed")),
    request_body = Request,
    responses((status = 204, description = "The password was set."), Refusals),
)]
pub(super) async fn reset(
    State(recovery): State<Recovery>,
    Caller { tenant, origin }: Caller,
    Token(secret): Token,
    body: Body,
) -> Result<StatusCode, Error> {
    // Strangers learn nothing about the rules: a bad token is said before the body is read
    // (decision 5).
    let purpose = Some(Purpose::Reset);
    recovery
        .tokens
        .check_token(&tenant, &secret, purpose, None)
        .await?;
    let request: Request = read(body).await?;
    let new = NewPassword {
        password: &Password::new(request.new_password),
        published: Some(&rules()),
        consent: request.consent_granted,
    };
    recovery
        .tokens
        .reset_password(&tenant, &secret, new, None, &origin)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rules that CleverMaps publishes, on top of the tenant's.
fn rules() -> PasswordPolicy {
    PasswordPolicy {
        min_length: 8,
        max_length: 100,
        require: vec![Class::Upper, Class::Lower, Class::Digit],
        blocklist: false,
    }
}
