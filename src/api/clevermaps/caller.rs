//! Whom a call is for, and the token it brings. No key is asked for, and `Authorization` is ignored.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::Error;
use crate::api::host::host;
use crate::domain::tenant::Tenant;
use crate::domain::token::Secret;
use crate::recovery::{Origin, Recovery};

/// A call that has a tenant.
pub(super) struct Caller {
    /// The tenant of the host it was sent to, else the default one.
    pub(super) tenant: Arc<Tenant>,
    /// Where it came from.
    pub(super) origin: Origin,
}

/// The token in the path.
pub(super) struct Token(pub(super) Secret);

impl FromRequestParts<Recovery> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let Ok(origin) = Origin::from_request_parts(parts, recovery).await;
        let tenant = recovery.tenants.tenant_of_host(&host(parts)).await?;
        Ok(Self {
            tenant: tenant.ok_or(Error::NotFound)?,
            origin,
        })
    }
}

impl FromRequestParts<Recovery> for Token {
    type Rejection = Error;

    /// The router decodes a segment once. What is no UTF-8 then, or no token, is nobody's token
    /// (decision 8).
    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let segments = RawPathParams::from_request_parts(parts, recovery)
            .await
            .map_err(|_| Error::NotFound)?;
        let (_, text) = segments.iter().next().ok_or(Error::NotFound)?;
        Ok(Self(Secret::parse(text)?))
    }
}
