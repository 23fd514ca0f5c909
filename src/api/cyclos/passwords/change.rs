//! `POST /{user}/passwords/{type}/change`: a new value that somebody typed.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;

use super::aim::{Aim, Intent, Segments, refused};
use crate::api::cyclos::call::Call;
use crate::api::cyclos::document::{Bodied, Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::passwords::ChangePassword;
use crate::api::cyclos::{body, refusals};
use crate::domain::authority::Relation;
use crate::domain::password::Password;
use crate::domain::status::Action;
use crate::domain::tenant::Profile;
use crate::recovery::{Recovery, RenewError, TypedNew, TypedRenewal};

/// Gives a password a new value: its owner, who must know the present one, or a manager.
#[utoipa::path(
    post,
    path = "/{user}/passwords/{type}/change",
    operation_id = "changePassword",
    tag = "Passwords",
    security(("basic" = []), ("session" = []), ("sessionPrefix" = [], "sessionCookie" = []), ("accessClient" = [])),
    params(
        ("user" = String, Path, description = "self, an id, or a name; digits that are a name after a quote."),
        ("type" = String, Path, description = "An id or an internal name."),
    ),
    request_body = ChangePassword,
    responses((status = 204, description = "The password is changed."), Bodied, Input, Common),
)]
pub(in crate::api::cyclos) async fn change_password(
    State(recovery): State<Recovery>,
    call: Call,
    path: Segments,
    body: Body,
) -> Result<StatusCode, Error> {
    let aim = Aim::of(&call, &path, Intent::Renew, &recovery).await?;
    let tenant = &call.tenant;
    let action = match aim.target.relation {
        Relation::Owner => Action::Change,
        Relation::Broker | Relation::Administrator => Action::ChangeForOwner,
    };
    let permitted = aim.permit(action, &recovery).await?;
    let request: ChangePassword = body::read(body).await?;
    // A value that somebody else knows must not last (standard P-13).
    let must_change =
        request.force_change == Some(true) || tenant.settings.profile == Profile::Hardened;
    let permitted = if must_change {
        permitted.to_be_changed_at_once()
    } else {
        permitted
    };
    let old = request.old_password.map(Password::new);
    let new = request.new_password.map(Password::new);
    let confirmation = request.new_password_confirmation.map(Password::new);
    let typed = TypedRenewal {
        old: old.as_ref(),
        new: TypedNew {
            password: new.as_ref(),
            confirmation: (request.check_confirmation == Some(true))
                .then_some(confirmation.as_ref()),
        },
    };
    recovery
        .management
        .renew_password(permitted, &typed, &call.origin)
        .await
        .map_err(|error| match error {
            RenewError::Refused(refusal) => refused(refusal, tenant, &recovery),
            RenewError::Invalid(flaws) => refusals::flawed(flaws).into(),
            RenewError::Old(error) => {
                let missing =
                    InputError::property("oldPassword", "The present password is required");
                refusals::unproven(error, tenant, missing)
            }
        })?;
    Ok(StatusCode::NO_CONTENT)
}
