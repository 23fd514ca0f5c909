//! `POST /{user}/passwords/{type}/…`: what is done to a password without giving it a value.

use axum::extract::State;
use axum::http::StatusCode;

use super::aim::{Aim, Intent, Segments, refused};
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::Common;
use crate::api::cyclos::error::Error;
use crate::domain::status::Action;
use crate::recovery::Recovery;

async fn act(
    recovery: &Recovery,
    call: &Call,
    path: &Segments,
    action: Action,
) -> Result<StatusCode, Error> {
    let aim = Aim::of(call, path, Intent::Act, recovery).await?;
    let permitted = aim.permit(action, recovery).await?;
    recovery
        .management
        .set_status(permitted, &call.origin)
        .await
        .map_err(|refusal| refused(refusal, &call.tenant, recovery))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the user have a first value generated.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/allow-generation",
    operation_id = "allowGeneration",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "An id or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    responses((status = 204, description = "The user may have one generated."), Common),
)]
pub(in crate::api::cyclos) async fn allow_generation(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    act(&recovery, &call, &path, Action::AllowGeneration).await
}

/// Takes a generated value away, until the user has another one generated.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/reset-generated",
    operation_id = "resetGeneratedPassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "An id or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    responses((status = 204, description = "The value is gone."), Common),
)]
pub(in crate::api::cyclos) async fn reset_generated_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    act(&recovery, &call, &path, Action::ResetGenerated).await
}

/// Takes a password out of use.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/disable",
    operation_id = "disablePassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    responses((status = 204, description = "The password is disabled."), Common),
)]
pub(in crate::api::cyclos) async fn disable_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    act(&recovery, &call, &path, Action::Disable).await
}

/// Puts a disabled password back into use, as it was.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/enable",
    operation_id = "enablePassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    responses((status = 204, description = "The password is enabled."), Common),
)]
pub(in crate::api::cyclos) async fn enable_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    act(&recovery, &call, &path, Action::Enable).await
}

/// Lifts the block that wrong tries put on a password.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/unblock",
    operation_id = "unblockPassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    responses((status = 204, description = "The password is unblocked."), Common),
)]
pub(in crate::api::cyclos) async fn unblock_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
) -> Result<StatusCode, Error> {
    act(&recovery, &call, &path, Action::Unblock).await
}
