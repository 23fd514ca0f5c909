//! Keys that stand for an account: what TurboSMTP signs requests of its six operations with.

use super::Sessions;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, KeyId};
use crate::domain::key::{KeySecret, Kind};
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{Audit, AuditAction, Entry, Signal};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::api_key::{EndReason, Held};

/// Whoever presented a live key of an active account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The key.
    pub key_id: KeyId,
    /// What kind of key it is.
    pub kind: Kind,
    /// Whose it is.
    pub account_id: AccountId,
}

/// A key was not taken.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is unknown, of age, or ended.
    #[error("the key is not valid")]
    Invalid,
    /// It would be good, but its account is out of use.
    #[error("the account of the key is not active")]
    Inactive,
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for KeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl KeyError {
    /// Notices a key that is not good.
    pub fn signal(&self, audit: &Audit, tenant: &Tenant, origin: &Origin) {
        match self {
            Self::Invalid | Self::Inactive => {
                audit.signal(tenant.tenant_id, Signal::Key, origin);
            }
            Self::Fault(_) => {}
        }
    }
}

impl Sessions {
    /// Finds who presents a key of an account.
    ///
    /// Keys of a disabled account are ended for good with it; while it is disabled they are
    /// told apart from keys that never were (design.md, section 2).
    pub async fn holder(
        &self,
        tenant: &Tenant,
        kind: Kind,
        presented: &KeySecret,
    ) -> Result<Holder, KeyError> {
        let digests = presented.digests(&self.tools.keys);
        let now = self.tools.clock.now();
        let held = {
            let mut db = self.tools.db.acquire().await?;
            store::api_key::find_held(&mut db, tenant.tenant_id, kind, &digests).await?
        };
        let held: Held = held.ok_or(KeyError::Invalid)?;
        if held.expires_at.is_some_and(|end| end <= now) {
            return Err(KeyError::Invalid);
        }
        self.tenants
            .renew_digest(tenant.tenant_id, held.key_id, held.digest, &digests)
            .await?;
        let is_active = held.status == AccountStatus::Active;
        match held.end_reason {
            None if is_active => Ok(Holder {
                key_id: held.key_id,
                kind,
                account_id: held.account_id,
            }),
            None => Err(KeyError::Inactive),
            Some(EndReason::Disabled) if !is_active => Err(KeyError::Inactive),
            Some(EndReason::Revoked | EndReason::Replaced | EndReason::Disabled) => {
                Err(KeyError::Invalid)
            }
        }
    }

    /// Ends the key that was presented, if its owner signed in for it. A pair that an operator
    /// made stays (contracts/turbosmtp.md, row 5). Of two calls with one key at the same instant,
    /// one ends it.
    pub async fn sign_out(
        &self,
        tenant: &Tenant,
        holder: Holder,
        origin: &Origin,
    ) -> Result<(), KeyError> {
        if holder.kind != Kind::Turbosmtp {
            return Ok(());
        }
        let (tenant_id, key_id, now) = (tenant.tenant_id, holder.key_id, self.tools.clock.now());
        let mut tx = self.tools.db.begin().await?;
        if !store::api_key::end(&mut tx, tenant_id, key_id, EndReason::Revoked, now).await? {
            return Err(KeyError::Invalid);
        }
        let entry = Entry::new(AuditAction::SignedOut, "done", Some(origin)).of(holder.account_id);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        Ok(tx.commit().await?)
    }

    /// The account behind a key.
    pub async fn account_of(&self, tenant: &Tenant, holder: Holder) -> Result<Account, KeyError> {
        let mut db = self.tools.db.acquire().await?;
        let account = store::account::find(&mut db, tenant.tenant_id, holder.account_id).await?;
        account.ok_or(KeyError::Invalid)
    }
}
