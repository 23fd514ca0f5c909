//! Which password a call is about, and whether its caller may speak of it (contracts/cyclos.md, 3
//! and 7.4).

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::api::cyclos::call::{self, Call};
use crate::api::cyclos::error::Error;
use crate::domain::id::PasswordTypeId;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::recovery::{
    Activity, Actor, Operation, Permitted, Recovery, Refusal, Target, TargetError,
};

/// The parameters of a path, decoded. Where it names no user, the caller is meant.
pub(super) struct Segments {
    user: String,
    kind: String,
}

impl FromRequestParts<Recovery> for Segments {
    type Rejection = Error;

    /// The router decodes a segment once. What is no UTF-8 then names nobody and nothing.
    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let segments = RawPathParams::from_request_parts(parts, recovery)
            .await
            .map_err(|_| Error::not_found("Path", ""))?;
        let segment = |wanted: &str| {
            let mut segments = segments.iter();
            segments.find_map(|(name, text)| (name == wanted).then(|| text.to_owned()))
        };
        Ok(Self {
            user: segment("user").unwrap_or_else(|| "self".to_owned()),
            kind: segment("type").unwrap_or_default(),
        })
    }
}

/// What a caller wants of a password, as far as it matters to those who must do something else
/// first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Look,
    Renew,
    Act,
}

/// Whoever calls, and whose passwords they speak of.
pub(super) struct Aim<'a> {
    call: &'a Call,
    path: &'a Segments,
    pub(super) actor: &'a Actor,
    pub(super) target: Target,
}

impl<'a> Aim<'a> {
    /// Finds whose passwords a call is about. First whether the caller may go on at all, then whom
    /// the path names; nobody is looked up for somebody who may not know.
    pub(super) async fn of(
        call: &'a Call,
        path: &'a Segments,
        intent: Intent,
        recovery: &Recovery,
    ) -> Result<Self, Error> {
        let actor = call.actor.as_ref().ok_or(Error::MISSING)?;
        let is_own = actor.is_named(&call.tenant, &path.user);
        let activity = match intent {
            Intent::Look if is_own => Activity::Settle,
            Intent::Renew if is_own => named(&call.tenant, &path.kind)
                .map_or(Activity::Other, |kind| {
                    Activity::Renew(kind.password_type_id)
                }),
            Intent::Look | Intent::Renew | Intent::Act => Activity::Other,
        };
        let actor = call.actor(activity)?;
        let target = recovery
            .management
            .target(&call.tenant, actor, &path.user)
            .await
            .map_err(|error| match error {
                TargetError::Denied => Error::DENIED,
                TargetError::Unknown => Error::not_found("User", &path.user),
                TargetError::Fault(fault) => Error::Fault(fault),
            })?;
        Ok(Self {
            call,
            path,
            actor,
            target,
        })
    }

    /// The password type that the path names.
    pub(super) fn kind(&self) -> Result<&'a PasswordType, Error> {
        let Segments { kind, .. } = self.path;
        named(&self.call.tenant, kind).ok_or_else(|| Error::not_found("PasswordType", kind))
    }

    /// Asks whether something may be done to the password that the path names.
    pub(super) async fn permit(
        &self,
        action: Action,
        recovery: &Recovery,
    ) -> Result<Permitted<'_>, Error> {
        let operation = Operation {
            tenant: &self.call.tenant,
            actor: self.actor,
            target: &self.target,
            kind: self.kind()?,
            action,
        };
        recovery
            .management
            .permit(operation)
            .await
            .map_err(|refusal| refused(refusal, &self.call.tenant, recovery))
    }
}

/// Why something is not done to a password.
pub(super) fn refused(refusal: Refusal, tenant: &Tenant, recovery: &Recovery) -> Error {
    match refusal {
        Refusal::Denied => Error::DENIED,
        Refusal::Illegal => Error::ILLEGAL,
        Refusal::Blocked(id, status) => Error::blocked(tenant, id, status),
        Refusal::Unauthenticated(error) => call::unauthenticated(error, tenant, recovery),
        Refusal::Fault(fault) => Error::Fault(fault),
    }
}

/// A password type by its number or its internal name (3.2).
fn named<'a>(tenant: &'a Tenant, text: &str) -> Option<&'a PasswordType> {
    PasswordTypeId::parse(text)
        .and_then(|id| tenant.type_numbered(id))
        .or_else(|| tenant.type_named(text))
}
