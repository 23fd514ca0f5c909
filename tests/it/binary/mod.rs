//! The real binary over real sockets.

mod crash;
mod day_to_day;
mod demo;
mod doctor;
mod drain;
mod hashing;
mod help;
mod leaks;
mod measured;
mod metrics;
mod moving;
mod secrets;
mod shutdown;
mod slow;
mod theft;
mod tls;
mod traces;
mod turns;
mod usage;

use std::sync::Arc;

use reqwest::{Client, StatusCode};
use serde_json::Value;
use sqlx::PgPool;

use crate::harness::binary::{Server, Setup};
use crate::harness::smtp::SmtpServer;
use crate::harness::world::TENANT;
use crate::sspr::path;

/// An application with a key, calling a server.
#[derive(Clone)]
pub struct Application {
    client: Client,
    url: Arc<str>,
    key: Arc<str>,
}

impl Application {
    pub fn new(server: &Server, key: &str) -> Self {
        Self {
            client: Client::new(),
            url: server.url.as_str().into(),
            key: key.into(),
        }
    }

    pub async fn post(&self, operation: &str, body: &Value) -> reqwest::Result<StatusCode> {
        let url = format!("{}{}", self.url, path(operation));
        let call = self
            .client
            .post(url)
            .header("authorization", &*self.key)
            .json(body);
        call.send().await.map(|reply| reply.status())
    }
}

/// A setup whose letters go to a mail server.
pub fn setup(db: &PgPool, mail: &SmtpServer) -> Setup {
    Setup::new(db).set(
        "REKEY__MAIL__SMTP_URL",
        format!("smtp://127.0.0.1:{}", mail.port()),
    )
}

/// Applies the tenant, imports people, and makes a key, all by the operator's commands.
pub async fn furnish(setup: &Setup, people: &str) -> String {
    setup.folder().write("tenant.toml", TENANT);
    setup.folder().write("people.jsonl", people);
    let file = |name: &str| setup.folder().path().join(name).display().to_string();
    setup.run(&["migrate"]).await;
    setup.run(&["tenant", "apply", &file("tenant.toml")]).await;
    setup
        .run(&[
            "account",
            "import",
            &file("people.jsonl"),
            "--tenant",
            "demo",
        ])
        .await;
    let made = setup
        .run(&[
            "key", "create", "--tenant", "demo", "--kind", "sspr", "--json",
        ])
        .await;
    let made: Value = serde_json::from_str(&made).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}
