//! What operators can do: one method per verb, one transaction per method.
//!
//! Operators are trusted: they see who has which account. They never see a password, and a hash
//! only in an export that they ask for with hashes.

mod apply_tenant;
mod audit;
mod audit_findings;
mod check_keyring;
mod clean_names;
mod create_key;
mod create_personal_key;
mod disable_account;
mod enable_account;
mod export_accounts;
mod find_account;
mod find_tenant;
mod import_accounts;
mod list_accounts;
mod list_jobs;
mod list_keys;
mod list_tenants;
mod read_audit;
mod rename_account;
mod revoke_key;
mod rotate_keys;
mod send_link;
mod settle_job;
mod settle_restored;
mod show_account;
mod sign_out_account;
mod thaw_account;
mod unblock_account;
mod verify_audit;

use sqlx::PgPool;

pub use self::apply_tenant::{Applied, ApplyTenantError};
pub use self::audit_findings::{Finding, Wrong};
pub use self::check_keyring::KeyringError;
pub use self::clean_names::{Clash, CleanedNames};
pub use self::create_key::{CreateKey, CreateKeyError, CreatedKey};
pub use self::create_personal_key::{CreatedActivation, CreatedConsumer};
pub use self::disable_account::Disabled;
pub use self::export_accounts::{ExportError, Hashes};
pub use self::find_account::AccountError;
pub use self::find_tenant::FindTenantError;
pub use self::import_accounts::{
    BadLine, Cleaned, Contact, End, Format, Import, ImportError, Listeners, Report, Step,
};
pub use self::list_jobs::{JobState, ListedJob};
pub use self::read_audit::{ExportAuditError, Sealed};
pub use self::rename_account::RenameError;
pub use self::revoke_key::RevokeKeyError;
pub use self::rotate_keys::{Dependents, DropKeyError, KeyStanding};
pub use self::send_link::{Promised, SendLinkError};
pub use self::settle_job::JobError;
pub use self::settle_restored::Settled;
pub use self::show_account::{Sheet, ShowAccountError, ShownPassword};
pub use self::sign_out_account::Ended;
pub use self::unblock_account::{UnblockError, Unblocked};
pub use self::verify_audit::{Verified, VerifyAuditError};
pub use crate::store::account_export::Exported;
pub use crate::store::api_key::Key;
pub use crate::store::audit_event::Filter;
pub use crate::store::job::Which;

use crate::domain::digest::Keyring;
use crate::domain::limit::Rate;
use crate::recovery::{Clock, Entropy, Hasher};

/// The operator's side of the service. Cheap to clone. Its parts are private to this module and
/// its children, so a command can only call verbs.
#[derive(Clone)]
pub struct Operator {
    db: PgPool,
    clock: Clock,
    entropy: Entropy,
    keys: Keyring,
    hasher: Option<Hasher>,
    by: Option<Invoker>,
    mail: Option<Rate>,
}

/// Who runs a command, as the operating system knows them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Invoker {
    /// The name of their user.
    pub user: String,
    /// Who became that user by sudo, as sudo says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sudo: Option<String>,
}

/// What an [`Operator`] is made of.
pub struct OperatorParts {
    /// The database.
    pub db: PgPool,
    /// What time it is.
    pub clock: Clock,
    /// Where randomness comes from.
    pub entropy: Entropy,
    /// What digests are made with.
    pub keys: Keyring,
    /// What computes password hashes. Without one, only hashes can be imported.
    pub hasher: Option<Hasher>,
}

impl Operator {
    /// Puts the parts together.
    pub fn new(parts: OperatorParts) -> Self {
        Self {
            db: parts.db,
            clock: parts.clock,
            entropy: parts.entropy,
            keys: parts.keys,
            hasher: parts.hasher,
            by: None,
            mail: None,
        }
    }

    /// Says how many letters all servers together may send, so that those of an import leave room for
    /// others. Nothing said: they are due at once.
    #[must_use]
    pub fn mailing(self, most: Rate) -> Self {
        Self {
            mail: Some(most),
            ..self
        }
    }

    /// Says who the operator is, for the audit trail.
    #[must_use]
    pub fn by(self, invoker: Invoker) -> Self {
        Self {
            by: Some(invoker),
            ..self
        }
    }
}
