//! The bodies of refusals (contracts/cyclos.md, 6).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::reference::{EntityReference, PasswordStatusEnum, PasswordType};

/// An unreadable request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct BadRequestError {
    code: BadRequestErrorCode,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum BadRequestErrorCode {
    General,
    Json,
}

impl BadRequestError {
    pub(in crate::api::cyclos) fn general(message: &'static str) -> Self {
        Self {
            code: BadRequestErrorCode::General,
            message,
            line: None,
            column: None,
        }
    }

    /// Where a body stopped being the JSON that was expected, counted from 1.
    pub(in crate::api::cyclos) fn json(line: usize, column: usize) -> Self {
        Self {
            code: BadRequestErrorCode::Json,
            message: "The body is not the JSON object that is expected here",
            line: Some(line),
            column: Some(column),
        }
    }
}

/// Missing or refused credentials.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct UnauthorizedError {
    code: UnauthorizedErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<UserStatusEnum>)]
    user_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_status: Option<PasswordStatusEnum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_secondary_password: Option<PasswordType>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum UnauthorizedErrorCode {
    InvalidAccessClient,
    LoggedOut,
    Login,
    MissingAuthorization,
    RemoteAddressBlocked,
}

/// What an account that is not in use is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers")]
enum UserStatusEnum {
    Active,
    Blocked,
    Disabled,
    Pending,
    Purged,
    Removed,
}

impl UnauthorizedError {
    pub(in crate::api::cyclos) const fn new(code: UnauthorizedErrorCode) -> Self {
        Self {
            code,
            user_status: None,
            password_status: None,
            missing_secondary_password: None,
        }
    }

    pub(in crate::api::cyclos) fn with_user(self, status: &'static str) -> Self {
        Self {
            user_status: Some(status),
            ..self
        }
    }

    pub(in crate::api::cyclos) fn with_password(self, status: PasswordStatusEnum) -> Self {
        Self {
            password_status: Some(status),
            ..self
        }
    }

    pub(in crate::api::cyclos) fn with_missing(self, kind: Option<PasswordType>) -> Self {
        Self {
            missing_secondary_password: kind,
            ..self
        }
    }
}

/// Known, and not allowed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ForbiddenError {
    pub(in crate::api::cyclos) code: ForbiddenErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::api::cyclos) password_type: Option<EntityReference>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum ForbiddenErrorCode {
    ExpiredPassword,
    IllegalAction,
    InaccessibleChannel,
    InaccessiblePrincipal,
    IndefinitelyBlocked,
    InvalidPassword,
    PermissionDenied,
    ResetPassword,
    TemporarilyBlocked,
}

/// Nothing of that kind and name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct NotFoundError {
    pub(in crate::api::cyclos) entity_type: &'static str,
    pub(in crate::api::cyclos) key: String,
}

/// Readable, and not good.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct InputError {
    code: InputErrorCode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    general_errors: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    property_errors: BTreeMap<&'static str, Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum InputErrorCode {
    DataConversion,
    MissingParameter,
    #[default]
    Validation,
}

impl InputError {
    /// A text that is not what a parameter takes.
    pub(in crate::api::cyclos) fn unconvertible(value: impl Into<String>) -> Self {
        Self {
            code: InputErrorCode::DataConversion,
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// A parameter that must be there.
    pub(in crate::api::cyclos) fn missing(name: &'static str) -> Self {
        Self {
            code: InputErrorCode::MissingParameter,
            name: Some(name),
            ..Self::default()
        }
    }

    /// Something is wrong that is no property's.
    pub(in crate::api::cyclos) fn general(text: &str) -> Self {
        Self {
            general_errors: vec![text.to_owned()],
            ..Self::default()
        }
    }

    /// Something is wrong with one property.
    pub(in crate::api::cyclos) fn property(name: &'static str, text: impl Into<String>) -> Self {
        Self::default().and(name, text)
    }

    /// Something is wrong with another property too: they are told together.
    pub(in crate::api::cyclos) fn and(
        mut self,
        name: &'static str,
        text: impl Into<String>,
    ) -> Self {
        if !self.properties.contains(&name) {
            self.properties.push(name);
        }
        self.property_errors
            .entry(name)
            .or_default()
            .push(text.into());
        self
    }
}

/// What the contract calls an internal error: a fault, too many requests, and two refusals.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct InternalError {
    kind: ErrorKind,
    /// A constant, for logs.
    exception_type: &'static str,
    /// Always empty.
    exception_message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<InternalErrorCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_status: Option<OutboundSmsStatusEnum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_invalidated: Option<bool>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum ErrorKind {
    General,
    Otp,
    ForgottenPassword,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum InternalErrorCode {
    ErrorSendingSms,
    InvalidSecurityAnswer,
    Unexpected,
}

/// A code that was not sent.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers; InternalError makes them")]
pub(in crate::api::cyclos) struct OtpError {
    kind: ErrorKind,
    exception_type: String,
    exception_message: String,
    code: OtpErrorCode,
    sms_status: Option<OutboundSmsStatusEnum>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers")]
enum OtpErrorCode {
    ErrorSendingSms,
    Unexpected,
}

/// A security question that was not answered right.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers; InternalError makes them")]
pub(in crate::api::cyclos) struct ForgottenPasswordError {
    kind: ErrorKind,
    exception_type: String,
    exception_message: String,
    code: ForgottenPasswordErrorCode,
    key_invalidated: Option<bool>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers")]
enum ForgottenPasswordErrorCode {
    InvalidSecurityAnswer,
    Unexpected,
}

/// What two operations declare and nobody is ever told.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes answers")]
pub(in crate::api::cyclos) struct ConflictError {
    code: ConflictErrorCode,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes answers")]
enum ConflictErrorCode {
    ConstraintViolatedOnRemove,
    StaleEntity,
}

/// How the gateway for text messages answered.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum OutboundSmsStatusEnum {
    GatewayUreachable,
    Invalid,
    MaxMessagesReached,
    Rejected,
    Timeout,
    Unexpected,
}

impl InternalError {
    pub(in crate::api::cyclos) const GENERAL: Self =
        Self::new(ErrorKind::General, "GeneralException", None);
    pub(in crate::api::cyclos) const OTP: Self = Self::new(
        ErrorKind::Otp,
        "OtpException",
        Some(InternalErrorCode::Unexpected),
    );

    const fn new(
        kind: ErrorKind,
        exception_type: &'static str,
        code: Option<InternalErrorCode>,
    ) -> Self {
        Self {
            kind,
            exception_type,
            exception_message: "",
            code,
            sms_status: None,
            key_invalidated: None,
        }
    }

    /// A text message did not leave (8.3).
    pub(in crate::api::cyclos) fn sms(status: OutboundSmsStatusEnum) -> Self {
        let code = Some(InternalErrorCode::ErrorSendingSms);
        Self {
            sms_status: Some(status),
            ..Self::new(ErrorKind::Otp, "OtpException", code)
        }
    }

    /// A wrong answer to the security question, and whether the key is dead for it (8.5).
    pub(in crate::api::cyclos) fn answer(is_key_dead: bool) -> Self {
        let code = Some(InternalErrorCode::InvalidSecurityAnswer);
        Self {
            key_invalidated: Some(is_key_dead),
            ..Self::new(
                ErrorKind::ForgottenPassword,
                "ForgottenPasswordException",
                code,
            )
        }
    }
}
