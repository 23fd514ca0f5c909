//! Making a password where it is sent.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::undone::{Undone, describe};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::TokenId;
use crate::domain::medium::Medium;
use crate::domain::password::Password;
use crate::domain::status::Standing;
use crate::domain::tenant::Tenant;
use crate::mail::{GeneratedPassword, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{PasswordJob, reference};
use crate::recovery::replacement::value_of;
use crate::sms::{Text, words};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::{Key, Stored};

impl Delivery {
    /// Makes a value, commits its hash, and sends it, by one medium after the other. Another attempt makes
    /// the same one, so that what a person holds in their hand works. One medium that was reached ends it:
    /// nobody is sent a password twice because of a faulty gateway.
    pub(in crate::recovery) async fn send_password(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &PasswordJob,
    ) -> Result<(), Undone> {
        let mut reached = Vec::new();
        let sent = self.try_send_password(tenant, lease, job, &mut reached);
        let outcome = match sent.await {
            Err(undone) if !reached.is_empty() => {
                let error = describe(&undone);
                tracing::warn!(job_id = %lease.job_id, error, "a password was sent by one way only");
                "done"
            }
            outcome => outcome?,
        };
        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::LetterSent, outcome, Some(&job.origin))
            .of(job.account_id)
            .with(json!({ "letter": "generated-password", "by": reached }));
        self.audit.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    async fn try_send_password(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &PasswordJob,
        reached: &mut Vec<Medium>,
    ) -> Result<&'static str, Undone> {
        let Some(kind) = tenant.type_numbered(job.password_type_id) else {
            return Ok("no such password type");
        };
        let mut rng = self.tools.derived(&lease.nonce, "password")?;
        let name = TokenId::mint(lease.job_id.minted_at(), &mut rng).to_string();
        let value = value_of(&kind.spec, &mut rng);
        let account = match self.store_password(tenant, job, &value).await? {
            Ok(account) => account,
            Err(outcome) => return Ok(outcome),
        };
        let language = language(job.origin.language, &account, tenant);
        for medium in self.reached_by(&account, job) {
            match (medium, &account.email, &account.phone, &self.post.texter) {
                (Medium::Email, Some(to), _, _) => {
                    let mut db = self.tools.db.acquire().await?;
                    self.limits.admit_letter(&mut db).await?;
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
                        lease,
                        name: name.clone(),
                    };
                    self.send(&addressed, &values).await?;
                }
                (Medium::Sms, _, Some(phone), Some(texter)) => {
                    let name = &tenant.settings.name;
                    let text = Text {
                        to: phone.clone(),
                        text: words::password(name, value.expose(), language),
                        at: self.tools.clock.now(),
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
    fn reached_by(&self, account: &Account, job: &PasswordJob) -> Vec<Medium> {
        let mut media = self.accounts.media(account);
        media.retain(|medium| job.media.contains(medium));
        media
    }

    /// Stores a value, unless the password has been set since it was asked for or nobody may recover
    /// the account; then says so in a word. Returns its owner, as they are under the lock: an import that came
    /// before it may have given them another address.
    async fn store_password(
        &self,
        tenant: &Tenant,
        job: &PasswordJob,
        value: &Password,
    ) -> Result<Result<Account, &'static str>, Undone> {
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: job.account_id,
            password_type_id: job.password_type_id,
        };
        let hash = self.tools.hasher.hash_patiently(value).await?;
        let mut tx = self.tools.db.begin().await?;
        store::account::lock(&mut tx, key.tenant_id, key.account_id).await?;
        let account = store::account::find(&mut tx, key.tenant_id, key.account_id).await?;
        let is_active = |account: &Account| account.status == AccountStatus::Active;
        let Some(account) = account.filter(is_active) else {
            return Ok(Err("account not active"));
        };
        if self.reached_by(&account, job).is_empty() {
            return Ok(Err("no address"));
        }
        if self
            .accounts
            .is_frozen(&mut tx, key.tenant_id, key.account_id)
            .await?
        {
            return Ok(Err("frozen"));
        }
        let before = store::password::lock(&mut tx, key).await?;
        let facts = before.facts;
        if facts.standing != Standing::Reset || facts.set_at != Some(job.at) {
            return Ok(Err("set since"));
        }
        let stored = Stored {
            hash: Some(hash),
            code: None,
            facts,
            ..Stored::default()
        };
        store::password::save(&mut tx, key, &stored, self.tools.clock.now()).await?;
        tx.commit().await?;
        Ok(Ok(account))
    }
}
