//! Telling an account's owner what happened.

use serde_json::json;

use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::tenant::Tenant;
use crate::mail::{AccountUnlocked, PasswordChanged, Values};
use crate::recovery::audit::entry::{Action as Audited, Entry};
use crate::recovery::delivery::letter::{Addressed, reference};
use crate::recovery::delivery::{Notice, Undone};
use crate::recovery::tokens::disown::DISOWN_LIFETIME;
use crate::recovery::{Origin, Recovery};
use crate::store;
use crate::store::job::Lease;

/// What is told.
pub(in crate::recovery) struct Told {
    pub(in crate::recovery) account_id: AccountId,
    pub(in crate::recovery) notice: Notice,
    pub(in crate::recovery) password_type_id: Option<PasswordTypeId>,
    pub(in crate::recovery) at: Timestamp,
    pub(in crate::recovery) origin: Origin,
}

impl Recovery {
    pub(in crate::recovery) async fn mail_notice(
        &self,
        tenant: &Tenant,
        lease: Lease,
        told: &Told,
    ) -> Result<(), Undone> {
        let tenant_id = tenant.tenant_id;
        let secret = match told.notice {
            Notice::PasswordChanged => {
                self.mint_disown_secret(tenant, told.account_id, lease)
                    .await?
            }
            Notice::AccountUnlocked => None,
        };
        // Read after the token is there: an import that gives them another address ends what it finds.
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
            let link = secret
                .as_ref()
                .map(|secret| self.disown_link(tenant, account, secret, language));
            let values = match told.notice {
                Notice::PasswordChanged => Values::PasswordChanged(PasswordChanged {
                    password_type,
                    at,
                    not_me: link.as_deref(),
                    lifetime: DISOWN_LIFETIME,
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
                // With a link of its own, a second attempt is another letter.
                name: match secret {
                    Some(_) => format!("{}.{}", lease.job_id, lease.attempts),
                    None => lease.job_id.to_string(),
                },
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
