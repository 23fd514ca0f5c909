//! A mail server that does as it is told.
//!
//! Real sockets, real TLS with a certificate of its own making, and as much of RFC 5321 as a
//! client of ours can ask for.

mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::tls;

/// What a certificate is made out to, unless a test wants it otherwise.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// How the server encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Plain,
    StartTls,
    Tls,
}

/// How the server treats what comes next, on open connections too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    Accept,
    /// Answers RCPT with this code.
    RefuseRecipient(u16),
    /// Answers the letter itself with this code.
    RefuseLetter(u16),
    /// Answers MAIL with this code on connections that have sent a letter, as servers do that
    /// take only so many letters on one.
    RefuseSecondLetter(u16),
    /// Accepts the connection and never greets.
    HangOnConnect,
    /// Takes the letter and never says so.
    HangAfterData,
    /// Ends the connection on the next occasion.
    Drop,
    /// Does this where the conversation has come so far.
    At(Step, Manner),
    /// Each letter meets the next of these, connections whose letter is yet to come among them.
    Rota(&'static [(Step, Manner)]),
}

/// How far a conversation has come: what is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Connect,
    Hello,
    Mail,
    Rcpt,
    Data,
    /// In the middle of the letter.
    Body,
    /// After its last dot. The server keeps the letter, unless it refuses it.
    Letter,
}

/// How a server treats a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As ever.
    Usual,
    /// As ever, after a while.
    Slow(Duration),
    /// Not at all.
    Hang,
    /// With these bytes and a line break.
    Say(&'static [u8]),
    /// By ending the connection.
    Close,
}

/// A letter that the server has taken.
#[derive(Clone)]
pub struct Received {
    /// The envelope: never the headers.
    pub from: String,
    pub to: Vec<String>,
    /// What came after DATA, dots unstuffed.
    pub raw: Vec<u8>,
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

/// What the sessions share.
struct Shared {
    mode: Mode,
    acceptor: TlsAcceptor,
    credentials: Option<(String, String)>,
    behaviour: Mutex<Behaviour>,
    messages: watch::Sender<Vec<Received>>,
    connections: watch::Sender<usize>,
    hung: watch::Sender<usize>,
    /// How many letters have met a rota.
    turns: AtomicUsize,
    /// Every line of every client, with whether it came encrypted. Letters are left out.
    lines: Mutex<Vec<(bool, String)>>,
}

/// A running mail server. It ends with its value.
pub struct SmtpServer {
    shared: Arc<Shared>,
    port: u16,
    ca_pem: PathBuf,
    /// Bound and never listening, so that the port stays ours while the server is down.
    _holder: TcpSocket,
    listening: Option<JoinHandle<()>>,
}

impl SmtpServer {
    /// Starts a server that lets everybody in.
    pub async fn start(mode: Mode) -> Self {
        Self::start_with(mode, None, &NAMES).await
    }

    /// Starts a server that takes letters only from one user.
    pub async fn start_for(mode: Mode, user: &str, password: &str) -> Self {
        let credentials = Some((user.to_owned(), password.to_owned()));
        Self::start_with(mode, credentials, &NAMES).await
    }

    /// Starts a server whose certificate bears this name alone.
    pub async fn start_named(mode: Mode, name: &str) -> Self {
        Self::start_with(mode, None, &[name]).await
    }

    /// Starts a server whose certificate signed itself.
    pub async fn start_self_signed(mode: Mode, name: &str) -> Self {
        Self::start_as(mode, None, tls::Identity::make_self_signed(&[name])).await
    }

    async fn start_with(mode: Mode, credentials: Option<(String, String)>, names: &[&str]) -> Self {
        Self::start_as(mode, credentials, tls::Identity::make(names)).await
    }

    async fn start_as(
        mode: Mode,
        credentials: Option<(String, String)>,
        tls: tls::Identity,
    ) -> Self {
        let holder = socket(0);
        let port = holder.local_addr().unwrap().port();
        let ca_pem =
            std::env::temp_dir().join(format!("rekey-ca-{}-{port}.pem", std::process::id()));
        tokio::fs::write(&ca_pem, &tls.ca_pem).await.unwrap();
        let shared = Shared {
            mode,
            acceptor: tls.acceptor,
            credentials,
            behaviour: Mutex::new(Behaviour::Accept),
            messages: watch::Sender::default(),
            connections: watch::Sender::default(),
            hung: watch::Sender::default(),
            turns: AtomicUsize::default(),
            lines: Mutex::default(),
        };
        let mut server = Self {
            shared: Arc::new(shared),
            port,
            ca_pem,
            _holder: holder,
            listening: None,
        };
        server.up();
        server
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to trust. Its server is called `localhost` and `127.0.0.1`.
    pub fn ca_pem_path(&self) -> &Path {
        &self.ca_pem
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Closes the port and every connection.
    pub async fn down(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            let _ = listening.await;
        }
    }

    /// Listens again, on the same port.
    pub fn up(&mut self) {
        let listener = socket(self.port).listen(64).unwrap();
        self.listening = Some(tokio::spawn(listen(listener, Arc::clone(&self.shared))));
    }

    /// The letters taken so far.
    pub fn messages(&self) -> Vec<Received> {
        self.shared.messages.borrow().clone()
    }

    /// Waits until `n` letters have been taken.
    pub async fn received(&self, n: usize) -> Vec<Received> {
        let mut messages = self.shared.messages.subscribe();
        let arrived = messages.wait_for(|messages| messages.len() >= n);
        tokio::time::timeout(Duration::from_mins(1), arrived)
            .await
            .unwrap_or_else(|_| panic!("waited for letter {n} in vain"))
            .unwrap()
            .clone()
    }

    /// Waits until a client has been left hanging.
    pub async fn hung(&self) {
        let mut hung = self.shared.hung.subscribe();
        let left = hung.wait_for(|hung| *hung > 0);
        let left = tokio::time::timeout(Duration::from_mins(1), left).await;
        left.expect("waited for a hanging client in vain").unwrap();
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        *self.shared.connections.borrow()
    }

    /// What clients said outside of letters: whether it was encrypted, and the line.
    pub fn lines(&self) -> Vec<(bool, String)> {
        self.shared.lines.lock().unwrap().clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
        let _ = std::fs::remove_file(&self.ca_pem);
    }
}

fn socket(port: u16) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket
        .bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .unwrap();
    socket
}

/// The sessions end with the task that accepts them.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        shared.connections.send_modify(|count| *count += 1);
        sessions.spawn(session::run(stream, Arc::clone(&shared)));
    }
}
