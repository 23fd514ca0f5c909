//! Passwords, how they stand, and what the caller can do to them (contracts/cyclos.md, 5.4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{PasswordInput, SendMediumEnum};
use super::reference::{
    EntityReference, PasswordModeEnum, PasswordStatusEnum, User, date, mode, status,
};
use crate::domain::authority::Actions;
use crate::domain::password_type::{self, Spec};
use crate::domain::policy::Class;
use crate::domain::status::Mode;
use crate::recovery::PasswordView;

/// How a password stands.
#[derive(Serialize, ToSchema)]
pub(in crate::api::cyclos) struct PasswordStatusAndType {
    r#type: EntityReference,
    status: PasswordStatusEnum,
    /// Since when; absent where there has never been one.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

/// How a password stands, and what the caller can do to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct PasswordStatusAndActions {
    r#type: PasswordTypeWithDescription,
    status: PasswordStatusEnum,
    /// Since when; absent where there has never been one.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// Whether the caller must know the present value to change it.
    require_old_password_for_change: bool,
    permissions: PasswordActions,
}

/// A kind of password, and what its values look like.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct PasswordTypeWithDescription {
    id: String,
    name: String,
    internal_name: String,
    mode: PasswordModeEnum,
    global: bool,
    description: String,
}

/// What the caller can do to a password now: exactly what the operations accept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the nine answers of the contract"
)]
struct PasswordActions {
    change: bool,
    change_generated: bool,
    generate: bool,
    allow_generation: bool,
    disable: bool,
    enable: bool,
    reset_generated: bool,
    reset_and_send: bool,
    unblock: bool,
}

/// Every password of a user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct DataForUserPasswords {
    pub(in crate::api::cyclos) passwords: Vec<PasswordStatusAndActions>,
    /// Where another generated value must be confirmed: by what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api::cyclos) confirmation_password_input: Option<PasswordInput>,
    /// Whose they are.
    pub(in crate::api::cyclos) user: User,
    /// By what a new value can be sent.
    pub(in crate::api::cyclos) send_mediums: Vec<SendMediumEnum>,
}

/// A new value for a password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ChangePassword {
    /// The present value, where it is asked for.
    pub(in crate::api::cyclos) old_password: Option<String>,
    pub(in crate::api::cyclos) new_password: Option<String>,
    /// Whether to compare the new value with the next member.
    pub(in crate::api::cyclos) check_confirmation: Option<bool>,
    pub(in crate::api::cyclos) new_password_confirmation: Option<String>,
    /// Managers only: its owner must change it at the next sign-in.
    pub(in crate::api::cyclos) force_change: Option<bool>,
}

impl PasswordStatusAndType {
    pub(in crate::api::cyclos) fn of(shown: &PasswordView<'_>) -> Self {
        Self {
            r#type: EntityReference::of_type(shown.kind),
            status: status(shown.status),
            date: shown.changed_at.map(date),
        }
    }
}

impl PasswordStatusAndActions {
    pub(in crate::api::cyclos) fn of(shown: &PasswordView<'_>) -> Self {
        Self {
            r#type: PasswordTypeWithDescription::new(shown.kind, description(&shown.kind.spec)),
            status: status(shown.status),
            date: shown.changed_at.map(date),
            require_old_password_for_change: shown.needs_old,
            permissions: PasswordActions::of(shown.actions),
        }
    }
}

impl PasswordTypeWithDescription {
    /// With words that describe its values.
    pub(in crate::api::cyclos) fn new(
        kind: &password_type::PasswordType,
        description: String,
    ) -> Self {
        Self {
            id: kind.password_type_id.to_string(),
            name: kind.spec.name.clone(),
            internal_name: kind.spec.internal_name.clone(),
            mode: mode(kind.spec.mode),
            global: false,
            description,
        }
    }
}

impl PasswordActions {
    fn of(actions: Actions) -> Self {
        Self {
            change: actions.change,
            change_generated: actions.change_generated,
            generate: actions.generate,
            allow_generation: actions.allow_generation,
            disable: actions.disable,
            enable: actions.enable,
            reset_generated: actions.reset_generated,
            reset_and_send: actions.reset_and_send,
            unblock: actions.unblock,
        }
    }
}

/// What the values of a type look like, in words.
fn description(spec: &Spec) -> String {
    let made = counted(spec.generated_length.into(), "character");
    match spec.mode {
        Mode::Manual => {
            let policy = &spec.policy;
            let length = if policy.min_length == policy.max_length {
                counted(policy.max_length.into(), "character")
            } else {
                format!("{} to {} characters", policy.min_length, policy.max_length)
            };
            let wanted: Vec<_> = policy.require.iter().copied().map(class).collect();
            if wanted.is_empty() {
                length
            } else {
                format!("{length}, with {}", wanted.join(", "))
            }
        }
        Mode::Generated => format!("{made}, made by the server"),
        Mode::Otp => {
            let lifetime = lasting(spec.otp_lifetime);
            format!("{made}, sent when needed, good for {lifetime}")
        }
    }
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Upper => "an upper-case letter",
        Class::Lower => "a lower-case letter",
        Class::Digit => "a digit",
        Class::Special => "a character that is neither letter nor digit",
    }
}

/// So many seconds in the largest unit that says it without a rest.
fn lasting(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = units
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    match unit {
        Some((unit, name)) => counted(seconds / unit, name),
        None => counted(seconds, "second"),
    }
}

fn counted(number: u64, thing: &str) -> String {
    if number == 1 {
        format!("{number} {thing}")
    } else {
        format!("{number} {thing}s")
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, lasting};

    #[test]
    fn numbers_are_told_as_people_tell_them() {
        assert_eq!(counted(1, "character"), "1 character");
        assert_eq!(counted(0, "character"), "0 characters");
        for (seconds, told) in [
            (1, "1 second"),
            (90, "90 seconds"),
            (60, "1 minute"),
            (600, "10 minutes"),
            (7_200, "2 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(lasting(seconds), told);
        }
    }
}
