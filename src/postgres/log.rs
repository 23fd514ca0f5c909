//! The file that the server's words go to.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::Error;

/// Above this size a start begins the log anew.
const LIMIT: u64 = 10 * 1024 * 1024;
/// How much of the end is looked at for an error.
const TAIL: u64 = 4096;
/// How many lines of it an error repeats.
const LINES: usize = 5;

/// The log, from where one run of the server began.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    start: u64,
}

impl Log {
    pub(super) fn open(path: PathBuf) -> Result<Self, Error> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(Error::file("open", &path))?;
        let mut start = file.metadata().map_err(Error::file("read", &path))?.len();
        if start > LIMIT {
            file.set_len(0).map_err(Error::file("empty", &path))?;
            start = 0;
        }
        Ok(Self { path, file, start })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle, for the server to write to.
    pub(super) fn handle(&self) -> Result<File, Error> {
        self.file
            .try_clone()
            .map_err(Error::file("open", &self.path))
    }

    /// The last lines of this run.
    pub(super) fn tail(&self) -> String {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        let read = file
            .metadata()
            .map(|entry| self.start.max(entry.len().saturating_sub(TAIL)))
            .and_then(|from| file.seek(SeekFrom::Start(from)))
            .and_then(|_| file.read_to_end(&mut bytes));
        match read {
            Ok(_) => last_lines(&String::from_utf8_lossy(&bytes)),
            Err(_) => String::new(),
        }
    }
}

/// The last lines of `text`, as one.
pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let from = lines.len().saturating_sub(LINES);
    lines.get(from..).unwrap_or_default().join(" | ")
}
