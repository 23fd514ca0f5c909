//! The way over SMTP, and every way in which it can fail.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use rekey::domain::identifier::EmailAddress;
use rekey::mail::{
    Distrust, Mailer as _, Patience, Reason, Security, Smtp, SmtpSettings, Undelivered, Unfit,
};

use super::letter;
use crate::harness::mime::Parsed;
use crate::harness::smtp::{Behaviour, Mode, SmtpServer};

/// Long enough for a slow machine, short enough to wait for once.
const SHORT: Duration = Duration::from_millis(700);
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(30);
const SENDER: &str = "Demo Cooperative <help@demo.example>";

fn settings(server: &SmtpServer, security: Security) -> SmtpSettings {
    SmtpSettings {
        extra_root: (security != Security::Plain).then(|| server.ca_pem_path().to_owned()),
        ..SmtpSettings::new("127.0.0.1", server.port(), security)
    }
}

fn with_user(mut settings: SmtpSettings, password: &str) -> Smtp {
    settings.credentials = Some(("rekey".to_owned(), password.into()));
    Smtp::new(&settings).unwrap()
}

fn plain(server: &SmtpServer) -> Smtp {
    Smtp::new(&settings(server, Security::Plain)).unwrap()
}

/// What went wrong, and that its text tells neither recipient nor secret.
async fn failure(mailer: &Smtp) -> Undelivered {
    let Err(failure) = mailer.send(&letter()).await else {
        panic!("was delivered");
    };
    let text = format!("{failure} {failure:?} {}", failure.source().unwrap());
    for secret in ["s3cr3t", "Ann.O", "ann.o", "Demo", "demo", "Open"] {
        assert!(!text.contains(secret), "{text}");
    }
    failure
}

#[tokio::test]
async fn a_letter_arrives() {
    let server = SmtpServer::start(Mode::Plain).await;
    plain(&server).send(&letter()).await.unwrap();

    let [received] = server.received(1).await.try_into().ok().unwrap();
    assert_eq!(received.from, "help@demo.example");
    assert_eq!(received.to, ["Ann.O'Hara@Demo.Example"]);
    assert!(!received.encrypted);
    let parsed = Parsed::read(&received.raw);
    assert_eq!(
        parsed.header_names(),
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type",
        ]
    );
    assert_eq!(
        parsed.header("From"),
        "\"Demo Cooperative\" <help@demo.example>"
    );
    assert_eq!(parsed.header("To"), "Ann.O'Hara@Demo.Example");
    assert_eq!(parsed.header("Date"), "Sat, 21 Nov 2026 05:44:30 +0000");
    assert_eq!(parsed.header("Message-ID"), "<0190a3c4-1111@demo.example>");
    assert_eq!(parsed.header("Auto-Submitted"), "auto-generated");
    assert_eq!(parsed.header("X-Auto-Response-Suppress"), "All");
    assert_eq!(parsed.text, *letter().content.text);
    assert_eq!(parsed.html, *letter().content.html);
}

#[tokio::test]
async fn a_letter_has_one_form() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    mailer.send(&letter()).await.unwrap();
    mailer.send(&letter()).await.unwrap();
    let received = server.received(2).await;
    assert!(received[0].raw == received[1].raw);
}

#[tokio::test]
async fn starttls_protects_credentials_and_letter() {
    let server = SmtpServer::start_for(Mode::StartTls, "rekey", "pass word").await;
    let mailer = with_user(settings(&server, Security::StartTls), "pass word");
    mailer.check(SENDER, LONG).await.unwrap();
    mailer.send(&letter()).await.unwrap();

    let received = &server.received(1).await[0];
    assert!(received.encrypted);
    assert_eq!(received.user.as_deref(), Some("rekey"));
    for (encrypted, line) in server.lines() {
        assert!(
            encrypted || line.starts_with("EHLO ") || line == "STARTTLS",
            "{line}"
        );
    }
}

#[tokio::test]
async fn tls_protects_from_the_first_byte() {
    let server = SmtpServer::start_for(Mode::Tls, "rekey", "pass word").await;
    let mailer = with_user(settings(&server, Security::Tls), "pass word");
    mailer.send(&letter()).await.unwrap();

    let received = &server.received(1).await[0];
    assert!(received.encrypted);
    assert_eq!(received.user.as_deref(), Some("rekey"));
    assert!(server.lines().iter().all(|(encrypted, _)| *encrypted));
}

#[tokio::test]
async fn tls_without_credentials_is_enough_where_none_are_asked() {
    let server = SmtpServer::start(Mode::Tls).await;
    let mailer = Smtp::new(&settings(&server, Security::Tls)).unwrap();
    mailer.send(&letter()).await.unwrap();
    assert!(server.received(1).await[0].encrypted);
}

#[tokio::test]
async fn a_server_that_cannot_encrypt_learns_nothing() {
    let server = SmtpServer::start_for(Mode::Plain, "rekey", "pass word").await;
    let mailer = with_user(settings(&server, Security::StartTls), "pass word");
    assert_eq!(
        failure(&mailer).await,
        Undelivered::Later(Reason::NoStartTls)
    );
    assert!(server.messages().is_empty());
    let lines = server.lines();
    assert!(
        lines.iter().all(|(_, line)| line.starts_with("EHLO ")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_stranger_is_not_trusted() {
    for (mode, security) in [
        (Mode::StartTls, Security::StartTls),
        (Mode::Tls, Security::Tls),
    ] {
        let server = SmtpServer::start_for(mode, "rekey", "pass word").await;
        let other = SmtpServer::start(mode).await;
        let mut settings = settings(&server, security);
        settings.extra_root = Some(other.ca_pem_path().to_owned());
        let mailer = with_user(settings, "pass word");
        assert_eq!(
            failure(&mailer).await,
            Undelivered::Later(Reason::Untrusted(Distrust::Issuer))
        );
        assert!(server.lines().iter().all(|(encrypted, _)| !encrypted));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    for (mode, security) in [
        (Mode::StartTls, Security::StartTls),
        (Mode::Tls, Security::Tls),
    ] {
        let server = SmtpServer::start_named(mode, "other.example").await;
        let mailer = Smtp::new(&settings(&server, security)).unwrap();
        let failed = failure(&mailer).await;
        assert_eq!(
            failed,
            Undelivered::Later(Reason::Untrusted(Distrust::Name))
        );
        assert!(server.lines().iter().all(|(encrypted, _)| !encrypted));
    }
}

#[tokio::test]
async fn wrong_credentials_are_our_fault_not_the_letters() {
    for (mode, security) in [
        (Mode::Plain, Security::Plain),
        (Mode::StartTls, Security::StartTls),
        (Mode::Tls, Security::Tls),
    ] {
        let server = SmtpServer::start_for(mode, "rekey", "pass word").await;
        let mailer = with_user(settings(&server, security), "wrong");
        assert_eq!(
            failure(&mailer).await,
            Undelivered::Later(Reason::Unwelcome(535.into()))
        );
        assert_eq!(
            mailer.check(SENDER, LONG).await,
            Err(Undelivered::Later(Reason::Unwelcome(535.into())))
        );
    }
    let server = SmtpServer::start_for(Mode::Plain, "rekey", "pass word").await;
    assert_eq!(
        failure(&plain(&server)).await,
        Undelivered::Later(Reason::Unwelcome(530.into()))
    );
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = with_user(settings(&server, Security::Plain), "pass word");
    assert_eq!(failure(&mailer).await, Undelivered::Later(Reason::NoSignIn));
}

#[test]
fn credentials_never_leave_this_machine_in_clear() {
    let mut settings = SmtpSettings::new("mail.example", 25, Security::Plain);
    settings.credentials = Some(("rekey".to_owned(), "pass word".into()));
    assert!(matches!(
        Smtp::new(&settings),
        Err(Unfit::CredentialsInClear)
    ));
}

#[test]
fn certificates_that_are_none_are_refused() {
    let mut settings = SmtpSettings::new("mail.example", 465, Security::Tls);
    settings.extra_root = Some(Path::new("/nonexistent.pem").to_owned());
    assert!(matches!(
        Smtp::new(&settings),
        Err(Unfit::Unreadable { .. })
    ));
    settings.extra_root = Some(Path::new("Cargo.toml").to_owned());
    assert!(matches!(
        Smtp::new(&settings),
        Err(Unfit::NotCertificates { .. })
    ));
}

#[tokio::test]
async fn a_refusal_for_now_is_for_later() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    server.behave(Behaviour::RefuseRecipient(450));
    assert_eq!(
        failure(&mailer).await,
        Undelivered::Later(Reason::Postponed(450.into()))
    );
    server.behave(Behaviour::RefuseLetter(451));
    assert_eq!(
        failure(&mailer).await,
        Undelivered::Later(Reason::Postponed(451.into()))
    );
    server.behave(Behaviour::Accept);
    mailer.send(&letter()).await.unwrap();
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn a_refusal_for_good_is_for_never() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    server.behave(Behaviour::RefuseRecipient(550));
    assert_eq!(
        failure(&mailer).await,
        Undelivered::Never(Reason::Refused(550.into()))
    );
    server.behave(Behaviour::RefuseLetter(554));
    let refused = failure(&mailer).await;
    assert_eq!(refused, Undelivered::Never(Reason::Refused(554.into())));
    assert_eq!(
        refused.reason().to_string(),
        "the server refused the letter for good (554)"
    );
}

#[tokio::test]
async fn a_server_that_hangs_does_not_hold_us() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mut settings = settings(&server, Security::Plain);
    settings.patience = Patience::of(SHORT);
    settings.connections = 1;
    let mailer = Smtp::new(&settings).unwrap();
    for (behaviour, expected) in [
        (
            Behaviour::HangOnConnect,
            Undelivered::Later(Reason::TimedOut),
        ),
        // It has the letter.
        (
            Behaviour::HangAfterData,
            Undelivered::Unknown(Reason::TimedOut),
        ),
    ] {
        server.behave(behaviour);
        let attempt = tokio::time::timeout(SHORT * 4, failure(&mailer));
        assert_eq!(attempt.await.unwrap(), expected);
    }
    // The connection that hangs is gone: its late answer cannot pass for that of this letter.
    server.behave(Behaviour::Accept);
    mailer.send(&letter()).await.unwrap();
    assert_eq!((server.messages().len(), server.connections()), (1, 3));
}

#[tokio::test]
async fn a_hanging_handshake_does_not_hold_us() {
    for (mode, security) in [
        (Mode::StartTls, Security::StartTls),
        (Mode::Tls, Security::Tls),
    ] {
        let server = SmtpServer::start(mode).await;
        server.behave(Behaviour::HangOnConnect);
        let mut settings = settings(&server, security);
        settings.patience = Patience::of(SHORT);
        let mailer = Smtp::new(&settings).unwrap();
        assert_eq!(failure(&mailer).await, Undelivered::Later(Reason::TimedOut));
    }
}

#[tokio::test]
async fn letters_share_a_connection() {
    let server = SmtpServer::start(Mode::StartTls).await;
    let mailer = Smtp::new(&settings(&server, Security::StartTls)).unwrap();
    mailer.send(&letter()).await.unwrap();
    mailer.send(&letter()).await.unwrap();
    assert_eq!((server.messages().len(), server.connections()), (2, 1));
}

#[tokio::test]
async fn letters_at_once_use_no_more_connections_than_allowed() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mut settings = settings(&server, Security::Plain);
    settings.connections = 3;
    let mailer = Smtp::new(&settings).unwrap();
    let letter = letter();
    let sent = futures::future::join_all((0..20).map(|_| mailer.send(&letter))).await;
    assert!(sent.iter().all(Result::is_ok));
    assert_eq!(server.messages().len(), 20);
    assert!(server.connections() <= 3, "{}", server.connections());
}

#[tokio::test]
async fn a_connection_that_has_gone_stale_is_replaced() {
    let mut server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    mailer.send(&letter()).await.unwrap();
    server.down().await;
    assert_eq!(
        failure(&mailer).await,
        Undelivered::Later(Reason::Unreachable)
    );
    server.up();
    mailer.send(&letter()).await.unwrap();
    server.behave(Behaviour::RefuseSecondLetter(421));
    mailer.send(&letter()).await.unwrap();
    assert_eq!((server.messages().len(), server.connections()), (3, 3));
    server.behave(Behaviour::Drop);
    assert_eq!(failure(&mailer).await, Undelivered::Later(Reason::Broken));
}

///
#[tokio::test]
async fn mail_goes_to_the_stored_bytes() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    for (stored, sent) in [
        ("MIKE@Example.ORG", "MIKE@Example.ORG"),
        ("mıke@example.org", "mıke@example.org"),
        ("rené+a@exämple.org", "rené+a@xn--exmple-cua.org"),
    ] {
        let to = EmailAddress::parse(stored).unwrap();
        mailer
            .send(&super::Letter { to, ..letter() })
            .await
            .unwrap();
        let received = server.messages().pop().unwrap();
        assert_eq!(received.to, [sent]);
        assert_eq!(Parsed::read(&received.raw).header("To"), sent);
    }
    let international = "MAIL FROM:<help@demo.example> SMTPUTF8 BODY=8BITMIME RET=HDRS".to_owned();
    assert!(server.lines().contains(&(false, international)));
}

#[tokio::test]
async fn an_address_that_names_no_mailbox_is_for_never() {
    let server = SmtpServer::start(Mode::Plain).await;
    let mailer = plain(&server);
    for stored in [
        "a b@demo.example",
        "a,b@demo.example",
        "a>@demo.example",
        "a@-",
        "a\u{202e}@b.c",
    ] {
        let to = EmailAddress::parse(stored).unwrap();
        let sent = mailer.send(&super::Letter { to, ..letter() }).await;
        assert_eq!(sent, Err(Undelivered::Never(Reason::Recipient)), "{stored}");
    }
    assert_eq!(server.connections(), 0);
}

/// M6: what is wrong with the encryption has a name of its own, and so has what mends it.
#[tokio::test]
async fn m6_faults_of_encryption_are_told_apart() {
    let plain = SmtpServer::start(Mode::Plain).await;
    let encrypted = SmtpServer::start(Mode::Tls).await;
    let later = async |server: &SmtpServer, security| {
        let mailer = Smtp::new(&settings(server, security)).unwrap();
        failure(&mailer).await.reason()
    };
    assert_eq!(later(&plain, Security::StartTls).await, Reason::NoStartTls);
    assert_eq!(later(&plain, Security::Tls).await, Reason::NotTls);
    encrypted.behave(Behaviour::Drop);
    assert_eq!(later(&encrypted, Security::Tls).await, Reason::Handshake);
    let strange = SmtpServer::start_self_signed(Mode::Tls, "127.0.0.1").await;
    let mut untrusting = settings(&strange, Security::Tls);
    untrusting.extra_root = None;
    let mailer = Smtp::new(&untrusting).unwrap();
    let reason = failure(&mailer).await.reason();
    assert_eq!(reason, Reason::Untrusted(Distrust::Issuer));
}

/// M6: a server's own certificate is trusted where the operator says so, in its name alone.
#[tokio::test]
async fn m6_a_certificate_that_signed_itself_is_trusted_as_such() {
    for (mode, security) in [
        (Mode::StartTls, Security::StartTls),
        (Mode::Tls, Security::Tls),
    ] {
        let server = SmtpServer::start_self_signed(mode, "127.0.0.1").await;
        let mailer = Smtp::new(&settings(&server, security)).unwrap();
        mailer.send(&letter()).await.unwrap();
        assert!(server.messages()[0].encrypted);
        let other = SmtpServer::start_self_signed(mode, "other.example").await;
        let mailer = Smtp::new(&settings(&other, security)).unwrap();
        let reason = failure(&mailer).await.reason();
        assert_eq!(reason, Reason::Untrusted(Distrust::Name));
        let mut wrong = settings(&server, security);
        wrong.extra_root = Some(other.ca_pem_path().to_owned());
        let reason = failure(&Smtp::new(&wrong).unwrap()).await.reason();
        assert_eq!(reason, Reason::Untrusted(Distrust::Issuer));
    }
}
