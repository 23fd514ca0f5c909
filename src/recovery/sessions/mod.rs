//! Staying signed in: sessions, keys and access clients. Who acts by one of them, what they must do first, and how
//! it ends.

mod activation;
mod actor;
mod clients;
mod keys;
mod open;
mod restriction;
mod vouch;

use std::sync::Arc;

use crate::recovery::accounts::Accounts;
use crate::recovery::audit::Audit;
use crate::recovery::limits::Limiter;
use crate::recovery::sign_in::SignIn;
use crate::recovery::tenants::Tenants;
use crate::recovery::tools::Tools;
use crate::recovery::tools::loader::Loader;
use crate::store::session::Asked as AskedSession;

pub use self::activation::ActivationError;
pub use self::actor::{Actor, Basic, Client, Credentials, Proof, Session, Unauthenticated};
pub use self::keys::{Holder, KeyError};
pub use self::open::{OpenError, SessionOptions};
pub use self::restriction::{Activity, Restriction};
pub use self::vouch::VouchError;

/// Finds who acts, and opens and ends what they act by.
pub struct Sessions {
    tools: Arc<Tools>,
    audit: Arc<Audit>,
    tenants: Arc<Tenants>,
    accounts: Arc<Accounts>,
    limits: Arc<Limiter>,
    sign_in: Arc<SignIn>,
    loader: Arc<Loader<AskedSession>>,
}

impl Sessions {
    pub(in crate::recovery) fn new(
        tools: Arc<Tools>,
        audit: Arc<Audit>,
        tenants: Arc<Tenants>,
        accounts: Arc<Accounts>,
        limits: Arc<Limiter>,
        sign_in: Arc<SignIn>,
    ) -> Self {
        Self {
            loader: Loader::new(Arc::clone(&tools), ()),
            tools,
            audit,
            tenants,
            accounts,
            limits,
            sign_in,
        }
    }
}
