//! "This was not me": what somebody says who gets a notice of a change that was not theirs.

use serde_json::json;
use sqlx::PgConnection;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use super::Tokens;
use super::check::TokenError;
use crate::domain::Timestamp;
use crate::domain::id::{AccountId, PasswordTypeId};
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Facts, Mode, Standing};
use crate::domain::tenant::Tenant;
use crate::domain::token::{Invalid, Purpose, Secret};
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::outbox::{DisownedJob, Job};
use crate::recovery::replacement::Changed;
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::{Key, Stored};

/// How long the token in a notice lives: as long as any may.
pub(in crate::recovery) const REPORT_LIFETIME: Duration = Duration::DAY;

impl Tokens {
    /// Takes the values away that were changed, ends everything that is signed in and every live token
    /// of the account, and lets nobody recover it for a while: whoever made the change may hold the
    /// mailbox too. So nobody is in until a new password is set: by a reset once the freeze is over, or
    /// by a manager or an operator before that. An operator is told.
    ///
    /// docs/decisions/0079-not-me-takes-the-value-away.md says why.
    pub async fn report_not_me(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        origin: &Origin,
    ) -> Result<(), TokenError> {
        let (tenant_id, now) = (tenant.tenant_id, self.tools.clock.now());
        let digests = secret.digests(&self.tools.keys);
        let purpose = Purpose::Disown;
        let until = now + tenant.settings.freeze();

        let mut tx = self.tools.db.begin().await?;
        let account_id =
            store::recovery_token::peek(&mut tx, tenant_id, &digests, Some(purpose), None, now)
                .await?
                .ok_or(Invalid)?;
        let changed = Changed {
            tenant_id,
            account_id,
            origin,
            keep: None,
        };
        // The account first, everywhere: a letter that is being minted waits, and then finds it frozen.
        store::account::lock(&mut tx, tenant_id, account_id).await?;
        let changed_types =
            store::disown_token::types_to_disown(&mut tx, tenant_id, account_id, now).await?;
        if !store::recovery_token::spend(&mut tx, tenant_id, &digests, purpose, account_id, now)
            .await?
        {
            return Err(Invalid.into());
        }
        // One word is enough: the other notices' links have done their work with it.
        store::recovery_token::void(&mut tx, tenant_id, account_id, Some(purpose), now).await?;
        self.replacement.end_access(&mut tx, changed, now).await?;
        self.end_code(&mut tx, tenant, account_id, now).await?;
        for kind in disowned(tenant, &changed_types) {
            let key = Key {
                tenant_id,
                account_id,
                password_type_id: kind.password_type_id,
            };
            self.replacement.disown(&mut tx, kind, key, now).await?;
        }
        store::account::freeze(&mut tx, tenant_id, account_id, Some(until), now).await?;
        let entry = Entry::new(AuditAction::Disowned, "done", Some(origin))
            .of(account_id)
            .with(json!({ "frozen_until": until.format(&Rfc3339).unwrap_or_default() }));
        self.audit.record(&mut tx, tenant_id, entry).await?;
        let job = Job::Disowned(DisownedJob {
            account_id,
            frozen_until: until,
            at: now,
            origin: origin.clone(),
        });
        self.outbox.promise(&mut tx, tenant_id, &job, now).await?;
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }

    /// Ends a one-time code that would let somebody in: it may have been sent to the wrong person.
    async fn end_code(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        account_id: AccountId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let is_otp = |kind: &&PasswordType| kind.spec.mode == Mode::Otp;
        let Some(kind) = tenant.secondary_type().filter(is_otp) else {
            return Ok(());
        };
        let key = Key {
            tenant_id: tenant.tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let stored = store::password::lock(db, key).await?;
        if stored.code.is_none() {
            return Ok(());
        }
        let ended = Stored {
            // Wrong attempts at it still count, and a block of it stays.
            facts: Facts {
                standing: Standing::Used,
                set_at: None,
                ..stored.facts
            },
            ..Stored::default()
        };
        Ok(store::password::save(db, key, &ended, now).await?)
    }
}

/// The passwords whose values go: the one that signs in, whichever was changed, and those whose changes
/// the notices told that one word answers. Codes are ended by themselves.
fn disowned<'t>(
    tenant: &'t Tenant,
    changed: &[PasswordTypeId],
) -> impl Iterator<Item = &'t PasswordType> {
    tenant.password_types.iter().filter(move |kind| {
        kind.spec.mode != Mode::Otp
            && (kind.spec.access || changed.contains(&kind.password_type_id))
    })
}
