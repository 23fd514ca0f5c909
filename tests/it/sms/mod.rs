//! Text messages: how they are posted, what stops them, what the gateway can check.

mod failures;
mod inbox;
mod requests;
mod tls;

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use rekey::domain::Timestamp;
use rekey::domain::identifier::Phone;
use rekey::sms::{Text, Texter as _, Unsent, Webhook, WebhookSettings};
use time::macros::datetime;

use crate::harness::gateway::Gateway;

const NOW: Timestamp = datetime!(2026-11-21 05:44:30.123456 UTC);

/// Where the gateways of tests take texts. Such paths are secrets.
const PATH: &str = "/hook/s3cr3t?key=h1dd3n";

/// Long enough for a slow machine, short enough to wait for once.
const SHORT: Duration = Duration::from_millis(700);

/// A text with a code in it, to somebody.
fn text() -> Text {
    Text {
        to: Phone::parse("+1 514 555-0100").unwrap(),
        text: "Your code is 4711.".to_owned().into(),
        at: NOW,
    }
}

fn settings(gateway: &Gateway) -> WebhookSettings {
    let url = format!("http://127.0.0.1:{}{PATH}", gateway.port());
    WebhookSettings::new(url.into())
}

fn webhook(gateway: &Gateway) -> Webhook {
    Webhook::new(&settings(gateway)).unwrap()
}

/// What went wrong, and that its text tells neither number nor text nor where texts are posted.
async fn failure(webhook: &Webhook) -> Unsent {
    let Err(failure) = webhook.send(&text()).await else {
        panic!("was sent");
    };
    let mut said = format!("{failure:?}");
    let mut cause: Option<&dyn Error> = Some(&failure);
    while let Some(error) = cause {
        write!(said, " {error}").unwrap();
        cause = error.source();
    }
    holds_no_secret(&said);
    failure
}

fn holds_no_secret(said: &str) {
    for secret in [
        "5145550100",
        "4711",
        "Your code",
        "s3cr3t",
        "h1dd3n",
        "/hook",
        "127.0.0.1",
        "localhost",
        "http:",
        "https:",
    ] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
