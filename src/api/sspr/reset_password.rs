//! `POST /resetPassword`: trade a token for a new password.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Error;
use super::call::Call;
use super::claim::claim;
use super::fields::{CUSTOMER, Fields, Identifier, LANGUAGE, PASSWORD, TOKEN, USER_TYPE};
use super::model::{Answers, LanguageId, UserTypeSspr};
use crate::domain::password::Password;
use crate::domain::token::Secret;
use crate::recovery::{NewPassword, Recovery};

#[derive(Deserialize, ToSchema)]
#[schema(as = SsprResetPasswordV1Request)]
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
    #[serde(rename = "sPassword")]
    #[schema(example = "Qwerty1234!")]
    password: String,
}

impl Fields for Request {
    const REQUIRED: &'static [&'static str] = &[CUSTOMER, LANGUAGE, USER_TYPE, TOKEN, PASSWORD];
    const IDENTIFIER: Identifier = Identifier::ByUserType;
    const MAKES_MAIL: bool = false;

    fn language(&self) -> LanguageId {
        self.language
    }
}

/// Sets a new password for whoever was mailed the token. A refused password leaves the token good.
#[utoipa::path(
    post,
    path = "/resetPassword",
    operation_id = "sspr_resetPassword_v1",
    tag = "Module_Sspr",
    request_body = Request,
    responses(Answers),
)]
pub(super) async fn reset_password(
    State(recovery): State<Recovery>,
    call: Call<Request>,
) -> Result<StatusCode, Error> {
    let Request {
        user_type,
        email,
        login,
        token,
        password,
        ..
    } = call.request;
    let claim = claim(user_type, email.as_deref(), login.as_deref());
    let secret = Secret::parse(&token)?;
    let password = Password::new(password);
    let new = NewPassword {
        password: &password,
        published: None,
        consent: None,
    };
    recovery
        .tokens
        .reset_password(&call.tenant, &secret, new, Some(&claim), &call.origin)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
