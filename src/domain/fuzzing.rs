//! Names, hashes and secrets, as anybody may write them.

use super::dialling::Country;
use super::hash::{Hash, Recipe};
use super::identifier::{EmailAddress, Identifier, Kind, LoginName, Names, Phone, fold};
use super::session::SessionToken;
use super::token::Secret;
use super::user::{User, readings, shape};

/// The longest that a hundred and one characters become when NFKC writes them out and folding doubles them.
const LONGEST: usize = 101 * 18 * 3;

/// Names that people type: a stored one is found by what is stored, keys are clean and bounded, and
/// what is normalised stays as it is.
pub(crate) fn identifiers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let folded = fold(text);
    assert_eq!(fold(&folded), folded, "folding twice is folding once");
    if let Ok(login) = LoginName::parse(text) {
        assert_eq!(login.key(), Identifier::login(text));
        assert_eq!(LoginName::parse(login.as_str()).as_ref(), Ok(&login));
    }
    if let Ok(email) = EmailAddress::parse(text) {
        assert_eq!(Some(email.key()), Identifier::email(text));
        assert_eq!(EmailAddress::parse(email.as_str()).as_ref(), Ok(&email));
        assert!(email.as_str().starts_with(email.local_part()));
    }
    if let Ok(phone) = Phone::parse(text) {
        assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
    }
    let canada = Country::parse("CA").ok();
    if let Ok(phone) = Phone::parse_in(text, canada) {
        assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
        assert_eq!(phone.key().value, phone.as_str());
    }
    for kinds in [
        &Kind::ALL[..],
        &[Kind::Email],
        &[Kind::Phone, Kind::Email],
        &[],
    ] {
        let names = Names::read(text, kinds, canada);
        for name in [&names.counted, &names.first]
            .into_iter()
            .chain(&names.others)
        {
            is_clean(name);
        }
    }
    readings(text, canada).iter().for_each(is_clean);
    assert!(
        readings(text, canada)
            .iter()
            .any(|reading| reading.kind == shape(text, canada))
    );
    match User::quoted(text, canada) {
        User::Number(Some(number)) => {
            assert_eq!(
                User::quoted(&number.to_string(), canada),
                User::Number(Some(number))
            );
        }
        User::Number(None) => {}
        User::Named(names) => assert!(!names.is_empty()),
    }
}

fn is_clean(name: &Identifier) {
    assert!(!name.value.contains('\0'), "Postgres takes no NUL");
    assert!(
        name.value.chars().count() <= LONGEST,
        "{}",
        name.value.len()
    );
    match name.kind {
        Kind::Email | Kind::Login => {}
        Kind::Phone => assert!(name.value.starts_with('+') && name.value.len() <= 16),
    }
}

/// Strings that claim to be hashes: what is read can be written and read again, and what is taken in
/// is never dear.
pub(crate) fn hashes(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(hash) = Hash::parse(text) else {
        assert!(
            Hash::import(text).is_err(),
            "what cannot be read is not imported"
        );
        return;
    };
    let written = hash.to_string();
    assert!(
        Hash::parse(&written).is_ok_and(|again| again == hash),
        "{written}"
    );
    if Hash::import(text).is_ok() {
        assert!(Hash::import(&written).is_ok(), "{written}");
        match &hash {
            Hash::Plain { recipe, digest } => is_bounded(recipe, digest.len()),
            Hash::Wrapped {
                inner,
                length,
                outer,
                digest,
            } => {
                is_bounded(inner, *length);
                is_bounded(outer, digest.len());
                assert!(!outer.is_weak());
            }
        }
    }
}

/// Counted anew, not by the rule that let it in: memory and work of one computation.
fn is_bounded(recipe: &Recipe, length: usize) {
    let (memory_kib, work) = match recipe {
        Recipe::Argon2 {
            memory_kib,
            iterations,
            ..
        } => {
            let memory = u64::from(*memory_kib);
            (memory, memory * u64::from(*iterations))
        }
        Recipe::Bcrypt { cost, .. } => (4, 1_u64 << cost),
        Recipe::Scrypt { log_n, r, p, .. } => {
            let memory = (u64::from(*r) << log_n) / 8;
            (memory, memory * u64::from(*p))
        }
        Recipe::Pbkdf2 {
            prf, iterations, ..
        } => {
            let blocks = length.div_ceil(prf.length()) as u64;
            (0, blocks * u64::from(*iterations))
        }
        Recipe::ShaCrypt { rounds, .. } => (0, (*rounds).into()),
    };
    assert!(memory_kib <= 128 * 1024, "{memory_kib} KiB");
    assert!(work <= 2_000_000, "{work}");
    assert!((16..=64).contains(&length), "a digest of {length} bytes");
}

/// Tokens from letters and from headers: what is read is written as it is mailed.
pub(crate) fn secrets(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(secret) = Secret::parse(text) {
        assert_eq!(*secret.reveal(), text.to_ascii_lowercase());
    }
    let half = (0..=text.len() / 2)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let (first, second) = text.split_at(half.unwrap_or_default());
    assert_eq!(SessionToken::joined(first, second).reveal(), text);
    assert_eq!(SessionToken::presented(text).reveal(), text);
}
