//! What many bodies point at: entities, password types, statuses, principal types.

use serde::Serialize;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use utoipa::ToSchema;

use crate::domain::Timestamp;
use crate::domain::account::Account;
use crate::domain::identifier::Kind;
use crate::domain::password_type;
use crate::domain::status::{self, Status};
use crate::recovery::Client;

/// Something with a name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct EntityReference {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_name: Option<String>,
}

/// Something with a stamp that changes when it does. Ours never do.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api::cyclos) struct VersionedEntity {
    id: &'static str,
    version: u32,
}

/// A kind of password.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct PasswordType {
    id: String,
    name: String,
    internal_name: String,
    mode: PasswordModeEnum,
    global: bool,
}

/// Who makes the values of a password type.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum PasswordModeEnum {
    Generated,
    Manual,
    Otp,
}

/// How a password stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) enum PasswordStatusEnum {
    Active,
    Disabled,
    Expired,
    IndefinitelyBlocked,
    NeverCreated,
    Pending,
    Reset,
    TemporarilyBlocked,
}

/// A person, as others see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct User {
    id: String,
    display: String,
    short_display: String,
}

impl EntityReference {
    pub(in crate::api::cyclos) fn new(
        id: String,
        name: String,
        internal_name: Option<String>,
    ) -> Self {
        Self {
            id,
            name,
            internal_name,
        }
    }

    pub(in crate::api::cyclos) fn of_type(kind: &password_type::PasswordType) -> Self {
        Self {
            id: kind.password_type_id.to_string(),
            name: kind.spec.name.clone(),
            internal_name: Some(kind.spec.internal_name.clone()),
        }
    }

    /// An access client.
    pub(in crate::api::cyclos) fn of_client(client: &Client) -> Self {
        let id = client.key_id.number().to_string();
        let name = client.name.clone().unwrap_or_else(|| id.clone());
        Self::new(id, name, None)
    }

    /// A kind of name people sign in with.
    pub(in crate::api::cyclos) fn of_principal(kind: Kind) -> Self {
        let (id, name, internal_name) = principal(kind);
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            internal_name: Some(internal_name.to_owned()),
        }
    }
}

/// The id, name and internal name of a kind of name.
pub(in crate::api::cyclos) fn principal(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Login => ("1", "Username", "username"),
        Kind::Email => ("2", "E-mail", "email"),
        Kind::Phone => ("3", "Mobile phone", "mobilePhone"),
    }
}

impl VersionedEntity {
    /// There is one configuration (D-26), and it stays.
    pub(in crate::api::cyclos) const CONFIGURATION: Self = Self {
        id: "1",
        version: 1,
    };
}

impl PasswordType {
    pub(in crate::api::cyclos) fn of(kind: &password_type::PasswordType) -> Self {
        Self {
            id: kind.password_type_id.to_string(),
            name: kind.spec.name.clone(),
            internal_name: kind.spec.internal_name.clone(),
            mode: mode(kind.spec.mode),
            global: false,
        }
    }
}

impl User {
    pub(in crate::api::cyclos) fn of(account: &Account) -> Self {
        let login = account.login.as_str();
        Self {
            id: account.account_id.to_string(),
            display: account.name.clone().unwrap_or_else(|| login.to_owned()),
            short_display: login.to_owned(),
        }
    }
}

/// A mode in the contract's word.
pub(in crate::api::cyclos) fn mode(mode: status::Mode) -> PasswordModeEnum {
    match mode {
        status::Mode::Manual => PasswordModeEnum::Manual,
        status::Mode::Generated => PasswordModeEnum::Generated,
        status::Mode::Otp => PasswordModeEnum::Otp,
    }
}

/// A status in the contract's word.
pub(in crate::api::cyclos) fn status(status: Status) -> PasswordStatusEnum {
    match status {
        Status::NeverCreated => PasswordStatusEnum::NeverCreated,
        Status::Pending => PasswordStatusEnum::Pending,
        Status::Active => PasswordStatusEnum::Active,
        Status::Expired => PasswordStatusEnum::Expired,
        Status::Reset => PasswordStatusEnum::Reset,
        Status::Disabled => PasswordStatusEnum::Disabled,
        Status::TemporarilyBlocked { .. } => PasswordStatusEnum::TemporarilyBlocked,
        Status::IndefinitelyBlocked => PasswordStatusEnum::IndefinitelyBlocked,
    }
}

/// A moment as the contract writes it: RFC 3339 with milliseconds.
pub(in crate::api::cyclos) fn date(at: Timestamp) -> String {
    const FORM: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    at.format(FORM).unwrap_or_default()
}
