//! `/auth/forgotten-password`: the way back, by a link (4.11) or a code (4.13).

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::grant::{grant, must_be_served, refused, unpromised};
use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::body;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Bodied, Common, CommonBut500, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::{ForgottenPasswordError, InputError};
use crate::api::cyclos::model::input::SendMediumEnum;
use crate::api::cyclos::model::recovery::{
    ChangeForgottenPassword, DataForChangeForgottenPassword, ForgottenPasswordRequest,
    ForgottenPasswordResponse,
};
use crate::api::cyclos::refusals::medium;
use crate::api::language::said;
use crate::domain::medium::Medium;
use crate::domain::password::Password;
use crate::domain::user::User;
use crate::recovery::{ForgottenRequest, Grant, Proof, Recovery, Renewal, TypedNew};

/// Asks for a link, or for a code by a medium; an access client that sends a captcha asks for a code by mail. Where the tenant conceals, the answer says nothing
/// of whether there is such a user.
#[utoipa::path(
    post,
    path = "/auth/forgotten-password/request",
    operation_id = "forgottenPasswordRequest",
    tag = "Auth",
    request_body = ForgottenPasswordRequest,
    responses(
        (status = 200, body = ForgottenPasswordResponse, description = "A code is on its way, to whoever there is."),
        (status = 204, description = "A link is on its way, to whoever there is."),
        Bodied,
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn forgotten_password_request(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<Response, Error> {
    must_be_served(&call)?;
    let request: ForgottenPasswordRequest = body::read(body).await?;
    let typed = request.user.as_deref().map(str::trim);
    let typed = typed
        .filter(|typed| !typed.is_empty())
        .ok_or_else(|| InputError::property("user", "The user is required"))?;
    let code_by = match request.send_medium.as_deref() {
        Some(text) => Some(medium(text)?),
        None => asks_for_a_code(&call, &request).then_some(Medium::Email),
    };
    let asked = ForgottenRequest {
        user: &User::quoted(typed, call.tenant.settings.accounts.country),
        typed,
        code_by,
        origin: &call.origin,
    };
    let sent_to = recovery
        .asking
        .request_forgotten(&call.tenant, &asked)
        .await
        .map_err(|error| unpromised(error, recovery.now()))?;
    let sent_to = sent_to.ok_or_else(|| Error::not_found("User", typed))?;
    let Some(medium) = code_by else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let answer = ForgottenPasswordResponse {
        send_medium: SendMediumEnum::of(medium),
        sent_to: vec![sent_to],
    };
    Ok(Answer::whole(&answer)?.into_response())
}

/// Whether a request of 4.13 leaves the medium to us: that of an application that acts as its owner and sends a captcha,
/// blank as nobody asked for one. The plugin for web sites does so, and no client of 4.11 (docs/decisions/0074).
fn asks_for_a_code(call: &Call, request: &ForgottenPasswordRequest) -> bool {
    let proof = call.actor.as_ref().map(|actor| &actor.proof);
    request.has_captcha() && matches!(proof, Some(Proof::Client(_)))
}

/// Tells the bearer of a key, or of a code, what they must do. A key is not spent by it.
#[utoipa::path(
    get,
    path = "/auth/forgotten-password/data-for-change",
    operation_id = "getDataForChangeForgottenPassword",
    tag = "Auth",
    params(
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
        ("key" = Option<String>, Query, description = "From the link."),
        ("user" = Option<String>, Query, description = "Whose code it is, in place of a key."),
        ("code" = Option<String>, Query, description = "The code."),
    ),
    responses(
        (status = 200, body = DataForChangeForgottenPassword, description = "What is to be done."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn get_data_for_change_forgotten_password(
    State(recovery): State<Recovery>,
    call: Call,
    headers: HeaderMap,
) -> Result<Answer, Error> {
    must_be_served(&call)?;
    let (tenant, query) = (&call.tenant, &call.query);
    let fields = query.fields()?;
    let grant = grant(
        &call.tenant,
        query.one("key"),
        query.one("user"),
        query.one("code"),
        InputError::missing("key"),
    )?;
    let found = recovery
        .tokens
        .look_at_grant(tenant, &grant, &call.origin)
        .await
        .map_err(|error| refused(error, tenant, recovery.now()))?;
    let data = match grant {
        Grant::Key(_) => DataForChangeForgottenPassword::by_key(&found),
        Grant::Code { .. } => {
            let asked = said(&headers);
            DataForChangeForgottenPassword::by_code(&found, tenant, asked)
        }
    };
    Answer::part(&data, &fields)
}

/// Sets a new password for whoever bears a key or a code, and spends it.
#[utoipa::path(
    post,
    path = "/auth/forgotten-password",
    operation_id = "changeForgottenPassword",
    tag = "Auth",
    request_body = ChangeForgottenPassword,
    responses(
        (status = 204, description = "The password is changed, or a new one is on its way."),
        (status = 500, body = ForgottenPasswordError, description = "The answer is wrong."),
        Bodied,
        Input,
        CommonBut500,
    ),
)]
pub(in crate::api::cyclos) async fn change_forgotten_password(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<StatusCode, Error> {
    must_be_served(&call)?;
    let request: ChangeForgottenPassword = body::read(body).await?;
    let grant = grant(
        &call.tenant,
        request.key.as_deref(),
        request.user.as_deref(),
        request.code.as_deref(),
        InputError::property("key", "The key is required"),
    )?;
    let send_by = request.send_medium.as_deref().map(medium).transpose()?;
    let password = request.new_password.map(Password::new);
    let confirmation = request.new_password_confirmation.map(Password::new);
    let renewal = Renewal {
        typed: TypedNew {
            password: password.as_ref(),
            confirmation: (request.check_confirmation == Some(true))
                .then_some(confirmation.as_ref()),
        },
        answer: request.security_answer.as_deref(),
        send_by,
    };
    recovery
        .tokens
        .recover(&call.tenant, &grant, &renewal, &call.origin)
        .await
        .map_err(|error| refused(error, &call.tenant, recovery.now()))?;
    Ok(StatusCode::NO_CONTENT)
}
