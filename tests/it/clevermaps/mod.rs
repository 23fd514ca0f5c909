//! CleverMaps, row by row of contracts/clevermaps.md. A test names the table and row it shows.

mod account;
mod bodies;
mod concealment;
mod limits;
mod operations;
mod races;
mod routes;
mod rules;
mod tokens;

use serde_json::{Value, json};

use crate::harness::{Call, Reply, World};

pub const SEND: &str = "/rest/accounts/passwordReset";

/// A token that nobody was ever mailed.
pub const NOBODYS: &str = "012345678901234567890123456789012345678901234567890123456789abcd";

/// The tenant file of a tenant that conceals.
pub fn concealing() -> String {
    let tenant = crate::harness::world::TENANT;
    format!("{tenant}\n[clevermaps]\nconceal_unknown = true\n")
}

/// Where the client looks at a token and resets with it: it percent-encodes every reserved character.
pub fn path(token: &str) -> String {
    let mut path = format!("{SEND}/");
    for byte in token.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            path.push(byte.into());
        } else {
            path.push_str(&escaped(byte));
        }
    }
    path
}

/// A byte, percent-encoded.
pub fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}

/// A call to the tenant's host with the headers that the generated client sends.
pub fn call(method: &'static str, path: impl Into<String>) -> Call {
    let call = Call::new(method, path)
        .header("host", "demo.localhost")
        .header("user-agent", "OpenAPI-Generator/1.0.0/python")
        .header("accept-encoding", "identity");
    match method {
        "POST" => call.header("content-type", "application/json"),
        "GET" => call.header("accept", "application/json"),
        _ => call,
    }
}

pub fn asking(email: &str) -> Call {
    call("POST", SEND).body(json!({ "email": email }).to_string())
}

pub fn resetting(token: &str, body: &Value) -> Call {
    call("POST", path(token)).body(body.to_string())
}

impl World {
    pub async fn ask_clevermaps(&self, email: &str) -> Reply {
        self.send(asking(email)).await
    }

    pub async fn look(&self, token: &str) -> Reply {
        self.send(call("GET", path(token))).await
    }

    pub async fn reset(&self, token: &str, password: &str) -> Reply {
        let body = json!({ "newPassword": password });
        self.send(resetting(token, &body)).await
    }

    /// Asks for a reset and returns the token that was mailed.
    pub async fn asked_token(&self, email: &str) -> String {
        self.ask_clevermaps(email).await.is_empty(201);
        self.mailed_token().await
    }
}

impl Reply {
    /// A success of the two POSTs: a status, and nothing the client would read.
    pub fn is_empty(&self, status: u16) {
        assert_eq!(self.said(), (status, ""));
        assert_eq!(self.header("content-type"), None);
        assert_eq!(self.header("location"), None);
    }

    /// Decision 16: JSON, one member, one fixed message for each status. Decision 18 and the
    /// sleeping client: `Retry-After` where waiting helps, and nowhere else.
    pub fn is_neutral(&self, status: u16) {
        let message = match status {
            400 => "Bad request",
            404 => "Not found",
            405 => "Method not allowed",
            413 => "Request body too large",
            429 => "Too many requests",
            500 => "Internal error",
            503 => "Temporarily unavailable",
            _ => panic!("{status} is no status of this family"),
        };
        let body = json!({ "message": message }).to_string();
        assert_eq!(self.said(), (status, body.as_str()));
        assert_eq!(self.header("content-type"), Some("application/json"));
        let is_worth_waiting = matches!(status, 429 | 503);
        assert_eq!(self.header("retry-after").is_some(), is_worth_waiting);
    }
}
