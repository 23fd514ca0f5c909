//! Letting an application in.

use serde_json::json;

use super::Operator;
use super::audit::Action;
use crate::domain::id::KeyId;
use crate::domain::identifier::{Unusable, plain};
use crate::domain::key::{KeySecret, Kind, SigningSecret};
use crate::domain::tenant::Tenant;
use crate::recovery::Fault;
use crate::store;
use crate::store::api_key::NewKey;

/// The longest name of a key, in characters.
pub(super) const NAME_MAX: usize = 100;

/// The key an operator asks for.
#[derive(Clone, Copy, Debug)]
pub struct CreateKey<'a> {
    /// What it opens.
    pub kind: Kind,
    /// What the operator calls it.
    pub name: Option<&'a str>,
    /// Whether its owner must sign requests.
    pub must_sign: bool,
}

/// A fresh key. Its secrets are shown once and cannot be had again.
pub struct CreatedKey {
    /// Names it without revealing it.
    pub key_id: KeyId,
    /// What its owner presents.
    pub secret: KeySecret,
    /// What its owner signs requests with, if it must.
    pub signing_secret: Option<SigningSecret>,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateKeyError {
    /// Nothing can be called that.
    #[error("the name {0}")]
    Name(#[from] Unusable),
    /// The tenant has no account of that login.
    #[error("the tenant has no account of that login")]
    Account,
    /// Nobody may act for a disabled account.
    #[error("the account is disabled")]
    Disabled,
    /// We could not.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for CreateKeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Operator {
    /// Makes a key for a tenant's application.
    pub async fn create_key(
        &self,
        tenant: &Tenant,
        asked: &CreateKey<'_>,
    ) -> Result<CreatedKey, CreateKeyError> {
        let name = asked.name.map(|name| plain(name, NAME_MAX)).transpose()?;
        let now = self.clock.now();
        let mut rng = self.entropy.fork();
        let secret = KeySecret::mint(&mut rng);
        let key = NewKey {
            key_id: KeyId::mint(now, &mut rng),
            kind: asked.kind,
            name,
            digest: secret.digest(&self.keys),
            must_sign: asked.must_sign,
            account_id: None,
            expires_at: None,
        };
        let detail = json!({ "key": key.key_id, "kind": key.kind, "name": name });

        let mut tx = self.db.begin().await?;
        store::api_key::insert(&mut tx, tenant.tenant_id, &key, now).await?;
        self.record(&mut tx, tenant.tenant_id, Action::KeyCreated, detail, now)
            .await?;
        tx.commit().await?;
        let signing_secret = if asked.must_sign {
            secret.signing_secrets(&self.keys).into_iter().next()
        } else {
            None
        };
        Ok(CreatedKey {
            key_id: key.key_id,
            secret,
            signing_secret,
        })
    }
}
