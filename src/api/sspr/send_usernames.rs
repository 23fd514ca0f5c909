//! `POST /sendUsernames`: ask for a letter with the login names.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::call::Call;
use super::claim::address;
use super::fields::{CUSTOMER, Fields, Identifier, LANGUAGE, USER_TYPE};
use super::model::{Answers, LanguageId, UserTypeSspr};
use crate::recovery::{LetterRequest, Recovery};

#[derive(Deserialize, ToSchema)]
#[schema(as = SsprSendUsernamesV1Request)]
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
    email: String,
}

impl Fields for Request {
    const REQUIRED: &'static [&'static str] = &[CUSTOMER, LANGUAGE, USER_TYPE];
    const IDENTIFIER: Identifier = Identifier::Email;
    const MAKES_MAIL: bool = true;

    fn language(&self) -> LanguageId {
        self.language
    }
}

/// Mails the login names behind an address, if there are any. Answers the same when there are none.
#[utoipa::path(
    post,
    path = "/sendUsernames",
    operation_id = "sspr_sendUsernames_v1",
    tag = "Module_Sspr",
    request_body = Request,
    responses(Answers),
)]
pub(super) async fn send_usernames(
    State(recovery): State<Recovery>,
    call: Call<Request>,
) -> Result<StatusCode, Error> {
    let identifier = address(&call.request.email);
    let asked = LetterRequest {
        identifier: &identifier,
        user_type: None,
        language: Some(call.request.language.into()),
        origin: &call.origin,
    };
    recovery
        .asking
        .request_usernames(&call.tenant, call.request.user_type.into(), &asked)
        .await
        .map_err(|refused| Error::refused(refused, recovery.now()))?;
    Ok(StatusCode::NO_CONTENT)
}
