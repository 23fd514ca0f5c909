//! Names that try to be something else (lessons L5, L23; standard S-08).

use rekey::domain::identifier::EmailAddress;
use rekey::domain::language::Language;
use rekey::mail::{Content, Doubt, Frame, Kind, Letter, Mailer as _, Templates, Usernames, Values};

use super::letters::{frame, values};
use super::{NOW, letter};
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Mode, SmtpServer};

const HOSTILE: [&str; 8] = [
    "Acme\r\nBcc: eve@evil.example\r\n\r\n<p>hi</p>",
    "<a href=\"https://evil.example/\">click</a>",
    "\"><script>alert(1)</script>",
    "{{7*191}}{% include 'layout.html' %}{{ link }}",
    "\u{202e}elpmaxe.live\u{2066} \u{200f}x",
    "https://evil.example/reset www.evil.example",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    "x, eve@evil.example; \"y\" <eve@evil.example>",
];

/// A letter in which every name is the hostile one.
fn hostile(name: &str, language: Language, kind: Kind) -> Content {
    let frame = Frame {
        tenant_name: name,
        person_name: Some(name),
        login: name,
        ..frame(language)
    };
    let logins = [name, "ann"];
    let own = Values::Usernames(Usernames {
        logins: &logins,
        reference: name,
    });
    let values = if kind == Kind::Usernames {
        own
    } else {
        values(kind)
    };
    Templates::builtin().render(&frame, &values).unwrap()
}

#[test]
fn a_name_adds_no_markup_and_no_link() {
    // Places where long words may break are ours, and there are more of them in longer names.
    let tags = |html: &str| html.replace("<wbr>", "").matches('<').count();
    for language in Language::ALL {
        for kind in Kind::ALL {
            let calm = hostile("Acme", language, kind);
            for name in HOSTILE {
                let content = hostile(name, language, kind);
                assert_eq!(tags(&content.html), tags(&calm.html), "{name}");
                let pairs = [(&content.html, &calm.html), (&content.text, &calm.text)];
                for (part, calm) in pairs {
                    let links = |part: &str| part.matches("://").count();
                    assert_eq!(links(part), links(calm), "{name}");
                    assert!(
                        !part.contains("www.evil") && !part.contains("1337"),
                        "{name}"
                    );
                    let marks = ['\r', '\u{202e}', '\u{2066}', '\u{200f}'];
                    assert!(!part.contains(marks), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_template_in_a_name_stays_text() {
    let content = hostile("{{7*7}}", Language::En, Kind::ResetLink);
    assert!(content.text.contains("“{{7*7}}”"));
    assert!(content.subject.contains("{{7*7}}"));
}

#[test]
fn a_subject_is_one_line_of_sane_length() {
    let long = "é".repeat(5000);
    for name in HOSTILE.into_iter().chain([long.as_str()]) {
        for kind in Kind::ALL {
            let subject = hostile(name, Language::Fr, kind).subject;
            assert!(!subject.chars().any(char::is_control), "{subject:?}");
            assert!(subject.chars().count() <= 120, "{subject:?}");
        }
    }
}

#[tokio::test]
async fn headers_are_fixed_and_the_recipient_is_one() {
    let server = SmtpServer::start(Mode::Plain).await;
    let settings =
        rekey::mail::SmtpSettings::new("127.0.0.1", server.port(), rekey::mail::Security::Plain);
    let mailer = rekey::mail::Smtp::new(&settings).unwrap();
    mailer.send(&letter()).await.unwrap();
    let calm = Parsed::read(&server.messages()[0].raw);
    for name in HOSTILE {
        let letter = Letter {
            to: EmailAddress::parse("ann@demo.example").unwrap(),
            from: format!("{name} <help@demo.example>"),
            message_id: "1@demo.example".to_owned(),
            date: NOW,
            // Not even a subject that skipped the templates gets through.
            doubt: Doubt::default(),
            content: Content {
                subject: name.to_owned(),
                ..hostile(name, Language::En, Kind::ResetLink)
            },
        };
        mailer.send(&letter).await.unwrap();
        let received = server.messages().pop().unwrap();
        assert_eq!(received.from, "help@demo.example");
        assert_eq!(received.to, ["ann@demo.example"]);
        let parsed = Parsed::read(&received.raw);
        assert_eq!(parsed.header_names(), calm.header_names(), "{name}");
        assert_eq!(parsed.header("To"), "ann@demo.example");
        assert!(
            parsed.header("From").ends_with(" <help@demo.example>"),
            "{name}"
        );
        for header in ["From", "Subject"] {
            let value = parsed.header(header);
            assert!(
                !value.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\r', '\n']),
                "{value:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_a_header_is_refused() {
    use rekey::mail::{Mailbox, Reason, Undelivered};
    let mailbox = Mailbox::new();
    let from = "Acme <help@demo.example\r\nBcc: eve@evil.example>".to_owned();
    let sent = mailbox.send(&Letter { from, ..letter() }).await;
    assert_eq!(sent, Err(Undelivered::Later(Reason::Sender)));
    let message_id = "1@x>\r\nBcc: eve@evil.example".to_owned();
    let sent = mailbox
        .send(&Letter {
            message_id,
            ..letter()
        })
        .await;
    assert_eq!(sent, Err(Undelivered::Never(Reason::MessageId)));
}
