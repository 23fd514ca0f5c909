//! What a right name and password prove, before and after the attempt is cleared.

use tokio::sync::MutexGuard;

use crate::domain::account::Account;
use crate::domain::identifier::Kind;
use crate::domain::status::{Rules, Status};
use crate::recovery::attempts::Reservation;
use crate::store::password::Key;
use crate::store::password_try::Value;

/// Somebody who typed the right access password, which counts as a wrong attempt still: whoever gets
/// this [completes](super::SignIn::complete) it, or clears the attempt in the statement that acts on it.
pub(in crate::recovery) struct Verified<'a> {
    pub(in crate::recovery) account: Account,
    pub(in crate::recovery) reservation: Box<Reservation>,
    /// What kind of name they typed.
    pub(in crate::recovery) principal: Kind,
    /// There is no other attempt at this name here until this one is cleared.
    pub(super) _lock: MutexGuard<'a, ()>,
}

/// Somebody who typed the right access password of an active account.
pub(in crate::recovery) struct Authenticated {
    pub(in crate::recovery) account: Account,
    /// What kind of name they typed.
    pub(in crate::recovery) principal: Kind,
    /// Active, expired or reset.
    pub(in crate::recovery) status: Status,
    pub(in crate::recovery) key: Key,
    pub(in crate::recovery) rules: Rules,
    /// Which value it was, and how the attempt left it.
    pub(in crate::recovery) value: Value,
    /// Whether it is written down already that they proved who they are.
    pub(in crate::recovery) is_noted: bool,
}

impl Verified<'_> {
    /// What it proves of an active account, the attempt cleared.
    pub(in crate::recovery) fn authenticated(
        self,
        status: Status,
        value: Value,
        is_noted: bool,
    ) -> Authenticated {
        Authenticated {
            account: self.account,
            principal: self.principal,
            status,
            key: self.reservation.key,
            rules: self.reservation.rules,
            value,
            is_noted,
        }
    }
}
