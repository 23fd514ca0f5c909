//! Making a password where it is sent.

use serde_json::json;

use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::code::Code;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::medium::Medium;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Standing;
use crate::domain::tenant::Tenant;
use crate::mail::{GeneratedPassword, Values};
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::delivery::letter::{Addressed, reference};
use crate::recovery::delivery::{Undone, describe};
use crate::recovery::{Origin, Recovery};
use crate::sms::{Text, words};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::{Key, Stored};

/// What was asked.
pub(in crate::recovery) struct Asked {
    pub(in crate::recovery) account_id: AccountId,
    pub(in crate::recovery) password_type_id: PasswordTypeId,
    pub(in crate::recovery) media: Vec<Medium>,
    pub(in crate::recovery) at: Timestamp,
    pub(in crate::recovery) origin: Origin,
}

impl Recovery {
    /// Makes a value, commits its hash, and sends it, by one medium after the other. Another attempt
    /// makes another one: what was sent last is what works. So one medium that was reached ends it.
    pub(in crate::recovery) async fn send_password(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
    ) -> Result<(), Undone> {
        let mut reached = Vec::new();
        let sent = self.try_send_password(tenant, lease, asked, &mut reached);
        let outcome = match sent.await {
            // Another attempt would make another value, and what was sent would no longer work.
            Err(undone) if !reached.is_empty() => {
                let error = describe(&undone);
                tracing::warn!(job_id = %lease.job_id, error, "a password was sent by one way only");
                "done"
            }
            outcome => outcome?,
        };
        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::LetterSent, outcome, Some(&asked.origin))
            .of(asked.account_id)
            .with(json!({ "letter": "generated-password", "by": reached }));
        self.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    async fn try_send_password(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
        reached: &mut Vec<Medium>,
    ) -> Result<&'static str, Undone> {
        let Some(kind) = tenant.type_numbered(asked.password_type_id) else {
            return Ok("no such password type");
        };
        let (account, value) = match self.make_password(tenant, kind, asked).await? {
            Ok(made) => made,
            Err(outcome) => return Ok(outcome),
        };
        let language = Self::language(None, &account, tenant);
        for medium in self.reached_by(&account, asked) {
            match (medium, &account.email, &account.phone, &self.0.texter) {
                (Medium::Email, Some(to), _, _) => {
                    let mut db = self.0.db.acquire().await?;
                    self.admit_letter(&mut db).await?;
                    drop(db);
                    let values = Values::GeneratedPassword(GeneratedPassword {
                        password: value.expose(),
                        password_type: &kind.spec.name,
                        reference: &reference(lease.job_id),
                    });
                    let addressed = Addressed {
                        tenant,
                        account: &account,
                        to,
                        language,
                        // A second attempt is another letter with another password.
                        name: format!("{}.{}", lease.job_id, lease.attempts),
                    };
                    self.send(&addressed, &values).await?;
                }
                (Medium::Sms, _, Some(phone), Some(texter)) => {
                    let name = &tenant.settings.name;
                    let text = Text {
                        to: phone.clone(),
                        text: words::password(name, value.expose(), language),
                        at: self.0.clock.now(),
                    };
                    texter.send(&text).await?;
                }
                (Medium::Email | Medium::Sms, _, _, _) => continue,
            }
            reached.push(medium);
        }
        Ok("done")
    }

    /// Which of the media that were asked for lead to the owner.
    fn reached_by(&self, account: &Account, asked: &Asked) -> Vec<Medium> {
        let mut media = self.media(account);
        media.retain(|medium| asked.media.contains(medium));
        media
    }

    /// Makes and stores a value, unless the password has been set since it was asked for or nobody
    /// may recover the account; then says so in a word. Returns its owner too, as they are under the
    /// lock: an import that came before it may have given them another address.
    async fn make_password(
        &self,
        tenant: &Tenant,
        kind: &PasswordType,
        asked: &Asked,
    ) -> Result<Result<(Account, Password), &'static str>, Undone> {
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: asked.account_id,
            password_type_id: asked.password_type_id,
        };
        let value = self.make_value(kind);
        let hash = self.0.hasher.hash_patiently(&value).await?;
        let mut tx = self.0.db.begin().await?;
        store::account::lock(&mut tx, key.tenant_id, key.account_id).await?;
        let account = store::account::find(&mut tx, key.tenant_id, key.account_id).await?;
        let is_active = |account: &Account| account.status == AccountStatus::Active;
        let Some(account) = account.filter(is_active) else {
            return Ok(Err("account not active"));
        };
        if self.reached_by(&account, asked).is_empty() {
            return Ok(Err("no address"));
        }
        if self
            .is_frozen(&mut tx, key.tenant_id, key.account_id)
            .await?
        {
            return Ok(Err("frozen"));
        }
        let before = store::password::lock(&mut tx, key).await?;
        let facts = before.facts;
        if facts.standing != Standing::Reset || facts.set_at != Some(asked.at) {
            return Ok(Err("set since"));
        }
        let stored = Stored {
            hash: Some(hash),
            code: None,
            facts,
            ..Stored::default()
        };
        store::password::save(&mut tx, key, &stored, self.0.clock.now()).await?;
        tx.commit().await?;
        Ok(Ok((account, value)))
    }

    /// A value of the type's own making.
    pub(in crate::recovery) fn make_value(&self, kind: &PasswordType) -> Password {
        let spec = &kind.spec;
        let mut rng = self.0.entropy.fork();
        let value = Code::mint(&spec.generated_alphabet, spec.generated_length, &mut rng);
        Password::new(value.reveal().to_owned())
    }
}
