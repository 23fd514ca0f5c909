//! Trading a password for a key.

use super::audit::{Action as Audited, Entry};
use super::prove::{Proven, SignInError};
use super::{Origin, Recovery};
use crate::domain::id::KeyId;
use crate::domain::identifier::Identifier;
use crate::domain::key::{KeySecret, Kind};
use crate::domain::password::Password;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::api_key::NewKey;

impl Recovery {
    /// Signs somebody in and makes a key for them, which dies after the tenant's `key_lifetime`
    /// unless it is `lasting`. Only the access password of an active account, active itself, is
    /// good for a key.
    pub async fn sign_in(
        &self,
        tenant: &Tenant,
        identifier: &Identifier,
        password: &Password,
        lasting: Lasting,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        let names = std::slice::from_ref(identifier);
        let proven = self.prove(tenant, names, password, origin).await?;
        if proven.status != Status::Active {
            let account_id = Some(proven.account.account_id);
            self.note_failure(tenant, account_id, "not to be used now", origin)
                .await?;
            return Err(SignInError::Wrong);
        }
        self.issue(tenant, &proven, lasting, origin).await
    }

    async fn issue(
        &self,
        tenant: &Tenant,
        proven: &Proven,
        lasting: Lasting,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        let (tenant_id, account_id) = (tenant.tenant_id, proven.account.account_id);
        let now = self.0.clock.now();
        let mut rng = self.0.entropy.fork();
        let secret = KeySecret::mint_hex(&mut rng);
        let key = NewKey {
            key_id: KeyId::mint(now, &mut rng),
            kind: Kind::Turbosmtp,
            name: None,
            digest: secret.digest(&self.0.keys),
            must_sign: false,
            account_id: Some(account_id),
            expires_at: match lasting {
                Lasting::AWhile => Some(now + tenant.settings.turbosmtp.key_lifetime()),
                Lasting::UntilRevoked => None,
            },
        };
        let mut tx = self.0.db.begin().await?;
        if !self.still_holds(&mut tx, proven, now).await? {
            tx.rollback().await?;
            self.note_failure(tenant, Some(account_id), "closed", origin)
                .await?;
            return Err(SignInError::Wrong);
        }
        store::api_key::insert(&mut tx, tenant_id, &key, now).await?;
        let entry = Entry::new(Audited::SignedIn, "done", Some(origin)).of(account_id);
        self.record(&mut tx, tenant_id, entry).await?;
        tx.commit().await?;
        Ok(secret)
    }
}

/// How long a key is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// For the tenant's `key_lifetime`, counted from the sign-in, however often it is used.
    AWhile,
    /// Until its owner or a reset ends it.
    UntilRevoked,
}
