//! `POST /unlockAccount`: trade a token for an open account.

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
#[schema(as = SsprUnlockAccountV1Request)]
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

/// Lifts the block on the account of whoever was mailed the token.
#[utoipa::path(
    post,
    path = "/unlockAccount",
    operation_id = "sspr_unlockAccount_v1",
    tag = "Module_Sspr",
    request_body = Request,
    responses(Answers),
)]
pub(super) async fn unlock_account(
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
        .unlock(&call.tenant, &secret, Some(&claim), &call.origin)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
