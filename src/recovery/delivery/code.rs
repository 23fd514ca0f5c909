//! Mailing a one-time code.

use serde_json::json;

use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::tenant::Tenant;
use crate::mail::{OneTimeCode, Values};
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::delivery::Undone;
use crate::recovery::delivery::letter::{Addressed, reference};
use crate::recovery::{Origin, Recovery};
use crate::store;
use crate::store::job::Lease;
use crate::store::password::Key;

/// What was asked.
pub(in crate::recovery) struct Asked {
    pub(in crate::recovery) account_id: AccountId,
    pub(in crate::recovery) password_type_id: PasswordTypeId,
    pub(in crate::recovery) origin: Origin,
}

impl Recovery {
    /// Mints the code where it is mailed, so that no job holds one.
    pub(in crate::recovery) async fn mail_code(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
    ) -> Result<(), Undone> {
        let outcome = self.try_mail_code(tenant, lease, asked).await?;
        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::LetterSent, outcome, Some(&asked.origin))
            .of(asked.account_id)
            .with(json!({ "letter": "one-time-code" }));
        self.record(&mut tx, tenant.tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    async fn try_mail_code(
        &self,
        tenant: &Tenant,
        lease: Lease,
        asked: &Asked,
    ) -> Result<&'static str, Undone> {
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id: asked.account_id,
            password_type_id: asked.password_type_id,
        };
        let Some(kind) = tenant.type_numbered(asked.password_type_id) else {
            return Ok("no such password type");
        };
        let account: Option<Account> = {
            let mut db = self.0.db.acquire().await?;
            let account = store::account::find(&mut db, key.tenant_id, key.account_id).await?;
            let account = account.filter(|account| account.status == AccountStatus::Active);
            if account.is_some() {
                self.admit_letter(&mut db).await?;
            }
            account
        };
        if account.is_none() {
            return Ok("account not active");
        }
        let Some((code, account)) = self.mint_code(tenant, key, kind).await? else {
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
            language: Self::language(None, &account, tenant),
            // A second attempt is another letter with another code.
            name: format!("{}.{}", lease.job_id, lease.attempts),
        };
        self.send(&addressed, &values).await?;
        Ok("done")
    }
}
