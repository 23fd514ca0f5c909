//! Telling an account's owner what happened.

use serde_json::json;

use super::letter::{Addressed, reference};
use super::{Notice, Undone};
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::tenant::Tenant;
use crate::mail::{AccountUnlocked, PasswordChanged, Values};
use crate::recovery::audit::{Action as Audited, Entry};
use crate::recovery::disown::DISOWN_LIFETIME;
use crate::recovery::{Origin, Recovery};
use crate::store;
use crate::store::job::Lease;

/// What is told.
pub(super) struct Told {
    pub(super) account_id: AccountId,
    pub(super) notice: Notice,
    pub(super) password_type_id: Option<PasswordTypeId>,
    pub(super) at: Timestamp,
    pub(super) origin: Origin,
}

impl Recovery {
    pub(super) async fn mail_notice(
        &self,
        tenant: &Tenant,
        lease: Lease,
        told: &Told,
    ) -> Result<(), Undone> {
        let tenant_id = tenant.tenant_id;
        let mut db = self.0.db.acquire().await?;
        let account = store::account::find(&mut db, tenant_id, told.account_id).await?;
        let account = account.filter(|account| account.status == AccountStatus::Active);
        let recipient = account
            .as_ref()
            .and_then(|account| Some((account, account.email.as_ref()?)));
        let outcome = if let Some((account, to)) = recipient {
            self.admit_letter(&mut db).await?;
            drop(db);
            let (at, reference) = (told.at, &reference(lease.job_id));
            let language = Self::language(None, account, tenant);
            let kind = told
                .password_type_id
                .and_then(|id| tenant.type_numbered(id));
            let kind = match kind {
                Some(kind) => kind,
                None => Self::access_type(tenant)?,
            };
            let password_type = &kind.spec.name;
            let link;
            let values = match told.notice {
                Notice::PasswordChanged => {
                    link = self
                        .mint_disown_link(tenant, account, lease, language)
                        .await?;
                    Values::PasswordChanged(PasswordChanged {
                        password_type,
                        at,
                        not_me: link.as_deref(),
                        lifetime: DISOWN_LIFETIME,
                        reference,
                    })
                }
                Notice::AccountUnlocked => {
                    Values::AccountUnlocked(AccountUnlocked { at, reference })
                }
            };
            let addressed = Addressed {
                tenant,
                account,
                to,
                language,
                name: lease.job_id.to_string(),
            };
            self.send(&addressed, &values).await?;
            "done"
        } else {
            drop(db);
            "no address"
        };

        let mut tx = self.0.db.begin().await?;
        let entry = Entry::new(Audited::LetterSent, outcome, Some(&told.origin))
            .of(told.account_id)
            .with(json!({ "letter": told.notice }));
        self.record(&mut tx, tenant_id, entry).await?;
        store::job::finish(&mut tx, lease).await?;
        Ok(tx.commit().await?)
    }
}
