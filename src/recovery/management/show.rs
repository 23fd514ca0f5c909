//! Looking at passwords: how they stand, and what the looker can do to them.

use crate::domain::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::authority::{Actions, Relation};
use crate::domain::medium::Medium;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Facts, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::management::Target;
use crate::recovery::management::permit::needs_old;
use crate::recovery::{Actor, Errand, Fault, Recovery};
use crate::store;

/// A password as somebody sees it.
pub struct Shown<'a> {
    /// What kind it is.
    pub kind: &'a PasswordType,
    /// How it stands now.
    pub status: Status,
    /// The moment of its last transition, if there was one.
    pub changed_at: Option<Timestamp>,
    /// Whether whoever looks must know its value to change it.
    pub needs_old: bool,
    /// What whoever looks can do now.
    pub actions: Actions,
}

impl Recovery {
    /// Shows every password that somebody has or could have, in the order of the tenant file.
    pub async fn passwords<'a>(
        &self,
        tenant: &'a Tenant,
        actor: &Actor,
        target: &Target,
    ) -> Result<Vec<Shown<'a>>, Fault> {
        let (tenant_id, account_id) = (tenant.tenant_id, target.account.account_id);
        let listed = {
            let mut db = self.0.db.acquire().await?;
            store::password::list(&mut db, tenant_id, account_id).await?
        };
        let now = self.0.clock.now();
        let is_reachable = !self.reachable_media(&target.account).is_empty();
        let show = |kind: &'a PasswordType| {
            let stored = listed
                .iter()
                .find(|stored| stored.password_type_id == kind.password_type_id);
            let facts = stored.map_or_else(Facts::default, |stored| stored.facts);
            let status = facts.status(now, &kind.spec.rules());
            let actions = target.relation.actions(kind, status, is_reachable);
            Shown {
                kind,
                status,
                changed_at: stored
                    .map(|stored| stored.changed_at)
                    .filter(|_| status != Status::NeverCreated),
                needs_old: needs_old(target.relation, &facts, status),
                actions: admitted(actions, tenant, actor, target.relation, kind),
            }
        };
        Ok(tenant.password_types.iter().map(show).collect())
    }

    /// By what a secret can be sent to an account's owner now: one who is not active gets no mail
    /// of any kind.
    pub fn reachable_media(&self, account: &Account) -> Vec<Medium> {
        if account.status == AccountStatus::Active {
            self.media(account)
        } else {
            Vec::new()
        }
    }
}

/// What is left of the actions for an actor who must do something else first.
fn admitted(
    actions: Actions,
    tenant: &Tenant,
    actor: &Actor,
    relation: Relation,
    kind: &PasswordType,
) -> Actions {
    let admits = |errand| actor.admit(tenant, errand).is_ok();
    if admits(Errand::Other) {
        return actions;
    }
    let may_renew = relation == Relation::Owner && admits(Errand::Renew(kind.password_type_id));
    Actions {
        change: actions.change && may_renew,
        generate: actions.generate && may_renew,
        ..Actions::default()
    }
}
