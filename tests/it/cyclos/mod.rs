//! Cyclos, row by row of contracts/cyclos.md. A test names the section, row or decision it shows.

pub mod auth;
mod neighbours;
mod passwords;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, Reply, World};

pub const USER: &str = "JohnDoe";
pub const EMAIL: &str = "example@domain.com";
pub const PHONE: &str = "+15145550100";
pub const OLD: &str = "Forgotten-2026";
pub const NEW: &str = "Remembered-2027";
pub const WRONG: &str = "Wrong-Password-1";

/// The one type of the usual tenant, where a test adds others to it.
pub const LOGIN: &str =
    "[[password_type]]\ninternal_name = \"login\"\nname = \"Login password\"\naccess = true\n";

/// A call to the tenant of the world.
pub fn call(method: &'static str, path: &str) -> Call {
    Call::new(method, format!("/api{path}")).header("host", "demo.localhost")
}

/// The usual world with more in the tenant's file.
pub fn with(more: &str) -> Setting {
    Setting {
        tenant: format!("{TENANT}{more}"),
        ..Setting::default()
    }
}

/// `Authorization` for a name and a password.
pub fn basic(user: &str, password: &str) -> String {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {pair}")
}

impl Call {
    pub fn basic(self, user: &str, password: &str) -> Self {
        self.header("authorization", basic(user, password))
    }

    pub fn session(self, token: &str) -> Self {
        self.header("session-token", token)
    }

    pub fn client(self, token: &str) -> Self {
        self.header("access-client-token", token)
    }
}

impl World {
    /// `POST /auth/session` with a name and a password.
    pub async fn sign_in(&self, user: &str, password: &str) -> Reply {
        self.send(call("POST", "/auth/session").basic(user, password))
            .await
    }

    /// A session of `JohnDoe`.
    pub async fn johns_session(&self) -> String {
        self.session_of(USER, OLD).await
    }

    pub async fn session_of(&self, user: &str, password: &str) -> String {
        let reply = self.sign_in(user, password).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["sessionToken"].as_str().unwrap().to_owned()
    }

    /// `GET /auth` with a session.
    pub async fn auth(&self, token: &str) -> Reply {
        self.send(call("GET", "/auth").session(token)).await
    }

    /// Whether a session lives. Asking uses it.
    pub async fn is_signed_in(&self, token: &str) -> bool {
        let reply = self.auth(token).await;
        if reply.status == 200 {
            return true;
        }
        reply.is(401, &json!({"code": "loggedOut"}));
        false
    }

    /// `EntityReference` of a password type.
    pub fn type_reference(&self, internal_name: &str) -> Value {
        let kind = self.tenant.type_named(internal_name).unwrap();
        json!({
            "id": kind.password_type_id.to_string(),
            "name": kind.spec.name,
            "internalName": internal_name,
        })
    }

    /// `PasswordType`, whole.
    pub fn kind(&self, internal_name: &str, mode: &str) -> Value {
        let mut kind = self.type_reference(internal_name);
        kind["mode"] = mode.into();
        kind["global"] = false.into();
        kind
    }

    /// The id of an account, as the wire shows it.
    pub async fn shown_id(&self, login: &str) -> String {
        let id: i64 = sqlx::query_scalar("select account_id from account where login = $1")
            .bind(login)
            .fetch_one(&self.db)
            .await
            .unwrap();
        id.to_string()
    }
}

impl Reply {
    /// A status and exactly this JSON, and nothing that makes a browser ask for a password (1.3).
    pub fn is(&self, status: u16, body: &Value) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(&self.json(), body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("www-authenticate"), None);
    }

    /// A refusal that holds nothing but its code.
    pub fn is_code(&self, status: u16, code: &str) {
        self.is(status, &json!({ "code": code }));
    }

    /// A 403 about the password of a type.
    pub fn is_of_type(&self, world: &World, code: &str, internal_name: &str) {
        let kind = world.type_reference(internal_name);
        self.is(403, &json!({"code": code, "passwordType": kind}));
    }

    /// A 422 about these properties: each is a key of the errors, and holds at least one.
    pub fn is_invalid(&self, properties: &[&str]) {
        let body = self.json();
        assert_eq!(self.status.as_u16(), 422, "{}", self.body);
        assert_eq!(body["code"], "validation");
        assert_eq!(body["properties"], json!(properties), "{}", self.body);
        let errors = body["propertyErrors"].as_object().unwrap();
        assert_eq!(errors.len(), properties.len());
        for property in properties {
            assert!(!errors[*property].as_array().unwrap().is_empty());
        }
        assert_eq!(body.as_object().unwrap().len(), 3, "{}", self.body);
    }
}
