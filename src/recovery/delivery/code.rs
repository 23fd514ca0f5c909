//! Mailing a one-time code.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::TokenId;
use crate::domain::tenant::Tenant;
use crate::mail::{OneTimeCode, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{CodeJob, reference};
use crate::recovery::second_factor::code_of;
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;

impl Delivery {
    /// Makes the code where it is mailed, so that no job holds one; the same at every attempt.
    pub(in crate::recovery) async fn mail_code(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &CodeJob,
    ) -> Result<(), Undone> {
        let outcome = self.try_mail_code(tenant, lease, job).await?;
        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::LetterSent, outcome, Some(&job.origin))
            .of(job.account_id)
            .with(json!({ "letter": "one-time-code" }));
        self.audit.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    async fn try_mail_code(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &CodeJob,
    ) -> Result<&'static str, Undone> {
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: job.account_id,
            password_type_id: job.password_type_id,
        };
        let Some(kind) = tenant.type_numbered(job.password_type_id) else {
            return Ok("no such password type");
        };
        let account: Option<Account> = {
            let mut db = self.tools.db.acquire().await?;
            let account = store::account::find(&mut db, key.tenant_id, key.account_id).await?;
            let account = account.filter(|account| account.status == AccountStatus::Active);
            if account.is_some() {
                self.limits.admit_letter(&mut db).await?;
            }
            account
        };
        if account.is_none() {
            return Ok("account not active");
        }
        let mut rng = self.tools.derived(&lease.nonce, "code")?;
        let name = TokenId::mint(lease.job_id.minted_at(), &mut rng).to_string();
        let code = code_of(kind, &mut rng);
        // Stored by an earlier attempt, it may have been used or replaced since.
        let asked_at = (lease.attempts > 1).then(|| lease.job_id.minted_at());
        let stored = self
            .second_factor
            .store_code(tenant, key, kind, &code, asked_at);
        let Some(account) = stored.await? else {
            return Ok("codes are closed");
        };
        let Some(to) = &account.email else {
            return Ok("no address");
        };
        let values = Values::OneTimeCode(OneTimeCode {
            code: code.reveal(),
            lifetime: kind.spec.otp_lifetime(),
            recovers: false,
            reference: &reference(lease.job_id),
        });
        let addressed = Addressed {
            tenant,
            account: &account,
            to,
            language: language(job.origin.language, &account, tenant),
            lease,
            name,
        };
        self.send(&addressed, &values).await?;
        Ok("done")
    }
}
