//! Messages of the Postgres protocol, version 3.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A message: its kind, if it has one, and the whole of it as it travels.
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) bytes: Vec<u8>,
}

impl Frame {
    /// What follows kind and length.
    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[5..]
    }

    /// The text up to a zero, and what follows it.
    pub(super) fn text(bytes: &[u8]) -> (String, &[u8]) {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap();
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        (text, &bytes[end + 1..])
    }

    /// Reads the next message of a conversation.
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let mut head = [0; 5];
        from.read_exact(&mut head).await?;
        let mut bytes = head.to_vec();
        rest(from, &head[1..], &mut bytes).await?;
        Ok(Self {
            kind: head[0],
            bytes,
        })
    }

    /// Reads what a client says first, which has no kind.
    pub(super) async fn read_opening(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
        let mut head = [0; 4];
        from.read_exact(&mut head).await?;
        let mut bytes = head.to_vec();
        rest(from, &head, &mut bytes).await?;
        Ok(bytes)
    }
}

async fn rest(
    from: &mut (impl AsyncRead + Unpin),
    length: &[u8],
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    let length = u32::from_be_bytes(length.try_into().unwrap());
    // The length counts itself.
    let mut body = vec![0; usize::try_from(length).unwrap() - 4];
    from.read_exact(&mut body).await?;
    bytes.extend(body);
    Ok(())
}

/// A refusal as a server whose disk is full words it, and that it is ready for the next statement: in a
/// transaction that can only be rolled back, if there was one.
pub(super) fn disk_full(is_in_transaction: bool) -> Vec<u8> {
    let fields = b"SERROR\0VERROR\0C53100\0Mcould not extend file: No space left on device\0\0";
    let length = u32::try_from(fields.len() + 4).unwrap();
    let mut bytes = vec![b'E'];
    bytes.extend(length.to_be_bytes());
    bytes.extend(fields);
    let status = if is_in_transaction { b'E' } else { b'I' };
    bytes.extend([b'Z', 0, 0, 0, 5, status]);
    bytes
}
