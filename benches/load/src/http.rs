//! One connection that asks and waits. It does as little as it can: what it costs is taken from the
//! server on the same cores.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An HTTP/1.1 connection that is kept.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// Where the body of the last answer begins.
    body: usize,
}

/// What came back.
#[derive(Clone, Copy)]
pub struct Answer {
    pub status: u16,
    pub first_byte: Instant,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(16 * 1024),
            body: 0,
        })
    }

    /// Sends a request as it is written and reads the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let mut first_byte = None;
        loop {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let first_byte = *first_byte.get_or_insert_with(Instant::now);
            let Some(head) = find(&self.read, b"\r\n\r\n") else {
                continue;
            };
            let (status, length) = understand(&self.read[..head])?;
            self.body = head + 4;
            while self.read.len() < self.body + length {
                if self.stream.read_buf(&mut self.read).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            return Ok(Answer { status, first_byte });
        }
    }

    /// The head of the last answer.
    pub fn head(&self) -> String {
        String::from_utf8_lossy(&self.read[..self.body]).into_owned()
    }

    /// The body of the last answer.
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.read[self.body..]).into_owned()
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

/// The status of a head, and how long its body is.
fn understand(head: &[u8]) -> io::Result<(u16, usize)> {
    let head = std::str::from_utf8(head).map_err(io::Error::other)?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.get(9..12));
    let status = status.and_then(|digits| digits.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status"))?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    Ok((status, length.unwrap_or(0)))
}

/// A request without a body.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench.localhost\r\n{headers}\r\n").into_bytes()
}

/// A request with a JSON body. Each of `headers` ends in a line break.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench.localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}
