//! What is minted cannot be foreseen.

use std::collections::HashSet;

use rekey::domain::code::Code;
use rekey::domain::key::KeySecret;
use rekey::domain::token::Secret;
use rekey::recovery::Entropy;

const MINTED: usize = 100_000;

/// How far a count of characters is from all being equally likely.
fn chi_squared(counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / f64::from(u32::try_from(counts.len()).unwrap());
    let distance = |count: &u32| (f64::from(*count) - expected).powi(2) / expected;
    counts.iter().map(distance).sum()
}

/// What chance exceeds once in more than a thousand million runs, by the approximation of Wilson and
/// Hilferty: a failure is a defect.
fn bound(kinds: usize) -> f64 {
    let freedom = f64::from(u32::try_from(kinds - 1).unwrap());
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + 6.4 * spread.sqrt()).powi(3)
}

/// Length, alphabet, no two alike, and every character equally likely at every place.
fn are_even(minted: &[String], alphabet: &str, length: usize) {
    let distinct: HashSet<&String> = minted.iter().collect();
    assert_eq!(distinct.len(), minted.len(), "no two are alike");
    let mut places = vec![vec![0; alphabet.len()]; length];
    for secret in minted {
        assert_eq!(secret.len(), length);
        for (place, character) in places.iter_mut().zip(secret.chars()) {
            let kind = alphabet.find(character).expect("it is of the alphabet");
            place[kind] += 1;
        }
    }
    let mut all = vec![0; alphabet.len()];
    for (number, place) in places.iter().enumerate() {
        let found = chi_squared(place);
        assert!(found < bound(alphabet.len()), "place {number}: {found}");
        for (sum, count) in all.iter_mut().zip(place) {
            *sum += count;
        }
    }
    let found = chi_squared(&all);
    assert!(found < bound(alphabet.len()), "{found}");
}

/// L19, T-01: 100 000 tokens, minted as the server mints them: a generator each, seeded by that of the
/// operating system.
#[test]
fn l19_a_hundred_thousand_tokens_are_even() {
    let entropy = Entropy::os();
    let mint = |_| Secret::mint(&mut entropy.fork()).reveal().to_string();
    let minted: Vec<String> = (0..MINTED).map(mint).collect();
    are_even(&minted, "0123456789abcdef", 64);
}

/// L19: keys and session tokens likewise; the alphabet does not divide a byte evenly.
#[test]
fn l19_a_hundred_thousand_keys_are_even() {
    let entropy = Entropy::os();
    let mint = |_| KeySecret::mint(&mut entropy.fork()).reveal().to_owned();
    let minted: Vec<String> = (0..MINTED).map(mint).collect();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    are_even(&minted, letters, 40);
}

/// L19: typed codes are short, so they repeat; no digit is likelier than another.
#[test]
fn l19_codes_are_even() {
    let entropy = Entropy::os();
    let mut digits = vec![0; 10];
    for _ in 0..MINTED {
        let code = Code::mint("0123456789", 8, &mut entropy.fork());
        for digit in code.reveal().bytes() {
            digits[usize::from(digit - b'0')] += 1;
        }
    }
    let found = chi_squared(&digits);
    assert!(found < bound(10), "{digits:?}");
}

/// The measure itself: it sees a bias of one in fifty.
#[test]
fn a_bias_is_seen() {
    let mut counts = vec![100_000; 16];
    assert!(chi_squared(&counts) < bound(16));
    counts[3] += 2_000;
    counts[4] -= 2_000;
    counts[5] += 2_000;
    assert!(chi_squared(&counts) > bound(16), "{}", chi_squared(&counts));
}
