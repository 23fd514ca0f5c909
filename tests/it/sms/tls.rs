//! Whom we take for the gateway, and that a strange one learns nothing.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rekey::sms::{Obstacle, Texter as _, Unfit, Unsent, Webhook, WebhookSettings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{PATH, SHORT, failure, holds_no_secret, text};
use crate::harness::gateway::{Answer, Gateway};

const STRANGE: Unsent = Unsent::Unreachable(Obstacle::Encryption);

fn settings(host: &str, port: u16, ca: &Path) -> WebhookSettings {
    WebhookSettings {
        extra_root: Some(ca.to_owned()),
        secret: Some("a secret of the gateway".into()),
        ..WebhookSettings::new(format!("https://{host}:{port}{PATH}").into())
    }
}

#[tokio::test]
async fn a_text_is_encrypted_for_a_gateway_we_trust() {
    let gateway = Gateway::start_tls(&["localhost", "127.0.0.1"]).await;
    for (number, host) in ["localhost", "127.0.0.1"].into_iter().enumerate() {
        let settings = settings(host, gateway.port(), &gateway.ca_pem_path());
        let webhook = Webhook::new(&settings).unwrap();
        webhook.send(&text()).await.unwrap();
        assert_eq!(gateway.received().len(), number + 1);
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing() {
    let gateway = Gateway::start_tls(&["localhost"]).await;
    let other = Gateway::start_tls(&["localhost"]).await;
    let named = Gateway::start_tls(&["other.example"]).await;
    for settings in [
        settings("localhost", gateway.port(), &other.ca_pem_path()),
        settings("127.0.0.1", gateway.port(), &gateway.ca_pem_path()),
        settings("localhost", named.port(), &named.ca_pem_path()),
    ] {
        let failure = failure(&Webhook::new(&settings).unwrap()).await;
        assert_eq!(failure, STRANGE);
        assert!(failure.may_pass_later());
    }
    let received = [gateway, other, named].map(|gateway| gateway.received().len());
    assert_eq!(received, [0, 0, 0]);
}

/// Says `reply` to whoever connects, and keeps what that one says until it leaves.
async fn speaker(reply: &'static [u8]) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let speaking = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(reply).await.unwrap();
        let mut heard = Vec::new();
        // However it leaves.
        let _ = stream.read_to_end(&mut heard).await;
        heard
    });
    (port, speaking)
}

#[tokio::test]
async fn a_gateway_that_does_not_speak_tls_learns_nothing() {
    let trusted = Gateway::start_tls(&["127.0.0.1"]).await;
    for (reply, timeout, expected) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            SHORT * 10,
            STRANGE,
        ),
        (b"", SHORT, Unsent::TimedOut),
    ] {
        let (port, speaking) = speaker(reply).await;
        let settings = WebhookSettings {
            timeout,
            ..settings("127.0.0.1", port, &trusted.ca_pem_path())
        };
        let webhook = Webhook::new(&settings).unwrap();
        assert_eq!(failure(&webhook).await, expected);
        let heard = speaking.await.unwrap();
        assert_eq!(heard[0], 22, "a handshake");
        for secret in ["5145550100", "Your code", "s3cr3t", "h1dd3n"] {
            assert!(!String::from_utf8_lossy(&heard).contains(secret));
        }
    }
}

#[test]
fn certificates_that_are_none_are_refused() {
    let refused = |path: &str| {
        let settings = settings("sms.example", 443, Path::new(path));
        Webhook::new(&settings).err().expect("it is refused")
    };
    let unreadable = refused("/nonexistent.pem");
    assert!(matches!(unreadable, Unfit::Unreadable { .. }));
    let none = refused("Cargo.toml");
    assert!(matches!(none, Unfit::NotCertificates { .. }));
    for unfit in [unreadable, none] {
        holds_no_secret(&unfit.to_string());
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The libraries underneath talk much at level trace; what is posted and where is not among it.
#[tokio::test]
async fn the_log_never_holds_a_text() {
    let gateway = Gateway::start_tls(&["localhost"]).await;
    // Whoever reads a number says it at level trace, which the server's own log leaves out.
    let text = text();
    let log = Log::default();
    let writer = log.clone();
    let _guard = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .set_default();
    let settings = settings("localhost", gateway.port(), &gateway.ca_pem_path());
    let webhook = Webhook::new(&settings).unwrap();
    webhook.send(&text).await.unwrap();
    gateway.answer(Answer::status(500));
    assert!(webhook.send(&text).await.is_err());

    let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(said.contains("TRACE hyper_util::client"), "{said}");
    for secret in ["5145550100", "Your code", "s3cr3t", "h1dd3n", "a secret of"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
