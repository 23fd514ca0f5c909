//! The three alphabets that hash strings are written in.

use base64::Engine as _;
use base64::alphabet::{BCRYPT, STANDARD};
use base64::engine::DecodePaddingMode::Indifferent;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD};
use base64ct::{Base64ShaCrypt, Encoding as _};

use super::prf::Prf;

/// PHC strings are not padded, Django's are.
const PLAIN: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(Indifferent),
);

/// Some libraries left the unused bits at the end of a salt as they found them.
const CRYPT: GeneralPurpose =
    GeneralPurpose::new(&BCRYPT, NO_PAD.with_decode_allow_trailing_bits(true));

/// Reads what PHC, Django and passlib write; passlib has a dot for a plus.
pub(super) fn from_plain(text: &str) -> Option<Vec<u8>> {
    PLAIN.decode(text.replace('.', "+")).ok()
}

pub(super) fn plain(bytes: &[u8]) -> String {
    PLAIN.encode(bytes)
}

pub(super) fn from_bcrypt(text: &str) -> Option<Vec<u8>> {
    CRYPT.decode(text).ok()
}

pub(super) fn bcrypt(bytes: &[u8]) -> String {
    CRYPT.encode(bytes)
}

/// Reads the digest of a SHA-crypt, whose bytes are written in an order of their own.
pub(super) fn from_sha_crypt(prf: Prf, text: &str) -> Option<Vec<u8>> {
    let written = Base64ShaCrypt::decode_vec(text).ok()?;
    let order = order(prf);
    if written.len() != order.len() {
        return None;
    }
    let mut digest = vec![0; written.len()];
    for (byte, place) in written.iter().zip(order) {
        digest[*place] = *byte;
    }
    Some(digest)
}

pub(super) fn sha_crypt(prf: Prf, digest: &[u8]) -> String {
    let places = order(prf).iter();
    let written: Vec<_> = places
        .filter_map(|place| digest.get(*place))
        .copied()
        .collect();
    Base64ShaCrypt::encode_string(&written)
}

/// Which byte of the digest is written where.
fn order(prf: Prf) -> &'static [usize] {
    match prf {
        Prf::Sha512 => &SHA512,
        Prf::Sha1 | Prf::Sha256 => &SHA256,
    }
}

const SHA256: [usize; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28,
    18, 29, 19, 9, 30, 31,
];

const SHA512: [usize; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8,
    50, 51, 30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58,
    37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];
