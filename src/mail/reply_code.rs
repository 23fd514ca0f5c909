//! What a mail server's reply comes down to.

use std::fmt;

/// The code of a reply (RFC 5321, 4.2), with the enhanced one if its words began with one that fits
/// (RFC 2034, RFC 3463). Prints as `550 5.7.1`. The other words are not kept: servers quote recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyCode {
    /// Three digits.
    pub code: u16,
    /// Subject and detail; the class is the first digit of the code.
    pub enhanced: Option<(u16, u16)>,
}

impl ReplyCode {
    /// Takes the enhanced code from the words of a reply, if they begin with one of the same class.
    pub(super) fn read(code: u16, words: &str) -> Self {
        let first = words.split_whitespace().next().unwrap_or_default();
        let mut parts = first.split('.');
        let class = parts.next().and_then(number);
        let rest = parts
            .next()
            .and_then(number)
            .zip(parts.next().and_then(number));
        let is_whole = parts.next().is_none() && class == Some(code / 100);
        Self {
            code,
            enhanced: rest.filter(|_| is_whole),
        }
    }

    /// Whether the server agreed, or asks for more (2xx, 3xx).
    pub(super) fn is_positive(self) -> bool {
        (200..400).contains(&self.code)
    }

    /// Whether the server will not change its mind (5xx).
    pub(super) fn is_permanent(self) -> bool {
        self.code / 100 == 5
    }
}

fn number(text: &str) -> Option<u16> {
    let is_number = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl From<u16> for ReplyCode {
    fn from(code: u16) -> Self {
        let enhanced = None;
        Self { code, enhanced }
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some((subject, detail)) = self.enhanced {
            write!(f, " {}.{subject}.{detail}", self.code / 100)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_an_enhanced_code_or_not() {
        let shown = |code, words| ReplyCode::read(code, words).to_string();
        assert_eq!(shown(550, "5.7.1 go away"), "550 5.7.1");
        assert_eq!(shown(550, "5.7.708"), "550 5.7.708");
        for words in [
            "",
            "no",
            "4.7.1 of another class",
            "5.7 x",
            "5.7.1.1 x",
            "5.7.1000",
            "5..1",
        ] {
            assert_eq!(shown(550, words), "550", "{words}");
        }
    }
}
