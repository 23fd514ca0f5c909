//! Telling an owner what an import changed of their account, at the address it had before.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::identifier::EmailAddress;
use crate::domain::tenant::Tenant;
use crate::mail::{AccountChanged, Values};
use crate::recovery::accounts::language;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{ImportedJob, reference};
use crate::store;
use crate::store::job::Lease;

/// Mails it. The letter carries no link to object with: an address is changed for good reasons too, and
/// whoever reads the old mailbox then must not have a word in it.
pub(super) async fn mail_imported(
    delivery: &Delivery,
    tenant: &Tenant,
    lease: Lease,
    job: &ImportedJob,
) -> Result<(), Undone> {
    let tenant_id = tenant.tenant_id;
    let mut db = delivery.tools.db.acquire().await?;
    let account = store::account::find(&mut db, tenant_id, job.account_id).await?;
    let to = EmailAddress::parse(&job.to);
    let outcome = match (account.filter(|account| is_told(account, job)), to) {
        (Some(account), Ok(to)) => {
            delivery.limits.admit_letter(&mut db).await?;
            drop(db);
            let addressed = Addressed {
                tenant,
                account: &account,
                to: &to,
                language: language(None, &account, tenant),
                lease,
                name: lease.job_id.to_string(),
            };
            let types = job.passwords.iter();
            let passwords: Vec<_> = types
                .filter_map(|id| tenant.type_numbered(*id))
                .map(|kind| kind.spec.name.as_str())
                .collect();
            let values = Values::AccountChanged(AccountChanged {
                parts: &job.parts,
                passwords: &passwords,
                status: job.status,
                at: job.at,
                reference: &reference(lease.job_id),
            });
            delivery.send(&addressed, &values).await?;
            "done"
        }
        (None, _) => {
            drop(db);
            "account not active"
        }
        (_, Err(_)) => {
            drop(db);
            "no address"
        }
    };
    let mut tx = delivery.tools.db.begin().await?;
    let entry = Entry::new(AuditAction::LetterSent, outcome, Some(&job.origin))
        .of(job.account_id)
        .with(json!({ "letter": "account-changed" }));
    delivery.audit.record(&mut tx, tenant_id, entry).await?;
    store::job::finish(&mut tx, lease).await?;
    Ok(tx.commit().await?)
}

/// Whoever's account is not in use gets no mail, but for the news that it was taken out of use.
fn is_told(account: &Account, job: &ImportedJob) -> bool {
    account.status == AccountStatus::Active || job.status == Some(AccountStatus::Disabled)
}
