//! Letters: what they say, how they travel, what stops them.

mod folders;
mod headers;
mod hostile;
mod letters;
mod overrides;
mod refusals;
mod smtp;

use rekey::domain::Timestamp;
use rekey::domain::identifier::EmailAddress;
use rekey::mail::{Content, Doubt, Letter};
use time::macros::datetime;

const NOW: Timestamp = datetime!(2026-11-21 05:44:30.123456 UTC);

/// A letter with a secret in it, to somebody.
fn letter() -> Letter {
    Letter {
        to: EmailAddress::parse("Ann.O'Hara@Demo.Example").unwrap(),
        from: "Demo Cooperative <help@demo.example>".to_owned(),
        message_id: "0190a3c4-1111@demo.example".to_owned(),
        date: NOW,
        content: Content {
            subject: "Choose a new password".to_owned(),
            text: "Open\n.hidden\nhttps://app.demo.example/reset#s3cr3t\n"
                .to_owned()
                .into(),
            html: "<p>é <a href=\"https://app.demo.example/reset#s3cr3t\">Open</a></p>\n"
                .to_owned()
                .into(),
        },
        doubt: Doubt::default(),
    }
}
