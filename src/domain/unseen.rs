//! What nobody sees in a text, and so nobody means: characters without a shape, and blanks at its ends.
//!
//! They come along when a name is copied from a web page, a spreadsheet or a contact on a phone: zero-width
//! spaces and joiners, soft hyphens, byte order marks, marks of direction, selectors of variants.

use std::borrow::Cow;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Whether Unicode says of a character that nothing is shown for it
/// (`Default_Ignorable_Code_Point`; Unicode 17, 5.21).
pub fn is_unseen(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// A text without what nobody sees in it.
pub fn seen(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unseen) {
        Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text without what nobody sees in it, and without blanks at its ends.
pub fn clean(text: &str) -> Cow<'_, str> {
    match seen(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_and_blanks_at_the_ends_are_nothing() {
        for (what, unseen) in [
            ("a zero-width space", "\u{200b}"),
            ("a zero-width non-joiner", "\u{200c}"),
            ("a zero-width joiner", "\u{200d}"),
            (
                "marks of direction",
                "\u{200e}\u{202a}\u{202c}\u{2066}\u{2069}\u{61c}",
            ),
            ("a soft hyphen", "\u{ad}"),
            ("a byte order mark", "\u{feff}"),
            ("a word joiner", "\u{2060}"),
            ("selectors of variants", "\u{fe0f}\u{e0100}"),
            ("a grapheme joiner", "\u{34f}"),
            ("a Hangul filler", "\u{3164}"),
            ("tags", "\u{e0041}"),
        ] {
            for text in [
                format!("{unseen}alice"),
                format!("alice{unseen}"),
                format!("al{unseen}ice"),
                format!("\u{a0}{unseen} alice \u{3000}{unseen}\t"),
            ] {
                assert_eq!(clean(&text), "alice", "{what}");
            }
            assert_eq!(clean(unseen), "", "{what}");
        }
        assert_eq!(clean("al ice"), "al ice");
        assert!(matches!(clean("zoë 王"), Cow::Borrowed("zoë 王")));
    }
}
