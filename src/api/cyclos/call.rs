//! Whose tenant a call is for, who makes it, and whether they may.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Error;
use super::credentials::{self, SESSION_TOKEN};
use super::model::error::ForbiddenErrorCode;
use super::query::Query;
use crate::api::host::host;
use crate::domain::tenant::Tenant;
use crate::recovery::{
    Activity, Actor, Credentials, OpenError, Origin, Recovery, SignInError, Unauthenticated,
};

/// A call by anybody. Credentials that are there are evaluated, also where none are needed: bad
/// ones are refused everywhere alike (contracts/cyclos.md, 1.3, D-31).
pub(super) struct Call {
    /// The tenant of the host it was sent to.
    pub(super) tenant: Arc<Tenant>,
    /// Where it came from.
    pub(super) origin: Origin,
    /// Its query parameters.
    pub(super) query: Query,
    /// Who makes it, if they say.
    pub(super) actor: Option<Actor>,
    /// The whole token of a session, where it came in one piece (D-5).
    pub(super) token: Option<String>,
}

impl Call {
    /// Who makes the call, if they may go on with such an errand.
    pub(super) fn actor(&self, errand: Activity) -> Result<&Actor, Error> {
        let actor = self.actor.as_ref().ok_or(Error::MISSING)?;
        actor
            .admit(&self.tenant, errand)
            .map_err(|restriction| Error::restricted(&self.tenant, restriction))?;
        Ok(actor)
    }

    /// Who makes the call, by a session and nothing else (D-38).
    pub(super) fn in_session(&self) -> Result<&Actor, Error> {
        let actor = self.actor.as_ref().ok_or(Error::MISSING)?;
        if actor.session().is_none() {
            return Err(Error::ILLEGAL);
        }
        self.actor(Activity::Settle)
    }

    /// Refuses whoever is signed in and may not go on with such an errand; guests pass.
    pub(super) fn admit(&self, errand: Activity) -> Result<(), Error> {
        match self.actor {
            Some(_) => self.actor(errand).map(|_| ()),
            None => Ok(()),
        }
    }
}

impl FromRequestParts<Recovery> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let Ok(origin) = Origin::from_request_parts(parts, recovery).await;
        let tenant = recovery.tenants.tenant_of_host(&host(parts)).await?;
        let tenant = tenant.ok_or_else(|| Error::not_found("Network", ""))?;
        credentials::check_channel(&parts.headers)?;
        let enabled = &tenant.settings.cyclos.principal_types;
        let presented =
            credentials::presented(&parts.headers, enabled, tenant.settings.accounts.country)?;
        let actor = match &presented {
            Some(presented) => Some(
                recovery
                    .sessions
                    .authenticate(&tenant, presented, &origin)
                    .await
                    .inspect_err(|error| error.signal(&recovery.audit, &tenant, &origin))
                    .map_err(|error| refused(error, presented, &tenant, recovery))?,
            ),
            None => None,
        };
        let session = actor.as_ref().and_then(Actor::session);
        let is_whole = session.is_some_and(|session| !session.is_split);
        let token = credentials::text(&parts.headers, &SESSION_TOKEN).filter(|_| is_whole);
        Ok(Self {
            query: Query::of(&parts.uri),
            tenant,
            origin,
            actor,
            token,
        })
    }
}

/// Why a session was not opened, or not ended.
pub(super) fn not_opened(error: OpenError, tenant: &Tenant, recovery: &Recovery) -> Error {
    match error {
        OpenError::Illegal => Error::ILLEGAL,
        OpenError::Unauthenticated(error) => unauthenticated(error, tenant, recovery),
    }
}

/// Why what a caller presented is not taken, or not any more.
pub(super) fn unauthenticated(
    error: Unauthenticated,
    tenant: &Tenant,
    recovery: &Recovery,
) -> Error {
    match error {
        Unauthenticated::LoggedOut => Error::LOGGED_OUT,
        Unauthenticated::Client => Error::INVALID_CLIENT,
        Unauthenticated::Fault(fault) => Error::Fault(fault),
        Unauthenticated::SignIn(error) => Error::not_signed_in(error, tenant, recovery.now()),
    }
}

/// Why credentials were not taken. A name of a kind that may not sign in is told by its shape
/// alone, so that it tells nothing of who is there (D-35).
pub(super) fn refused(
    error: Unauthenticated,
    presented: &Credentials,
    tenant: &Tenant,
    recovery: &Recovery,
) -> Error {
    let enabled = &tenant.settings.cyclos.principal_types;
    match (&error, presented) {
        (Unauthenticated::SignIn(SignInError::Wrong), Credentials::Password { principal, .. })
            if credentials::is_inaccessible(principal, enabled) =>
        {
            Error::forbidden(ForbiddenErrorCode::InaccessiblePrincipal)
        }
        (
            Unauthenticated::LoggedOut
            | Unauthenticated::Client
            | Unauthenticated::SignIn(_)
            | Unauthenticated::Fault(_),
            Credentials::Session(_) | Credentials::Client(_) | Credentials::Password { .. },
        ) => unauthenticated(error, tenant, recovery),
    }
}
