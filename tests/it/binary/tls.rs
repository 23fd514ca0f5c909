//! TLS in process, and a certificate that is replaced while it is shown.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use rustix::process::Signal;
use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::interval;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::harness::binary::{Server, Setup};

/// A certificate for `localhost` that signed itself, and its key.
struct Made {
    der: CertificateDer<'static>,
    chain: String,
    key: String,
}

fn make() -> Made {
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.self_signed(&key).unwrap();
    Made {
        der: leaf.der().clone(),
        chain: leaf.pem(),
        key: key.serialize_pem(),
    }
}

/// Connects as a caller that trusts these certificates and no other.
async fn connect(server: &Server, trusted: &[&Made], protocol: &[u8]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    for made in trusted {
        roots.add(made.der.clone()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let address = server.url.trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.unwrap()
}

/// Asks on an open connection and leaves it open.
async fn ask(stream: &mut TlsStream<TcpStream>) -> String {
    let request = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"{\"status\":\"live\"}") {
        let read = stream.read_buf(&mut said).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&said));
    }
    String::from_utf8(said).unwrap()
}

fn shown(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    let certificates = stream.get_ref().1.peer_certificates().unwrap();
    certificates[0].clone().into_owned()
}

fn serving(db: &PgPool, made: &Made) -> Setup {
    let setup = Setup::new(db);
    setup.folder().write("chain.pem", &made.chain);
    setup.folder().write("key.pem", &made.key);
    let file = |name: &str| setup.folder().path().join(name).display().to_string();
    let (chain, key) = (file("chain.pem"), file("key.pem"));
    setup
        .set("REKEY__SERVER__TLS_CERTIFICATE", chain)
        .set("REKEY__SERVER__TLS_KEY", key)
}

/// H-08: callers are told to keep to TLS; they may speak HTTP/2 or HTTP/1.1. A new pair of files is
/// shown to those who come then, and those who are there stay.
#[rekey_test::on_an_empty_database]
async fn a_certificate_is_replaced_while_it_is_shown(db: PgPool) {
    let (old, new) = (make(), make());
    let setup = serving(&db, &old);
    let server = setup.serve("server").await;
    let mut early = connect(&server, &[&old], b"http/1.1").await;
    let said = ask(&mut early).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    assert!(
        said.contains("strict-transport-security: max-age=31536000\r\n"),
        "{said}"
    );

    // Half a pair is no pair.
    setup.folder().write("chain.pem", &new.chain);
    server.signal(Signal::HUP);
    let mut tick = interval(Duration::from_millis(10));
    while !std::fs::read_to_string(&server.log)
        .unwrap()
        .contains("kept the old certificate")
    {
        tick.tick().await;
    }
    let trusted = [&old, &new];
    assert_eq!(
        shown(&connect(&server, &trusted, b"http/1.1").await),
        old.der
    );

    setup.folder().write("key.pem", &new.key);
    server.signal(Signal::HUP);
    while shown(&connect(&server, &trusted, b"http/1.1").await) != new.der {
        tick.tick().await;
    }
    ask(&mut early).await;
    assert_eq!(server.stop().await, Some(0));
}

/// A caller that asks for HTTP/2 gets it.
#[rekey_test::on_an_empty_database]
async fn callers_may_speak_http_2(db: PgPool) {
    let made = make();
    let server = serving(&db, &made).serve("server").await;
    let stream = connect(&server, &[&made], b"h2").await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let stream = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let request = axum::http::Request::get("https://localhost/health/live");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let reply = sender.send_request(request).await.unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.version(), axum::http::Version::HTTP_2);
    assert_eq!(reply.headers().get("connection"), None);
    drop(sender);
    connection.await.unwrap().unwrap();
    assert_eq!(server.stop().await, Some(0));
}

/// Those who say nothing, in the handshake or after it, are not waited for.
#[rekey_test::on_an_empty_database]
async fn a_silent_caller_is_not_waited_for(db: PgPool) {
    let made = make();
    let server = serving(&db, &made).serve("server").await;
    let address = server.url.trim_start_matches("http://");
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut one = connect(&server, &[&made], b"http/1.1").await;
    let mut two = connect(&server, &[&made], b"h2").await;
    two.write_all(b"PRI * HT").await.unwrap();
    let patience = Duration::from_mins(1);
    let mut rest = Vec::new();
    let ended = async {
        let _ = silent.read_to_end(&mut rest).await;
        let _ = one.read_to_end(&mut rest).await;
        let _ = two.read_to_end(&mut rest).await;
    };
    tokio::time::timeout(patience, ended)
        .await
        .expect("the server hangs up");
    assert_eq!(server.stop().await, Some(0));
}

/// Files that are no good keep a server from starting, by their names.
#[rekey_test::on_an_empty_database]
async fn bad_files_are_named(db: PgPool) {
    let (made, other) = (make(), make());
    let setup = serving(&db, &made);
    for (name, text, word) in [
        ("key.pem", other.key.as_str(), "do not fit"),
        ("key.pem", "", "server.tls_key"),
        ("chain.pem", "", "server.tls_certificate"),
    ] {
        setup.folder().write("chain.pem", &made.chain);
        setup.folder().write("key.pem", &made.key);
        setup.folder().write(name, text);
        let output = setup.command(&["serve"]).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(word), "{said}");
    }
}
