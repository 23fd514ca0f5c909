//! `[secrets]`: what is kept out of the database.

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::names;
use super::reader::{Advice, Read, Reader};

/// `[secrets]`. Printing it shows how many keys there are, and no key.
#[derive(Clone)]
pub struct Secrets {
    /// The keys for digests, newest first. Empty: one is to be made.
    pub keys: Vec<Zeroizing<[u8; 32]>>,
    /// The file they come from, if it is one.
    pub file: Option<PathBuf>,
}

/// Base64 as everybody prints it, with or without the padding that copying loses.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Secrets {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let keys = reader.list("secrets.keys", key);
        let file = reader.optional("secrets.keys_file", names::path);
        Ok(Self {
            keys: keys?,
            file: file?.map(PathBuf::from),
        })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets {{ keys: {} hidden }}", self.keys.len())
    }
}

fn key(text: &str) -> Result<Zeroizing<[u8; 32]>, Advice> {
    let bytes = Zeroizing::new(BASE64.decode(text).unwrap_or_default());
    let key: Result<[u8; 32], _> = bytes.as_slice().try_into();
    match key.map(Zeroizing::new) {
        Ok(key) if key.iter().all(|byte| *byte == key[0]) => {
            Err("its bytes are all the same; write what \"openssl rand -base64 32\" prints".into())
        }
        Ok(key) => Ok(key),
        Err(_) => Err(
            "write base64 of exactly 32 random bytes, as \"openssl rand -base64 32\" prints it"
                .into(),
        ),
    }
}
