//! `AuthApi`: sections 1, 2, 4.1, 5, 6, 8 and 10 of the contract, and the decisions that concern it.

mod bodies;
mod clients;
mod codes;
mod concealment;
mod confirmation;
mod credentials;
mod eligibility;
mod flow;
mod forgotten;
mod generated;
mod limits;
mod one_time;
mod question;
mod restricted;
mod second;
mod sessions;
mod sign_in;
mod texts;
mod traps;
mod tries;
mod wire;

use rekey::mail::Letter;
use serde_json::{Value, json};

use super::call;
use crate::harness::{Call, Reply, World};

/// A second password that people type.
pub const PIN: &str =
    "[[password_type]]\ninternal_name = \"pin\"\nname = \"PIN\"\nmin_length = 4\n";
/// One-time codes.
pub const CODE: &str =
    "[[password_type]]\ninternal_name = \"code\"\nname = \"Code\"\nmode = \"otp\"\n";

/// A tenant file with more types, and more in `[cyclos]`.
pub fn types(types: &[&str], cyclos: &str) -> String {
    format!("[cyclos]\n{cyclos}\n{}{}", super::LOGIN, types.concat())
}

/// The digits that a letter or a text tells to type.
pub fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() >= 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = text
        .split_whitespace()
        .map(|word| word.trim_end_matches(':'));
    words.find(is_code).unwrap().to_owned()
}

/// What a letter says, a code among it.
pub fn code_of(letters: &[Letter]) -> String {
    assert_eq!(letters.len(), 1, "one letter");
    code_in(&letters[0].content.text)
}

/// `POST /auth/otp`.
pub fn otp(medium: &str) -> Call {
    call("POST", &format!("/auth/otp?medium={medium}"))
}

/// A code that is not `code`.
pub fn not(code: &str) -> String {
    let other = if code.starts_with('0') { "1" } else { "0" };
    code.replacen(&code[..1], other, 1)
}

impl World {
    /// Gives `JohnDoe` a PIN.
    pub async fn give_pin(&self) {
        self.import(r#"{"login":"JohnDoe","passwords":{"pin":{"value":"47110815"}}}"#)
            .await;
    }

    /// `POST /auth/session/secondary-password`, as the generated client sends it.
    pub async fn second(&self, token: &str, password: &str) -> Reply {
        let call = call("POST", "/auth/session/secondary-password").session(token);
        self.send(call.json(&json!(password))).await
    }

    /// An access client of an account.
    pub async fn access_client(&self, login: &str) -> String {
        let name = Some("Till");
        let made = self
            .operator
            .create_access_client(&self.tenant, login, name)
            .await;
        made.unwrap().secret.reveal().to_owned()
    }

    /// `POST /auth/forgotten-password/request`.
    pub async fn forgot(&self, body: &Value) -> Reply {
        self.send(call("POST", "/auth/forgotten-password/request").json(body))
            .await
    }

    /// Asks for a key and takes it from the letter.
    pub async fn recovery_key(&self, user: &str) -> String {
        self.forgot(&json!({ "user": user })).await.is_empty(204);
        self.mailed_token().await
    }

    /// Asks for a code and takes it from the letter.
    pub async fn recovery_code(&self, user: &str) -> String {
        let body = json!({"user": user, "sendMedium": "email"});
        assert_eq!(self.forgot(&body).await.status, 200);
        code_of(&self.post().await)
    }

    /// `GET /auth/forgotten-password/data-for-change`.
    pub async fn data_for_change(&self, query: &str) -> Reply {
        let path = format!("/auth/forgotten-password/data-for-change?{query}");
        self.send(call("GET", &path)).await
    }

    /// `POST /auth/forgotten-password`.
    pub async fn recover(&self, body: &Value) -> Reply {
        self.send(call("POST", "/auth/forgotten-password").json(body))
            .await
    }
}

/// The body of section 8.5 for a key that is not good: it is not echoed.
pub fn is_a_dead_key(reply: &Reply) {
    let body = json!({"entityType": "ForgottenPasswordRequest", "key": ""});
    reply.is(404, &body);
}
