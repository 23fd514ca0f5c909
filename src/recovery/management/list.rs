//! Looking at passwords: how they stand, and what the looker can do to them.

use super::Management;
use super::permission::needs_old;
use super::target::Target;
use crate::domain::Timestamp;
use crate::domain::authority::{Actions, Relation};
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Facts, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::sessions::{Activity, Actor};
use crate::recovery::tools::Fault;
use crate::store;

/// A password as somebody sees it.
pub struct PasswordView<'a> {
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

impl Management {
    /// Shows every password that somebody has or could have, in the order of the tenant file.
    pub async fn list<'a>(
        &self,
        tenant: &'a Tenant,
        actor: &Actor,
        target: &Target,
    ) -> Result<Vec<PasswordView<'a>>, Fault> {
        let (tenant_id, account_id) = (tenant.tenant_id, target.account.account_id);
        let listed = {
            let mut db = self.tools.db.acquire().await?;
            store::password::list(&mut db, tenant_id, account_id).await?
        };
        let now = self.tools.clock.now();
        let is_reachable = !self.accounts.reachable_media(&target.account).is_empty();
        let view = |kind: &'a PasswordType| {
            let stored = listed
                .iter()
                .find(|stored| stored.password_type_id == kind.password_type_id);
            let facts = stored.map_or_else(Facts::default, |stored| stored.facts);
            let status = facts.status(now, &kind.spec.rules());
            let actions = target.relation.actions(kind, status, is_reachable);
            PasswordView {
                kind,
                status,
                changed_at: stored
                    .map(|stored| stored.changed_at)
                    .filter(|_| status != Status::NeverCreated),
                needs_old: needs_old(target.relation, &facts, status),
                actions: admitted(actions, tenant, actor, target.relation, kind),
            }
        };
        Ok(tenant.password_types.iter().map(view).collect())
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
    let admits = |activity| actor.admit(tenant, activity).is_ok();
    if admits(Activity::Other) {
        return actions;
    }
    let may_renew = relation == Relation::Owner && admits(Activity::Renew(kind.password_type_id));
    Actions {
        change: actions.change && may_renew,
        generate: actions.generate && may_renew,
        ..Actions::default()
    }
}
