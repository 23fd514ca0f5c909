//! The mailbox page: letters and text messages as a person would read them.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use minijinja::{Environment, Value, context};
use tokio::time::{interval, timeout};

use crate::domain::Timestamp;
use crate::mail::{Letter, Mailbox};
use crate::recovery::Recovery;
use crate::sms::{Inbox, Text};

const PAGE: &str = include_str!("mailbox.html");

/// No script at all, and nothing from elsewhere. Each letter's HTML sits in a frame of its own that
/// may do nothing but open a link in a window.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// How long the page waits for letters that are on their way.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /demo/mailbox`, which is also where `/` leads.
pub(super) fn router(mailbox: Mailbox, inbox: Inbox, recovery: Recovery) -> Router {
    Router::new()
        .route("/demo/mailbox", get(show))
        .route("/", get(async || Redirect::to("/demo/mailbox")))
        .with_state((mailbox, inbox, recovery))
}

async fn show(State((mailbox, inbox, recovery)): State<(Mailbox, Inbox, Recovery)>) -> Response {
    // Pasted commands ask for a letter and look for it at once.
    let _ = timeout(PATIENCE, settled(&recovery)).await;
    match render(&mailbox.letters(), &inbox.texts()) {
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
            .upkeep
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

fn render(letters: &[Letter], texts: &[Text]) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.add_template("mailbox.html", PAGE)?;
    let letters = letters
        .iter()
        .map(|letter| (letter.date, of_letter(letter)));
    let texts = texts.iter().map(|text| (text.at, of_text(text)));
    let mut messages: Vec<_> = letters.chain(texts).collect();
    messages.sort_by_key(|(at, _)| *at);
    let newest_first = messages.into_iter().rev().map(|(_, message)| message);
    let messages: Vec<Value> = newest_first.collect();
    environment
        .get_template("mailbox.html")?
        .render(context! { messages })
}

/// To the second, in UTC.
fn shown(at: Timestamp) -> String {
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second) = time.as_hms();
    format!("{date} {hour:02}:{minute:02}:{second:02} UTC")
}

fn of_letter(letter: &Letter) -> Value {
    context! {
        is_letter => true,
        from => &letter.from,
        to => letter.to.as_str(),
        date => shown(letter.date),
        subject => &letter.content.subject,
        text => letter.content.text.as_str(),
        html => opening_elsewhere(&letter.content.html),
    }
}

fn of_text(text: &Text) -> Value {
    context! {
        is_letter => false,
        to => text.to.as_str(),
        date => shown(text.at),
        text => text.text.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::domain::identifier::{EmailAddress, Phone};
    use crate::mail::{Content, Doubt};

    #[test]
    fn letters_and_texts_are_shown_newest_first_and_as_text() {
        let at = |seconds| Timestamp::UNIX_EPOCH + Duration::seconds(seconds);
        let letter = |seconds, subject: &str| Letter {
            to: EmailAddress::parse("ann@demo.example").unwrap(),
            from: "help@demo.example".to_owned(),
            message_id: "1@demo.example".to_owned(),
            date: at(seconds),
            content: Content {
                subject: subject.to_owned(),
                text: String::new().into(),
                html: String::new().into(),
            },
            doubt: Doubt::default(),
        };
        let text = Text {
            to: Phone::parse("+15145550100").unwrap(),
            text: "Code <b>4711</b>".to_owned().into(),
            at: at(2),
        };
        let page = render(&[letter(1, "First"), letter(3, "Third")], &[text]).unwrap();
        let place = |what| page.find(what).unwrap();
        assert!(place("Third") < place("Code &lt;b&gt;4711&lt;"), "{page}");
        assert!(place("Code &lt;b&gt;4711&lt;") < place("First"), "{page}");
        assert!(
            place("To +15145550100<br>1970-01-01") < place("Code "),
            "{page}"
        );
    }
}
