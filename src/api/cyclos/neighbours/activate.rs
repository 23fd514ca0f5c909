//! `POST /clients/activate`: an application fetches the token of its access client with a code.

use axum::extract::State;

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::{self, Call};
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::neighbours::ActivateClientResult;
use crate::domain::code::Code;
use crate::recovery::{ActivationError, Activity, Recovery};

/// The longest prefix, in characters: with the token behind it, it still is a header.
const PREFIX_MAX: usize = 100;

/// Trades a code, which an operator made for the caller's account, for the token of an access client. An addition: it
/// is not among the published operations that this API selects.
#[utoipa::path(
    post,
    path = "/clients/activate",
    operation_id = "activateClient",
    tag = "Additions",
    security(("basic" = []), ("session" = []), ("accessClient" = [])),
    params(
        ("code" = String, Query, description = "The code, as the operator got it."),
        ("prefix" = Option<String>, Query, description = "What the client will put in front of the token; it is not in the answer."),
    ),
    responses(
        (status = 200, body = ActivateClientResult, description = "The token, shown this once."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn activate_client(
    State(recovery): State<Recovery>,
    call: Call,
) -> Result<Answer, Error> {
    let actor = call.actor(Activity::Other)?;
    let (tenant, query) = (&call.tenant, &call.query);
    let code = Code::presented(query.required("code")?);
    let prefix = query.all("prefix").next().unwrap_or_default();
    if prefix.chars().count() > PREFIX_MAX || !prefix.chars().all(|c| c.is_ascii_graphic()) {
        let wrong = "It must be visible ASCII characters, 100 at most";
        return Err(InputError::property("prefix", wrong).into());
    }
    let (token, client) = recovery
        .sessions
        .activate_client(tenant, actor, &code, prefix, &call.origin)
        .await
        .map_err(|error| match error {
            // The code is not echoed.
            ActivationError::Code => Error::not_found("AccessClient", ""),
            ActivationError::TooMany(limit) => Error::too_many(limit, recovery.now()),
            ActivationError::Unauthenticated(error) => {
                call::unauthenticated(error, tenant, &recovery)
            }
            ActivationError::Fault(fault) => Error::Fault(fault),
        })?;
    Answer::whole(&ActivateClientResult::of(&token, &client))
}
