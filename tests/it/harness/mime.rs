//! Reads a message as a mail program would: headers unfolded and decoded, parts decoded.
//!
//! Written by hand, so that it does not share the mistakes of the library that writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A message of two alternative parts.
pub struct Parsed {
    /// In order, as names and values.
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub html: String,
}

impl Parsed {
    /// Fails the test when the message is not what every letter of ours is.
    pub fn read(raw: &[u8]) -> Self {
        let raw = str::from_utf8(raw).unwrap();
        assert!(
            !raw.replace("\r\n", "").contains(['\r', '\n']),
            "bare CR or LF"
        );
        let (headers, body) = entity(raw);
        let kind = header(&headers, "Content-Type");
        assert!(kind.starts_with("multipart/alternative;"), "{kind}");
        let (_, boundary) = kind.split_once("boundary=\"").unwrap();
        let boundary = format!("--{}", boundary.trim_end_matches('"'));
        let parts: Vec<&str> = body.split(&boundary).collect();
        let [preamble, text, html, end] = parts.as_slice() else {
            panic!("{} parts", parts.len());
        };
        assert_eq!((*preamble, end.trim_end()), ("", "--"));
        Self {
            headers,
            text: part(text, "text/plain; charset=utf-8"),
            html: part(html, "text/html; charset=utf-8"),
        }
    }

    /// The value of a header that is there exactly once.
    pub fn header(&self, name: &str) -> &str {
        header(&self.headers, name)
    }

    pub fn header_names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    let mut found = headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let (_, value) = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "{name} twice");
    value
}

fn entity(raw: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line:?}"));
        (name.to_owned(), words(value))
    });
    (headers.collect(), body)
}

fn part(raw: &str, kind: &str) -> String {
    let (headers, body) = entity(raw.strip_prefix("\r\n").unwrap());
    assert_eq!(header(&headers, "Content-Type"), kind);
    let body = body.strip_suffix("\r\n").unwrap();
    let bytes = match header(&headers, "Content-Transfer-Encoding") {
        "7bit" => body.as_bytes().to_vec(),
        "quoted-printable" => quoted(&body.replace("=\r\n", "")),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn quoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.extend(hex::decode(pair).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    bytes
}

/// Encoded words (RFC 2047); white space between two of them does not count.
fn words(value: &str) -> String {
    let mut decoded = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some((before, tail)) = rest.split_once("=?utf-8?b?") {
        if !(after_word && before.trim().is_empty()) {
            decoded.push_str(before);
        }
        let (word, tail) = tail.split_once("?=").unwrap();
        decoded.push_str(str::from_utf8(&STANDARD.decode(word).unwrap()).unwrap());
        (rest, after_word) = (tail, true);
    }
    decoded + rest
}
