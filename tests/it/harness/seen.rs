//! What tells one answer from another: its bytes, and the work behind it.

use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer};

use super::Reply;
use axum::http::HeaderName;

/// What a stranger can see, but for date and request id.
pub fn seen(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let headers = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id");
    // How many calls are left counts down from call to call, whoever is asked for
    // (limits/fields.rs); all else that is said of limits is compared.
    let told = |name: &HeaderName, value: &str| match value.split_once(";r=") {
        Some((policy, rest)) if name == "ratelimit" => {
            let (_, resets) = rest.split_once(';').unwrap();
            format!("{policy};{resets}")
        }
        _ => value.to_owned(),
    };
    let headers =
        headers.map(|(name, value)| (name.to_string(), told(name, value.to_str().unwrap())));
    (reply.status.as_u16(), headers.collect(), reply.body.clone())
}

/// Statements that sqlx reports, in order.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// What was executed since the last look.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// The statement that an event reports, if it reports one: the whole of it, which sqlx puts beside a
/// summary where the two differ.
#[derive(Default)]
struct Statement {
    summary: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Statement {
    fn text(self) -> Option<String> {
        let is_short = self.whole.trim().is_empty();
        let text = if is_short { self.summary } else { self.whole };
        (!text.is_empty()).then_some(text)
    }
}

/// Whether a statement reads or writes what accounts are made of.
pub fn touches_accounts(statement: &str) -> bool {
    let mut words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| matches!(word, "account" | "identifier" | "password"))
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        // A connection of the pool asks the catalogue once what a type is; which request finds a
        // new connection is chance.
        let is_ours = |statement: &String| !statement.contains("pg_type");
        let mut statement = Statement::default();
        event.record(&mut statement);
        self.0
            .lock()
            .unwrap()
            .extend(statement.text().filter(is_ours));
    }
}
