//! An SMS gateway that does as it is told.
//!
//! Real sockets, TLS with a certificate of its own making, and requests kept to the byte.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::folder::Folder;
use super::tls::Identity;

/// What the gateway says to a request.
#[derive(Clone)]
pub struct Answer {
    pub bytes: String,
    pub then: Then,
}

/// What the gateway does once it has said that.
#[derive(Clone, Copy)]
pub enum Then {
    Close,
    /// Says nothing more until the client leaves.
    Hang,
    /// Goes on and on until the client leaves.
    Flood,
}

/// A request that the gateway has read.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method, target and version.
    pub line: String,
    /// As they came, in order.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

struct Shared {
    acceptor: Option<TlsAcceptor>,
    answer: Mutex<Answer>,
    received: watch::Sender<Vec<Received>>,
    left: watch::Sender<usize>,
}

/// A running gateway. It ends with its value.
pub struct Gateway {
    shared: Arc<Shared>,
    port: u16,
    folder: Folder,
    listening: JoinHandle<()>,
}

impl Answer {
    /// A status without a body.
    pub fn status(code: u16) -> Self {
        Self::redirect(code, "")
    }

    /// A status that leads somewhere else.
    pub fn redirect(code: u16, to: &str) -> Self {
        let location = if to.is_empty() {
            String::new()
        } else {
            format!("location: {to}\r\n")
        };
        Self {
            bytes: format!("HTTP/1.1 {code} Said\r\n{location}content-length: 0\r\n\r\n"),
            then: Then::Close,
        }
    }
}

impl Gateway {
    /// Starts a gateway in clear that takes every text.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts a gateway with a certificate for these names.
    pub async fn start_tls(names: &[&str]) -> Self {
        Self::start_with(Some(Identity::make(names))).await
    }

    async fn start_with(identity: Option<Identity>) -> Self {
        let folder = Folder::new();
        let acceptor = identity.map(|identity| {
            folder.write("ca.pem", &identity.ca_pem);
            identity.acceptor
        });
        let shared = Arc::new(Shared {
            acceptor,
            answer: Mutex::new(Answer::status(202)),
            received: watch::Sender::default(),
            left: watch::Sender::default(),
        });
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(address).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self {
            listening: tokio::spawn(listen(listener, Arc::clone(&shared))),
            shared,
            port,
            folder,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust.
    pub fn ca_pem_path(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub fn answer(&self, answer: Answer) {
        *self.shared.answer.lock().unwrap() = answer;
    }

    /// The requests so far. Each is here before it is answered.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    /// Waits until so many clients have left a gateway that had not finished with them.
    pub async fn left(&self, n: usize) {
        let mut left = self.shared.left.subscribe();
        let left = left.wait_for(|left| *left >= n);
        let left = tokio::time::timeout(Duration::from_mins(1), left).await;
        left.expect("waited for a client to leave in vain").unwrap();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The sessions end with the task that accepts them.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        sessions.spawn(greet(stream, Arc::clone(&shared)));
    }
}

async fn greet(stream: TcpStream, shared: Arc<Shared>) {
    match &shared.acceptor {
        None => serve(stream, &shared).await,
        Some(acceptor) => {
            // A client that does not trust us breaks off here.
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, &shared).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream).await else {
        shared.left.send_modify(|left| *left += 1);
        return;
    };
    shared.received.send_modify(|all| all.push(request));
    let answer = shared.answer.lock().unwrap().clone();
    // A client may leave at any moment.
    let _ = stream.write_all(answer.bytes.as_bytes()).await;
    let _ = stream.flush().await;
    match answer.then {
        Then::Close => {
            let _ = stream.shutdown().await;
            return;
        }
        Then::Hang => while !matches!(stream.read(&mut [0; 64]).await, Ok(0) | Err(_)) {},
        Then::Flood => while stream.write_all(&[b'a'; 4096]).await.is_ok() {},
    }
    shared.left.send_modify(|left| *left += 1);
}

/// Reads a request; none where the client leaves first.
async fn read(stream: &mut BufReader<impl AsyncRead + Unpin>) -> Option<Received> {
    let line = line(stream).await?;
    let mut headers = Vec::new();
    loop {
        let header = self::line(stream).await?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(": ")?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    let (_, length) = headers.iter().find(|(name, _)| name == "content-length")?;
    let mut body = vec![0; length.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received {
        line,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

async fn line(stream: &mut BufReader<impl AsyncRead + Unpin>) -> Option<String> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await.ok()?;
    let line = String::from_utf8(line).ok()?;
    Some(line.strip_suffix("\r\n")?.to_owned())
}
