//! `GET /ui/data-for-ui`: what a front end needs to come up.

use axum::extract::State;
use axum::http::HeaderMap;

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::auth::Auth;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::neighbours::DataForUi;
use crate::api::cyclos::model::recovery::DataForLogin;
use crate::api::language;
use crate::recovery::Recovery;

/// The kinds of front end that there are. All get the same: what differs among them is how they look, and that is
/// theirs to know.
const KINDS: [&str; 4] = ["custom", "main", "mobile", "pay"];

/// Tells a front end what it needs for signing in and for forgotten passwords: who is signed in, else what a sign-in
/// asks for; the time; the language. An addition: it is not among the published operations that this API
/// selects, and what it tells of banking, maps and themes is not served.
#[utoipa::path(
    get,
    path = "/ui/data-for-ui",
    operation_id = "dataForUi",
    tag = "Additions",
    params(
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
        ("kind" = Option<String>, Query, description = "What kind of front end asks: custom, main, mobile or pay. All get the same."),
    ),
    responses((status = 200, body = DataForUi, description = "What there is to know."), Input, Common),
)]
pub(in crate::api::cyclos) async fn data_for_ui(
    State(recovery): State<Recovery>,
    headers: HeaderMap,
    call: Call,
) -> Result<Answer, Error> {
    let fields = call.query.fields()?;
    if let Some(kind) = call.query.one("kind")
        && !KINDS.contains(&kind)
    {
        return Err(InputError::unconvertible(kind).into());
    }
    let tenant = &call.tenant;
    let (auth, login) = if let Some(actor) = &call.actor {
        (Auth::of(tenant, actor, call.token.clone()), None)
    } else {
        let media = recovery.accounts.served_media();
        (Auth::of_guest(), Some(DataForLogin::of(tenant, &media)))
    };
    let own = call.actor.as_ref().and_then(|actor| actor.account.language);
    let language = language::said(&headers)
        .or(own)
        .unwrap_or(tenant.settings.default_language);
    let data = DataForUi::of(auth, login, language, recovery.now());
    Answer::part(&data, &fields)
}
