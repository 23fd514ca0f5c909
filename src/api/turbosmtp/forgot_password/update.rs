//! `PUT /forgot-password`: trade a token for a new password.

use axum::body::Body;
use axum::extract::State;
use utoipa::ToSchema;

use crate::api::turbosmtp::call::Call;
use crate::api::turbosmtp::fields::Fields;
use crate::api::turbosmtp::model::{BadReset, Common, CommonSuccess, Message};
use crate::api::turbosmtp::{Error, rules};
use crate::domain::token::Secret;
use crate::recovery::{NewPassword, Recovery};

#[derive(ToSchema)]
#[schema(as = UpdateResetPasswordRequestBody)]
#[expect(
    dead_code,
    reason = "describes the body, whose fields are asked for one by one"
)]
pub(in crate::api::turbosmtp) struct Request {
    #[schema(example = "Qwerty1234!")]
    password: String,
    #[schema(example = "Qwerty1234!")]
    confirm_password: String,
    /// The token from the letter.
    #[schema(example = "012345678901234567890123456789012345678901234567890123456789abcd")]
    token: String,
}

// Row 15.
/// Sets a new password and spends the token. A refused password leaves the token alive.
///
/// The published rules come before the token and the tenant's own after it: whoever has no token
/// learns nothing of them.
#[utoipa::path(
    put,
    path = "/forgot-password",
    operation_id = "UpdateResetPassword",
    tag = "Authentication",
    request_body = Request,
    security(()),
    responses(
        (status = 200, body = CommonSuccess, description = "The password is set."),
        (status = 400, body = BadReset, description = "A field is missing or not good enough."),
        (status = 403, body = Message, description = "The token is not good."),
        Common,
    ),
)]
pub(in crate::api::turbosmtp) async fn update(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<CommonSuccess, Error> {
    let fields = Fields::read(body).await?;
    if fields.is_empty() {
        return Err(Error::bad_request("empty_request_body"));
    }
    let token = match fields.text("token") {
        None => return Err(Error::bad_request("token_is_missing")),
        Some("") => return Err(Error::bad_request("token_can_not_be_empty")),
        Some(token) => token,
    };
    let password = fields.new_password()?;
    let secret = Secret::parse(token)?;
    let new = NewPassword {
        password: &password,
        published: Some(&rules::published()),
        consent: None,
    };
    recovery
        .tokens
        .reset_password(&call.tenant, &secret, new, None, &call.origin)
        .await?;
    Ok(CommonSuccess::DONE)
}
