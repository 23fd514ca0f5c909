//! Mailing login names.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::spellings::{by_spelling, spokesman};
use super::undone::Undone;
use crate::domain::account::Account;
use crate::domain::tenant::Tenant;
use crate::mail::{Usernames, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{UsernamesJob, reference};
use crate::store;
use crate::store::job::Lease;

impl Delivery {
    /// Sends one letter with every login name whose mail goes to the address
    /// (contracts/sspr.md, section 7); one to each mailbox, where spellings of the address differ.
    /// Accounts out of use are not listed.
    pub(in crate::recovery) async fn mail_usernames(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &UsernamesJob,
    ) -> Result<(), Undone> {
        let tenant_id = tenant.tenant_id;
        let mut db = self.tools.db.acquire().await?;
        let found = &job.email.value;
        let found = store::account::list_by_email(&mut db, tenant_id, found, job.user_type).await?;
        drop(db);
        for (number, accounts) in by_spelling(&found).into_values().enumerate() {
            self.mail_usernames_of(tenant, lease, job, &accounts, number)
                .await?;
        }
        let outcome = if found.is_empty() {
            "unknown identifier"
        } else {
            "done"
        };

        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::RecoveryAsked, outcome, Some(&job.origin))
            .with(json!({ "purpose": "usernames", "accounts": found.len() }));
        self.audit.record(&mut tx, tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }

    /// One letter to one mailbox, about the accounts whose mail goes exactly there.
    async fn mail_usernames_of(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &UsernamesJob,
        accounts: &[&Account],
        number: usize,
    ) -> Result<(), Undone> {
        let Some((account, to)) = spokesman(accounts) else {
            return Ok(());
        };
        let (account, to) = (&account, &to);
        self.limits
            .admit_letter(&mut *self.tools.db.acquire().await?)
            .await?;
        let logins: Vec<&str> = accounts
            .iter()
            .map(|account| account.login.as_str())
            .collect();
        let addressed = Addressed {
            tenant,
            account,
            to,
            language: language(job.language.or(job.origin.language), account, tenant),
            lease,
            name: format!("{number}.{}", lease.job_id),
        };
        let reference = &reference(lease.job_id);
        let values = Values::Usernames(Usernames {
            logins: &logins,
            reference,
        });
        self.send(&addressed, &values).await?;
        let entry = Entry::new(AuditAction::LetterSent, "done", Some(&job.origin))
            .of(account.account_id)
            .with(json!({ "letter": "usernames", "accounts": accounts.len() }));
        let mut db = self.tools.db.acquire().await?;
        Ok(self.audit.record(&mut db, tenant.tenant_id, entry).await?)
    }
}
