//! `POST /validateToken`: look whether a token is good.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::call::Call;
use super::claim::claim;
use super::fields::{CUSTOMER, Fields, Identifier, LANGUAGE, TOKEN, USER_TYPE};
use super::model::{Answers, LanguageId, UserTypeSspr};
use crate::domain::token::Secret;
use crate::recovery::Recovery;

#[derive(Deserialize, ToSchema)]
#[schema(as = SsprValidateTokenV1Request)]
pub(super) struct Request {
    #[serde(rename = "pksCustomerCode")]
    #[expect(
        dead_code,
        reason = "compared with the key's tenant before the body is read"
    )]
    #[schema(min_length = 2, max_length = 6, example = "demo")]
    customer_code: String,
    #[serde(rename = "fkiLanguageID")]
    language: LanguageId,
    #[serde(rename = "eUserTypeSSPR")]
    user_type: UserTypeSspr,
    #[serde(rename = "sEmailAddress")]
    #[schema(example = "example@domain.com")]
    email: Option<String>,
    #[serde(rename = "sUserLoginname")]
    #[schema(example = "JohnDoe")]
    login: Option<String>,
    #[serde(rename = "binUserSSPRtoken")]
    #[schema(example = "012345678901234567890123456789012345678901234567890123456789abcd")]
    token: String,
}

impl Fields for Request {
    const REQUIRED: &'static [&'static str] = &[CUSTOMER, LANGUAGE, USER_TYPE, TOKEN];
    const IDENTIFIER: Identifier = Identifier::ByUserType;
    const MAKES_MAIL: bool = false;

    fn language(&self) -> LanguageId {
        self.language
    }
}

/// Tells whether a token of either purpose is genuine and unexpired, without spending it.
#[utoipa::path(
    post,
    path = "/validateToken",
    operation_id = "sspr_validateToken_v1",
    tag = "Module_Sspr",
    request_body = Request,
    responses(Answers),
)]
pub(super) async fn validate_token(
    State(recovery): State<Recovery>,
    call: Call<Request>,
) -> Result<StatusCode, Error> {
    let Request {
        user_type,
        email,
        login,
        token,
        ..
    } = &call.request;
    let claim = claim(*user_type, email.as_deref(), login.as_deref());
    let secret = Secret::parse(token)?;
    recovery
        .tokens
        .check_token(&call.tenant, &secret, None, Some(&claim))
        .await
        .inspect_err(|error| error.signal(&recovery.audit, &call.tenant, &call.origin))?;
    Ok(StatusCode::NO_CONTENT)
}
