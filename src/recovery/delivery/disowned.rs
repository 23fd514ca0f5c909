//! Telling the operator that an owner said of a change that it was not theirs.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::operator_notices::OperatorNotices;
use super::undone::Undone;
use crate::domain::account::Account;
use crate::domain::tenant::Tenant;
use crate::mail::{AccountDisowned, Values};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{DisownedJob, reference};
use crate::store;
use crate::store::job::Lease;

/// Mails it, where an operator wants that. Nobody else is told whose account it is.
pub(super) async fn mail_disowned(
    delivery: &Delivery,
    tenant: &Tenant,
    lease: Lease,
    job: &DisownedJob,
) -> Result<(), Undone> {
    let (tenant_id, at) = (tenant.tenant_id, job.at);
    let mut tx = match recipient(delivery, tenant, job).await? {
        Some((account, notices)) => {
            let mut db = delivery.tools.db.acquire().await?;
            delivery.limits.admit_letter(&mut db).await?;
            drop(db);
            let addressed = Addressed {
                tenant,
                account: &account,
                to: &notices.to,
                language: notices.language,
                lease,
                name: lease.job_id.to_string(),
            };
            let values = Values::AccountDisowned(AccountDisowned {
                tenant_code: &tenant.settings.code,
                at,
                until: job.frozen_until,
                reference: &reference(lease.job_id),
            });
            delivery.send(&addressed, &values).await?;
            let mut tx = delivery.tools.db.begin().await?;
            let entry = Entry::new(AuditAction::LetterSent, "done", Some(&job.origin))
                .of(job.account_id)
                .with(json!({ "letter": "account-disowned" }));
            delivery.audit.record(&mut tx, tenant_id, entry).await?;
            tx
        }
        None => delivery.tools.db.begin().await?,
    };
    store::job::finish(&mut tx, lease).await?;
    Ok(tx.commit().await?)
}

/// Who is told, and of which account: without its name, since it is not its owner who is greeted.
async fn recipient<'d>(
    delivery: &'d Delivery,
    tenant: &Tenant,
    job: &DisownedJob,
) -> Result<Option<(Account, &'d OperatorNotices)>, Undone> {
    let Some(notices) = &delivery.post.notices else {
        return Ok(None);
    };
    let mut db = delivery.tools.db.acquire().await?;
    let account = store::account::find(&mut db, tenant.tenant_id, job.account_id).await?;
    Ok(account.map(|account| {
        let unnamed = Account {
            name: None,
            ..account
        };
        (unnamed, notices)
    }))
}
