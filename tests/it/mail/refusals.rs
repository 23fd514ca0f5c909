//! What mail servers refuse, and how: the recipient, the letter, or us.

use std::time::Duration;

use rekey::mail::{Mailer as _, Patience, Reason, Security, Smtp, SmtpSettings, Undelivered};

use super::letter;
use crate::harness::smtp::{Behaviour, Manner, Mode, SmtpServer, Step};

const SENDER: &str = "Demo Cooperative <help@demo.example>";
const LONG: Duration = Duration::from_secs(30);

fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings::new("127.0.0.1", server.port(), Security::Plain)
}

/// M2: Postfix and others keep every refusal until RCPT (`smtpd_delay_reject`). One that is about us is no letter's
/// end, and the check that sends no letter meets it too.
#[tokio::test]
async fn m2_a_refusal_of_us_at_rcpt_is_for_later() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = Smtp::new(&settings(&server)).unwrap();
    for (words, shown) in [
        (b"550 5.7.1 sender refused".as_slice(), "550 5.7.1"),
        (b"554 5.7.1 client host rejected", "554 5.7.1"),
        (b"554 no credentials", "554"),
        (
            b"550-5.7.708 access denied\r\n550 5.7.708 blocked",
            "550 5.7.708",
        ),
        (b"503 5.5.1 polite people say HELO first", "503 5.5.1"),
        (b"504 5.5.2 <127.0.0.1>: rejected", "504 5.5.2"),
        (b"550 5.1.8 sender's domain not found", "550 5.1.8"),
    ] {
        server.behave(Behaviour::At(Step::Rcpt, Manner::Say(words)));
        let refused = mailer.send(&letter()).await;
        let Err(Undelivered::Later(Reason::Unwelcome(reply))) = refused else {
            panic!("{shown}: {refused:?}");
        };
        assert_eq!(reply.to_string(), shown);
        let checked = mailer.check(SENDER, LONG).await;
        assert_eq!(checked, Err(Undelivered::Later(Reason::Unwelcome(reply))));
    }
    for words in [
        b"550 5.1.1 nobody".as_slice(),
        b"550 5.1.10 null MX",
        b"552 5.2.2 full",
        b"550 \xd3\xc3\xbb\xa7",
        b"550",
    ] {
        server.behave(Behaviour::At(Step::Rcpt, Manner::Say(words)));
        let refused = mailer.send(&letter()).await;
        assert!(
            matches!(refused, Err(Undelivered::Never(Reason::Refused(_)))),
            "{refused:?}"
        );
    }
    server.behave(Behaviour::Accept);
    assert_eq!(mailer.check(SENDER, LONG).await, Ok(()));
    let lines = server.lines();
    assert!(lines.iter().any(|(_, line)| line == "RSET"), "{lines:?}");
    assert!(server.messages().is_empty());
}

/// M3: a report brings back the headers, not the secret, where the server knows how.
#[tokio::test]
async fn m3_a_bounce_brings_no_secret_back() {
    let server = SmtpServer::start(Mode::Plain).await;
    let settings = SmtpSettings {
        envelope_from: Some("bounces@demo.example".to_owned()),
        ..settings(&server)
    };
    let mailer = Smtp::new(&settings).unwrap();
    mailer.send(&letter()).await.unwrap();
    assert_eq!(server.messages()[0].from, "bounces@demo.example");
    let said =
        |server: &SmtpServer, line: &str| server.lines().iter().any(|(_, said)| said == line);
    assert!(said(&server, "MAIL FROM:<bounces@demo.example> RET=HDRS"));
    // Where the server does not offer DSN, the word would be refused.
    let server = SmtpServer::start(Mode::Plain).await;
    server.behave(Behaviour::At(Step::Hello, Manner::Say(b"250 localhost")));
    let mailer = Smtp::new(&self::settings(&server)).unwrap();
    mailer.send(&letter()).await.unwrap();
    assert!(said(&server, "MAIL FROM:<help@demo.example>"));
}

/// M4: an address behind EHLO is a literal.
#[tokio::test]
async fn m4_an_address_behind_ehlo_is_a_literal() {
    for (name, line) in [
        (Some("127.0.0.1"), "EHLO [127.0.0.1]"),
        (Some("[::1]"), "EHLO [IPv6:::1]"),
        (Some("recover.demo.example"), "EHLO recover.demo.example"),
        (None, "EHLO [127.0.0.1]"),
    ] {
        let server = SmtpServer::start(Mode::Plain).await;
        let settings = SmtpSettings {
            hello_name: name.map(str::to_owned),
            ..settings(&server)
        };
        Smtp::new(&settings).unwrap().send(&letter()).await.unwrap();
        assert_eq!(server.lines()[0].1, line);
    }
}

/// A server from before ESMTP is told HELO.
#[tokio::test]
async fn a_server_that_knows_no_ehlo_is_told_helo() {
    let server = SmtpServer::start(Mode::Plain).await;
    server.behave(Behaviour::At(Step::Hello, Manner::Say(b"502 what")));
    Smtp::new(&settings(&server))
        .unwrap()
        .send(&letter())
        .await
        .unwrap();
    assert_eq!(server.messages().len(), 1);
}

/// Of a letter that the server has not heard the end of, it must deliver nothing; of one that it has, who knows.
#[tokio::test]
async fn only_a_whole_letter_leaves_doubt() {
    let server = SmtpServer::start(Mode::Plain).await;
    let patience = Patience::of(Duration::from_millis(500));
    let mailer = Smtp::new(&SmtpSettings {
        patience,
        ..settings(&server)
    })
    .unwrap();
    for step in [
        Step::Connect,
        Step::Hello,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
        Step::Letter,
    ] {
        for manner in [Manner::Close, Manner::Hang, Manner::Say(b"what")] {
            server.behave(Behaviour::At(step, manner));
            let failed = mailer.send(&letter()).await.unwrap_err();
            let is_unknown = matches!(failed, Undelivered::Unknown(_));
            assert_eq!(
                is_unknown,
                step == Step::Letter,
                "{step:?} {manner:?} {failed:?}"
            );
        }
    }
}
