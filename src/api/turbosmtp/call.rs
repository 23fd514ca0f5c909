//! Whose tenant a call is for, and who makes it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Error;
use super::key::{self, Accepted};
use crate::api::host::host;
use crate::domain::tenant::Tenant;
use crate::recovery::{Holder, Origin, Recovery};

/// A call from anybody.
pub(super) struct Call {
    /// The tenant of the host it was sent to.
    pub(super) tenant: Arc<Tenant>,
    /// Where it came from.
    pub(super) origin: Origin,
}

/// A call from whoever presented a good key or pair.
pub(super) struct SignedCall {
    /// The tenant of the host it was sent to.
    pub(super) tenant: Arc<Tenant>,
    /// Where it came from.
    pub(super) origin: Origin,
    /// Who made it.
    pub(super) holder: Holder,
}

impl FromRequestParts<Recovery> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let Ok(origin) = Origin::from_request_parts(parts, recovery).await;
        let tenant = recovery.tenants.tenant_of_host(&host(parts)).await?;
        Ok(Self {
            tenant: tenant.ok_or(Error::NOT_FOUND)?,
            origin,
        })
    }
}

impl FromRequestParts<Recovery> for SignedCall {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, recovery: &Recovery) -> Result<Self, Error> {
        let Call { tenant, origin } = Call::from_request_parts(parts, recovery).await?;
        let whose = (&*tenant, &origin);
        let holder = key::holder(recovery, whose, &parts.headers, Accepted::KeyOrPair).await?;
        Ok(Self {
            tenant,
            origin,
            holder,
        })
    }
}
