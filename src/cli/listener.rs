//! Taking connections, and what a connection may cost us before it has asked anything.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{interval, timeout};
use tower::ServiceExt as _;

use super::shutdown;

/// How long the head of a request may take to arrive (H-07). It is also how long an idle
/// connection is kept.
const HEAD: Duration = Duration::from_secs(15);
/// How often an idle HTTP/2 connection must show that somebody is there, and how quickly.
const ALIVE: Duration = Duration::from_secs(20);
/// The longest head, in bytes.
const HEAD_SIZE: usize = 32 * 1024;
/// Connections beyond this wait until another ends.
const MOST_CONNECTIONS: usize = 8192;
/// What every HTTP/2 connection begins with (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long to wait after the system had no more room for a connection.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until told to stop; then lets requests under way end.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    let builder = builder();
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    while let Some((stream, peer, place)) = next(&listener, &places, &stop).await {
        // Answers are small and whole: none should wait for the caller's acknowledgement.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = tower::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let service = TowerToHyperService::new(service);
        let (builder, watcher) = (builder.clone(), graceful.watcher());
        let stop = stop.clone();
        tokio::spawn(async move {
            let opened = tokio::select! {
                opened = timeout(HEAD, opening(&stream)) => matches!(opened, Ok(Ok(()))),
                () = shutdown::wait(stop) => false,
            };
            if opened {
                let connection = builder.serve_connection(TokioIo::new(stream), service);
                // A caller that hangs up, or talks nonsense, is nobody's fault but theirs.
                if let Err(error) = watcher.watch(connection.into_owned()).await {
                    tracing::debug!(error = &*error, "a connection ended early");
                }
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Waits until a caller has said enough to tell HTTP/1 from HTTP/2: hyper-util waits for that without
/// a limit.
async fn opening(stream: &TcpStream) -> std::io::Result<()> {
    let mut look = interval(BREATH);
    let mut said = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut said).await?;
        let is_whole = length == PREFACE.len() || length == 0;
        if is_whole || said[..length] != PREFACE[..length] {
            return Ok(());
        }
        look.tick().await;
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(ALIVE)
        .keep_alive_timeout(ALIVE)
        .max_header_list_size(u32::try_from(HEAD_SIZE).unwrap_or(u32::MAX));
    builder
}

/// The next connection and its place among all; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &watch::Receiver<bool>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let accept = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, place)),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept");
                    let _ = timeout(BREATH, std::future::pending::<()>()).await;
                }
            }
        }
    };
    tokio::select! {
        connection = accept => connection,
        () = shutdown::wait(stop.clone()) => None,
    }
}
