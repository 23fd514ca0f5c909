//! The bodies of the operations beside the contract's 23 (docs/decisions/0073).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::Auth;
use super::error::InputError;
use super::recovery::DataForLogin;
use super::reference::{EntityReference, date};
use crate::domain::Timestamp;
use crate::domain::key::KeySecret;
use crate::domain::language;
use crate::recovery::Client;

/// Whom an application signs in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct LoginUser {
    /// A login name, an address or a phone number.
    pub(in crate::api::cyclos) user: Option<String>,
    pub(in crate::api::cyclos) password: Option<String>,
    /// The IP address that they visit the application from; limits count it. Without it, that of the application.
    pub(in crate::api::cyclos) remote_address: Option<String>,
    /// As in the header `Channel`.
    pub(in crate::api::cyclos) channel: Option<String>,
    /// How long the session may idle, at most.
    pub(in crate::api::cyclos) session_timeout: Option<TimeInterval>,
}

/// So many units of time.
#[derive(Deserialize, ToSchema)]
pub(in crate::api::cyclos) struct TimeInterval {
    amount: Option<i64>,
    #[schema(value_type = Option<TimeFieldEnum>)]
    field: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what clients may send")]
enum TimeFieldEnum {
    Days,
    Hours,
    Millis,
    Minutes,
    Months,
    Seconds,
    Weeks,
    Years,
}

impl TimeInterval {
    /// How many whole seconds that is, at least one. More than fits is as long as may be (D-25).
    pub(in crate::api::cyclos) fn seconds(&self) -> Result<u64, InputError> {
        const DAY: u64 = 24 * 60 * 60;
        const NAME: &str = "sessionTimeout";
        let field = self.field.as_deref().unwrap_or("seconds");
        let unit = match field {
            "millis" | "seconds" => 1,
            "minutes" => 60,
            "hours" => 60 * 60,
            "days" => DAY,
            "weeks" => 7 * DAY,
            "months" => 30 * DAY,
            "years" => 365 * DAY,
            _ => return Err(InputError::unconvertible(field)),
        };
        let amount = self.amount.and_then(|amount| u64::try_from(amount).ok());
        let Some(amount) = amount.filter(|amount| *amount > 0) else {
            return Err(InputError::property(NAME, "It must be positive"));
        };
        if field == "millis" {
            return Ok(amount.div_ceil(1000));
        }
        Ok(amount.saturating_mul(unit))
    }
}

/// A fresh access client.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ActivateClientResult {
    /// What to present in `Access-Client-Token`, behind the prefix if there is one.
    token: String,
    access_client: EntityReference,
}

impl ActivateClientResult {
    pub(in crate::api::cyclos) fn of(token: &KeySecret, client: &Client) -> Self {
        Self {
            token: token.reveal().to_owned(),
            access_client: EntityReference::of_client(client),
        }
    }
}

/// What a front end needs to come up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct DataForUi {
    /// The time of the server, which front ends trust more than their own.
    current_client_time: String,
    auth: Auth,
    /// Of guests only.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_for_login: Option<DataForLogin>,
    /// Always empty, and of guests only: nobody registers here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    public_registration_groups: Option<[(); 0]>,
    language: Language,
}

/// A language that people are written to in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct Language {
    id: &'static str,
    name: &'static str,
    internal_name: &'static str,
    /// As ISO 639-1 has it.
    code: &'static str,
}

impl DataForUi {
    pub(in crate::api::cyclos) fn of(
        auth: Auth,
        data_for_login: Option<DataForLogin>,
        language: language::Language,
        now: Timestamp,
    ) -> Self {
        Self {
            current_client_time: date(now),
            public_registration_groups: data_for_login.is_some().then_some([]),
            auth,
            data_for_login,
            language: Language::of(language),
        }
    }
}

impl Language {
    fn of(language: language::Language) -> Self {
        let (id, name) = match language {
            language::Language::En => ("1", "English"),
            language::Language::Fr => ("2", "Français"),
            language::Language::Es => ("3", "Español"),
        };
        Self {
            id,
            name,
            internal_name: language.code(),
            code: language.code(),
        }
    }
}
