//! Who is to get a token, and what for.

use std::iter::once;

use sqlx::PgConnection;

use super::Delivery;
use super::undone::Undone;
use crate::domain::account::{Account, AccountStatus, UserType};
use crate::domain::id::AccountId;
use crate::domain::language::Language;
use crate::domain::medium::Medium;
use crate::domain::status::Action;
use crate::domain::tenant::Tenant;
use crate::domain::token::{Form, Purpose};
use crate::domain::user::User;
use crate::recovery::accounts::access_type;
use crate::recovery::outbox::{ForgottenJob, TokenJob};
use crate::recovery::tools::Origin;
use crate::store;
use crate::store::password::Key;

/// A token that is to be sent: what two kinds of job come to.
pub(super) struct TokenOrder {
    pub(in crate::recovery) user: User,
    pub(in crate::recovery) user_type: Option<UserType>,
    pub(in crate::recovery) purpose: Purpose,
    /// What the token is to be spent on: the password must be in a state for it.
    pub(in crate::recovery) action: Action,
    pub(in crate::recovery) form: Form,
    pub(in crate::recovery) medium: Medium,
    pub(in crate::recovery) language: Option<Language>,
    pub(in crate::recovery) origin: Origin,
}

impl From<TokenJob> for TokenOrder {
    fn from(job: TokenJob) -> Self {
        Self {
            user: User::Named(once(job.identifier).chain(job.others).collect()),
            user_type: job.user_type,
            purpose: job.purpose,
            action: by_mailbox(job.purpose),
            form: Form::Link,
            medium: Medium::Email,
            language: job.language.or(job.origin.language),
            origin: job.origin,
        }
    }
}

impl From<ForgottenJob> for TokenOrder {
    fn from(job: ForgottenJob) -> Self {
        Self {
            user: job.user,
            user_type: None,
            purpose: Purpose::Reset,
            action: Action::Recover,
            form: job.form,
            medium: job.medium,
            language: job.origin.language,
            origin: job.origin,
        }
    }
}

impl Delivery {
    /// Whom to write to, locked; or in a word why nobody.
    pub(super) async fn addressee(
        &self,
        db: &mut PgConnection,
        tenant: &Tenant,
        order: &TokenOrder,
    ) -> Result<Result<Account, &'static str>, Undone> {
        if order.purpose == Purpose::Disown {
            return Ok(Err("not for asking"));
        }
        let tenant_id = tenant.tenant_id;
        let (user, user_type) = (&order.user, order.user_type);
        let found = self
            .accounts
            .find_user_of(db, tenant_id, user, user_type)
            .await?;
        let Some(account) = found else {
            return Ok(Err("unknown identifier"));
        };
        if order
            .user_type
            .is_some_and(|wanted| wanted != account.user_type)
        {
            return Ok(Err("other user type"));
        }
        let account_id = account.account_id;
        let status = store::account::lock(db, tenant_id, account_id).await?;
        if status != Some(AccountStatus::Active) {
            return Ok(Err("account not active"));
        }
        // While we waited for the lock an import may have given them another address, or their name
        // to somebody else: nothing that was read before counts.
        let found = self
            .accounts
            .find_user_of(db, tenant_id, user, user_type)
            .await?;
        let Some(account) = found.filter(|found| found.account_id == account_id) else {
            return Ok(Err("unknown identifier"));
        };
        if let Some(why) = kept_back(self, db, tenant, account_id, order.action).await? {
            return Ok(Err(why));
        }
        if self.accounts.media(&account).contains(&order.medium) {
            Ok(Ok(account))
        } else {
            Ok(Err("no address"))
        }
    }
}

/// Why an account that is in use is sent no token for an action now, in a word; nothing where it is.
pub(super) async fn kept_back(
    delivery: &Delivery,
    db: &mut PgConnection,
    tenant: &Tenant,
    account_id: AccountId,
    action: Action,
) -> Result<Option<&'static str>, Undone> {
    let tenant_id = tenant.tenant_id;
    if delivery
        .accounts
        .is_frozen(db, tenant_id, account_id)
        .await?
    {
        return Ok(Some("frozen"));
    }
    let kind = access_type(tenant)?;
    let key = Key {
        tenant_id,
        account_id,
        password_type_id: kind.password_type_id,
    };
    let facts = store::password::find(db, key).await?.facts;
    let rules = kind.spec.rules();
    let status = facts.status(delivery.tools.clock.now(), &rules);
    Ok((!status.permits(action, &rules)).then_some("password not recoverable"))
}

/// What a token of a purpose is for, outside the Cyclos dialect.
pub(super) fn by_mailbox(purpose: Purpose) -> Action {
    match purpose {
        // Nobody asks for a "not me" token: `addressee` finds nobody for it.
        Purpose::Reset | Purpose::Disown => Action::ResetByMailbox,
        Purpose::Unlock => Action::UnlockByMailbox,
    }
}
