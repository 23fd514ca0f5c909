//! Whose request it is: the tenant, by host name or code, and the application, by its key.

mod key_renewal;
mod lookup;
mod question;

use std::sync::Arc;

use self::question::{HostQuestion, KeyQuestion};
use crate::recovery::tools::Tools;
use crate::recovery::tools::loader::Loader;

pub use self::key_renewal::LEADS_FOR;
pub use self::lookup::Caller;

/// Finds tenants and the applications that call for them.
pub struct Tenants {
    tools: Arc<Tools>,
    keys: Arc<Loader<KeyQuestion>>,
    hosts: Arc<Loader<HostQuestion>>,
}

impl Tenants {
    /// `default_tenant`: the code of the tenant of requests to a host that no tenant has.
    pub(in crate::recovery) fn new(tools: Arc<Tools>, default_tenant: Option<String>) -> Self {
        Self {
            keys: Loader::new(Arc::clone(&tools), ()),
            hosts: Loader::new(Arc::clone(&tools), default_tenant),
            tools,
        }
    }
}
