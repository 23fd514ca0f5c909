//! `GET /auth`: who is signed in.

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::auth::Auth;

/// Tells who is signed in, how, and what they may do with their passwords; of a guest, that nobody
/// is.
#[utoipa::path(
    get,
    path = "/auth",
    operation_id = "getCurrentAuth",
    tag = "Auth",
    params(("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer.")),
    responses((status = 200, body = Auth, description = "Who is signed in."), Input, Common),
)]
pub(in crate::api::cyclos) async fn get_current_auth(call: Call) -> Result<Answer, Error> {
    let fields = call.query.fields()?;
    let auth = match &call.actor {
        Some(actor) => Auth::of(&call.tenant, actor, call.token.clone()),
        None => Auth::of_guest(),
    };
    Answer::part(&auth, &fields)
}
