//! The `PasswordsApi`: contracts/cyclos.md, 4.2, 5.4 and 7.

mod consequences;
mod edges;
mod lists;
mod matrix;
mod model;
mod proofs;
mod races;
mod restricted;
mod table;
mod values;

use rekey::domain::Timestamp;
use rekey::domain::password::Password;
use serde_json::{Value, json};
use sqlx::PgPool;
use time::Duration;

pub use super::{NEW, OLD, basic, call};
use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, Reply, World};

/// One password type of each kind, and rights of owners that differ.
pub const TYPES: &str = r#"
[[password_type]]
internal_name = "login"
name = "Login password"
access = true
validity = "90d"

[[password_type]]
internal_name = "pin"
name = "PIN"
min_length = 4
max_tries = 3
block = "forever"
validity = "90d"
may_enable = true
may_reset = true
may_unblock = true

[[password_type]]
internal_name = "vault"
name = "Vault password"
max_tries = 3
may_change = false

[[password_type]]
internal_name = "card"
name = "Card number"
mode = "generated"
generated_length = 16
generated_alphabet = "0123456789"
admin_authorization = true
validity = "90d"
may_enable = true
may_unblock = true

[[password_type]]
internal_name = "token"
name = "Token"
mode = "generated"
validity = "90d"

[[password_type]]
internal_name = "code"
name = "One-time code"
mode = "otp"
may_enable = true
may_unblock = true
"#;

/// Everybody of the matrix: an owner, somebody else, two brokers, an administrator.
const PEOPLE: &str = r#"
{"login":"bea","email":"bea@demo.example","role":"broker","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"bo","email":"bo@demo.example","role":"broker","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"ada","email":"ada@demo.example","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"ann","email":"ann@demo.example","phone":"+15145550111","name":"Ann","broker":"bea","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"bob","email":"bob@demo.example","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"carl","email":"carl@demo.example","broker":"bo","passwords":{"login":{"value":"Forgotten-2026"}}}
"#;

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Nobody,
    Login(&'static str),
    Password(&'static str, String),
    Client(String),
    Session(String),
}

/// The usual world with every type of password, and `more` in the tenant's file.
pub async fn world(db: PgPool, more: &str) -> World {
    world_of(db, more, TYPES).await
}

/// The usual world with password types of one's own.
pub async fn world_of(db: PgPool, more: &str, types: &str) -> World {
    let setting = Setting {
        tenant: format!("{TENANT}{more}\n{types}"),
        ..Setting::default()
    };
    let world = World::with(db, setting).await;
    world.import(PEOPLE).await;
    world
}

/// What a manual password is changed to.
pub fn change(old: Option<&str>, new: &str) -> Value {
    json!({"oldPassword": old, "newPassword": new})
}

/// The columns of table 7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    NeverCreated,
    Pending,
    Active,
    Expired,
    Reset,
    TemporarilyBlocked,
    IndefinitelyBlocked,
    Disabled,
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::NeverCreated,
        Self::Pending,
        Self::Active,
        Self::Expired,
        Self::Reset,
        Self::TemporarilyBlocked,
        Self::IndefinitelyBlocked,
        Self::Disabled,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::NeverCreated => "neverCreated",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Reset => "reset",
            Self::TemporarilyBlocked => "temporarilyBlocked",
            Self::IndefinitelyBlocked => "indefinitelyBlocked",
            Self::Disabled => "disabled",
        }
    }
}

impl By {
    pub fn sign(&self, call: Call) -> Call {
        match self {
            Self::Nobody => call,
            Self::Login(login) => call.header("authorization", basic(login, OLD)),
            Self::Password(login, password) => call.header("authorization", basic(login, password)),
            Self::Client(token) => call.header("access-client-token", token.clone()),
            Self::Session(token) => call.header("session-token", token.clone()),
        }
    }
}

impl World {
    pub async fn by(&self, by: &By, call: Call) -> Reply {
        self.send(by.sign(call)).await
    }

    pub async fn get(&self, by: &By, path: &str) -> Reply {
        self.by(by, call("GET", path)).await
    }

    pub async fn post_to(&self, by: &By, path: &str) -> Reply {
        self.by(by, call("POST", path)).await
    }

    /// How a password stands, as `by` is told.
    pub async fn standing(&self, by: &By, user: &str, kind: &str) -> Value {
        let reply = self.get(by, &format!("/{user}/passwords/{kind}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// Opens a session.
    pub async fn session_by(&self, login: &str, password: &str) -> By {
        let asked = call("POST", "/auth/session").header("authorization", basic(login, password));
        let reply = self.send(asked).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        By::Session(reply.json()["sessionToken"].as_str().unwrap().to_owned())
    }

    /// An access client of somebody.
    pub async fn client(&self, login: &str) -> By {
        let made = self
            .operator
            .create_access_client(&self.tenant, login, None)
            .await
            .unwrap();
        By::Client(made.secret.reveal().to_owned())
    }

    /// The hash of somebody's password of a type.
    pub async fn hash_of_type(&self, login: &str, kind: &str) -> Option<String> {
        let hash: Option<Option<String>> = sqlx::query_scalar(
            "select hash from account join password using (tenant_id, account_id)
                join password_type using (tenant_id, password_type_id)
             where login = $1 and spec->>'internal_name' = $2",
        )
        .bind(login)
        .bind(kind)
        .fetch_optional(&self.db)
        .await
        .unwrap();
        hash.flatten()
    }

    /// Whether `value` is somebody's password of a type.
    pub async fn is_value(&self, login: &str, kind: &str, value: &str) -> bool {
        match self.hash_of_type(login, kind).await {
            Some(hash) => self
                .hasher
                .verify(&Password::new(value.to_owned()), &hash)
                .await
                .unwrap(),
            None => false,
        }
    }

    /// Puts somebody's password of a type into a state, with the value [`OLD`] where it has one.
    pub async fn put(&self, login: &str, kind: &str, state: State) {
        let now = self.clock.now();
        let is_code = kind == "code";
        let has_value = !matches!(state, State::NeverCreated | State::Pending);
        let is_used = is_code && state == State::Expired;
        let standing = match state {
            State::NeverCreated => "never_created",
            State::Pending => "pending",
            State::Reset => "reset",
            State::Expired if is_code => "used",
            State::Active
            | State::Expired
            | State::TemporarilyBlocked
            | State::IndefinitelyBlocked
            | State::Disabled => "set",
        };
        let age = if state == State::Expired {
            Duration::days(90)
        } else {
            Duration::MINUTE
        };
        let set_at = (has_value && !is_used).then(|| now - age);
        let hash = if has_value && !is_code {
            let value = Password::new(OLD.to_owned());
            Some(self.hasher.hash(&value).await.unwrap())
        } else {
            None
        };
        let code = (has_value && is_code && !is_used).then(|| vec![7_u8; 32]);
        let until: Option<Timestamp> =
            (state == State::TemporarilyBlocked).then(|| now + Duration::MINUTE);
        let is_blocked = until.is_some() || state == State::IndefinitelyBlocked;
        sqlx::query(
            "insert into password (tenant_id, account_id, password_type_id, hash, code, standing,
                set_at, disabled_at, failures, blocked_until, blocked_forever, changed_at)
             select a.tenant_id, account_id, password_type_id, $3, $4, $5, $6, $7, $8, $9, $10, $11
             from account as a join password_type using (tenant_id)
             where login = $1 and spec->>'internal_name' = $2
             on conflict (tenant_id, account_id, password_type_id) do update
             set hash = excluded.hash, code = excluded.code, standing = excluded.standing,
                set_at = excluded.set_at, disabled_at = excluded.disabled_at,
                failures = excluded.failures, blocked_until = excluded.blocked_until,
                blocked_forever = excluded.blocked_forever, changed_at = excluded.changed_at",
        )
        .bind(login)
        .bind(kind)
        .bind(hash)
        .bind(code)
        .bind(standing)
        .bind(set_at)
        .bind((state == State::Disabled).then_some(now))
        .bind(if is_blocked { 3 } else { 0 })
        .bind(until)
        .bind(state == State::IndefinitelyBlocked)
        .bind(now - Duration::MINUTE)
        .execute(&self.db)
        .await
        .unwrap();
    }
}

impl Reply {
    /// A success of the operations that answer nothing.
    pub fn is_nothing(&self) {
        assert_eq!(self.said(), (204, ""));
        assert_eq!(self.header("content-type"), None);
    }

    /// A refusal with this code; what else its body says is the test's to look at.
    pub fn has_code(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.json()["code"], code, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
    }

    pub fn is_denied(&self) {
        assert_eq!(self.json(), json!({"code": "permissionDenied"}));
        assert_eq!(self.status, 403);
    }

    pub fn is_illegal(&self) {
        assert_eq!(self.json(), json!({"code": "illegalAction"}));
        assert_eq!(self.status, 403);
    }

    /// Nothing of that kind and name.
    pub fn is_unknown(&self, entity_type: &str, key: &str) {
        assert_eq!(self.status, 404, "{}", self.body);
        assert_eq!(self.json(), json!({"entityType": entity_type, "key": key}));
    }
}
