//! What tells one answer from another: its bytes, and the work behind it.

use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer};

use super::Reply;

/// What a stranger can see, but for date and request id.
pub fn seen(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let headers = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()));
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

/// The statement that an event reports, if it reports one.
struct Statement(Option<String>);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            self.0 = Some(value.to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        // A connection of the pool asks the catalogue once what a type is; which request finds a
        // new connection is chance.
        let is_ours = |statement: &String| !statement.contains("pg_type");
        let mut statement = Statement(None);
        event.record(&mut statement);
        self.0.lock().unwrap().extend(statement.0.filter(is_ours));
    }
}
