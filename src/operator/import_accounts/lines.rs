//! Reading a file line by line, however long its lines are.

use std::io::{self, BufRead, Read as _, Seek};

use zeroize::Zeroizing;

use super::BadLine;
use super::line::Line;
use crate::domain::password_type::PasswordType;

/// The longest line, in bytes without its end.
const LINE_MAX: usize = 64 * 1024;

/// What some editors begin a file with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The lines of a file that are not blank.
pub(super) struct Lines<R> {
    input: R,
    number: i64,
    /// One line; it may hold passwords in clear.
    buffer: Zeroizing<Vec<u8>>,
}

/// One account and where it is.
pub(super) struct Numbered {
    /// Counted from 1, blank lines included.
    pub(super) number: i64,
    pub(super) line: Line,
}

impl<R: BufRead + Seek> Lines<R> {
    /// Starts at the beginning of `input`, wherever it stands.
    pub(super) fn of(mut input: R) -> io::Result<Self> {
        input.rewind()?;
        Ok(Self {
            input,
            number: 0,
            // All at once: a buffer that grows leaves copies behind.
            buffer: Zeroizing::new(Vec::with_capacity(LINE_MAX + 1)),
        })
    }

    /// Starts again.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.number = 0;
        self.input.rewind()
    }

    /// The next line that is not blank, or what is wrong with it.
    pub(super) fn next_account(
        &mut self,
        types: &[PasswordType],
    ) -> io::Result<Option<Result<Numbered, BadLine>>> {
        loop {
            if !self.read()? {
                return Ok(None);
            }
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let number = self.number;
        let line = self.text().and_then(|text| Line::parse(text, types));
        Ok(Some(
            line.map(|line| Numbered { number, line })
                .map_err(|message| BadLine::new(number, message)),
        ))
    }

    fn text(&self) -> Result<&str, String> {
        if self.buffer.len() > LINE_MAX {
            return Err("is longer than 64 KiB".to_owned());
        }
        str::from_utf8(&self.buffer).map_err(|_| "is not UTF-8".to_owned())
    }

    /// Reads one line without its end into the buffer: at most one byte more than a line may
    /// have. Returns whether there was one.
    fn read(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        let most = LINE_MAX as u64 + 1;
        let read = (&mut self.input)
            .take(most)
            .read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > LINE_MAX {
            self.skip_rest()?;
        }
        if self.number == 1 && self.buffer.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            self.buffer.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(true)
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            let held = self.input.fill_buf()?;
            if held.is_empty() {
                return Ok(());
            }
            let end = held.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(held.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}
