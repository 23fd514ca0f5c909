//! Mail servers that keep nothing but the tokens in what they are sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;

/// How the server behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Acknowledges every packet at once.
    Quick,
    /// Leaves acknowledgements to the system, which delays them once it sees a conversation.
    Ordinary,
    /// Thinks before every reply.
    Slow(Duration),
}

/// A running server. It ends with its value.
pub struct Sink {
    pub port: u16,
    kept: Arc<Mutex<Kept>>,
    task: tokio::task::JoinHandle<()>,
}

/// What was sent.
pub struct Kept {
    /// The token in the last letter to each address.
    pub tokens: HashMap<String, String>,
    pub letters: u64,
    first: Option<Instant>,
    last: Option<Instant>,
    /// From the sender's name until the letter was taken, in microseconds.
    pub exchange: Histogram<u64>,
}

impl Kept {
    /// Letters a second, from the first to the last.
    pub fn rate(&self) -> f64 {
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return 0.0;
        };
        self.letters as f64 / (last - first).as_secs_f64()
    }
}

impl Sink {
    pub async fn start(manner: Manner) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let kept = Arc::new(Mutex::new(Kept {
            tokens: HashMap::new(),
            letters: 0,
            first: None,
            last: None,
            exchange: Histogram::new(3)?,
        }));
        let shared = Arc::clone(&kept);
        let task = tokio::spawn(async move {
            let mut sessions = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&shared);
                // A client that goes away is not an error here.
                sessions.spawn(async move {
                    let _ = converse(stream, manner, &kept).await;
                });
            }
        });
        Ok(Self { port, kept, task })
    }

    /// What was sent so far.
    pub fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until so many letters were taken.
    pub async fn received(&self, letters: u64, patience: Duration) -> Result<(), Failure> {
        let mut look = tokio::time::interval(Duration::from_millis(5));
        let began = Instant::now();
        loop {
            look.tick().await;
            let taken = self.kept().letters;
            if taken >= letters {
                return Ok(());
            }
            if began.elapsed() > patience {
                return Err(format!("{taken} letters of {letters} came").into());
            }
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, manner: Manner, kept: &Mutex<Kept>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let (mut line, mut to, mut began) = (String::new(), String::new(), Instant::now());
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    loop {
        hear(&mut stream, &mut line, manner).await?;
        let reply: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "MAIL" => {
                began = Instant::now();
                b"250 ok\r\n"
            }
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                address.clone_into(&mut to);
                b"250 ok\r\n"
            }
            "DATA" => {
                think(manner).await;
                stream.write_all(b"354 go on\r\n").await?;
                let token = letter(&mut stream, &mut line, manner).await?;
                think(manner).await;
                stream.write_all(b"250 taken\r\n").await?;
                keep(kept, &to, token, began);
                continue;
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n").await,
            _ => b"250 ok\r\n",
        };
        think(manner).await;
        stream.write_all(reply).await?;
    }
}

/// Reads a letter to its end, and returns the token in it.
async fn letter(
    stream: &mut BufReader<TcpStream>,
    line: &mut String,
    manner: Manner,
) -> std::io::Result<Option<String>> {
    let mut token = None;
    loop {
        hear(stream, line, manner).await?;
        let text = line.trim();
        if text == "." {
            return Ok(token);
        }
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            token = Some(text.to_owned());
        }
    }
}

async fn hear(
    stream: &mut BufReader<TcpStream>,
    line: &mut String,
    manner: Manner,
) -> std::io::Result<()> {
    line.clear();
    if stream.read_line(line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    if manner == Manner::Quick {
        rustix::net::sockopt::set_tcp_quickack(stream.get_ref(), true)?;
    }
    Ok(())
}

async fn think(manner: Manner) {
    if let Manner::Slow(time) = manner {
        tokio::time::sleep(time).await;
    }
}

fn keep(kept: &Mutex<Kept>, to: &str, token: Option<String>, began: Instant) {
    let now = Instant::now();
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.letters += 1;
    kept.first.get_or_insert(now);
    kept.last = Some(now);
    let took = u64::try_from((now - began).as_micros()).unwrap_or(u64::MAX);
    kept.exchange.saturating_record(took.max(1));
    if let Some(token) = token {
        kept.tokens.insert(to.to_owned(), token);
    }
}
