//! What the core refuses, in the words of the contract.

use super::error::Error;
use super::model::error::{ForbiddenErrorCode, InputError};
use crate::domain::medium::Medium;
use crate::domain::policy::{Class, Violation};
use crate::domain::tenant::Tenant;
use crate::recovery::{FormViolation, ProofError};

/// A proof beside the access password that was not given (8.2 and 8.4).
pub(super) fn unproven(error: ProofError, tenant: &Tenant, missing: InputError) -> Error {
    match error {
        ProofError::Illegal => Error::ILLEGAL,
        ProofError::Missing => Error::Input(missing),
        ProofError::Wrong(id) => Error::about(ForbiddenErrorCode::InvalidPassword, tenant, id),
        ProofError::Blocked(id, status) => Error::blocked(tenant, id, status),
        ProofError::Stale(id, status) => Error::stale(tenant, id, status),
        ProofError::LoggedOut => Error::LOGGED_OUT,
        ProofError::Fault(fault) => Error::Fault(fault),
    }
}

/// A medium by its name.
pub(super) fn medium(text: &str) -> Result<Medium, InputError> {
    Medium::ALL
        .into_iter()
        .find(|medium| medium.as_str() == text)
        .ok_or_else(|| InputError::unconvertible(text))
}

/// Everything that is wrong with a form, by the names of its properties (6.4).
pub(super) fn flawed(flaws: Vec<FormViolation>) -> InputError {
    flaws
        .into_iter()
        .fold(InputError::default(), |error, flaw| match flaw {
            FormViolation::NewMissing => error.and("newPassword", "The new password is required"),
            FormViolation::New(violations) => {
                violations.into_iter().fold(error, |error, violation| {
                    error.and("newPassword", sentence(violation))
                })
            }
            FormViolation::Unconfirmed => {
                error.and("newPasswordConfirmation", "The passwords are not the same")
            }
            FormViolation::OldMissing => {
                error.and("oldPassword", "The present password is required")
            }
            FormViolation::AnswerMissing => error.and("securityAnswer", "The answer is required"),
        })
}

fn sentence(violation: Violation) -> String {
    match violation {
        Violation::TooShort { min } => format!("It must have at least {min} characters"),
        Violation::TooLong { max } => format!("It must have at most {max} characters"),
        Violation::Lacks(Class::Upper) => "It must have an upper-case letter".to_owned(),
        Violation::Lacks(Class::Lower) => "It must have a lower-case letter".to_owned(),
        Violation::Lacks(Class::Digit) => "It must have a digit".to_owned(),
        Violation::Lacks(Class::Special) => {
            "It must have a character that is neither letter nor digit".to_owned()
        }
        Violation::TooCommon => {
            "It is too easy to guess: common, a pattern, or a name of your account".to_owned()
        }
        Violation::UsedBefore => "It was used before".to_owned(),
    }
}
