//! `PUT /change-password`: a new password for whoever is signed in.

use axum::body::Body;
use axum::extract::State;
use utoipa::ToSchema;

use super::call::SignedCall;
use super::fields::Fields;
use super::model::{AuthorizationError, BadChange, Common, CommonSuccess, Message};
use super::{Error, rules};
use crate::domain::account::Account;
use crate::domain::identifier::EmailAddress;
use crate::domain::key::Kind;
use crate::domain::password::Password;
use crate::recovery::{NewPassword, Recovery};

#[derive(ToSchema)]
#[schema(as = ChangePasswordRequestBody)]
#[expect(
    dead_code,
    reason = "describes the body, whose fields are asked for one by one"
)]
pub(super) struct Request {
    #[schema(example = "Forgotten-2026")]
    current_password: String,
    #[schema(example = "Qwerty1234!")]
    password: String,
    #[schema(example = "Qwerty1234!")]
    confirm_password: String,
}

/// Changes the password of the key's owner, who must know the present one. Ends their other keys.
#[utoipa::path(
    put,
    path = "/change-password",
    operation_id = "ChangePassword",
    tag = "Authentication",
    request_body = Request,
    security(("ApiKeyAuth" = []), ("consumerKey" = [], "consumerSecret" = [])),
    responses(
        (status = 200, body = CommonSuccess, description = "The password is changed."),
        (status = 400, body = BadChange, description = "A field is missing or not good enough, or owners may not change their passwords here."),
        (status = 401, body = AuthorizationError, description = "The key is missing or not good."),
        (status = 403, body = Message, description = "The current password is not right."),
        Common,
    ),
)]
pub(super) async fn change_password(
    State(recovery): State<Recovery>,
    call: SignedCall,
    body: Body,
) -> Result<CommonSuccess, Error> {
    if call.holder.kind == Kind::Consumer {
        return Err(Error::forbidden("not_allowed_for_apikey"));
    }
    let account = recovery
        .sessions
        .account_of(&call.tenant, call.holder)
        .await?;
    if !has_address(&account) {
        return Err(Error::bad_request("invalid_mail_address"));
    }
    let fields = Fields::read(body).await?;
    let current = match fields.text("current_password") {
        None => return Err(Error::bad_request("current_password_is_missing")),
        Some("") => return Err(Error::bad_request("current_password_can_not_be_empty")),
        Some(current) => Password::new(current.to_owned()),
    };
    let password = fields.new_password()?;
    // Two ways to type one password are one password.
    if password.normalised().expose() == current.normalised().expose() {
        return Err(Error::bad_request(
            "new_password_should_not_equal_current_password",
        ));
    }
    let new = NewPassword {
        password: &password,
        published: Some(&rules::published()),
        consent: None,
    };
    recovery
        .management
        .change_password(
            &call.tenant,
            call.holder,
            &account,
            &current,
            new,
            &call.origin,
        )
        .await?;
    Ok(CommonSuccess::DONE)
}

/// Row 2: the address in question is the account's own (row 12 of the decisions).
fn has_address(account: &Account) -> bool {
    let email = account.email.as_ref();
    email.is_some_and(|email| EmailAddress::parse(email.as_str()).is_ok())
}
