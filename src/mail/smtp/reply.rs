//! Reading what a mail server says. Three digits decide (RFC 5321, 4.2): words may be missing, in no
//! encoding that we know, or without end, and change nothing.

use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::super::ReplyCode;
use super::exchange::Silence;

/// The longest part of a line that is kept. RFC 5321, 4.5.3.1.5, allows 512 bytes.
const LINE_MAX: usize = 512;
/// How much is read for one reply. What goes on longer is not a reply.
const REPLY_MAX: usize = 64 * 1024;

/// One reply, of one line or several.
pub(super) struct Reply {
    /// What it comes down to: the code of its last line.
    pub(super) code: ReplyCode,
    /// Its words, a line each, cut and made readable; for what EHLO offers.
    pub(super) lines: Vec<String>,
}

/// Takes replies apart as they come.
#[derive(Default)]
pub(super) struct Replies {
    /// What was read and belongs to the next line.
    unread: Vec<u8>,
}

impl Replies {
    /// The next reply.
    pub(super) async fn next(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
    ) -> Result<Reply, Silence> {
        let (mut lines, mut taken) = (Vec::new(), 0);
        loop {
            let line = self.line(stream, &mut taken).await?;
            let (code, words) = line.split_at_checked(3).ok_or(Silence::Nonsense)?;
            let is_code = code.iter().all(u8::is_ascii_digit) && (b'2'..=b'5').contains(&code[0]);
            if !is_code {
                return Err(Silence::Nonsense);
            }
            let code = code
                .iter()
                .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
            let goes_on = words.first() == Some(&b'-');
            let words = words.get(1..).unwrap_or_default();
            lines.push(String::from_utf8_lossy(words).trim().to_owned());
            if !goes_on {
                let first = lines.first().map_or("", String::as_str);
                let code = ReplyCode::read(code, first);
                return Ok(Reply { code, lines });
            }
        }
    }

    /// Whether something came that nobody asked for.
    pub(super) fn has_more(&self) -> bool {
        !self.unread.is_empty()
    }

    /// One line without its end, cut to its beginning. A bare line feed ends a line too.
    async fn line(
        &mut self,
        stream: &mut (impl AsyncRead + Unpin),
        taken: &mut usize,
    ) -> Result<Vec<u8>, Silence> {
        let mut line = Vec::new();
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let rest = self.unread.split_off(end + 1);
                keep(&mut line, &self.unread[..end]);
                self.unread = rest;
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(line);
            }
            keep(&mut line, &self.unread);
            self.unread.clear();
            let read = stream.read_buf(&mut self.unread).await;
            let read = read.map_err(|error| Silence::Cut(error.kind()))?;
            *taken += read;
            if read == 0 {
                return Err(Silence::Cut(std::io::ErrorKind::UnexpectedEof));
            }
            if *taken > REPLY_MAX {
                return Err(Silence::Nonsense);
            }
        }
    }
}

fn keep(line: &mut Vec<u8>, bytes: &[u8]) {
    let room = LINE_MAX.saturating_sub(line.len()).min(bytes.len());
    line.extend_from_slice(&bytes[..room]);
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut bytes: &[u8]) -> Result<(String, Vec<String>), Silence> {
        let reply = Replies::default().next(&mut bytes).await?;
        Ok((reply.code.to_string(), reply.lines))
    }

    #[tokio::test]
    async fn three_digits_are_a_reply_whatever_follows() {
        let long = [b"250 ", [b'x'; 5000].as_slice(), b"\r\n"].concat();
        for (bytes, code) in [
            (b"250 ok\r\n".as_slice(), "250"),
            (b"250\r\n", "250"),
            (b"250 \r\n", "250"),
            (b"250\n", "250"),
            (b"250 acept\xf1ado\r\n", "250"),
            (b"550 \xd3\xc3\xbb\xa7\xb2\xbb\xb4\xe6\xd4\xda\r\n", "550"),
            (b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", "550 5.1.1"),
            (b"250-\xff\r\n250\r\n", "250"),
            (&long, "250"),
        ] {
            assert_eq!(read(bytes).await.unwrap().0, code);
        }
    }

    #[tokio::test]
    async fn what_has_no_three_digits_is_none() {
        for bytes in [
            b"ok\r\n".as_slice(),
            b"25\r\n",
            b"\r\n",
            b"650 what\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"250-first\r\nsecond\r\n",
        ] {
            assert!(matches!(read(bytes).await, Err(Silence::Nonsense)));
        }
        for bytes in [b"".as_slice(), b"250 o", b"250-more\r\n"] {
            assert!(matches!(read(bytes).await, Err(Silence::Cut(_))));
        }
        let endless = b"250-more\r\n".repeat(10_000);
        assert!(matches!(read(&endless).await, Err(Silence::Nonsense)));
    }
}
