//! The strings of Django's password hashers, which name their scheme without a dollar before it.

use super::base64;
use super::native;
use super::{Input, Prf, Recipe, Unsupported};

/// How a digest is made, and the digest.
type Parsed = (Recipe, Option<Vec<u8>>);

/// Reads a string as Django writes it.
pub(super) fn parse(text: &str) -> Result<Parsed, Unsupported> {
    let (scheme, rest) = text.split_once('$').ok_or(Unsupported::Malformed)?;
    let (name, parsed) = match scheme {
        // Django puts its own name before a string that names its scheme already.
        "argon2" => return native::parse(&format!("${rest}")),
        "bcrypt" if rest.starts_with('$') => return native::parse(rest),
        "bcrypt_sha256" => ("bcrypt", bcrypt_sha256(rest)),
        "scrypt" => ("scrypt", scrypt(rest)),
        "pbkdf2_sha1" => ("PBKDF2", pbkdf2(Prf::Sha1, rest)),
        "pbkdf2_sha256" => ("PBKDF2", pbkdf2(Prf::Sha256, rest)),
        "pbkdf2_sha512" => ("PBKDF2", pbkdf2(Prf::Sha512, rest)),
        _ => return Err(Unsupported::Scheme),
    };
    parsed.ok_or(Unsupported::Broken(name))
}

fn bcrypt_sha256(text: &str) -> Option<Parsed> {
    let fields: Vec<_> = text.split('$').collect();
    let ["", "2a" | "2b" | "2y", rest @ ..] = fields.as_slice() else {
        return None;
    };
    native::bcrypt(Input::Sha256Hex, rest)
}

/// `N$salt$r$p$digest`. Salts are used as they are written.
fn scrypt(text: &str) -> Option<Parsed> {
    let fields: Vec<_> = text.split('$').collect();
    let [n, salt, r, p, digest] = fields.as_slice() else {
        return None;
    };
    let n: u64 = native::number(n).filter(|n: &u64| n.is_power_of_two())?;
    let recipe = Recipe::Scrypt {
        log_n: u8::try_from(n.ilog2()).ok()?,
        r: native::number(r)?,
        p: native::number(p)?,
        salt: salt.as_bytes().to_vec(),
    };
    Some((recipe, Some(base64::from_plain(digest)?)))
}

/// `iterations$salt$digest`.
fn pbkdf2(prf: Prf, text: &str) -> Option<Parsed> {
    let fields: Vec<_> = text.split('$').collect();
    let [iterations, salt, digest] = fields.as_slice() else {
        return None;
    };
    let recipe = Recipe::Pbkdf2 {
        prf,
        iterations: native::number(iterations)?,
        salt: salt.as_bytes().to_vec(),
    };
    Some((recipe, Some(base64::from_plain(digest)?)))
}
