//! Trading a password for a key.

use std::sync::Arc;

use super::SignIn;
use super::error::SignInError;
use super::proof::{Authenticated, Verified};
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, KeyId};
use crate::domain::identifier::Identifier;
use crate::domain::key::{KeySecret, Kind};
use crate::domain::password::Password;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::api_key::NewKey;
use crate::store::sign_in::WayIn;

impl SignIn {
    /// Signs somebody in and makes a key for them, which dies after the tenant's `key_lifetime`
    /// unless `lifetime` says otherwise. Only the access password of an active account, active itself,
    /// is good for a key.
    pub async fn sign_in(
        self: &Arc<Self>,
        tenant: &Tenant,
        identifier: &Identifier,
        password: &Password,
        lifetime: KeyLifetime,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        let db = self.limits.admit_sign_in(tenant.tenant_id, origin).await?;
        let (this, tenant, origin) = (Arc::clone(self), tenant.clone(), origin.clone());
        let (names, password) = ([identifier.clone()], password.clone());
        self.tools
            .run_to_completion(async move {
                let verified = this
                    .verify_password(&tenant, &names, &password, &origin, db)
                    .await?;
                if let Some(secret) = this
                    .issue_at_once(&tenant, &verified, lifetime, &origin)
                    .await?
                {
                    return Ok(secret);
                }
                let proven = this.complete(&tenant, verified, &password, &origin).await?;
                this.issue(&tenant, &proven, lifetime, &origin).await
            })
            .await
    }

    /// Clears the attempt, sees that all is well and makes the key, in one statement. Nothing of it
    /// happens where anything is unusual or changes at this moment: then [`Self::issue`] decides.
    async fn issue_at_once(
        &self,
        tenant: &Tenant,
        verified: &Verified<'_>,
        lifetime: KeyLifetime,
        origin: &Origin,
    ) -> Result<Option<KeySecret>, Fault> {
        let account_id = verified.account.account_id;
        let Some((Status::Active, to)) = self.cleared_usual(verified) else {
            return Ok(None);
        };
        let (secret, new) = self.key(tenant, account_id, lifetime, self.tools.clock.now());
        let entry = Entry::new(AuditAction::SignedIn, "done", Some(origin)).of(account_id);
        let reservation = &verified.reservation;
        let is_in = self
            .enter(
                reservation.key,
                (&reservation.left, &to),
                entry,
                WayIn::Key(&new),
            )
            .await?;
        Ok(is_in.then_some(secret))
    }

    async fn issue(
        &self,
        tenant: &Tenant,
        proven: &Authenticated,
        lifetime: KeyLifetime,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        let (tenant_id, account_id) = (tenant.tenant_id, proven.account.account_id);
        let now = self.tools.clock.now();
        let (secret, new) = self.key(tenant, account_id, lifetime, now);
        let refusal = if proven.status == Status::Active {
            let mut tx = self.tools.db.begin().await?;
            if self.still_holds(&mut tx, proven, now).await? {
                store::api_key::insert(&mut tx, tenant_id, &new, now).await?;
                let entry = Entry::new(AuditAction::SignedIn, "done", Some(origin)).of(account_id);
                self.audit.record(&mut tx, tenant_id, entry).await?;
                tx.commit().await?;
                return Ok(secret);
            }
            tx.rollback().await?;
            "closed"
        } else {
            "not to be used now"
        };
        self.note_failure(tenant, Some(account_id), refusal, origin)
            .await?;
        Err(SignInError::Wrong)
    }

    /// A new key of an account, and what is kept of it.
    fn key(
        &self,
        tenant: &Tenant,
        account_id: AccountId,
        lifetime: KeyLifetime,
        now: Timestamp,
    ) -> (KeySecret, NewKey<'static>) {
        let mut rng = self.tools.entropy.fork();
        let secret = KeySecret::mint_hex(&mut rng);
        let new = NewKey {
            key_id: KeyId::mint(now, &mut rng),
            kind: Kind::Turbosmtp,
            name: None,
            digest: secret.digest(&self.tools.keys),
            must_sign: false,
            account_id: Some(account_id),
            expires_at: match lifetime {
                KeyLifetime::Limited => Some(now + tenant.settings.turbosmtp.key_lifetime()),
                KeyLifetime::UntilRevoked => None,
            },
        };
        (secret, new)
    }
}

/// How long a key is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLifetime {
    /// For the tenant's `key_lifetime`, counted from the sign-in, however often it is used.
    Limited,
    /// Until its owner or a reset ends it.
    UntilRevoked,
}
