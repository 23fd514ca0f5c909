//! `POST /authorize`: trade an address and a password for a key.

use axum::body::Body;
use axum::extract::State;
use utoipa::ToSchema;

use super::Error;
use super::call::Call;
use super::fields::{Fields, address};
use super::model::{AuthenticationLoginSucess, BadRequest, Common, Message};
use crate::domain::password::Password;
use crate::recovery::{KeyLifetime, Recovery};

#[derive(ToSchema)]
#[schema(as = AuthenticationLoginRequestBody)]
#[expect(
    dead_code,
    reason = "describes the body, whose fields are asked for one by one"
)]
pub(super) struct Request {
    #[schema(format = Email, example = "example@domain.com")]
    email: String,
    #[schema(write_only, example = "Qwerty1234!")]
    password: String,
    /// Whether the key lives until it is ended, instead of 2 hours.
    #[schema(default = false)]
    no_expire: Option<bool>,
}

const MISSING: Error = Error::bad_request("missing_required_parameter");

/// Makes a key for the owner of an account. Whatever is wrong with the credentials gets one answer.
#[utoipa::path(
    post,
    path = "/authorize",
    operation_id = "AuthenticationLogin",
    tag = "Authentication",
    request_body = Request,
    security(()),
    responses(
        (status = 200, body = AuthenticationLoginSucess, description = "A new key."),
        (status = 400, body = BadRequest, description = "A field is missing."),
        (status = 403, body = Message, description = "The credentials are not good."),
        Common,
    ),
)]
pub(super) async fn authorize(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<AuthenticationLoginSucess, Error> {
    let fields = Fields::read(body).await?;
    let email = fields.filled("email").ok_or(MISSING)?;
    let password = fields.filled("password").ok_or(MISSING)?;
    let no_expire = fields.flag("no_expire").map_err(|_| MISSING)?;
    let lasting = if no_expire == Some(true) {
        KeyLifetime::UntilRevoked
    } else {
        KeyLifetime::Limited
    };
    let password = Password::new(password.to_owned());
    let key = recovery
        .sign_in
        .sign_in(
            &call.tenant,
            &address(email),
            &password,
            lasting,
            &call.origin,
        )
        .await
        .map_err(|error| Error::not_signed_in(error, recovery.now()))?;
    Ok(AuthenticationLoginSucess::new(&key))
}
