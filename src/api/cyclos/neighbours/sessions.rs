//! `POST /sessions`: an administrator's application signs somebody in.

use axum::body::Body;
use axum::extract::State;

use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::body;
use crate::api::cyclos::call::{self, Call};
use crate::api::cyclos::credentials;
use crate::api::cyclos::document::{Bodied, Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::auth::Auth;
use crate::api::cyclos::model::error::InputError;
use crate::api::cyclos::model::neighbours::LoginUser;
use crate::domain::password::Password;
use crate::domain::tenant::Tenant;
use crate::recovery::{Activity, Origin, Recovery, SessionOptions, VouchError};

/// Opens a session for whoever's name and password an administrator's access client hands over. It answers as
/// `login` does. An addition: it is not among the published operations that this API selects.
#[utoipa::path(
    post,
    path = "/sessions",
    operation_id = "loginUser",
    tag = "Additions",
    security(("accessClient" = [])),
    params(("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer.")),
    request_body = LoginUser,
    responses(
        (status = 200, body = Auth, description = "A new session, of the user."),
        Bodied,
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn login_user(
    State(recovery): State<Recovery>,
    call: Call,
    body: Body,
) -> Result<Answer, Error> {
    let fields = call.query.fields()?;
    let caller = call.actor(Activity::Other)?;
    let (tenant, origin) = (&call.tenant, &call.origin);
    // Who may not call it learns nothing of what it takes.
    caller
        .vouching_client()
        .map_err(|error| refused(error, tenant, &recovery))?;
    let LoginUser {
        user,
        password,
        remote_address,
        channel,
        session_timeout,
    } = body::read(body).await?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (user, channel) = (filled(user), filled(channel));
    credentials::must_be_a_channel(channel.as_deref())?;
    let password = password.filter(|password| !password.is_empty());
    let (Some(user), Some(password)) = (&user, &password) else {
        return Err(unfilled(user.is_none(), password.is_none()).into());
    };
    let visitor = match filled(remote_address) {
        // Whoever does not say where somebody is answers for them.
        None => origin.clone(),
        Some(text) => Origin {
            address: text
                .trim()
                .parse()
                .map_err(|_| InputError::property("remoteAddress", "It must be an IP address"))?,
            ..origin.clone()
        },
    };
    let options = SessionOptions {
        timeout: session_timeout
            .map(|timeout| timeout.seconds())
            .transpose()?,
        is_split: false,
    };
    let enabled = &tenant.settings.cyclos.principal_types;
    let typed = credentials::typed(
        user.clone(),
        Password::new(password.clone()),
        enabled,
        call.tenant.settings.accounts.country,
    )?;
    let (token, actor) = recovery
        .sessions
        .sign_in_for(tenant, caller, &typed, options, (&visitor, origin))
        .await
        .map_err(|error| match error {
            VouchError::Unauthenticated(error) => call::refused(error, &typed, tenant, &recovery),
            VouchError::Denied
            | VouchError::Illegal
            | VouchError::NotOpened(_)
            | VouchError::Fault(_) => refused(error, tenant, &recovery),
        })?;
    let auth = Auth::of(tenant, &actor, Some(token.reveal().to_owned()));
    Answer::part(&auth, &fields)
}

/// What is missing in the body, all of it at once.
fn unfilled(has_no_user: bool, has_no_password: bool) -> InputError {
    let mut error = InputError::default();
    if has_no_user {
        error = error.and("user", "The user is required");
    }
    if has_no_password {
        error = error.and("password", "The password is required");
    }
    error
}

/// Why nobody is signed in for the caller.
fn refused(error: VouchError, tenant: &Tenant, recovery: &Recovery) -> Error {
    match error {
        VouchError::Denied => Error::DENIED,
        VouchError::Illegal => Error::ILLEGAL,
        VouchError::Unauthenticated(error) => call::unauthenticated(error, tenant, recovery),
        VouchError::NotOpened(error) => call::not_opened(error, tenant, recovery),
        VouchError::Fault(fault) => Error::Fault(fault),
    }
}
