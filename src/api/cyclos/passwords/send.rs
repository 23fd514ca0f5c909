//! `POST /{user}/passwords/{type}/reset-and-send`: a new value by mail or text.

use axum::extract::State;
use axum::http::StatusCode;

use super::aim::{Aim, Intent, Segments, refused};
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::input::SendMediumEnum;
use crate::api::cyclos::query::Query;
use crate::api::cyclos::refusals::medium;
use crate::domain::medium::Medium;
use crate::domain::status::Action;
use crate::recovery::{Recovery, SendError};

const SEND_MEDIUMS: &str = "sendMediums";

/// Takes a password's value away and sends its owner another.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/reset-and-send",
    operation_id = "resetAndSendPassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "An id or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
        ("sendMediums" = Option<Vec<SendMediumEnum>>, Query, style = Form, explode = false, description = "Without it, by whatever reaches them."),
    ),
    responses((status = 204, description = "The new value is on its way."), Input, Common),
)]
pub(in crate::api::cyclos) async fn reset_and_send_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    let aim = Aim::of(&call, &path, Intent::Act, &recovery).await?;
    let permitted = aim.permit(Action::ResetAndSend, &recovery).await?;
    let media = media(&call.query)?;
    recovery
        .management
        .reset_and_send(permitted, media, &call.origin)
        .await
        .map_err(|error| match error {
            SendError::Refused(refusal) => refused(refusal, &call.tenant, &recovery),
            SendError::Medium => {
                InputError::property(SEND_MEDIUMS, "It cannot be used to reach the user").into()
            }
        })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The media that are asked for, between commas or repeated; `None`: it is not said which.
fn media(query: &Query) -> Result<Option<Vec<Medium>>, InputError> {
    let mut media = Vec::new();
    let words = query.all(SEND_MEDIUMS).flat_map(|value| value.split(','));
    for word in words.map(str::trim).filter(|word| !word.is_empty()) {
        let medium = medium(word)?;
        if !media.contains(&medium) {
            media.push(medium);
        }
    }
    Ok((!media.is_empty()).then_some(media))
}
