//! Callers that take their time.

use std::time::Duration;

use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::binary::Setup;

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
