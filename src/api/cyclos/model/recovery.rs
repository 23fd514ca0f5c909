//! Signing in and getting a password back (contracts/cyclos.md, 5.5, 8.5 and 8.6).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{PasswordInput, SendMediumEnum};
use super::passwords::PasswordTypeWithDescription;
use super::policy;
use super::reference::{EntityReference, User, principal};
use crate::domain::account::Account;
use crate::domain::identifier::{EmailAddress, Kind, Phone};
use crate::domain::language::Language;
use crate::domain::medium::Medium;
use crate::domain::status::Mode;
use crate::domain::tenant::Tenant;
use crate::recovery::Recoverable;

/// What a sign-in asks for, and whether there is a way back for those who forgot.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct DataForLogin {
    access_password_type: Option<EntityReference>,
    principal_types: Vec<PrincipalTypeInput>,
    /// Absent where every kind of name is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    default_principal_type: Option<String>,
    /// Names that serve to recover a password, and not to sign in.
    extra_forgot_password_principal_types: Vec<PrincipalTypeInput>,
    login_password_input: Option<PasswordInput>,
    /// Empty: passwords are not recovered this way.
    forgot_password_mediums: Vec<SendMediumEnum>,
    /// Always empty: that it is there says that recovery by code is served (4.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    identity_providers: Option<[(); 0]>,
}

/// A kind of name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct PrincipalTypeInput {
    id: &'static str,
    name: &'static str,
    internal_name: &'static str,
    kind: PrincipalTypeKind,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum PrincipalTypeKind {
    Email,
    MobilePhone,
    Username,
}

impl PrincipalTypeInput {
    fn of(kind: Kind) -> Self {
        let (id, name, internal_name) = principal(kind);
        Self {
            id,
            name,
            internal_name,
            kind: match kind {
                Kind::Login => PrincipalTypeKind::Username,
                Kind::Email => PrincipalTypeKind::Email,
                Kind::Phone => PrincipalTypeKind::MobilePhone,
            },
        }
    }
}

impl DataForLogin {
    /// For a tenant whose secrets can travel by `media`.
    pub(in crate::api::cyclos) fn of(tenant: &Tenant, media: &[Medium]) -> Self {
        let settings = &tenant.settings.cyclos;
        let enabled = &settings.principal_types;
        let is_recoverable = settings.forgotten_password;
        let is_extra = is_recoverable && !enabled.contains(&Kind::Email);
        let one = match enabled.as_slice() {
            [one] => Some(principal(*one).2.to_owned()),
            _ => None,
        };
        let access = tenant.access_type();
        Self {
            access_password_type: access.map(EntityReference::of_type),
            principal_types: enabled
                .iter()
                .copied()
                .map(PrincipalTypeInput::of)
                .collect(),
            default_principal_type: one,
            extra_forgot_password_principal_types: is_extra
                .then(|| PrincipalTypeInput::of(Kind::Email))
                .into_iter()
                .collect(),
            login_password_input: access.map(PasswordInput::of),
            forgot_password_mediums: if is_recoverable {
                SendMediumEnum::all(media)
            } else {
                Vec::new()
            },
            identity_providers: is_recoverable.then_some([]),
        }
    }
}

/// Whose password is to be recovered.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ForgottenPasswordRequest {
    /// A login name, an address, a phone number; digits after a quote.
    pub(in crate::api::cyclos) user: Option<String>,
    /// Asks for a code by this medium, in place of a link (4.13).
    #[schema(value_type = Option<SendMediumEnum>)]
    pub(in crate::api::cyclos) send_medium: Option<String>,
    // D-30.
    /// Not asked for: what is sent is not looked at.
    #[schema(value_type = Option<CaptchaResponse>)]
    captcha: Option<serde::de::IgnoredAny>,
}

impl ForgottenPasswordRequest {
    /// Whether it has a captcha, which the 4.11 front end leaves out where none is asked for.
    pub(in crate::api::cyclos) fn has_captcha(&self) -> bool {
        self.captcha.is_some()
    }
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what clients may send")]
struct CaptchaResponse {
    challenge: Option<String>,
    response: Option<String>,
}

/// Where a code went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ForgottenPasswordResponse {
    pub(in crate::api::cyclos) send_medium: SendMediumEnum,
    /// Masked, unless it is what was typed.
    pub(in crate::api::cyclos) sent_to: Vec<String>,
}

/// What the bearer of a key, or of a code, must do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct DataForChangeForgottenPassword {
    /// Whether a value is made and sent, rather than typed.
    generated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_question: Option<String>,
    /// With a code only (4.13).
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_type: Option<PasswordTypeWithDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<Vec<UserRegistrationPrincipal>>,
}

/// A name that somebody may sign in with.
#[derive(Serialize, ToSchema)]
pub(in crate::api::cyclos) struct UserRegistrationPrincipal {
    r#type: EntityReference,
    value: String,
    channels: Vec<EntityReference>,
}

impl DataForChangeForgottenPassword {
    /// For the bearer of a key.
    pub(in crate::api::cyclos) fn by_key(found: &Recoverable) -> Self {
        Self {
            generated: found.mode != Mode::Manual,
            security_question: found.question.clone(),
            user: None,
            password_type: None,
            principals: None,
        }
    }

    /// For the bearer of a code, who is told what the new password must be: in the language that they
    /// asked in, else in that of their letters.
    pub(in crate::api::cyclos) fn by_code(
        found: &Recoverable,
        tenant: &Tenant,
        asked: Option<Language>,
    ) -> Self {
        let settings = &tenant.settings;
        let kind = tenant.type_numbered(found.password_type_id);
        let language = asked.or(found.account.language);
        let language = language.unwrap_or(settings.default_language);
        let described = |kind| {
            let sentence = policy::sentence(kind, &settings.name, language);
            PasswordTypeWithDescription::new(kind, sentence)
        };
        Self {
            user: Some(User::of(&found.account)),
            password_type: kind.map(described),
            principals: Some(principals(&found.account, tenant)),
            ..Self::by_key(found)
        }
    }
}

fn principals(account: &Account, tenant: &Tenant) -> Vec<UserRegistrationPrincipal> {
    let own = |kind| match kind {
        Kind::Login => Some(account.login.as_str()),
        Kind::Email => account.email.as_ref().map(EmailAddress::as_str),
        Kind::Phone => account.phone.as_ref().map(Phone::as_str),
    };
    let main = || EntityReference::new("1".to_owned(), "Main".to_owned(), Some("main".to_owned()));
    let enabled = tenant.settings.cyclos.principal_types.iter().copied();
    enabled
        .filter_map(|kind| Some((kind, own(kind)?)))
        .map(|(kind, value)| UserRegistrationPrincipal {
            r#type: EntityReference::of_principal(kind),
            value: value.to_owned(),
            channels: vec![main()],
        })
        .collect()
}

/// A new password for a forgotten one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct ChangeForgottenPassword {
    /// From the link.
    pub(in crate::api::cyclos) key: Option<String>,
    /// Whose code it is, in place of a key (4.13).
    pub(in crate::api::cyclos) user: Option<String>,
    /// The code.
    pub(in crate::api::cyclos) code: Option<String>,
    pub(in crate::api::cyclos) security_answer: Option<String>,
    pub(in crate::api::cyclos) new_password: Option<String>,
    /// Whether to compare with the next member.
    pub(in crate::api::cyclos) check_confirmation: Option<bool>,
    pub(in crate::api::cyclos) new_password_confirmation: Option<String>,
    /// By what a value that is made is to be sent (4.13).
    #[schema(value_type = Option<SendMediumEnum>)]
    pub(in crate::api::cyclos) send_medium: Option<String>,
}
