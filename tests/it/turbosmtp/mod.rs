//! TurboSMTP, row by row of contracts/turbosmtp.md. A test names the table and row it shows.

mod authorize;
mod change;
mod client;
mod concealment;
mod credentials;
mod edges;
mod forgot;
mod hashes;
mod instants;
mod keys;
mod limits;
mod repeats;
mod tries;
mod update;

use serde_json::{Value, json};

use crate::harness::world::{Setting, TENANT};
use crate::harness::{Call, Reply, World};

pub const EMAIL: &str = "example@domain.com";
pub const OLD: &str = "Forgotten-2026";
pub const NEW: &str = "Remembered-2027";

/// A call to an operation of the tenant of the world.
pub fn call(method: &'static str, operation: &str) -> Call {
    Call::new(method, format!("/api/v2/{operation}")).header("host", "demo.localhost")
}

/// The usual world with more in the tenant's file.
pub fn with(more: &str) -> Setting {
    Setting {
        tenant: format!("{TENANT}{more}"),
        ..Setting::default()
    }
}

/// `body` with a member replaced, or left out where it is `None`.
pub fn but(body: &Value, name: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    let members = body.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    body
}

pub fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "no_expire": false})
}

pub fn change(current: &str, new: &str) -> Value {
    json!({"current_password": current, "password": new, "confirm_password": new})
}

pub fn update(token: &str, new: &str) -> Value {
    json!({"token": token, "password": new, "confirm_password": new})
}

/// Bodies that are no JSON object.
pub const UNREADABLE: [&str; 9] = [
    "",
    " \n",
    "{",
    "null",
    "[]",
    "\"{}\"",
    "{\"a\":1,\"a\":2}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
];

impl World {
    pub async fn authorize(&self, body: &Value) -> Reply {
        self.send(call("POST", "authorize").json(body)).await
    }

    /// Signs in and returns the key.
    pub async fn turbo_key(&self, email: &str, password: &str) -> String {
        let reply = self.authorize(&login(email, password)).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["auth"].as_str().unwrap().to_owned()
    }

    /// Signs in for a key that never expires.
    pub async fn lasting_key(&self) -> String {
        let body = but(&login(EMAIL, OLD), "no_expire", Some(true.into()));
        let reply = self.authorize(&body).await;
        reply.json()["auth"].as_str().unwrap().to_owned()
    }

    pub async fn deauthorize(&self, key: &str) -> Reply {
        self.send(call("POST", "deauthorize").header("authorization", key))
            .await
    }

    /// What is said of a key, without ending it: a token is asked about.
    pub async fn said_of(&self, key: &str) -> (u16, String) {
        let asked = call("GET", "forgot-password").header("authorization", key);
        let reply = self.send(asked).await;
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        (reply.status.as_u16(), message)
    }

    pub async fn is_live(&self, key: &str) -> bool {
        match self.said_of(key).await {
            (400, message) if message == "forgot_password_token_is_missing" => true,
            (401, message) if message == "invalid_authorization_key" => false,
            other => panic!("{other:?}"),
        }
    }

    pub async fn change(&self, key: &str, body: &Value) -> Reply {
        let call = call("PUT", "change-password").header("authorization", key);
        self.send(call.json(body)).await
    }

    pub async fn ask(&self, email: &str) -> Reply {
        let body = json!({"email": email});
        self.send(call("POST", "forgot-password").json(&body)).await
    }

    /// Asks for a token and takes it from the letter.
    pub async fn turbo_token(&self) -> String {
        self.ask(EMAIL).await.is_success();
        self.mailed_token().await
    }

    pub async fn check(&self, key: &str, token: &str) -> Reply {
        let path = format!("forgot-password?token={token}");
        self.send(call("GET", &path).header("authorization", key))
            .await
    }

    pub async fn update(&self, body: &Value) -> Reply {
        self.send(call("PUT", "forgot-password").json(body)).await
    }

    /// A consumer pair of an account.
    pub async fn pair(&self, login: &str) -> (String, String) {
        let made = self
            .operator
            .create_consumer(&self.tenant, login, None)
            .await
            .unwrap();
        (made.consumer_key, made.consumer_secret.reveal().to_owned())
    }

    /// Disables an account, the way an operator does.
    pub async fn disable(&self, login: &str) {
        self.import(&json!({"login": login, "status": "disabled"}).to_string())
            .await;
    }
}

impl Reply {
    /// A status, and exactly one member with a key.
    pub fn says(&self, status: u16, key: &str) {
        let body = json!({ "message": key });
        assert_eq!((self.status.as_u16(), self.json()), (status, body));
        assert_eq!(self.header("content-type"), Some("application/json"));
    }

    pub fn is_success(&self) {
        self.says(200, "success");
    }
}
