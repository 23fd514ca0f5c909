//! How a password is asked for (`PasswordInput`, contracts/cyclos.md, 5.4).

use serde::Serialize;
use utoipa::ToSchema;

use super::reference::{PasswordModeEnum, mode};
use crate::domain::medium::Medium;
use crate::domain::password_type::PasswordType;
use crate::domain::status::{Mode, Status};

/// How a password of a type is asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct PasswordInput {
    id: String,
    name: String,
    internal_name: String,
    mode: PasswordModeEnum,
    input_method: PasswordInputMethodEnum,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u32>,
    /// Whether there is a value now that would be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_active_password: Option<bool>,
    /// By what a one-time code could be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    otp_send_mediums: Option<Vec<SendMediumEnum>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation_password_once_per_session: Option<bool>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum PasswordInputMethodEnum {
    TextBox,
}

/// A way to reach somebody.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum SendMediumEnum {
    Email,
    Sms,
}

impl SendMediumEnum {
    pub(in crate::api::cyclos) fn all(media: &[Medium]) -> Vec<Self> {
        media.iter().copied().map(Self::of).collect()
    }

    pub(in crate::api::cyclos) fn of(medium: Medium) -> Self {
        match medium {
            Medium::Email => Self::Email,
            Medium::Sms => Self::Sms,
        }
    }
}

impl PasswordInput {
    /// For anybody.
    pub(in crate::api::cyclos) fn of(kind: &PasswordType) -> Self {
        let spec = &kind.spec;
        let (min, max) = match spec.mode {
            Mode::Manual => (spec.policy.min_length, spec.policy.max_length),
            Mode::Generated | Mode::Otp => (spec.generated_length, spec.generated_length),
        };
        Self {
            id: kind.password_type_id.to_string(),
            name: spec.name.clone(),
            internal_name: spec.internal_name.clone(),
            mode: mode(spec.mode),
            input_method: PasswordInputMethodEnum::TextBox,
            min_length: Some(min),
            max_length: Some(max),
            has_active_password: None,
            otp_send_mediums: None,
            confirmation_password_once_per_session: None,
        }
    }

    /// For somebody who is signed in: how their own stands, and by what they can be reached.
    pub(in crate::api::cyclos) fn of_own(
        kind: &PasswordType,
        status: Status,
        media: &[Medium],
    ) -> Self {
        let is_code = kind.spec.mode == Mode::Otp;
        Self {
            has_active_password: Some(status == Status::Active),
            otp_send_mediums: is_code.then(|| SendMediumEnum::all(media)),
            // Every action is confirmed anew.
            confirmation_password_once_per_session: Some(false),
            ..Self::of(kind)
        }
    }
}
