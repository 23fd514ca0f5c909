//! Taking connections, and what a connection may cost us before it has asked anything.

use std::io::Cursor;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{Response, Version};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{interval, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::pace::{Pace, Paced};
use super::places::{Place, Places};
use super::shutdown::Stop;

/// How long a TLS handshake, and the head of a request, may take to arrive (H-07).
const HEAD: Duration = Duration::from_secs(15);
/// How quickly an idle HTTP/2 connection must show, when it is asked, that somebody is there.
const ALIVE: Duration = Duration::from_secs(20);
/// The longest head, in bytes.
const HEAD_SIZE: usize = 32 * 1024;
/// What every HTTP/2 connection begins with (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long to wait after the system had no more room for a connection.
const BREATH: Duration = Duration::from_millis(100);

/// Where connections come in, and what answers them.
pub(super) struct Listener {
    /// Where they come in.
    pub(super) socket: TcpListener,
    /// What they must begin with, unless they are plain.
    pub(super) tls: Option<TlsAcceptor>,
    /// How many there may be, and whose.
    pub(super) places: Places,
    /// How long one may be idle.
    pub(super) keep_alive: Duration,
    /// What answers.
    pub(super) router: Router,
}

/// What every connection of a listener is served with.
#[derive(Clone)]
struct Host {
    builder: Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    keep_alive: Duration,
    router: Router,
    stop: Stop,
}

impl Listener {
    /// One that speaks plain HTTP.
    pub(super) fn plain(socket: TcpListener, keep_alive: Duration, router: Router) -> Self {
        Self {
            socket,
            tls: None,
            places: Places::new(&[]),
            keep_alive,
            router,
        }
    }

    /// Serves until told to stop; then lets requests under way end.
    pub(super) async fn serve(self, stop: Stop) {
        let host = Host {
            builder: builder(self.keep_alive),
            tls: self.tls,
            keep_alive: self.keep_alive,
            router: self.router,
            stop: stop.clone(),
        };
        let graceful = GracefulShutdown::new();
        while let Some((stream, peer, place)) = next(&self.socket, &self.places, &stop).await {
            // Answers are small and whole: none should wait for the caller's acknowledgement.
            let _ = stream.set_nodelay(true);
            let (host, watcher) = (host.clone(), graceful.watcher());
            tokio::spawn(async move {
                host.receive(stream, peer, watcher).await;
                drop(place);
            });
        }
        drop(self.socket);
        graceful.shutdown().await;
    }
}

impl Host {
    /// Serves one connection to its end. What comes to be part of that only later, or for others, is in
    /// boxes: a connection that waits takes no room for it.
    async fn receive(self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        if let Some(tls) = self.tls.clone() {
            return Box::pin(self.receive_encrypted(tls, stream, peer, watcher)).await;
        }
        let opened = tokio::select! {
            opened = timeout(HEAD, opening(&stream)) => opened,
            () = self.stop.closed() => return,
        };
        match opened {
            Ok(Ok(Opening::Http1)) => Box::pin(self.take_turns(stream, peer, watcher)).await,
            Ok(Ok(Opening::Http2)) => {
                let builder = self.builder.clone().http2_only();
                Box::pin(self.converse(builder, stream, peer, None, watcher)).await;
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }

    /// Speaks HTTP/1, and waits for as long as each part of that may take.
    async fn take_turns(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
        watcher: Watcher,
    ) {
        let builder = self.builder.clone().http1_only();
        let pace = Pace::new(HEAD, self.keep_alive);
        let stream = Paced::new(stream, pace.clone());
        self.converse(builder, stream, peer, Some(pace), watcher)
            .await;
    }

    async fn receive_encrypted(
        self,
        tls: TlsAcceptor,
        stream: TcpStream,
        peer: SocketAddr,
        watcher: Watcher,
    ) {
        let accepted = tokio::select! {
            accepted = timeout(HEAD, tls.accept(stream)) => accepted,
            () = self.stop.closed() => return,
        };
        let Ok(Ok(mut stream)) = accepted else {
            return;
        };
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return Box::pin(self.take_turns(stream, peer, watcher)).await;
        }
        // hyper waits without a limit for the words that open HTTP/2. They are read here, and then
        // handed on.
        let mut said = [0; PREFACE.len()];
        let read = tokio::select! {
            read = timeout(HEAD, stream.read_exact(&mut said)) => matches!(read, Ok(Ok(_))),
            () = self.stop.closed() => false,
        };
        if read {
            let (read, write) = tokio::io::split(stream);
            let stream = tokio::io::join(Cursor::new(said).chain(read), write);
            let builder = self.builder.clone().http2_only();
            Box::pin(self.converse(builder, stream, peer, None, watcher)).await;
        }
    }

    async fn converse(
        self,
        builder: Builder<TokioExecutor>,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
        pace: Option<Pace>,
        watcher: Watcher,
    ) {
        let (router, stop) = (self.router, self.stop);
        let service = tower::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let (router, stop, version) = (router.clone(), stop.clone(), request.version());
            let pace = pace.clone();
            if let Some(pace) = &pace {
                pace.served();
            }
            async move {
                let mut response = router.oneshot(request).await;
                if let Ok(response) = &mut response
                    && stop.is_leaving()
                    && version < Version::HTTP_2
                {
                    say_goodbye(response);
                }
                if let Some(pace) = pace {
                    pace.answered();
                }
                response
            }
        });
        let connection =
            builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        // A caller that hangs up, or talks nonsense, is nobody's fault but theirs.
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            tracing::debug!(error = &*error, "a connection ended early");
        }
    }
}

/// Lets no caller keep a connection that will soon be closed: a request sent on it at that instant
/// would be lost. HTTP/2 has a word of its own for this, and waits for the streams under way.
fn say_goodbye<B>(response: &mut Response<B>) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
}

/// Which protocol a caller began to speak.
enum Opening {
    Http1,
    Http2,
}

/// Waits until a caller has said enough to tell HTTP/1 from HTTP/2: hyper-util waits for that without
/// a limit.
async fn opening(stream: &TcpStream) -> std::io::Result<Opening> {
    let mut look = interval(BREATH);
    let mut said = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut said).await?;
        if length == 0 || said[..length] != PREFACE[..length] {
            return Ok(Opening::Http1);
        }
        if length == PREFACE.len() {
            return Ok(Opening::Http2);
        }
        look.tick().await;
    }
}

fn builder(keep_alive: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // What is read has a limit of its own ([`Paced`]).
        .header_read_timeout(None)
        .max_buf_size(HEAD_SIZE);
    builder
        .http2()
        .timer(TokioTimer::new())
        // Who keeps an idle connection in a pool may not read what comes on it.
        .keep_alive_interval(keep_alive)
        .keep_alive_timeout(ALIVE)
        .max_header_list_size(u32::try_from(HEAD_SIZE).unwrap_or(u32::MAX));
    builder
}

/// The next connection and its place among all; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    places: &Places,
    stop: &Stop,
) -> Option<(TcpStream, SocketAddr, Place)> {
    let accept = async {
        let mut free = places.free().await?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => match places.give(free, peer.ip()) {
                    Some(place) => return Some((stream, peer, place)),
                    // Hung up on at once.
                    None => free = places.free().await?,
                },
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept");
                    let _ = timeout(BREATH, std::future::pending::<()>()).await;
                }
            }
        }
    };
    tokio::select! {
        connection = accept => connection,
        () = stop.closed() => None,
    }
}
