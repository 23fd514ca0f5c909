//! Trading a token for an open account.

use super::Tokens;
use super::check::TokenError;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Claim, Invalid, Purpose, Secret};
use crate::recovery::accounts::access_type;
use crate::recovery::audit::{AuditAction, Entry, Signal, transition};
use crate::recovery::outbox::Notice;
use crate::recovery::replacement::Changed;
use crate::recovery::tools::{Origin, meter};
use crate::store;
use crate::store::password::{Key, Stored};

impl Tokens {
    /// Lifts the block that wrong attempts put on the access password, of either kind, and spends the
    /// token. The password itself stays as it is; so do reset tokens. Unlocking what is not
    /// locked succeeds (contracts/sspr.md, D15), without a notice: nothing happened.
    pub async fn unlock(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        claim: Option<&Claim>,
        origin: &Origin,
    ) -> Result<(), TokenError> {
        let lifted = self.lift_block(tenant, secret, claim, origin).await;
        meter::refusal(AuditAction::AccountUnlocked.as_str(), lifted)
    }

    async fn lift_block(
        &self,
        tenant: &Tenant,
        secret: &Secret,
        claim: Option<&Claim>,
        origin: &Origin,
    ) -> Result<(), TokenError> {
        let kind = access_type(tenant)?;
        let tenant_id = tenant.tenant_id;
        let digests = secret.digests(&self.tools.keys);
        let (purpose, rules) = (Purpose::Unlock, kind.spec.rules());
        let now = self.tools.clock.now();

        let mut tx = self.tools.db.begin().await?;
        let account_id =
            store::recovery_token::peek(&mut tx, tenant_id, &digests, Some(purpose), claim, now)
                .await?;
        let account_id = account_id.ok_or_else(|| {
            self.audit.signal(tenant_id, Signal::Token, origin);
            Invalid
        })?;
        let changed = Changed {
            tenant_id,
            account_id,
            origin,
            keep: None,
        };
        let key = Key {
            tenant_id,
            account_id,
            password_type_id: kind.password_type_id,
        };
        let before = store::access::redeem(&mut tx, key, &digests, purpose, now)
            .await?
            .ok_or(Invalid)?;
        let was_blocked = before.facts.status(now, &rules).is_blocked();
        let facts = before
            .facts
            .apply(Action::UnlockByMailbox, now, &rules)
            .map_err(|_| Invalid)?;
        let action = Action::UnlockByMailbox.as_str();
        let detail = transition(kind, action, (&before.facts, &facts), now);
        if facts != before.facts {
            store::password::save(&mut tx, key, &Stored { facts, ..before }, now).await?;
        }
        store::recovery_token::void(&mut tx, tenant_id, account_id, Some(purpose), now).await?;
        let outcome = if was_blocked {
            "done"
        } else {
            "was not blocked"
        };
        let entry = Entry::new(AuditAction::AccountUnlocked, outcome, Some(origin))
            .of(account_id)
            .with(detail);
        self.audit.record(&mut tx, tenant_id, entry).await?;
        if was_blocked {
            self.replacement
                .notify(&mut tx, changed, Notice::AccountUnlocked, now)
                .await?;
        }
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }
}
