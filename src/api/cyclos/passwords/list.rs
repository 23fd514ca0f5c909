//! `GET /{user}/passwords…`: how passwords stand, and what the caller can do to them.

use axum::extract::State;

use super::aim::{Aim, Intent, Segments};
use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::input::{PasswordInput, SendMediumEnum};
use crate::api::cyclos::model::passwords::{
    DataForUserPasswords, PasswordStatusAndActions, PasswordStatusAndType,
};
use crate::api::cyclos::model::reference::User;
use crate::recovery::{PasswordView, Recovery};

/// Lists how every password of a user stands.
#[utoipa::path(
    get,
    path = "/{user}/passwords",
    operation_id = "listUserPasswords",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
    ),
    responses(
        (status = 200, body = Vec<PasswordStatusAndType>, description = "How they stand."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn list_user_passwords(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<Answer, Error> {
    let aim = Aim::of(&call, &path, Intent::Look, &recovery).await?;
    let fields = call.query.fields()?;
    let shown = recovery
        .management
        .list(&call.tenant, aim.actor, &aim.target)
        .await?;
    let list: Vec<_> = shown.iter().map(PasswordStatusAndType::of).collect();
    Answer::part(&list, &fields)
}

/// Lists every password of a user with what the caller can do to each.
#[utoipa::path(
    get,
    path = "/{user}/passwords/list-data",
    operation_id = "getUserPasswordsListData",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
    ),
    responses(
        (status = 200, body = DataForUserPasswords, description = "How they stand, and what can be done."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn get_user_passwords_list_data(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<Answer, Error> {
    let aim = Aim::of(&call, &path, Intent::Look, &recovery).await?;
    let fields = call.query.fields()?;
    let shown = recovery
        .management
        .list(&call.tenant, aim.actor, &aim.target)
        .await?;
    let media = recovery.accounts.reachable_media(&aim.target.account);
    // Only whoever can replace a generated value is asked to confirm it, and that is its owner.
    let asks = shown.iter().any(|shown| shown.actions.change_generated);
    let confirming = call.tenant.confirmation_type().filter(|_| asks);
    let confirming = confirming.and_then(|kind| {
        shown
            .iter()
            .find(|shown: &&PasswordView<'_>| shown.kind == kind)
    });
    let data = DataForUserPasswords {
        passwords: shown.iter().map(PasswordStatusAndActions::of).collect(),
        confirmation_password_input: confirming
            .map(|shown| PasswordInput::of_own(shown.kind, shown.status, &media)),
        user: User::of(&aim.target.account),
        send_mediums: SendMediumEnum::all(&media),
    };
    Answer::part(&data, &fields)
}

/// Tells how one password of a user stands, and what the caller can do to it.
#[utoipa::path(
    get,
    path = "/{user}/passwords/{type}",
    operation_id = "getUserPasswordsData",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
    ),
    responses(
        (status = 200, body = PasswordStatusAndActions, description = "How it stands, and what can be done."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn get_user_passwords_data(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<Answer, Error> {
    let aim = Aim::of(&call, &path, Intent::Look, &recovery).await?;
    let kind = aim.kind()?;
    let fields = call.query.fields()?;
    let shown = recovery
        .management
        .list(&call.tenant, aim.actor, &aim.target)
        .await?;
    let one = shown
        .iter()
        .find(|shown| shown.kind == kind)
        .map(PasswordStatusAndActions::of);
    Answer::part(&one, &fields)
}
