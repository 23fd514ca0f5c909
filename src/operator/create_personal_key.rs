//! Letting an application act for one person.

use serde_json::json;
use time::Duration;

use super::Operator;
use super::audit::{Action, Entry};
use super::create_key::{CreateKeyError, CreatedKey, NAME_MAX};
use super::find_account::named;
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::code::{Binding, Code};
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

/// An access client that waits for its application, and the code that it is traded for. The code is shown
/// once and cannot be had again.
pub struct CreatedActivation {
    /// Names the access client without revealing it.
    pub key_id: KeyId,
    /// What is traded for its token, together with the password of its account.
    pub code: Code,
    /// How long that goes.
    pub expires_at: Timestamp,
}

/// How long the code of an access client lives: who makes it and who types it may sit in different places.
const ACTIVATION_LIFETIME: Duration = Duration::days(1);

/// What codes of access clients are made of, and how long they are: 26 bits (T-01), beside the password that
/// is asked for with them.
const DIGITS: &str = "0123456789";
const ACTIVATION_LENGTH: u32 = 8;

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
            .let_act_for(tenant, login, Kind::Consumer, name, (digest, None))
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
            .let_act_for(tenant, login, Kind::AccessClient, name, (digest, None))
            .await?;
        Ok(CreatedKey {
            key_id,
            secret,
            signing_secret: None,
        })
    }

    /// Makes an access client whose application fetches the token itself, with a code and the password of the
    /// account (contracts/cyclos.md, 8.7). Until then nobody knows a token of it.
    pub async fn create_activation(
        &self,
        tenant: &Tenant,
        login: &str,
        name: Option<&str>,
    ) -> Result<CreatedActivation, CreateKeyError> {
        let mut rng = self.entropy.fork();
        let digest = KeySecret::mint(&mut rng).digest(&self.keys);
        let code = Code::mint(DIGITS, ACTIVATION_LENGTH, &mut rng);
        let expires_at = self.clock.now() + ACTIVATION_LIFETIME;
        let waits = Some((&code, expires_at));
        let key_id = self
            .let_act_for(tenant, login, Kind::AccessClient, name, (digest, waits))
            .await?;
        Ok(CreatedActivation {
            key_id,
            code,
            expires_at,
        })
    }

    /// Stores a key that stands for an account; with a code, one that waits for it until then.
    async fn let_act_for(
        &self,
        tenant: &Tenant,
        login: &str,
        kind: Kind,
        name: Option<&str>,
        (digest, waits): (Digest, Option<(&Code, Timestamp)>),
    ) -> Result<KeyId, CreateKeyError> {
        let name = name.map(|name| plain(name, NAME_MAX)).transpose()?;
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let mut tx = self.db.begin().await?;
        let account = named(&mut tx, tenant_id, login)
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
            expires_at: waits.map(|(_, until)| until),
        };
        store::api_key::insert(&mut tx, tenant_id, &key, now).await?;
        if let Some((code, _)) = waits {
            let binding = Binding::of_activation(tenant_id, account.account_id);
            let digest = code.digest(&binding, &self.keys);
            store::activation::await_code(&mut tx, tenant_id, key.key_id, digest).await?;
        }
        let mut detail = json!({ "key": key.key_id, "kind": kind, "name": name, "login": Identifier::login(login).value });
        if waits.is_some() {
            detail["activation"] = true.into();
        }
        let entry = Entry {
            action: Action::KeyCreated,
            outcome: "done",
            account_id: key.account_id,
            detail,
        };
        self.record_entry(&mut tx, tenant_id, entry, now).await?;
        tx.commit().await?;
        Ok(key.key_id)
    }
}
