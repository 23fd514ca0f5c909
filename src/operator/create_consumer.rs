//! Giving an account a consumer pair: what TurboSMTP calls `consumerKey` and `consumerSecret`.

use serde_json::json;

use super::Operator;
use super::audit::Action;
use super::create_key::{CreateKeyError, NAME_MAX};
use crate::domain::account::AccountStatus;
use crate::domain::id::KeyId;
use crate::domain::identifier::{Identifier, plain};
use crate::domain::key::{KeySecret, Kind};
use crate::domain::tenant::Tenant;
use crate::store;
use crate::store::api_key::NewKey;

/// A fresh pair. Its secret is shown once and cannot be had again.
pub struct CreatedConsumer {
    /// Names it without revealing it.
    pub key_id: KeyId,
    /// The public half: 32 lower-case hexadecimal digits.
    pub consumer_key: String,
    /// The secret half: 32 letters and digits.
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
        let name = name.map(|name| plain(name, NAME_MAX)).transpose()?;
        let (tenant_id, now) = (tenant.tenant_id, self.clock.now());
        let login = Identifier::login(login).value;
        let mut rng = self.entropy.fork();
        let consumer_key = KeySecret::mint_hex(&mut rng).reveal()[..32].to_owned();
        let consumer_secret = KeySecret::mint_letters(32, &mut rng);
        let pair = KeySecret::pair(&consumer_key, consumer_secret.reveal());

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
            key_id: KeyId::mint(now, &mut rng),
            kind: Kind::Consumer,
            name,
            digest: pair.digest(&self.keys),
            must_sign: false,
            account_id: Some(account.account_id),
            expires_at: None,
        };
        store::api_key::insert(&mut tx, tenant_id, &key, now).await?;
        let detail = json!({ "key": key.key_id, "kind": key.kind, "name": name, "login": login });
        self.record(&mut tx, tenant_id, Action::KeyCreated, detail, now)
            .await?;
        tx.commit().await?;
        Ok(CreatedConsumer {
            key_id: key.key_id,
            consumer_key,
            consumer_secret,
        })
    }
}
