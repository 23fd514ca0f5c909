//! Who is signed in, and how (contracts/cyclos.md, 5.2 and 5.3).

use serde::Serialize;
use utoipa::ToSchema;

use super::reference::{EntityReference, PasswordType, User, VersionedEntity};
use crate::domain::account::Role;
use crate::domain::status::{Mode, Status};
use crate::domain::tenant::Tenant;
use crate::recovery::{Actor, Proof};

// D-4.
/// Who is signed in, and how. Of a guest, nothing but the configuration and no rights.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api::cyclos) struct Auth {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleEnum>,
    /// What to present from now on; only the first half where the other travels in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
    /// What was typed as the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_type: Option<EntityReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_type: Option<PasswordType>,
    /// Whether the access password is expired or reset. Whoever signed in by it must change it before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_password: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secondary_password_type: Option<PasswordType>,
    /// Whether the second password is still missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_secondary_password: Option<bool>,
    /// Whether the second password is expired or reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_secondary_password: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_client: Option<EntityReference>,
    configuration: VersionedEntity,
    permissions: Permissions,
    #[serde(skip_serializing_if = "Option::is_none")]
    global: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_agreements: Option<bool>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum RoleEnum {
    Administrator,
    Broker,
    Member,
}

/// What they may do.
#[derive(Serialize, ToSchema)]
struct Permissions {
    passwords: PasswordsPermissions,
}

/// What they may do with their own passwords.
#[derive(Serialize, ToSchema)]
struct PasswordsPermissions {
    /// Whether that is anything at all.
    manage: bool,
    passwords: Vec<PasswordPermissions>,
}

/// What they may do with their own password of a type.
#[derive(Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the four rights of the contract"
)]
struct PasswordPermissions {
    r#type: PasswordType,
    change: bool,
    enable: bool,
    reset: bool,
    unblock: bool,
}

impl Auth {
    /// Of somebody who is not signed in.
    pub(in crate::api::cyclos) fn of_guest() -> Self {
        Self {
            user: None,
            role: None,
            session_token: None,
            principal: None,
            principal_type: None,
            password_type: None,
            expired_password: None,
            secondary_password_type: None,
            pending_secondary_password: None,
            expired_secondary_password: None,
            access_client: None,
            configuration: VersionedEntity::CONFIGURATION,
            permissions: Permissions {
                passwords: PasswordsPermissions {
                    manage: false,
                    passwords: Vec::new(),
                },
            },
            global: None,
            pending_agreements: None,
        }
    }

    /// Of an actor; `token` is what they are to present, where they may know it.
    pub(in crate::api::cyclos) fn of(
        tenant: &Tenant,
        actor: &Actor,
        token: Option<String>,
    ) -> Self {
        let (principal, client) = match &actor.proof {
            Proof::Session(session) => (session.principal.clone(), None),
            Proof::Password(basic) => (Some((basic.principal.clone(), basic.kind())), None),
            Proof::Client(client) => (None, Some(client)),
        };
        // Whether it restricts them is another matter: an access client, and a session that one opened, are told,
        // and go on.
        let is_stale =
            |status: Option<Status>| matches!(status, Some(Status::Expired | Status::Reset));
        let second = tenant.secondary_type();
        // A one-time code is never changed.
        let lasts = second.is_some_and(|kind| kind.spec.mode != Mode::Otp);
        Self {
            user: Some(User::of(&actor.account)),
            role: Some(match actor.account.role {
                Role::Member => RoleEnum::Member,
                Role::Broker => RoleEnum::Broker,
                Role::Administrator => RoleEnum::Administrator,
            }),
            session_token: token,
            principal_type: principal
                .as_ref()
                .map(|(_, kind)| EntityReference::of_principal(*kind)),
            principal: principal.map(|(text, _)| text),
            password_type: tenant.access_type().map(PasswordType::of),
            expired_password: Some(is_stale(Some(actor.access))),
            secondary_password_type: second.map(PasswordType::of),
            pending_secondary_password: Some(
                actor.session().is_some_and(|session| session.is_pending),
            ),
            expired_secondary_password: Some(lasts && is_stale(actor.secondary)),
            access_client: client.map(EntityReference::of_client),
            permissions: Permissions::of(tenant),
            global: Some(false),
            pending_agreements: Some(false),
            ..Self::of_guest()
        }
    }
}

impl Permissions {
    fn of(tenant: &Tenant) -> Self {
        let passwords: Vec<_> = tenant
            .password_types
            .iter()
            .map(|kind| PasswordPermissions {
                r#type: PasswordType::of(kind),
                change: kind.spec.owner.change && kind.spec.mode == Mode::Manual,
                // Whoever disabled their own access could not come back (D-21).
                enable: kind.spec.owner.enable && !kind.spec.access,
                reset: kind.spec.owner.reset,
                unblock: kind.spec.owner.unblock,
            })
            .collect();
        let is_generated =
            |kind: &crate::domain::password_type::PasswordType| kind.spec.mode == Mode::Generated;
        let manage = passwords
            .iter()
            .any(|own| own.change || own.enable || own.reset || own.unblock)
            || tenant.password_types.iter().any(is_generated);
        Self {
            passwords: PasswordsPermissions { manage, passwords },
        }
    }
}
