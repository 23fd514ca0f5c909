//! Callers who misuse HTTP/2 and connections that are kept.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use futures::future::join_all;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sqlx::PgPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::binary::{Server, Setup};

type Sender = hyper::client::conn::http2::SendRequest<Body>;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

async fn connect(server: &Server) -> (Sender, tokio::task::JoinHandle<()>) {
    let address = server.url.trim_start_matches("http://");
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    let connection = tokio::spawn(async move {
        // Whether it is ended in good order or thrown out is what a test looks at elsewhere.
        let _ = connection.await;
    });
    (sender, connection)
}

fn live(server: &Server) -> Request<Body> {
    let request = Request::get(format!("{}/health/live", server.url));
    request.body(Body::empty()).unwrap()
}

async fn is_alive(server: &Server) {
    let reply = reqwest::get(format!("{}/health/live", server.url)).await;
    assert_eq!(reply.unwrap().status(), 200);
}

/// H-07: streams that are opened and reset at once, thousands of them (CVE-2023-44487). The connection may
/// be ended for it; the server serves everybody else.
#[rekey_test::on_an_empty_database]
async fn h_07_rapid_resets_end_no_server(db: PgPool) {
    let server = Setup::new(&db).serve("server").await;
    for _ in 0..3 {
        let (sender, connection) = connect(&server).await;
        for _ in 0..3_000 {
            let mut sender = sender.clone();
            let reply = sender.send_request(live(&server));
            // Dropped as soon as it was sent: a reset.
            let _ = timeout(Duration::from_micros(50), reply).await;
            if sender.is_closed() {
                break;
            }
        }
        is_alive(&server).await;
        drop(sender);
        connection.abort();
    }
    is_alive(&server).await;
    assert_eq!(server.stop().await, Some(0));
}

/// H-07: two thousand streams on one connection are served in their turn, or put off; none is lost
/// without a word, and others are served meanwhile.
#[rekey_test::on_an_empty_database]
async fn h_07_many_streams_take_turns(db: PgPool) {
    let server = Setup::new(&db).serve("server").await;
    let (sender, connection) = connect(&server).await;
    let streams = (0..2_000).map(|_| {
        let mut sender = sender.clone();
        let request = live(&server);
        async move { sender.send_request(request).await }
    });
    let all = async {
        let (replies, ()) = tokio::join!(join_all(streams), is_alive(&server));
        replies
    };
    let replies = timeout(PATIENCE, all).await.expect("they end");
    let served = replies
        .iter()
        .flatten()
        .filter(|reply| reply.status() == 200);
    assert_eq!(served.count(), 2_000);
    drop(sender);
    connection.await.unwrap();
    assert_eq!(server.stop().await, Some(0));
}

/// H-07: a thousand requests on one connection that is kept, sent before any is answered, are answered
/// one by one, in order.
#[rekey_test::on_an_empty_database]
async fn h_07_a_pipeline_is_answered_in_order(db: PgPool) {
    let server = Setup::new(&db).serve("server").await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let (mut read, mut write) = stream.split();
    let asking = async {
        for number in 0..1_000 {
            let path = if number % 2 == 0 { "health/live" } else { "no" };
            let last = if number == 999 {
                "connection: close\r\n"
            } else {
                ""
            };
            let head = format!("GET /{path} HTTP/1.1\r\nhost: x\r\n{last}\r\n");
            write.write_all(head.as_bytes()).await.unwrap();
        }
    };
    let mut said = String::new();
    let both = async { tokio::join!(asking, read.read_to_string(&mut said)) };
    let ((), read) = timeout(PATIENCE, both).await.expect("it ends");
    read.unwrap();
    let statuses: Vec<&str> = said
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|reply| &reply[..3])
        .collect();
    assert_eq!(statuses.len(), 1_000);
    for (number, status) in statuses.iter().enumerate() {
        assert_eq!(*status, if number % 2 == 0 { "200" } else { "404" });
    }
    assert_eq!(server.stop().await, Some(0));
}
