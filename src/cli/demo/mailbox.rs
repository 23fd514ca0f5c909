//! The mailbox page: letters as a person would read them.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use minijinja::{Environment, context};
use tokio::time::{interval, timeout};

use crate::mail::{Letter, Mailbox};
use crate::recovery::Recovery;

const PAGE: &str = include_str!("mailbox.html");

/// No script at all, and nothing from elsewhere. Each letter's HTML sits in a frame of its own that
/// may do nothing but open a link in a window.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// How long the page waits for letters that are on their way.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /demo/mailbox`
pub(super) fn router(mailbox: Mailbox, recovery: Recovery) -> Router {
    Router::new()
        .route("/demo/mailbox", get(show))
        .with_state((mailbox, recovery))
}

async fn show(State((mailbox, recovery)): State<(Mailbox, Recovery)>) -> Response {
    // Pasted commands ask for a letter and look for it at once.
    let _ = timeout(PATIENCE, settled(&recovery)).await;
    match render(&mailbox.letters()) {
        Ok(page) => (
            [
                (CONTENT_SECURITY_POLICY, POLICY),
                (REFERRER_POLICY, "no-referrer"),
                (CACHE_CONTROL, "no-store"),
            ],
            Html(page),
        )
            .into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no mailbox page");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Waits until no letter is due.
async fn settled(recovery: &Recovery) {
    let mut look = interval(Duration::from_millis(20));
    loop {
        look.tick().await;
        if recovery
            .health()
            .await
            .is_ok_and(|health| health.mail.due == 0)
        {
            return;
        }
    }
}

/// A letter whose links open windows of their own: nothing may open in its frame. Values in it are
/// escaped, so every link is one of the template's.
fn opening_elsewhere(html: &str) -> String {
    html.replace("<a ", r#"<a target="_blank" rel="noopener noreferrer" "#)
}

fn render(letters: &[Letter]) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_template("mailbox.html", PAGE)?;
    let letters: Vec<_> = letters
        .iter()
        .rev()
        .map(|letter| {
            context! {
                from => &letter.from,
                to => letter.to.as_str(),
                date => letter.date.to_string(),
                subject => &letter.content.subject,
                text => letter.content.text.as_str(),
                html => opening_elsewhere(&letter.content.html),
            }
        })
        .collect();
    environment
        .get_template("mailbox.html")?
        .render(context! { letters })
}
