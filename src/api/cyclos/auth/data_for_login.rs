//! `GET /auth/data-for-login`: what a sign-in asks for.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::recovery::DataForLogin;
use crate::recovery::Recovery;

/// Tells which names and which password a sign-in asks for, and whether a forgotten password can be
/// recovered.
#[utoipa::path(
    get,
    path = "/auth/data-for-login",
    operation_id = "getDataForLogin",
    tag = "Auth",
    params(("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer.")),
    responses(
        (status = 200, body = DataForLogin, description = "What to ask for."),
        (status = 204, description = "The caller is signed in already."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn get_data_for_login(
    State(recovery): State<Recovery>,
    call: Call,
) -> Result<Response, Error> {
    let fields = call.query.fields()?;
    if call.actor.is_some() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let data = DataForLogin::of(&call.tenant, &recovery.accounts.served_media());
    Ok(Answer::part(&data, &fields)?.into_response())
}
