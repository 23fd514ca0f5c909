//! The words of the contract, and the frame of its document.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder};

use super::Error;
use super::wire::ErrorMessage;
use crate::domain::account::Reference;
use crate::domain::identifier::EmailAddress;
use crate::recovery::Bearer;

// Decision 12.
/// What the bearer of a token is told of its account. Anything that sees the link can ask, so it is
/// this and no more; what is not known is left out and never null.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountDTO)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountDto {
    #[schema(value_type = String, example = "a1B2c3D4e5F6g7H8i9J0")]
    id: Reference,
    // Decision 13.
    /// The person's name, else the address: never empty.
    #[schema(min_length = 1, example = "Chloé Tremblay")]
    full_name: String,
    #[schema(value_type = String, example = "chloe@cooperative.example")]
    email: EmailAddress,
    /// Whether they agreed to the terms, if they ever said.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_granted: Option<bool>,
    #[schema(required = false)]
    status: Status,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    preferences: Option<Preferences>,
}

/// `status` of an account. Accounts out of use have no live token, so there is one to tell.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountStatus)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Enabled,
    #[expect(dead_code, reason = "of the contract; such accounts are never told of")]
    Disabled,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AccountPreferences)]
struct Preferences {
    /// The language of their letters, as a two-letter code.
    #[schema(required = false, min_length = 2, max_length = 3, example = "fr")]
    language: &'static str,
}

impl AccountDto {
    /// Describes whoever a token was mailed to. Nobody was mailed one without an address.
    pub(super) fn of(Bearer { account, consent }: Bearer) -> Result<Self, Error> {
        let email = account.email.ok_or(Error::NotFound)?;
        let name = account.name.filter(|name| !name.is_empty());
        let language = account.language.map(|language| Preferences {
            language: language.code(),
        });
        Ok(Self {
            id: account.reference,
            full_name: name.unwrap_or_else(|| email.as_str().to_owned()),
            email,
            consent_granted: consent,
            status: Status::Enabled,
            preferences: language,
        })
    }
}

/// What every operation may refuse with, for its document.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "describes answers; Error makes them")]
pub(super) enum Refusals {
    /// The body is not what it must be, or the new password breaks the rules.
    #[response(status = 400)]
    BadRequest(#[to_schema] ErrorMessage),
    /// There is no such account, or the token is not good.
    #[response(status = 404)]
    NotFound(#[to_schema] ErrorMessage),
    /// The body is longer than 64 KiB.
    #[response(status = 413)]
    TooLarge(#[to_schema] ErrorMessage),
    /// Too many requests; `Retry-After` says how many seconds to wait.
    #[response(status = 429)]
    TooMany(#[to_schema] ErrorMessage),
    /// An unexpected fault.
    #[response(status = 500)]
    Broken(#[to_schema] ErrorMessage),
    /// A dependency is down for a while.
    #[response(status = 503)]
    Unavailable(#[to_schema] ErrorMessage),
}

/// The document without its operations.
pub(super) fn base() -> OpenApi {
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("CleverMaps password reset, as served by Rekey")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Ask for a reset link, look at its token, set a password.",
                )),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .build()
}
