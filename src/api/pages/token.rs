//! The token of a link: which page it opens, and how it is read out of an address or of what somebody
//! copied out of a letter.

use crate::domain::token::{Purpose, Secret};

/// What stands in front of the token in every link of ours.
const BEFORE: &str = "token=";

/// The page that tokens of a purpose open.
pub(super) fn page(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Reset => "reset",
        Purpose::Unlock => "unlock",
        Purpose::Disown => "not-me",
    }
}

/// Whether a link opens the page of this name.
pub(super) fn opens(name: &str) -> bool {
    let purposes = [Purpose::Reset, Purpose::Unlock, Purpose::Disown];
    purposes.into_iter().any(|purpose| page(purpose) == name)
}

/// The token in a text: alone, or at the end of a whole address, with line ends and blanks in it
/// where a mail program broke it. `None` where it is not whole.
pub(super) fn read(text: &str) -> Option<Secret> {
    let text = text.rsplit_once(BEFORE).map_or(text, |(_, token)| token);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    Secret::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_alone_and_out_of_an_address() {
        let token = "0123456789abcdef".repeat(4);
        let (one, other) = token.split_at(30);
        for text in [
            token.clone(),
            format!(" {token} \n"),
            format!("{one} {other}"),
            format!("https://a.example/recover/reset?token={one}\r\n{other}"),
            format!("https://a.example/recover/reset?tenant=demo&token={token}"),
        ] {
            let read = read(&text).map(|secret| secret.reveal().to_string());
            assert_eq!(read.as_ref(), Some(&token), "{text}");
        }
        for text in ["", "token=", &token[1..], &format!("{token}0"), "g"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
