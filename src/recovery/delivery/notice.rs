//! Telling an account's owner what happened.

use serde_json::json;

use super::Delivery;
use super::letter::Addressed;
use super::report_link::{Report, report_link};
use super::undone::Undone;
use crate::domain::account::AccountStatus;
use crate::domain::tenant::Tenant;
use crate::mail::{AccountUnlocked, PasswordChanged, Values};
use crate::recovery::accounts::{access_type, language};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{Notice, NoticeJob, reference};
use crate::recovery::tokens::REPORT_LIFETIME;
use crate::store;
use crate::store::job::Lease;

impl Delivery {
    pub(in crate::recovery) async fn mail_notice(
        &self,
        tenant: &Tenant,
        lease: Lease,
        job: &NoticeJob,
    ) -> Result<(), Undone> {
        let tenant_id = tenant.tenant_id;
        let report = match job.notice {
            Notice::PasswordChanged => {
                let about = (job.account_id, job.password_type_id);
                self.mint_report(tenant, about, lease).await?
            }
            Notice::AccountUnlocked => Report::NoPage,
        };
        // Read after the token is there: an import that gives them another address ends what it finds.
        let mut db = self.tools.db.acquire().await?;
        let account = store::account::find(&mut db, tenant_id, job.account_id).await?;
        let account = account.filter(|account| account.status == AccountStatus::Active);
        let recipient = account
            .as_ref()
            .and_then(|account| Some((account, account.email.as_ref()?)));
        let outcome = if matches!(report, Report::Over) {
            drop(db);
            "objected already"
        } else if let Some((account, to)) = recipient {
            self.limits.admit_letter(&mut db).await?;
            drop(db);
            let (at, reference) = (job.at, &reference(lease.job_id));
            let language = language(job.origin.language, account, tenant);
            let kind = job.password_type_id.and_then(|id| tenant.type_numbered(id));
            let kind = match kind {
                Some(kind) => kind,
                None => access_type(tenant)?,
            };
            let password_type = &kind.spec.name;
            let (link, name) = match &report {
                Report::Link { token_id, secret } => {
                    let link = report_link(&self.post.public_url, secret);
                    (Some(link), token_id.to_string())
                }
                Report::NoPage | Report::Over => (None, lease.job_id.to_string()),
            };
            let values = match job.notice {
                Notice::PasswordChanged => Values::PasswordChanged(PasswordChanged {
                    password_type,
                    at,
                    not_me: link.as_deref(),
                    lifetime: REPORT_LIFETIME,
                    reference,
                }),
                Notice::AccountUnlocked => {
                    Values::AccountUnlocked(AccountUnlocked { at, reference })
                }
            };
            let addressed = Addressed {
                tenant,
                account,
                to,
                language,
                lease,
                name,
            };
            self.send(&addressed, &values).await?;
            "done"
        } else {
            drop(db);
            "no address"
        };

        let mut tx = self.tools.db.begin().await?;
        let entry = Entry::new(AuditAction::LetterSent, outcome, Some(&job.origin))
            .of(job.account_id)
            .with(json!({ "letter": job.notice }));
        self.audit.record(&mut tx, tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }
}
