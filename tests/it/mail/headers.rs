//! How long the lines of headers are, whatever is in them (RFC 2047, section 2; RFC 5322, 2.1.1).

use rekey::mail::{Content, Directory, Letter, Mailer as _};

use super::letter;
use crate::harness::folder::Folder;
use crate::harness::mime::Parsed;

/// Words of several scripts, of one to four bytes a character.
const WORDS: [&str; 7] = [
    "Coopérative",
    "Société, S.A.",
    "Κοινωνία",
    "協同組合",
    "تعاونية",
    "🦀",
    "plain",
];

async fn written(name: &str, address: &str, subject: &str) -> String {
    let folder = Folder::new();
    let mailer = Directory::open(folder.path()).unwrap();
    let letter = Letter {
        from: format!("{name} <{address}>"),
        content: Content {
            subject: subject.to_owned(),
            ..letter().content
        },
        ..letter()
    };
    mailer.send(&letter).await.unwrap();
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap();
    std::fs::read_to_string(file.unwrap().path()).unwrap()
}

/// The kind: a line that holds an encoded word ends at 76 characters, and says what it said.
#[tokio::test]
async fn a_line_with_an_encoded_word_has_at_most_76_characters() {
    let long = format!("{}@{}.example", "a".repeat(60), "b".repeat(60));
    let mut lines_seen = 0;
    for word in WORDS {
        for times in [1, 2, 3, 5, 8, 30] {
            // With blanks, without, with words between that need no encoding, and with a long one.
            let texts = [
                vec![word; times].join(" "),
                word.repeat(times),
                vec![word; times].join(" of the "),
                format!("é {} {word}", "x".repeat(times * 4)),
            ];
            for text in texts {
                let text: String = text.chars().take(100).collect();
                let text = text.trim_end();
                for address in ["help@demo.example", &long] {
                    let raw = written(text, address, text).await;
                    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
                    for line in head.split("\r\n") {
                        assert!(line.len() <= 998, "{line}");
                        if line.contains("=?") {
                            lines_seen += 1;
                            assert!(line.len() <= 76, "{} in {line}", line.len());
                        }
                    }
                    let parsed = Parsed::read(raw.as_bytes());
                    assert_eq!(parsed.header("Subject"), text);
                    let from = parsed.header("From").replace('"', "");
                    assert_eq!(from, format!("{text} <{address}>"));
                }
            }
        }
    }
    assert!(lines_seen > 500, "there were encoded words");
}

#[tokio::test]
async fn what_needs_no_encoding_stays_legible() {
    let raw = written("Demo Cooperative", "help@demo.example", "Choose a password").await;
    assert!(raw.contains("\r\nSubject: Choose a password\r\n"), "{raw}");
    assert!(raw.starts_with("From: \"Demo Cooperative\" <help@demo.example>\r\n"));
}
