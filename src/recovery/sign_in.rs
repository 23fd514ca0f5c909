//! Trading a password for a key.

use super::audit::{Action as Audited, Entry};
use super::tries::Tried;
use super::{Fault, Origin, Recovery, Refused};
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, KeyId};
use crate::domain::identifier::Identifier;
use crate::domain::key::{KeySecret, Kind};
use crate::domain::limit::TooMany;
use crate::domain::password::Password;
use crate::domain::status::{Rules, Status};
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::api_key::NewKey;
use crate::store::password::Key;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password, or one that may not be used now: nobody is told which.
    #[error("wrong credentials")]
    Wrong,
    /// Too many tries from one address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Refused> for SignInError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMany(limit) => Self::TooMany(limit),
            Refused::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Recovery {
    /// Signs somebody in and makes a key for them, which dies after the tenant's `key_lifetime`
    /// unless it is `lasting`. Only the access password of an active account, active itself, is
    /// good for a key. An unknown name costs what a wrong password costs: one hash.
    pub async fn sign_in(
        &self,
        tenant: &Tenant,
        identifier: &Identifier,
        password: &Password,
        lasting: Lasting,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        self.admit_sign_in(origin).await?;
        let tenant_id = tenant.tenant_id;
        let found = {
            let mut db = self.0.db.acquire().await?;
            store::account::find_by_identifier(&mut db, tenant_id, identifier).await?
        };
        let Some(account) = found else {
            self.shadow_try(tenant_id, identifier).await?;
            self.0.hasher.verify_nobody(password).await?;
            self.note_failure(tenant, None, "unknown identifier", origin)
                .await?;
            return Err(SignInError::Wrong);
        };
        let kind = Self::access_type(tenant)?;
        let (account_id, password_type_id) = (account.account_id, kind.password_type_id);
        let key = Key {
            tenant_id,
            account_id,
            password_type_id,
        };
        let outcome = match self.try_password(kind, key, password).await? {
            Tried::Right {
                status: Status::Active,
                hash,
            } => {
                let proven = Proven {
                    key,
                    rules: kind.spec.rules(),
                    hash,
                };
                return self.issue(tenant, proven, lasting, origin).await;
            }
            Tried::Right { .. } => "not to be used now",
            Tried::Wrong => "wrong password",
            Tried::Closed => "closed",
        };
        self.note_failure(tenant, Some(account_id), outcome, origin)
            .await?;
        Err(SignInError::Wrong)
    }

    async fn issue(
        &self,
        tenant: &Tenant,
        proven: Proven,
        lasting: Lasting,
        origin: &Origin,
    ) -> Result<KeySecret, SignInError> {
        let Key {
            tenant_id,
            account_id,
            ..
        } = proven.key;
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
        // Somebody may be disabling the account, or resetting its password, at this moment: what
        // was proven must still hold under the lock that they take.
        let status = store::account::lock(&mut tx, tenant_id, account_id).await?;
        let password = store::password::lock(&mut tx, proven.key).await?;
        let is_open = password.facts.status(now, &proven.rules) == Status::Active;
        if status != Some(AccountStatus::Active) || !is_open || password.hash != Some(proven.hash) {
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

    async fn note_failure(
        &self,
        tenant: &Tenant,
        account_id: Option<AccountId>,
        outcome: &str,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let entry = Entry::new(Audited::SignedIn, outcome, Some(origin));
        let entry = Entry {
            account_id,
            ..entry
        };
        let mut db = self.0.db.acquire().await?;
        self.record(&mut db, tenant.tenant_id, entry).await
    }
}

/// A password that was right, which value it was, and what its type says.
struct Proven {
    key: Key,
    rules: Rules,
    hash: String,
}

/// How long a key is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// For the tenant's `key_lifetime`, counted from the sign-in, however often it is used.
    AWhile,
    /// Until its owner or a reset ends it.
    UntilRevoked,
}
