//! `[database]`: where everything is remembered.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::names;
use super::reader::{Advice, Read, Reader};

/// `[database]`
#[derive(Clone, Debug)]
pub struct Database {
    /// Where Postgres is; `None`: a private one is run under `data_dir`.
    pub url: Option<SecretString>,
    /// Where the private Postgres and generated secrets are kept.
    pub data_dir: PathBuf,
    /// The most connections at once; at least 1.
    pub max_connections: u32,
}

impl Database {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let url = reader.optional("database.url", postgres);
        let data_dir = reader.text("database.data_dir", names::path);
        let max_connections = reader.number("database.max_connections", &(1..=1000));
        Ok(Self {
            url: url?,
            data_dir: PathBuf::from(data_dir?),
            max_connections: max_connections?,
        })
    }
}

fn postgres(text: &str) -> Result<SecretString, Advice> {
    match Url::parse(text) {
        Ok(url) if ["postgres", "postgresql"].contains(&url.scheme()) => {
            Ok(SecretString::from(text))
        }
        Ok(_) | Err(_) => {
            Err("write postgres://user:password@host:port/name, with special characters percent-encoded".into())
        }
    }
}
