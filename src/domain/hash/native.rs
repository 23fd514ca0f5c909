//! Strings that begin with a dollar: PHC strings, and the modular crypt format.

use super::base64;
use super::{Input, Lanes, Prf, Recipe, Unsupported, Version};

/// How a digest is made, and the digest unless the string ends before it.
type Parsed = (Recipe, Option<Vec<u8>>);

/// Parameters as they are written, a salt, and the digest unless the string ends before it.
type Salted<'a> = (&'a str, Vec<u8>, Option<Vec<u8>>);

/// How often SHA-crypt iterates where its string does not say.
const DEFAULT_ROUNDS: u32 = 5_000;

/// Reads a string that begins with a dollar.
pub(super) fn parse(text: &str) -> Result<Parsed, Unsupported> {
    let fields: Vec<_> = text.split('$').skip(1).collect();
    let (name, parsed) = match fields.as_slice() {
        ["argon2id", rest @ ..] => ("argon2id", argon2(Lanes::Id, rest)),
        ["argon2i", rest @ ..] => ("argon2i", argon2(Lanes::I, rest)),
        ["scrypt", rest @ ..] => ("scrypt", scrypt(rest)),
        ["pbkdf2" | "pbkdf2-sha1", rest @ ..] => ("PBKDF2", pbkdf2(Prf::Sha1, rest)),
        ["pbkdf2-sha256", rest @ ..] => ("PBKDF2", pbkdf2(Prf::Sha256, rest)),
        ["pbkdf2-sha512", rest @ ..] => ("PBKDF2", pbkdf2(Prf::Sha512, rest)),
        ["2a" | "2b" | "2y", rest @ ..] => ("bcrypt", bcrypt(Input::Password, rest)),
        ["django-bcrypt-sha256", "2b", rest @ ..] => ("bcrypt", bcrypt(Input::Sha256Hex, rest)),
        ["5", rest @ ..] => ("SHA-256-crypt", sha_crypt(Prf::Sha256, rest)),
        ["6", rest @ ..] => ("SHA-512-crypt", sha_crypt(Prf::Sha512, rest)),
        [_, _, ..] => return Err(Unsupported::Scheme),
        [_] | [] => return Err(Unsupported::Malformed),
    };
    parsed.ok_or(Unsupported::Broken(name))
}

/// Reads a number as every scheme writes it: digits, and no zero before others.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_short = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain && is_short)
}

fn argon2(lanes: Lanes, fields: &[&str]) -> Option<Parsed> {
    let (version, fields) = match fields {
        ["v=19", rest @ ..] => (Version::V19, rest),
        ["v=16", rest @ ..] => (Version::V16, rest),
        rest => (Version::V16, rest),
    };
    let (parameters, salt, digest) = salted(fields)?;
    let [memory_kib, iterations, parallelism] = named(["m", "t", "p"], parameters)?;
    let recipe = Recipe::Argon2 {
        lanes,
        version,
        memory_kib,
        iterations,
        parallelism,
        salt,
    };
    Some((recipe, digest))
}

fn scrypt(fields: &[&str]) -> Option<Parsed> {
    let (parameters, salt, digest) = salted(fields)?;
    let parameters = without_length(parameters, digest.as_deref())?;
    let [log_n, r, p] = named(["ln", "r", "p"], parameters)?;
    let log_n = u8::try_from(log_n).ok()?;
    Some((Recipe::Scrypt { log_n, r, p, salt }, digest))
}

fn pbkdf2(prf: Prf, fields: &[&str]) -> Option<Parsed> {
    let (parameters, salt, digest) = salted(fields)?;
    let parameters = without_length(parameters, digest.as_deref())?;
    // passlib writes the number without its name.
    let iterations = match number(parameters) {
        Some(iterations) => iterations,
        None => named(["i"], parameters).map(|[iterations]| iterations)?,
    };
    let recipe = Recipe::Pbkdf2 {
        prf,
        iterations,
        salt,
    };
    Some((recipe, digest))
}

/// Reads what follows the dollar of a bcrypt string: costs, then salt and digest in one.
pub(super) fn bcrypt(input: Input, fields: &[&str]) -> Option<Parsed> {
    let [cost, text] = fields else {
        return None;
    };
    let cost = match cost.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            u32::from(tens - b'0') * 10 + u32::from(ones - b'0')
        }
        _ => return None,
    };
    let salt = base64::from_bcrypt(text.get(..22)?)?;
    let digest = match text.get(22..)? {
        "" => None,
        digest => Some(base64::from_bcrypt(digest).filter(|bytes| bytes.len() == 23)?),
    };
    let salt = salt.try_into().ok()?;
    Some((Recipe::Bcrypt { input, cost, salt }, digest))
}

fn sha_crypt(prf: Prf, fields: &[&str]) -> Option<Parsed> {
    let (rounds, fields) = match fields {
        [first, rest @ ..] if first.starts_with("rounds=") => {
            (number(first.strip_prefix("rounds=")?)?, rest)
        }
        rest => (DEFAULT_ROUNDS, rest),
    };
    let (salt, digest) = match fields {
        [salt] => (salt, None),
        [salt, digest] => (salt, Some(base64::from_sha_crypt(prf, digest)?)),
        _ => return None,
    };
    let recipe = Recipe::ShaCrypt {
        prf,
        rounds,
        salt: (*salt).to_owned(),
    };
    Some((recipe, digest))
}

/// `parameters$salt` or `parameters$salt$digest`.
fn salted<'a>(fields: &[&'a str]) -> Option<Salted<'a>> {
    let (parameters, salt, digest) = match fields {
        [parameters, salt] => (parameters, salt, None),
        [parameters, salt, digest] => (parameters, salt, Some(base64::from_plain(digest)?)),
        _ => return None,
    };
    Some((parameters, base64::from_plain(salt)?, digest))
}

/// Takes off the length of the digest, which may come last and must be right.
fn without_length<'a>(parameters: &'a str, digest: Option<&[u8]>) -> Option<&'a str> {
    let Some((before, length)) = parameters.rsplit_once(",l=") else {
        return Some(parameters);
    };
    (number::<usize>(length)? == digest?.len()).then_some(before)
}

/// Reads `a=1,b=2`: these names, in this order, and no others.
fn named<const N: usize>(names: [&str; N], text: &str) -> Option<[u32; N]> {
    let mut values = [0; N];
    let mut given = text.split(',');
    for (name, value) in names.iter().zip(&mut values) {
        let (found, digits) = given.next()?.split_once('=')?;
        if found != *name {
            return None;
        }
        *value = number(digits)?;
    }
    given.next().is_none().then_some(values)
}
