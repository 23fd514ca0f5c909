//! Reading a file line by line, or record by record, however long they are.

use std::io::{self, BufRead, Read as _, Seek};

use zeroize::Zeroizing;

use super::csv::{self, Header};
use super::line::{Line, Tenancy};
use super::members::Members;
use super::{BadLine, Format};

/// The longest line, in bytes without its end.
const LINE_MAX: usize = 64 * 1024;

/// What some editors begin a file with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The lines of a file that are not blank, or its records.
pub(super) struct Lines<R> {
    input: R,
    format: Format,
    /// What the columns of a CSV file hold, once its first record was read.
    header: Option<Header>,
    /// The last line that was read.
    number: i64,
    /// One line, or one record of several; it may hold passwords in clear.
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
    pub(super) fn of(mut input: R, format: Format) -> io::Result<Self> {
        input.rewind()?;
        Ok(Self {
            input,
            format,
            header: None,
            number: 0,
            // All at once: a buffer that grows leaves copies behind.
            buffer: Zeroizing::new(Vec::with_capacity(LINE_MAX + 1)),
        })
    }

    /// Starts again.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        self.number = 0;
        self.header = None;
        self.input.rewind()
    }

    /// The next account, or what is wrong with its line. Where a header is bad, every account after
    /// it would be: that is said once.
    pub(super) fn next_account(
        &mut self,
        of: Tenancy<'_>,
    ) -> io::Result<Option<Result<Numbered, BadLine>>> {
        let Some(number) = self.next_line()? else {
            return Ok(None);
        };
        let bad = |message| BadLine::new(number, message);
        if self.format == Format::Csv && self.header.is_none() {
            match self.text().and_then(Header::parse) {
                Ok(header) => self.header = Some(header),
                Err(message) => {
                    self.input.seek(io::SeekFrom::End(0))?;
                    return Ok(Some(Err(bad(message))));
                }
            }
            return self.next_account(of);
        }
        let members = self.text().and_then(|text| match &self.header {
            Some(header) => header.members(text),
            None => Members::parse(text),
        });
        let line = members.and_then(|members| Line::read(members, of));
        Ok(Some(
            line.map(|line| Numbered { number, line }).map_err(bad),
        ))
    }

    /// Reads the next line that is not blank, and says where it begins.
    fn next_line(&mut self) -> io::Result<Option<i64>> {
        loop {
            self.buffer.clear();
            if !self.read()? {
                return Ok(None);
            }
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let number = self.number;
        if self.format == Format::Csv {
            let mut is_open = csv::is_open(&self.buffer);
            while is_open && self.buffer.len() <= LINE_MAX {
                self.buffer.push(b'\n');
                let before = self.buffer.len();
                if !self.read()? {
                    break;
                }
                is_open ^= csv::is_open(&self.buffer[before..]);
            }
        }
        Ok(Some(number))
    }

    fn text(&self) -> Result<&str, String> {
        if self.buffer.len() > LINE_MAX {
            return Err("is longer than 64 KiB".to_owned());
        }
        str::from_utf8(&self.buffer).map_err(|_| "is not UTF-8".to_owned())
    }

    /// Reads one line without its end, after what the buffer holds: at most one byte more in all
    /// than a line may have. Returns whether there was one.
    fn read(&mut self) -> io::Result<bool> {
        let most = LINE_MAX + 1 - self.buffer.len();
        let read = (&mut self.input)
            .take(most as u64)
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
