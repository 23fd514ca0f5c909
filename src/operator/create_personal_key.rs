//! Letting an application act for one person.

use serde_json::json;

use super::Operator;
use super::audit::{Action, Entry};
use super::create_key::{CreateKeyError, CreatedKey, NAME_MAX};
use crate::domain::account::AccountStatus;
use crate::domain::digest::Digest;
use crate::domain::id::KeyId;
use crate::domain::identifier::{Identifier, plain};
use crate::domain::key::{KeySecret, Kind};
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::api_key::NewKey;

/// A fresh pair. Its secret half is shown once and cannot be had again.
pub struct CreatedConsumer {
    /// Names it without revealing it.
    pub key_id: KeyId,
    /// The public half, 32 lower-case hexadecimal digits.
    pub consumer_key: String,
    /// The secret half, 32 characters `[A-Za-z0-9]`.
    pub consumer_secret: KeySecret,
}

impl Operator {
    /// Makes a pair that stands for an account (contracts/turbosmtp.md, row 6).
    pub async fn create_consumer(
        &self,
        tenant: &Tenant,
        login: &str,
        name: Option<&str>,
    ) -> Result<CreatedConsumer, CreateKeyError> {
        let mut rng = self.entropy.fork();
        let consumer_key = KeySecret::mint_hex(&mut rng).reveal()[..32].to_owned();
        let consumer_secret = KeySecret::mint_letters(32, &mut rng);
        let pair = KeySecret::pair(&consumer_key, consumer_secret.reveal());
        let digest = pair.digest(&self.keys);
        let key_id = self
            .let_act_for(tenant, login, Kind::Consumer, name, digest)
            .await?;
        Ok(CreatedConsumer {
            key_id,
            consumer_key,
            consumer_secret,
        })
    }

    /// Makes an access client: a token that acts as an account's owner (contracts/cyclos.md, 8.7).
    pub async fn create_access_client(
        &self,
        tenant: &Tenant,
        login: &str,
        name: Option<&str>,
    ) -> Result<CreatedKey, CreateKeyError> {
        let secret = KeySecret::mint(&mut self.entropy.fork());
        let digest = secret.digest(&self.keys);
        let key_id = self
            .let_act_for(tenant, login, Kind::AccessClient, name, digest)
            .await?;
        Ok(CreatedKey {
            key_id,
            secret,
            signing_secret: None,
        })
    }

    /// Stores a key that stands for an account.
    async fn let_act_for(
        &self,
        tenant: &Tenant,
        login: &str,
        kind: Kind,
        name: Option<&str>,
        digest: Digest,
    ) -> Result<KeyId, CreateKeyError> {
        let name = name.map(|name| plain(name, NAME_MAX)).transpose()?;
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let login = Identifier::login(login).value;
        let mut tx = self.db.begin().await?;
        let account = store::account::find_by_login(&mut tx, tenant_id, &login)
            .await?
            .ok_or(CreateKeyError::Account)?;
        // Under its lock: somebody may be disabling it, which ends its keys for good.
        let status = store::account::lock(&mut tx, tenant_id, account.account_id).await?;
        if status == Some(AccountStatus::Disabled) {
            return Err(CreateKeyError::Disabled);
        }
        let key = NewKey {
            key_id: KeyId::mint(now, &mut self.entropy.fork()),
            kind,
            name,
            digest,
            must_sign: false,
            account_id: Some(account.account_id),
            expires_at: None,
        };
        store::api_key::insert(&mut tx, tenant_id, &key, now).await?;
        let entry = Entry {
            action: Action::KeyCreated,
            outcome: "done",
            account_id: key.account_id,
            detail: json!({ "key": key.key_id, "kind": kind, "name": name, "login": login }),
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(key.key_id)
    }
}
