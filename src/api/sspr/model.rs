//! The words of the contract, and the frame of its document.

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa::openapi::{SecurityRequirement, ServerBuilder};

use super::error::CommonResponseError;
use crate::domain::account::UserType;
use crate::domain::language::Language;

/// How an account is known.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = FieldEUserTypeSSPR)]
pub(super) enum UserTypeSspr {
    /// Known by its e-mail address.
    EzsignUser,
    /// Known by its login name.
    Native,
}

/// The language of letters and messages: 1 is French, 2 is English.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(value_type = i64, minimum = 1, maximum = 2, example = 2)]
#[serde(transparent)]
pub(super) struct LanguageId(u8);

impl From<UserTypeSspr> for UserType {
    fn from(user_type: UserTypeSspr) -> Self {
        match user_type {
            UserTypeSspr::EzsignUser => Self::EzsignUser,
            UserTypeSspr::Native => Self::Native,
        }
    }
}

impl From<LanguageId> for Language {
    fn from(LanguageId(id): LanguageId) -> Self {
        if id == 1 { Self::Fr } else { Self::En }
    }
}

/// What every operation may answer, for its document.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Answers {
    /// Done, or accepted. Says nothing about whether an account exists.
    #[response(status = 204)]
    Done,
    /// The body is not a JSON object, or the date of a signature is off.
    #[response(status = 400)]
    Malformed(#[to_schema] CommonResponseError),
    /// The key is missing or not accepted, or recovery is turned off.
    #[response(status = 403)]
    Forbidden(#[to_schema] CommonResponseError),
    /// There is no such customer.
    #[response(status = 404)]
    NotFound(#[to_schema] CommonResponseError),
    /// The body is longer than 64 KiB.
    #[response(status = 413)]
    TooLarge(#[to_schema] CommonResponseError),
    /// A field is missing or not valid, or the token or password is not good.
    #[response(status = 422)]
    Unprocessable(#[to_schema] CommonResponseError),
    /// Too many requests; `Retry-After` says how many seconds to wait.
    #[response(status = 429)]
    TooMany(#[to_schema] CommonResponseError),
    /// An unexpected fault.
    #[response(status = 500)]
    Broken(#[to_schema] CommonResponseError),
    /// A dependency is down for a while.
    #[response(status = 503)]
    Unavailable(#[to_schema] CommonResponseError),
}

/// The document without its operations.
pub(super) fn base() -> OpenApi {
    let mut components = Components::new();
    let key = ApiKeyValue::with_description(
        "Authorization",
        "The key as it is, or with the prefix `Bearer `.",
    );
    components.add_security_scheme("Authorization", SecurityScheme::ApiKey(ApiKey::Header(key)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("eZmax Module SSPR, as served by Rekey")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Self-service password reset and account unlock.")),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .security(Some([SecurityRequirement::new(
            "Authorization",
            Vec::<String>::new(),
        )]))
        .components(Some(components))
        .build()
}
