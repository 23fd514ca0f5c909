//! `POST /resetPasswordRequest`: ask for a letter with a reset link.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::call::Call;
use super::claim::claim;
use super::fields::{CUSTOMER, Fields, Identifier, LANGUAGE, USER_TYPE};
use super::model::{Answers, LanguageId, UserTypeSspr};
use crate::domain::token::Purpose;
use crate::recovery::{LetterRequest, Recovery};

#[derive(Deserialize, ToSchema)]
#[schema(as = SsprResetPasswordRequestV1Request)]
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
}

impl Fields for Request {
    const REQUIRED: &'static [&'static str] = &[CUSTOMER, LANGUAGE, USER_TYPE];
    const IDENTIFIER: Identifier = Identifier::ByUserType;
    const MAKES_MAIL: bool = true;

    fn language(&self) -> LanguageId {
        self.language
    }
}

/// Mails a reset link, if the account exists. Answers the same when it does not.
#[utoipa::path(
    post,
    path = "/resetPasswordRequest",
    operation_id = "sspr_resetPasswordRequest_v1",
    tag = "Module_Sspr",
    request_body = Request,
    responses(Answers),
)]
pub(super) async fn reset_password_request(
    State(recovery): State<Recovery>,
    call: Call<Request>,
) -> Result<StatusCode, Error> {
    let Request {
        user_type,
        email,
        login,
        language,
        ..
    } = &call.request;
    let claim = claim(*user_type, email.as_deref(), login.as_deref());
    let asked = LetterRequest {
        identifier: &claim.identifier,
        user_type: Some(claim.user_type),
        language: Some((*language).into()),
        origin: &call.origin,
    };
    recovery
        .asking
        .request_token(&call.tenant, Purpose::Reset, &asked)
        .await
        .map_err(|refused| Error::refused(refused, recovery.now()))?;
    Ok(StatusCode::NO_CONTENT)
}
