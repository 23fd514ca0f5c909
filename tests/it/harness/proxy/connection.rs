//! One connection: both directions, and what each has heard of the other.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Mutex;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use super::frames::{Frame, disk_full};
use super::{Database, Shared, Trouble};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What a client has said and is not answered yet.
enum Said {
    /// A statement, and whether it writes.
    Statement(bool),
    /// That it waits for an answer to all of that.
    Sync,
}

#[derive(Default)]
struct Heard {
    said: VecDeque<Said>,
    /// Prepared statements that write.
    writers: HashMap<String, bool>,
    is_in_transaction: bool,
}

type Client = tokio::sync::Mutex<tokio::io::WriteHalf<TcpStream>>;

pub(super) async fn run(client: TcpStream, shared: &Shared) {
    // Whoever hangs up first, the other is hung up on.
    let _ = converse(client, shared).await;
}

async fn converse(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    shared.pass().await;
    let opening = Frame::read_opening(&mut client).await?;
    let mut database: Box<dyn Stream> = match &shared.database {
        Database::Socket(path) => Box::new(UnixStream::connect(path).await?),
        Database::Address(host, port) => {
            Box::new(TcpStream::connect((host.as_str(), *port)).await?)
        }
    };
    database.write_all(&opening).await?;
    let heard = Mutex::new(Heard::default());
    let (from_client, to_client) = tokio::io::split(client);
    let (from_database, to_database) = tokio::io::split(database);
    let to_client = Client::new(to_client);
    tokio::select! {
        ended = up(from_client, to_database, &to_client, &heard, shared) => ended,
        ended = down(from_database, &to_client, &heard, shared) => ended,
    }
}

/// From the server to its database.
async fn up(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    client: &Client,
    heard: &Mutex<Heard>,
    shared: &Shared,
) -> io::Result<()> {
    loop {
        let frame = Frame::read(&mut from).await?;
        shared.pass().await;
        let is_full = *shared.trouble.borrow() == Trouble::Full;
        if is_full && frame.kind == b'B' && heard.lock().unwrap().writes(&frame) {
            while Frame::read(&mut from).await?.kind != b'S' {}
            let refusal = disk_full(heard.lock().unwrap().is_in_transaction);
            client.lock().await.write_all(&refusal).await?;
            continue;
        }
        if heard.lock().unwrap().hear(&frame) && shared.moment() {
            shared.pass().await;
        }
        to.write_all(&frame.bytes).await?;
    }
}

/// From the database to its server.
async fn down(
    mut from: impl AsyncRead + Unpin,
    client: &Client,
    heard: &Mutex<Heard>,
    shared: &Shared,
) -> io::Result<()> {
    loop {
        let frame = Frame::read(&mut from).await?;
        shared.pass().await;
        if heard.lock().unwrap().answered(&frame) && shared.moment() {
            shared.pass().await;
        }
        client.lock().await.write_all(&frame.bytes).await?;
    }
}

impl Heard {
    /// Whether what is bound here writes.
    fn writes(&self, bind: &Frame) -> bool {
        let (_portal, rest) = Frame::text(bind.body());
        let (name, _) = Frame::text(rest);
        self.writers.get(&name).copied().unwrap_or_default()
    }

    /// Notes what the client says. Says whether it is a `COMMIT`.
    fn hear(&mut self, frame: &Frame) -> bool {
        match frame.kind {
            b'P' => {
                let (name, rest) = Frame::text(frame.body());
                let (text, _) = Frame::text(rest);
                self.writers.insert(name, is_writer(&text));
            }
            b'B' => {
                let writes = self.writes(frame);
                self.said.push_back(Said::Statement(writes));
            }
            b'S' => self.said.push_back(Said::Sync),
            b'Q' => {
                let (text, _) = Frame::text(frame.body());
                self.said.push_back(Said::Statement(is_writer(&text)));
                self.said.push_back(Said::Sync);
                return text.trim_end_matches(';').eq_ignore_ascii_case("commit");
            }
            _ => {}
        }
        false
    }

    /// Notes what the database answers. Says whether something has become lasting by it.
    fn answered(&mut self, frame: &Frame) -> bool {
        match frame.kind {
            b'C' | b's' => {
                let writes = matches!(self.said.pop_front(), Some(Said::Statement(true)));
                let is_commit = frame.kind == b'C' && frame.body().starts_with(b"COMMIT");
                is_commit || (writes && !self.is_in_transaction)
            }
            b'Z' => {
                while !matches!(self.said.pop_front(), Some(Said::Sync) | None) {}
                self.is_in_transaction = frame.body() != b"I";
                false
            }
            _ => false,
        }
    }
}

/// Whether a statement writes anything.
fn is_writer(text: &str) -> bool {
    let text = text.to_lowercase();
    ["insert into ", "delete from "]
        .iter()
        .any(|words| text.contains(words))
        || (text.contains("update ") && text.contains("set "))
}
