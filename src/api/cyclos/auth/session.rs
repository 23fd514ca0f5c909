//! `/auth/session`: signing in and out.

use axum::Extension;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::cookie::Cookie;
use crate::api::cyclos::answer::Answer;
use crate::api::cyclos::call::{self, Call};
use crate::api::cyclos::document::{Common, Input};
use crate::api::cyclos::error::Error;
use crate::api::cyclos::model::auth::Auth;
use crate::api::cyclos::model::error::{ConflictError, InputError};
use crate::recovery::{Activity, Recovery, SessionOptions};

/// Opens a session for whoever presents a name and a password, or an access client. With `cookie`,
/// only half of its token is in the answer.
#[utoipa::path(
    post,
    path = "/auth/session",
    operation_id = "login",
    tag = "Auth",
    security(("basic" = []), ("accessClient" = [])),
    params(
        ("fields" = Option<Vec<String>>, Query, description = "Which parts of the answer."),
        ("cookie" = Option<bool>, Query, description = "Whether to split the token."),
        ("timeoutInSeconds" = Option<i64>, Query, description = "How long it may idle, at most."),
    ),
    responses((status = 200, body = Auth, description = "A new session."), Input, Common),
)]
pub(in crate::api::cyclos) async fn login(
    State(recovery): State<Recovery>,
    Extension(cookie): Extension<Cookie>,
    call: Call,
) -> Result<Response, Error> {
    let fields = call.query.fields()?;
    let options = SessionOptions {
        timeout: call.query.one(TIMEOUT).map(timeout).transpose()?,
        is_split: call.query.flag("cookie")?,
    };
    call.actor(Activity::Introduce)?;
    let Call {
        tenant,
        origin,
        actor,
        ..
    } = call;
    let actor = actor.ok_or(Error::MISSING)?;
    let (token, actor) = recovery
        .sessions
        .open_session(&tenant, actor, options, &origin)
        .await
        .map_err(|error| call::not_opened(error, &tenant, &recovery))?;
    let (shown, header) = if options.is_split {
        let (first, second) = token.halves();
        (first, cookie.set(second))
    } else {
        (token.reveal(), None)
    };
    let auth = Auth::of(&tenant, &actor, Some(shown.to_owned()));
    Ok(with_cookie(
        Answer::part(&auth, &fields)?.into_response(),
        header,
    ))
}

/// Ends the session that is presented.
#[utoipa::path(
    delete,
    path = "/auth/session",
    operation_id = "logout",
    tag = "Auth",
    security(("session" = []), ("sessionPrefix" = [], "sessionCookie" = [])),
    params(("cookie" = Option<bool>, Query, description = "Whether to erase the cookie too.")),
    responses(
        (status = 200, description = "The session has ended."),
        (status = 409, body = ConflictError, description = "Declared by the contract, never sent."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn logout(
    State(recovery): State<Recovery>,
    Extension(cookie): Extension<Cookie>,
    call: Call,
) -> Result<Response, Error> {
    let erases = call.query.flag("cookie")?;
    let actor = call.in_session()?;
    recovery
        .sessions
        .close_session(&call.tenant, actor, &call.origin)
        .await
        .map_err(|error| call::not_opened(error, &call.tenant, &recovery))?;
    let header = if erases { cookie.erase() } else { None };
    Ok(with_cookie(StatusCode::OK.into_response(), header))
}

// D-33: what the contract's prose calls signing out.
/// Ends the session: another name for `DELETE /auth/session`.
#[utoipa::path(
    delete,
    path = "/auth",
    operation_id = "logoutAlias",
    tag = "Auth",
    security(("session" = []), ("sessionPrefix" = [], "sessionCookie" = [])),
    params(("cookie" = Option<bool>, Query, description = "Whether to erase the cookie too.")),
    responses(
        (status = 200, description = "The session has ended."),
        (status = 409, body = ConflictError, description = "Declared by the contract, never sent."),
        Input,
        Common,
    ),
)]
pub(in crate::api::cyclos) async fn logout_alias(
    recovery: State<Recovery>,
    cookie: Extension<Cookie>,
    call: Call,
) -> Result<Response, Error> {
    logout(recovery, cookie, call).await
}

const TIMEOUT: &str = "timeoutInSeconds";

/// How long a session may idle, as asked. More than fits is as long as may be (D-25).
fn timeout(text: &str) -> Result<u64, InputError> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InputError::unconvertible(text));
    }
    match (text.starts_with('-'), digits.parse::<u64>()) {
        (true, _) | (_, Ok(0)) => Err(InputError::property(TIMEOUT, "It must be positive")),
        (false, Ok(seconds)) => Ok(seconds),
        (false, Err(_)) => Ok(u64::MAX),
    }
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
