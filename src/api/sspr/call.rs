//! Everything that is checked before an operation begins, in the contract's order.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fields::{CUSTOMER, Fields};
use super::{Error, fields, key, signature};
use crate::api::body::{self, Malformed, Unreadable};
use crate::domain::tenant::Tenant;
use crate::recovery::{Caller, Fault, Origin, Recovery, Signal};

/// A call that may be served: its caller is known, its body is whole, its tenant is there.
pub(super) struct Call<T> {
    /// The tenant that key and customer code agree on.
    pub(super) tenant: Arc<Tenant>,
    /// Where it came from.
    pub(super) origin: Origin,
    /// What it asks.
    pub(super) request: T,
}

impl<T: Fields + DeserializeOwned> FromRequest<Recovery> for Call<T> {
    type Rejection = Error;

    async fn from_request(request: Request, recovery: &Recovery) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let Some(origin) = parts.extensions.get::<Origin>().cloned() else {
            return Err(Error::Fault(Fault::broken("a request without an origin")));
        };
        let caller = key::caller(recovery, &parts.headers).await?;
        // Without a key the body tells whether its tenant takes such calls.
        let bytes = body::read(body).await;
        let caller = match caller {
            Some(caller) => caller,
            None => anonymous(recovery, &parts, bytes.as_ref().ok()).await?,
        };
        let error = match asked(recovery, &parts, bytes, &caller, &origin) {
            Ok(request) => {
                // What the contract asks for says more than the header of somebody's library.
                let language = Some(T::language(&request).into());
                return Ok(Self {
                    tenant: caller.tenant,
                    origin: Origin { language, ..origin },
                    request,
                });
            }
            Err(error) => error,
        };
        // Row 4 comes before what is wrong with a call, and what is wrong counts too. A call that
        // may be served is counted where it is.
        if T::MAKES_MAIL {
            let admitted = recovery
                .asking
                .admit(caller.tenant.tenant_id, &origin)
                .await;
            admitted.map_err(|refused| Error::refused(refused, recovery.now()))?;
        }
        Err(error)
    }
}

/// What a known caller asks: everything from row 5 on.
fn asked<T: Fields + DeserializeOwned>(
    recovery: &Recovery,
    parts: &Parts,
    bytes: Result<Bytes, Unreadable>,
    caller: &Caller,
    origin: &Origin,
) -> Result<T, Error> {
    let bytes = bytes.map_err(Error::from)?;
    signature::check(parts, &bytes, &caller.signing_secrets, recovery.now()).inspect_err(|_| {
        recovery
            .audit
            .signal(caller.tenant.tenant_id, Signal::Signature, origin);
    })?;
    let members = members(parts, &bytes).map_err(|_: Malformed| Error::NotAnObject)?;
    fields::check::<T>(&members)?;
    // Row 10: one reply for a code that is nobody's and for one that is another's.
    if members.get(CUSTOMER).and_then(Value::as_str) != Some(&caller.tenant.settings.code) {
        return Err(Error::Customer);
    }
    if !caller.tenant.settings.sspr.enabled {
        return Err(Error::Disabled);
    }
    // The fields were just checked, so only a disagreement between the two could fail here.
    serde_json::from_value(Value::Object(members))
        .map_err(|error| Error::Fault(Fault::broken(error)))
}

/// A call without a key, if the tenant it names takes such (D1). Anything unreadable is row 3.
async fn anonymous(
    recovery: &Recovery,
    parts: &Parts,
    bytes: Option<&Bytes>,
) -> Result<Caller, Error> {
    let members = bytes
        .and_then(|bytes| members(parts, bytes).ok())
        .ok_or(Error::Key)?;
    let code = members
        .get(CUSTOMER)
        .and_then(Value::as_str)
        .ok_or(Error::Key)?;
    let tenant = recovery.tenants.tenant(code).await?.ok_or(Error::Key)?;
    if !tenant.settings.sspr.anonymous {
        return Err(Error::Key);
    }
    Ok(Caller {
        tenant,
        signing_secrets: Vec::new(),
    })
}

fn members(parts: &Parts, bytes: &Bytes) -> Result<Map<String, Value>, Malformed> {
    if !body::is_json(&parts.headers) {
        return Err(Malformed::default());
    }
    body::object(bytes)
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::TooLarge => Self::TooLarge,
            Unreadable::Incomplete => Self::NotAnObject,
        }
    }
}
