//! What a right password proves, once its attempt is cleared.

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
    /// Clears the attempt and writes down that they proved who they are, in one statement. Returns how the
    /// password is left; nothing happens where anything is unusual or changes at this moment.
    pub(in crate::recovery) async fn complete_at_once(
        &self,
        verified: &Verified<'_>,
        origin: &Origin,
    ) -> Result<Option<(Status, Value)>, Fault> {
        let Some((status, to)) = self.cleared_usual(verified) else {
            return Ok(None);
        };
        let entry = Entry::new(AuditAction::Authenticated, "done", Some(origin));
        let entry = entry.of(verified.account.account_id);
        let reservation = &verified.reservation;
        let is_in = status.has_value()
            && self
                .enter(
                    reservation.key,
                    (&reservation.left, &to),
                    entry,
                    WayIn::Call,
                )
                .await?;
        Ok(is_in.then_some((status, to)))
    }

    /// Clears the attempt of whoever typed the right password, and says whether that proves anything.
    pub(in crate::recovery) async fn complete(
        &self,
        tenant: &Tenant,
        verified: Verified<'_>,
        password: &Password,
        origin: &Origin,
    ) -> Result<Authenticated, SignInError> {
        let mut detail = json!({});
        let (error, outcome) = match self.attempts.clear(&verified.reservation, password).await? {
            None => {
                detail = closing(access_type(tenant)?, &verified.reservation.wrong());
                (SignInError::Wrong, "wrong password")
            }
            Some(value) => {
                let status = value
                    .facts
                    .status(self.tools.clock.now(), &verified.reservation.rules);
                // Read again: it may have been disabled while the password was hashed.
                let account = {
                    let mut db = self.tools.db.acquire().await?;
                    let account_id = verified.account.account_id;
                    store::account::find(&mut db, tenant.tenant_id, account_id).await?
                };
                match account.map(|account| account.status) {
                    _ if !status.has_value() => (SignInError::Disabled, "not to be used now"),
                    Some(AccountStatus::Active) => {
                        return Ok(verified.authenticated(status, value, false));
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
            .of(verified.account.account_id)
            .with(detail);
        let mut db = self.tools.db.acquire().await?;
        self.audit.record(&mut db, tenant.tenant_id, entry).await?;
        Err(error)
    }

    /// How the password of a right attempt stands and is left once that is cleared. `None`: that is
    /// not all there is to do, since the account is not active or the hash is outdated.
    pub(in crate::recovery) fn cleared_usual(
        &self,
        verified: &Verified<'_>,
    ) -> Option<(Status, Value)> {
        let reservation = &verified.reservation;
        let to = reservation.cleared(&reservation.left);
        let is_usual = verified.account.status == AccountStatus::Active
            && !self.tools.hasher.is_outdated(&to.hash);
        let status = to.facts.status(self.tools.clock.now(), &reservation.rules);
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
