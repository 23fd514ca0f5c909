//! The three operations beside the contract's 23 (docs/decisions/0073), and what a web site's plugin and a front end of
//! 4.11 do with them.

mod activation;
mod coming_up;
mod plugin;
mod vouching;

use serde_json::Value;

use super::{OLD, call};
use crate::harness::{Call, Reply, World};

/// An administrator, one who speaks for a web site.
pub const SITE: &str = "website";

impl World {
    /// Gives the tenant an administrator, a broker and an administrator's access client, which is returned.
    pub async fn site(&self) -> String {
        self.import(
            r#"{"login":"website","role":"administrator","passwords":{"login":{"value":"Forgotten-2026"}}}
{"login":"bob","role":"broker","passwords":{"login":{"value":"Forgotten-2026"}}}"#,
        )
        .await;
        self.access_client(SITE).await
    }

    /// `POST /sessions` by an access client.
    pub async fn sign_in_for(&self, client: &str, body: &Value) -> Reply {
        self.send(login_user(body).client(client)).await
    }

    /// A code of a new access client of an account, and the client's id.
    pub async fn activation(&self, login: &str) -> String {
        let made = self
            .operator
            .create_activation(&self.tenant, login, Some("Web site"))
            .await;
        made.unwrap().code.reveal().to_owned()
    }

    /// `POST /clients/activate` by the site, with its name and password, as the plugin does it.
    pub async fn activate(&self, code: &str) -> Reply {
        self.send(activate(&format!("code={code}")).basic(SITE, OLD))
            .await
    }
}

pub fn login_user(body: &Value) -> Call {
    call("POST", "/sessions").json(body)
}

pub fn activate(query: &str) -> Call {
    call("POST", &format!("/clients/activate?{query}"))
}
