//! What is wrong with what somebody typed, all of it at once.

use super::NewPassword;
use super::check::check_policy;
use crate::domain::account::Account;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::Violation;
use crate::domain::tenant::Tenant;

/// One thing that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormViolation {
    /// There is no new password.
    NewMissing,
    /// The new password is not good enough.
    New(Vec<Violation>),
    /// The new password was not typed the same way twice.
    Unconfirmed,
    /// There is no old password, and there must be.
    OldMissing,
    /// The security question is not answered.
    AnswerMissing,
}

/// A new password as it was typed.
#[derive(Clone, Copy)]
pub struct TypedNew<'a> {
    /// The password; empty is none.
    pub password: Option<&'a Password>,
    /// What was typed the second time, where that is to be compared.
    pub confirmation: Option<Option<&'a Password>>,
}

/// Lists what is wrong with a new password as such, in the order a form is read. Whether it was
/// used before is for whoever has proven everything else: see
/// [`Replacement::check`](super::Replacement::check).
pub(in crate::recovery) fn form_violations(
    tenant: &Tenant,
    kind: &PasswordType,
    account: &Account,
    typed: TypedNew<'_>,
) -> Vec<FormViolation> {
    let mut violations = Vec::new();
    let password = typed
        .password
        .filter(|password| !password.expose().is_empty());
    match password {
        None => violations.push(FormViolation::NewMissing),
        Some(password) => {
            let new = NewPassword {
                password,
                published: None,
                consent: None,
            };
            if let Err(found) = check_policy(tenant, kind, account, &new) {
                violations.push(FormViolation::New(found.0));
            }
        }
    }
    if let Some(confirmation) = typed.confirmation {
        let twice = (password, confirmation);
        if twice.0.map_or("", Password::expose) != twice.1.map_or("", Password::expose) {
            violations.push(FormViolation::Unconfirmed);
        }
    }
    violations
}
