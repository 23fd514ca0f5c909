//! eZmax SSPR, row by row of contracts/sspr.md. A test names the table and row it shows.

mod concealment;
mod fields;
mod key;
mod limits;
mod operations;
mod races;
mod signature;
mod situations;
mod tokens;

use serde_json::{Value, json};

use crate::harness::{Call, Reply, World};

/// The six operations, by the number of table 2.
pub const OPERATIONS: [&str; 6] = [
    "resetPasswordRequest",
    "resetPassword",
    "sendUsernames",
    "unlockAccountRequest",
    "unlockAccount",
    "validateToken",
];

/// A token that nobody was ever mailed.
pub const NOBODYS: &str = "012345678901234567890123456789012345678901234567890123456789abcd";

pub fn path(operation: &str) -> String {
    format!("/rest/1/module/sspr/{operation}")
}

/// The smallest body a client really sends for `JohnDoe` (section 3).
pub fn minimal(operation: &str) -> Value {
    let mut body =
        json!({"pksCustomerCode": "demo", "fkiLanguageID": 2, "eUserTypeSSPR": "Native"});
    match operation {
        "sendUsernames" => body["sEmailAddress"] = "example@domain.com".into(),
        "resetPasswordRequest" | "unlockAccountRequest" => {
            body["sUserLoginname"] = "JohnDoe".into();
        }
        _ => {
            body["sUserLoginname"] = "JohnDoe".into();
            body["binUserSSPRtoken"] = NOBODYS.into();
        }
    }
    if operation == "resetPassword" {
        body["sPassword"] = "Qwerty1234!".into();
    }
    body
}

/// A body for Native `login`.
pub fn about(operation: &str, login: &str) -> Value {
    let mut body = minimal(operation);
    body["sUserLoginname"] = login.into();
    body
}

/// A body with a token in it.
pub fn with_token(operation: &str, token: &str) -> Value {
    let mut body = minimal(operation);
    body["binUserSSPRtoken"] = token.into();
    body
}

/// The error body of the contract: exactly two members.
pub fn error(code: &str, message: &str) -> Value {
    json!({"eErrorCode": code, "sErrorMessage": message})
}

impl World {
    /// Sends an operation with a token in its smallest body.
    pub async fn spend(&self, operation: &str, token: &str) -> Reply {
        self.sspr(operation, &with_token(operation, token)).await
    }

    /// A call with the world's key.
    pub fn sspr_call(&self, operation: &str, body: &Value) -> Call {
        Call::new("POST", path(operation))
            .header("authorization", self.key.reveal())
            .json(body)
    }

    pub async fn sspr(&self, operation: &str, body: &Value) -> Reply {
        self.send(self.sspr_call(operation, body)).await
    }

    /// Asks for a reset for `JohnDoe` and returns the token that was mailed.
    pub async fn reset_token(&self) -> String {
        let reply = self
            .sspr("resetPasswordRequest", &minimal("resetPasswordRequest"))
            .await;
        assert_eq!(reply.status, 204, "{}", reply.body);
        self.mailed_token().await
    }

    /// Asks for an unlock for `JohnDoe` and returns the token that was mailed.
    pub async fn unlock_token(&self) -> String {
        let reply = self
            .sspr("unlockAccountRequest", &minimal("unlockAccountRequest"))
            .await;
        assert_eq!(reply.status, 204, "{}", reply.body);
        self.mailed_token().await
    }
}

impl Reply {
    /// Row 12 and every success: 204 and nothing else. A client reads no body and no type.
    pub fn is_done(&self) {
        assert_eq!(self.said(), (204, ""));
        assert_eq!(self.header("content-type"), None);
    }

    /// A refusal as section 5 wants it: status, JSON type, exactly two members, one short line.
    pub fn is_refused(&self, status: u16, code: &str, message: &str) {
        assert_eq!(
            (self.status.as_u16(), self.json()),
            (status, error(code, message))
        );
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert!(message.chars().count() <= 500 && !message.contains(['\r', '\n']));
    }

    /// Row 13.
    pub fn is_a_dead_token(&self) {
        let (code, message) = (
            "UNPROCESSABLEENTITY_DATA_VALIDATION",
            "Token is not valid or has expired",
        );
        self.is_refused(422, code, message);
    }
}
