//! The bodies of the contract, and the frame of its document.

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::key::KeySecret;

/// A fresh key.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthenticationLoginSucessResponsetBody)]
pub(super) struct AuthenticationLoginSucess {
    /// 40 lower-case hexadecimal digits.
    #[schema(required = false, example = "0123456789abcdef0123456789abcdef01234567")]
    auth: String,
}

/// Done.
#[derive(Serialize, ToSchema)]
#[schema(as = CommonSuccessResponseBody)]
pub(super) struct CommonSuccess {
    #[schema(required = false, inline)]
    message: Success,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Success {
    Success,
}

/// A key from no closed list.
#[derive(Serialize, ToSchema)]
#[schema(as = CommonMessageResponseBody)]
pub(super) struct Message {
    #[schema(required = false)]
    message: &'static str,
}

impl AuthenticationLoginSucess {
    pub(super) fn new(key: &KeySecret) -> Self {
        Self {
            auth: key.reveal().to_owned(),
        }
    }
}

impl CommonSuccess {
    pub(super) const DONE: Self = Self {
        message: Success::Success,
    };
}

impl Message {
    pub(super) const fn new(message: &'static str) -> Self {
        Self { message }
    }
}

fn answer(body: &impl Serialize) -> Response {
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (json, serde_json::to_string(body).unwrap_or_default()).into_response()
}

impl IntoResponse for AuthenticationLoginSucess {
    fn into_response(self) -> Response {
        answer(&self)
    }
}

impl IntoResponse for CommonSuccess {
    fn into_response(self) -> Response {
        answer(&self)
    }
}

impl IntoResponse for Message {
    fn into_response(self) -> Response {
        answer(&self)
    }
}

/// A refusal's body as the contract lists it: the keys that generated clients know. Where `and more`
/// stands, operations say more keys than these (the contract's own lists are longer).
macro_rules! refusal {
    ($schema:ident, $keys:ident, $body:ident: $($key:ident),+) => {
        refusal!(@keys $keys: $($key),+);

        #[derive(ToSchema)]
        #[schema(as = $schema)]
        #[expect(dead_code, reason = "describes answers; Error makes them")]
        pub(super) struct $body {
            #[schema(required = false, inline)]
            message: $keys,
        }
    };
    ($schema:ident, $keys:ident, $body:ident: $($key:ident),+; and more) => {
        refusal!(@keys $keys: $($key),+);

        #[derive(ToSchema)]
        #[schema(as = $schema)]
        #[expect(dead_code, reason = "describes answers; Error makes them")]
        pub(super) struct $body {
            #[schema(required = false, schema_with = and_more::<$keys>)]
            message: $keys,
        }
    };
    (@keys $keys:ident: $($key:ident),+) => {

        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[expect(dead_code, reason = "describes answers; Error makes them")]
        enum $keys { $($key),+ }
    };
}

/// One of the keys that are listed, or another text.
fn and_more<T: PartialSchema>() -> Schema {
    let listed = AnyOfBuilder::new()
        .item(T::schema())
        .item(ObjectBuilder::new().schema_type(Type::String));
    Schema::AnyOf(listed.build())
}

refusal!(CommonBadRequestResponseBody, BadRequestKey, BadRequest: MissingRequiredParameter);
refusal!(AuthorizationError, AuthorizationKey, AuthorizationError:
    MissingAuthorizationKey, InvalidAuthorizationKey);
refusal!(SendSecretTokenResetPasswordBadRequestResponseBody, BadAddressKey, BadAddress:
    EmptyRequestBody, MissingRequiredParameterEmail; and more);
refusal!(CheckValidityTokenResetPasswordBadRequestResponseBody, NoTokenKey, NoToken:
    ForgotPasswordTokenIsMissing);
refusal!(ChangePasswordBadRequestResponseBody, BadChangeKey, BadChange:
    EmptyRequestBody, PasswordIsMissing, ConfirmPasswordIsMissing, CurrentPasswordIsMissing,
    CurrentPasswordCanNotBeEmpty, PasswordShouldEqualConfirmPassword,
    NewPasswordShouldNotEqualCurrentPassword; and more);
refusal!(UpdateResetPasswordBadRequestResponseBody, BadResetKey, BadReset:
    EmptyRequestBody, PasswordIsMissing, ConfirmPasswordIsMissing, CurrentPasswordIsMissing,
    CurrentPasswordCanNotBeEmpty, PasswordShouldEqualConfirmPassword,
    NewPasswordShouldNotEqualCurrentPassword; and more);

/// What every operation may answer, for its document.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Common {
    /// There is no such tenant; or, where it is told, no such address.
    #[response(status = 404)]
    NotFound(#[to_schema] Message),
    /// The body is longer than 64 KiB.
    #[response(status = 413)]
    TooLarge(#[to_schema] Message),
    /// Too many requests; `Retry-After` says how many seconds to wait.
    #[response(status = 429)]
    TooMany(#[to_schema] Message),
    /// An unexpected fault.
    #[response(status = 500)]
    Broken(#[to_schema] Message),
    /// A dependency is down for a while.
    #[response(status = 503)]
    Unavailable(#[to_schema] Message),
}

/// The document without its operations.
pub(super) fn base() -> OpenApi {
    let mut components = Components::new();
    for (name, header, about) in [
        (
            "ApiKeyAuth",
            "Authorization",
            "The key as it is, without a scheme.",
        ),
        (
            "consumerKey",
            "consumerKey",
            "The public half of a consumer pair.",
        ),
        (
            "consumerSecret",
            "consumerSecret",
            "The secret half of a consumer pair.",
        ),
    ] {
        let key = ApiKeyValue::with_description(header, about);
        components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("TurboSMTP authentication, as served by Rekey")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Keys, and passwords that are changed or forgotten.")),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .components(Some(components))
        .build()
}
