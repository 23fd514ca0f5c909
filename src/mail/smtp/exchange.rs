//! A conversation with a mail server: a command goes out, a reply comes in, each within its own time
//! (RFC 5321, 4.5.3.2).
//!
//! Written here, since no client that we know lets a server be as slow as the standard allows it to be
//! in one phase and not in another, or takes a reply by its digits alone (docs/decisions/0067).

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::reply::{Replies, Reply};

/// What a conversation goes over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// Why there was no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// It did not come in time.
    Late,
    /// The connection ended.
    Cut(ErrorKind),
    /// What came is no reply.
    Nonsense,
}

/// A connection on which it is our turn.
pub(super) struct Exchange {
    stream: Box<dyn Stream>,
    replies: Replies,
    /// What the server said it can do: words in capitals.
    offers: Vec<String>,
    /// Whether all of what was last said has left.
    has_said_all: bool,
}

impl Exchange {
    pub(super) fn over(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            replies: Replies::default(),
            offers: Vec::new(),
            has_said_all: true,
        }
    }

    /// Waits for the greeting.
    pub(super) async fn greeting(&mut self, within: Duration) -> Result<Reply, Silence> {
        in_time(within, self.replies.next(&mut self.stream)).await
    }

    /// Says who we are, and notes what the server offers. A server that knows no EHLO (RFC 5321, 3.2)
    /// is told HELO, and offers nothing.
    pub(super) async fn introduce(
        &mut self,
        name: &str,
        within: Duration,
    ) -> Result<Reply, Silence> {
        let reply = self.command(&format!("EHLO {name}"), within).await?;
        if matches!(reply.code.code, 500 | 502) {
            self.offers.clear();
            return self.command(&format!("HELO {name}"), within).await;
        }
        // Keywords come in any case (RFC 5321, 4.1.1.1); the first line is the server's own name.
        let offers = reply.lines.iter().skip(1);
        self.offers = offers.map(|line| line.to_ascii_uppercase()).collect();
        Ok(reply)
    }

    /// Sends one line, and waits for the reply.
    pub(super) async fn command(&mut self, line: &str, within: Duration) -> Result<Reply, Silence> {
        self.text(&format!("{line}\r\n"), within).await
    }

    /// Sends what ends in a line break, in one write: split in two, its last bytes would wait for the
    /// server's delayed acknowledgement, some 40 ms a letter.
    pub(super) async fn text(&mut self, text: &str, within: Duration) -> Result<Reply, Silence> {
        // A reply that nobody asked for would be taken for the answer to this.
        if self.replies.has_more() {
            return Err(Silence::Nonsense);
        }
        self.has_said_all = false;
        let exchange = async {
            let write = async {
                self.stream.write_all(text.as_bytes()).await?;
                self.has_said_all = true;
                self.stream.flush().await
            };
            // A server may answer and close without having read all: its words count.
            let written = write.await;
            let reply = self.replies.next(&mut self.stream).await;
            match (written, reply) {
                (_, Ok(reply)) => Ok(reply),
                (Err(error), Err(_)) => Err(Silence::Cut(error.kind())),
                (Ok(()), Err(silence)) => Err(silence),
            }
        };
        in_time(within, exchange).await
    }

    /// Whether the server may have all of what was last said. Of a letter that it has not heard the end of, it
    /// must not deliver anything (RFC 5321, 4.1.1.4).
    pub(super) fn has_said_all(&self) -> bool {
        self.has_said_all
    }

    /// The rest of the line on which the server offers something, if it does.
    pub(super) fn offer(&self, keyword: &str) -> Option<&str> {
        self.offers.iter().find_map(|line| {
            let (first, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
            (first == keyword).then_some(rest)
        })
    }

    /// What it goes over, for encryption to begin. Replies that came too early are a stranger's: what was
    /// sent in clear may not count once it is encrypted.
    pub(super) fn into_stream(self) -> Result<Box<dyn Stream>, Silence> {
        if self.replies.has_more() {
            return Err(Silence::Nonsense);
        }
        Ok(self.stream)
    }

    /// Says goodbye, and does not wait for an answer.
    pub(super) async fn quit(&mut self) {
        let goodbye = async {
            let _ = self.stream.write_all(b"QUIT\r\n").await;
            let _ = self.stream.shutdown().await;
        };
        let _: Result<(), _> = timeout(Duration::from_secs(1), goodbye).await;
    }
}

async fn in_time<T>(
    within: Duration,
    work: impl Future<Output = Result<T, Silence>>,
) -> Result<T, Silence> {
    timeout(within, work).await.unwrap_or(Err(Silence::Late))
}
