//! Callers that take their time.

use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::binary::{Server, Setup};

/// H-07: a head that does not come to an end is not waited for, and others are served meanwhile.
#[rekey_test::on_an_empty_database]
async fn half_a_head_is_not_waited_for(db: PgPool) {
    let server = Setup::new(&db).serve("server").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut held = Vec::new();
    // One says nothing at all, one stops in the middle of the words that open HTTP/2.
    for words in [&b""[..], b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r"] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(words).await.unwrap();
        held.push(stream);
    }
    for _ in 0..200 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream
            .write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n")
            .await
            .unwrap();
        held.push(stream);
    }
    let live = reqwest::get(format!("{}/health/live", server.url))
        .await
        .unwrap();
    assert_eq!(live.status(), 200);
    for mut stream in held {
        let mut rest = Vec::new();
        let end = timeout(Duration::from_mins(1), stream.read_to_end(&mut rest)).await;
        // Whether it says goodbye or resets: words of the caller it never read decide that.
        let _ = end.expect("the server hangs up");
    }
    assert_eq!(server.stop().await, Some(0));
}

/// Sends a request on a connection and reads its answer, which has a body of `{"status":"live"}` or the like.
async fn is_answered(stream: &mut TcpStream) {
    let request = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut said = Vec::new();
    while !is_whole(&said) {
        let read = timeout(Duration::from_mins(1), stream.read_buf(&mut said)).await;
        assert!(read.expect("it answers").unwrap() > 0, "it is open");
    }
    assert!(said.starts_with(b"HTTP/1.1 200 "));
}

fn is_whole(said: &[u8]) -> bool {
    let text = String::from_utf8_lossy(said).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    body.len() == length.unwrap().parse::<usize>().unwrap()
}

/// Begins a head, and waits until the server hangs up.
async fn outwait(server: &Server) {
    let address = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let half = b"GET /health/live HTTP/1.1\r\nhost: x\r\n";
    stream.write_all(half).await.unwrap();
    let mut rest = Vec::new();
    let end = timeout(Duration::from_mins(1), stream.read_to_end(&mut rest)).await;
    let _ = end.expect("the server hangs up");
}

/// `server.keep_alive`: what is idle between two requests is not what is slow within one. Kept
/// connections outlive heads that do not come to an end, one after the other; half a head on a kept
/// connection does not; and who keeps one of HTTP/2 in a pool is not asked meanwhile whether they are
/// there.
#[rekey_test::on_an_empty_database]
async fn idle_connections_outlive_slow_ones(db: PgPool) {
    let server = Setup::new(&db).serve("server").await;
    let address = server.url.trim_start_matches("http://");
    let mut kept = TcpStream::connect(address).await.unwrap();
    let mut halved = TcpStream::connect(address).await.unwrap();
    is_answered(&mut kept).await;
    is_answered(&mut halved).await;
    let mut pooled = TcpStream::connect(address).await.unwrap();
    // The words that open HTTP/2, and settings without any (RFC 9113, 3.4 and 6.5).
    let opening = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    pooled.write_all(opening).await.unwrap();
    outwait(&server).await;
    halved
        .write_all(b"GET /health/live HTTP/1.1\r\n")
        .await
        .unwrap();
    outwait(&server).await;
    is_answered(&mut kept).await;
    let mut rest = Vec::new();
    let end = timeout(Duration::from_mins(1), halved.read_to_end(&mut rest)).await;
    let _ = end.expect("half a head is not waited for");
    is_answered(&mut kept).await;
    let mut frames = vec![0; 4096];
    let length = pooled
        .try_read(&mut frames)
        .expect("it is open, and has said something");
    let mut rest = &frames[..length];
    let mut kinds = Vec::new();
    while let [a, b, c, kind, ..] = rest {
        let payload = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        kinds.push(*kind);
        rest = &rest[9 + payload..];
    }
    assert!(kinds.contains(&4), "settings: {kinds:?}");
    assert!(
        !kinds.contains(&6) && !kinds.contains(&7),
        "no PING, no GOAWAY: {kinds:?}"
    );
    assert_eq!(server.stop().await, Some(0));
}
