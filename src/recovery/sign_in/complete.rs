//! What a right password proves, once its try is taken back.

use serde_json::json;
use sqlx::PgConnection;

use super::SignIn;
use super::error::SignInError;
use super::proof::{Authenticated, Verified};
use crate::domain::Timestamp;
use crate::domain::account::AccountStatus;
use crate::domain::password::Password;
use crate::domain::status::Status;
use crate::domain::tenant::Tenant;
use crate::recovery::accounts::access_type;
use crate::recovery::attempts::closing;
use crate::recovery::audit::{AuditAction, Entry};
use crate::recovery::tools::{Fault, Origin};
use crate::store;
use crate::store::password::Key;
use crate::store::password_try::Value;
use crate::store::sign_in::WayIn;

impl SignIn {
    /// Takes the try back and writes down that they proved who they are, in one statement. Returns how the
    /// password is left; nothing happens where anything is unusual or changes at this moment.
    pub(in crate::recovery) async fn complete_at_once(
        &self,
        shown: &Verified<'_>,
        origin: &Origin,
    ) -> Result<Option<(Status, Value)>, Fault> {
        let Some((status, to)) = self.cleared_usual(shown) else {
            return Ok(None);
        };
        let entry = Entry::new(AuditAction::Authenticated, "done", Some(origin));
        let entry = entry.of(shown.account.account_id);
        let count = &shown.count;
        let is_in = status.has_value()
            && self
                .enter(count.key, (&count.left, &to), entry, WayIn::Call)
                .await?;
        Ok(is_in.then_some((status, to)))
    }

    /// Takes the try back of whoever typed the right password, and says whether that proves anything.
    pub(in crate::recovery) async fn complete(
        &self,
        tenant: &Tenant,
        shown: Verified<'_>,
        password: &Password,
        origin: &Origin,
    ) -> Result<Authenticated, SignInError> {
        let mut detail = json!({});
        let (error, outcome) = match self.attempts.clear(&shown.count, password).await? {
            None => {
                detail = closing(access_type(tenant)?, &shown.count.wrong());
                (SignInError::Wrong, "wrong password")
            }
            Some(value) => {
                let status = value
                    .facts
                    .status(self.tools.clock.now(), &shown.count.rules);
                // Read again: it may have been disabled while the password was hashed.
                let account = {
                    let mut db = self.tools.db.acquire().await?;
                    let account_id = shown.account.account_id;
                    store::account::find(&mut db, tenant.tenant_id, account_id).await?
                };
                match account.map(|account| account.status) {
                    _ if !status.has_value() => (SignInError::Disabled, "not to be used now"),
                    Some(AccountStatus::Active) => {
                        return Ok(shown.authenticated(status, value, false));
                    }
                    Some(
                        status @ (AccountStatus::Blocked
                        | AccountStatus::Disabled
                        | AccountStatus::Pending),
                    ) => (SignInError::Inactive(status), "account not active"),
                    None => (SignInError::Wrong, "account not active"),
                }
            }
        };
        let entry = Entry::new(AuditAction::SignedIn, outcome, Some(origin))
            .of(shown.account.account_id)
            .with(detail);
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, tenant.tenant_id, entry).await?;
        Err(error)
    }

    /// How the password of a right try stands and is left once the try is taken back. `None`: that is
    /// not all there is to do, since the account is not active or the hash is outdated.
    pub(in crate::recovery) fn cleared_usual(
        &self,
        shown: &Verified<'_>,
    ) -> Option<(Status, Value)> {
        let count = &shown.count;
        let to = count.cleared(&count.left);
        let is_usual = shown.account.status == AccountStatus::Active
            && !self.tools.hasher.is_outdated(&to.hash);
        let status = to.facts.status(self.tools.clock.now(), &count.rules);
        is_usual.then_some((status, to))
    }

    /// Whether what was proven still holds, under the lock that whoever disables the account or
    /// replaces its password takes: the account, its password in this status, and the same value.
    pub(in crate::recovery) async fn still_holds(
        &self,
        db: &mut PgConnection,
        proven: &Authenticated,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let Key {
            tenant_id,
            account_id,
            ..
        } = proven.key;
        let status = store::account::lock(db, tenant_id, account_id).await?;
        let password = store::password::lock(db, proven.key).await?;
        Ok(status == Some(AccountStatus::Active)
            && password.facts.status(now, &proven.rules) == proven.status
            && password.hash.as_ref() == Some(&proven.value.hash))
    }
}
