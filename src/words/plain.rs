//! Names from outside, made safe to stand in a header or a sentence.

/// Whether the character is invisible and changes how its neighbours are read: controls, line
/// separators, marks of writing direction. The joiners that scripts and emoji need are none.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// One line of at most `max` characters: hidden characters gone, white space single.
pub fn line(text: &str, max: usize) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_hidden(*c))
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    cut(&words.join(" "), max)
}

/// A [`line()`] that mail programs do not turn into a link: whoever may choose a name must not
/// thereby choose what a letter points to.
pub fn name(text: &str, max: usize) -> String {
    let line = line(text, max);
    let lower = line.to_ascii_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        hostless(&line)
    } else {
        line
    }
}

/// A [`line()`] in which nothing at all reads as a host: what people may call themselves needs no
/// dots between letters, and mail programs make links of bare hosts too.
pub fn person(text: &str, max: usize) -> String {
    hostless(&line(text, max))
}

/// A line in which every dot between the parts of a host stands in brackets.
fn hostless(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut plain = String::with_capacity(line.len());
    for (at, c) in chars.iter().enumerate() {
        let next = chars.get(at + 1);
        // "J. Doe", "St. Mary" and "<Jr.>" stay as they are; what could be a host does not.
        let joins = at > 0 && next.is_some_and(|next| !next.is_whitespace() && !closes(*next));
        match c {
            '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' if joins => plain.push_str("[.]"),
            ':' if next == Some(&'/') => plain.push_str("[:]"),
            _ => plain.push(*c),
        }
    }
    plain
}

/// Whether no part of a host begins with the character: it ends what is in front of it.
fn closes(c: char) -> bool {
    matches!(
        c,
        '>' | ')' | ']' | '}' | '"' | '\'' | ',' | ';' | '!' | '?' | '»' | '”' | '’' | '›'
    )
}

/// A [`line()`] for a header, in which nothing reads as an encoded word (RFC 2047).
pub fn header(text: &str, max: usize) -> String {
    line(text, max).replace("=?", "= ?")
}

/// At most `max` characters; an ellipsis, which counts, tells that there was more.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_visible_line() {
        assert_eq!(line(" a\r\nBcc: b\t c\u{0} ", 40), "a Bcc: b c");
        assert_eq!(line("abc\u{202e}def\u{2066}g", 40), "abcdefg");
        assert_eq!(line("a\u{2028}b\u{2029}c", 40), "a b c");
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(line("éééé", 4), "éééé");
        assert_eq!(line("ééééé", 4), "ééé…");
        assert_eq!(line("éé éé", 4), "éé…");
    }

    #[test]
    fn a_name_is_no_link() {
        assert_eq!(name("john.doe@demo.example", 40), "john.doe@demo.example");
        assert_eq!(
            name("http://evil.example/x", 40),
            "http[:]//evil[.]example/x"
        );
        assert_eq!(name("WWW.evil.example", 40), "WWW[.]evil[.]example");
    }

    #[test]
    fn a_person_is_no_host() {
        for (called, reads) in [
            ("J. R. Doe", "J. R. Doe"),
            ("Mary St.", "Mary St."),
            ("go to evil.example/unlock", "go to evil[.]example/unlock"),
            ("evil\u{3002}example", "evil[.]example"),
            ("https://evil", "https[:]//evil"),
            ("John <Jr.>", "John <Jr.>"),
            ("\"Bob Jr.\", (ret.)", "\"Bob Jr.\", (ret.)"),
            ("<evil.example>", "<evil[.]example>"),
        ] {
            assert_eq!(person(called, 60), reads);
        }
    }

    #[test]
    fn a_header_holds_no_encoded_word() {
        assert_eq!(header("=?utf-8?q?hi?=", 40), "= ?utf-8?q?hi?=");
    }
}
