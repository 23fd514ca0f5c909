//! Mailing a one-time code.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::tenant::Tenant;
use crate::mail::{OneTimeCode, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{CodeJob, reference};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;

impl Delivery {
    /// Mints the code where it is mailed, so that no job holds one.
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
        let Some((code, account)) = self.second_factor.mint_code(tenant, key, kind).await? else {
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
            // A second attempt is another letter with another code.
            name: format!("{}.{}", lease.job_id, lease.attempts),
        };
        self.send(&addressed, &values).await?;
        Ok("done")
    }
}
