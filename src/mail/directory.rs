//! Letters as `.eml` files in a folder, for trying things out without a mail server.
//!
//! They hold what was mailed, live links included, so only the owner may read them.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use time::macros::format_description;
use tokio::io::AsyncWriteExt as _;

use super::{Letter, Mailer, Reason, Undelivered, message};

/// Writes each letter to a file of its own. A file with its final name is complete.
pub struct Directory(PathBuf);

impl Directory {
    /// Opens the folder, and makes it (0700) where it is missing.
    pub fn open(path: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)?;
        Ok(Self(path.to_owned()))
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.0.join(format!(".{name}.part"));
        let mut file = tokio::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        tokio::fs::rename(&draft, self.0.join(name)).await
    }
}

#[async_trait]
impl Mailer for Directory {
    async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = message::compose(letter)?;
        self.write(&file_name(letter), message.bytes.as_bytes())
            .await
            .map_err(|error| Undelivered::Later(Reason::Folder(error.kind())))
    }
}

/// Sorts by date; the identifier keeps letters of one moment apart.
fn file_name(letter: &Letter) -> String {
    let stamp =
        format_description!("[year][month][day]T[hour][minute][second].[subsecond digits:6]Z");
    let date = letter.date.to_offset(time::UtcOffset::UTC);
    let date = date.format(stamp).unwrap_or_default();
    let id: String = letter
        .message_id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '@' {
                c
            } else {
                '_'
            }
        })
        .take(100)
        .collect();
    format!("{date}-{id}.eml")
}
