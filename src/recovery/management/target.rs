//! Whose password it is, and how the actor stands to its owner: the look-up policy under table 7.4
//! of contracts/cyclos.md, in one place.

use super::Management;
use crate::domain::account::{Account, Role};
use crate::domain::authority::Relation;
use crate::domain::tenant::Tenant;
use crate::domain::unseen::clean;
use crate::domain::user::User;
use crate::recovery::sessions::Actor;
use crate::recovery::tools::Fault;
use crate::store;

/// Whose passwords an actor speaks of.
pub struct Target {
    /// Their owner.
    pub account: Account,
    /// How the actor stands to them.
    pub relation: Relation,
}

/// Why an actor may not speak of somebody's passwords.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// They manage nobody. Whether there is somebody of that name was not looked up.
    #[error("the actor manages nobody")]
    Denied,
    /// There is nobody of that name whom they manage.
    #[error("there is nobody of that name")]
    Unknown,
    /// We could not tell.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for TargetError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Actor {
    /// Whether a text names the actor: `self`, or their own number, login name, address or phone
    /// number (D-42). Nothing is looked up for it.
    pub fn is_named(&self, tenant: &Tenant, text: &str) -> bool {
        if clean(text) == "self" {
            return true;
        }
        match User::quoted(text, tenant.settings.accounts.country) {
            User::Number(id) => id == Some(self.account.account_id),
            User::Named(names) => self.account.names().any(|own| names.contains(&own)),
        }
    }

    /// The actor as the owner of their own passwords.
    pub fn own(&self) -> Target {
        Target {
            account: self.account.clone(),
            relation: Relation::Owner,
        }
    }
}

impl Management {
    /// Finds whom a text names, if the actor may know. Whoever manages nobody is refused before
    /// anything is looked up; to a broker, accounts of others are as unknown as those that are
    /// not there.
    pub async fn target(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        text: &str,
    ) -> Result<Target, TargetError> {
        if actor.is_named(tenant, text) {
            return Ok(actor.own());
        }
        let (tenant_id, own_id) = (tenant.tenant_id, actor.account.account_id);
        let relation = match actor.account.role {
            Role::Member => return Err(TargetError::Denied),
            Role::Broker => Relation::Broker,
            Role::Administrator => Relation::Administrator,
        };
        let enabled = &tenant.settings.cyclos.principal_types;
        let user = match User::quoted(text, tenant.settings.accounts.country) {
            User::Named(mut names) => {
                names.retain(|name| enabled.contains(&name.kind));
                User::Named(names)
            }
            User::Number(id) => User::Number(id),
        };
        let mut db = self.tools.db.acquire().await?;
        let account = self.accounts.find_user(&mut db, tenant_id, &user).await?;
        if relation == Relation::Broker {
            // Asked of somebody in any case, so that the time does not tell who is there.
            let asked_id = account
                .as_ref()
                .map_or(own_id, |account| account.account_id);
            let broker = store::account::broker_id(&mut db, tenant_id, asked_id).await?;
            if broker != Some(own_id) {
                return Err(TargetError::Unknown);
            }
        }
        let account = account.ok_or(TargetError::Unknown)?;
        Ok(Target { account, relation })
    }
}
