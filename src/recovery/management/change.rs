//! Giving a password a value that somebody typed.

use super::Management;
use super::permission::{Operation, Permitted, Refusal};
use super::recheck::{Rechecked, changed};
use crate::domain::authority::Relation;
use crate::domain::password::Password;
use crate::domain::policy::Violation;
use crate::domain::status::Action;
use crate::recovery::attempts::{ProofError, Right};
use crate::recovery::outbox::Notice;
use crate::recovery::replacement::{FormViolation, TypedNew, form_violations};
use crate::recovery::tools::{Fault, Origin};

/// A form to change a password, as it was filled in.
pub struct TypedRenewal<'a> {
    /// The present value; empty is none.
    pub old: Option<&'a Password>,
    /// The new one.
    pub new: TypedNew<'a>,
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// Not by them, or not now.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was typed is not good; no attempt was used up.
    #[error("what was typed is not good")]
    Invalid(Vec<FormViolation>),
    /// The old password is not right.
    #[error(transparent)]
    Old(#[from] ProofError),
}

impl From<sqlx::Error> for RenewError {
    fn from(error: sqlx::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Fault> for RenewError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

/// What a new value stands on, and must still be there when it is stored.
#[derive(Clone, Copy)]
pub(in crate::recovery) enum Ground<'a> {
    /// The right, and the state of the password.
    Right,
    /// The value that was known, or is to be replaced.
    Value(Option<&'a str>),
}

/// Why a new value was not stored.
pub(in crate::recovery) enum Lost {
    Refused(Refusal),
    /// Another value took the place of the one that was to be replaced.
    Replaced,
    /// Its owner must prove by now that they know the old one, and did not.
    OldMissing,
}

impl<T: Into<Refusal>> From<T> for Lost {
    fn from(refusal: T) -> Self {
        Self::Refused(refusal.into())
    }
}

impl Management {
    /// Changes a password to what its owner or a manager typed. First everything that is wrong with
    /// the form is told, then the old value is verified, and only whoever knew that learns whether
    /// the new one was used before.
    pub async fn renew_password(
        &self,
        permitted: Permitted<'_>,
        typed: &TypedRenewal<'_>,
        origin: &Origin,
    ) -> Result<(), RenewError> {
        let Permitted { operation, before } = permitted;
        let (tenant, kind) = (operation.tenant, operation.kind);
        let account = &operation.target.account;
        let status = before
            .facts
            .status(self.tools.clock.now(), &kind.spec.rules());
        let needs_old = operation.needs_old(&before.facts, status);
        let old = typed.old.filter(|old| !old.expose().is_empty());
        let mut violations = Vec::new();
        if needs_old && old.is_none() {
            violations.push(FormViolation::OldMissing);
        }
        violations.extend(form_violations(tenant, kind, account, typed.new));
        let Some(new) = typed.new.password.filter(|_| violations.is_empty()) else {
            return Err(RenewError::Invalid(violations));
        };
        let proven = match old.filter(|_| needs_old) {
            Some(old) => match self
                .attempts
                .prove_with(tenant, account.account_id, kind, old, origin)
                .await
            {
                Ok(Right { hash, .. }) => Some(hash),
                Err(error) => {
                    self.note_unproven(&operation, status, &error, origin)
                        .await?;
                    return Err(error.into());
                }
            },
            None => None,
        };
        if self
            .replacement
            .was_used_before(tenant, kind, account, new)
            .await?
        {
            let violation = FormViolation::New(vec![Violation::UsedBefore]);
            return Err(RenewError::Invalid(vec![violation]));
        }
        let hash = self.tools.hasher.hash(new).await?;
        let ground = match &proven {
            Some(hash) => Ground::Value(hash.as_deref()),
            None => Ground::Right,
        };
        self.store_value(&operation, hash, ground, origin)
            .await
            .map_err(|lost| match lost {
                Lost::Refused(refusal) => RenewError::Refused(refusal),
                // Whoever replaced it meanwhile was quicker, or means to keep the old one out.
                Lost::Replaced => ProofError::Wrong(kind.password_type_id).into(),
                Lost::OldMissing => RenewError::Invalid(vec![FormViolation::OldMissing]),
            })
    }

    /// Stores a new value, if everything it stands on is still there.
    pub(in crate::recovery) async fn store_value(
        &self,
        operation: &Operation<'_>,
        hash: String,
        ground: Ground<'_>,
        origin: &Origin,
    ) -> Result<(), Lost> {
        let kind = operation.kind;
        let origin = &operation.told_from(origin);
        let (key, now) = (operation.key(), self.tools.clock.now());
        let mut tx = self.tools.db.begin().await?;
        let rechecked = self.recheck(&mut tx, operation, now).await?;
        let Rechecked {
            before,
            from,
            facts,
            to,
        } = rechecked;
        match ground {
            Ground::Value(value) if before.hash.as_deref() != value => return Err(Lost::Replaced),
            Ground::Right
                if operation.action == Action::Change
                    && operation.needs_old(&before.facts, from) =>
            {
                return Err(Lost::OldMissing);
            }
            Ground::Value(_) | Ground::Right => {}
        }
        self.replacement
            .replace(&mut tx, kind, key, &before, (facts, hash))
            .await?;
        let changed = changed(operation, origin);
        if kind.spec.access {
            self.replacement.end_access(&mut tx, changed, now).await?;
        }
        self.record_operation(&mut tx, operation, (from, to), origin)
            .await?;
        if kind.spec.access || operation.target.relation != Relation::Owner {
            let about = Some(kind.password_type_id);
            self.replacement
                .notify_of(&mut tx, changed, Notice::PasswordChanged, about, now)
                .await?;
        }
        tx.commit().await?;
        self.outbox.ring();
        Ok(())
    }
}
