//! What stands around an address in a sentence and comes along when it is copied.

use percent_encoding::percent_decode_str;

use crate::domain::unseen::is_unseen;

/// Whether a character may be around an address and is in none of ours. An equals sign is in the middle of one
/// and says more at its end: that it was cut.
pub(super) fn is_around(c: char) -> bool {
    const AROUND: &str = ".,;:!?()[]{}<>\"'`*_|\\/«»‹›“”„‘’‚…。、，；：！？）】》」』";
    AROUND.contains(c) || c.is_whitespace() || c.is_control() || is_unseen(c)
}

/// A query without what is around an address, at its end.
pub(super) fn without(query: &str) -> &str {
    let mut rest = query;
    while let Some(shorter) = shorter(rest) {
        rest = shorter;
    }
    rest
}

/// A query without its last character, if that may be around an address: written as it is, or as its bytes in
/// UTF-8.
fn shorter(query: &str) -> Option<&str> {
    if let Some(rest) = query.strip_suffix(|c| is_around(c) || c == '+') {
        return Some(rest);
    }
    (1..=4).find_map(|bytes| {
        let (rest, encoded) = query.split_at_checked(query.len().checked_sub(3 * bytes)?)?;
        let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
        let mut chars = decoded.chars();
        let is_one = chars.next().is_some_and(is_around) && chars.next().is_none();
        (is_one && encoded.starts_with('%')).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_an_address_is_no_part_of_its_query() {
        for (written, read) in [
            ("token=ab", "token=ab"),
            ("token=ab.", "token=ab"),
            ("token=ab).", "token=ab"),
            ("token=ab%3E", "token=ab"),
            ("token=ab%20", "token=ab"),
            ("token=ab+", "token=ab"),
            ("token=ab%E2%80%8B%C2%BB", "token=ab"),
            ("token=ab%22%2C", "token=ab"),
            ("token=ab%0D%0A", "token=ab"),
            ("token=ab=", "token=ab="),
            ("token=", "token="),
            ("tenant=d%C3%A9", "tenant=d%C3%A9"),
            ("%", "%"),
            ("", ""),
            (").", ""),
        ] {
            assert_eq!(without(written), read, "{written}");
        }
    }
}
