//! The token of a link: which page it opens, and how it is read out of an address or of what somebody
//! copied out of a letter.

use super::around::is_around;
use super::damage::Damage;
use super::query::Pairs;
use crate::domain::token::{Purpose, Secret};
use crate::domain::unseen::is_unseen;

/// What the form for damaged links calls what is pasted into it.
pub(super) const CODE: &str = "code";

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

/// The token that an address brings, in a link or from the form for damaged ones; or what happened to it.
/// `None` where it brings nothing.
pub(super) fn brought(query: &Pairs) -> Option<Result<Secret, Damage>> {
    if let Some(text) = query.raw(CODE) {
        return Some(read(text));
    }
    let token = query.raw("token")?;
    Some(Secret::parse(token).map_err(|_| Damage::of_token(token)))
}

/// The token in a text that somebody copied out of a letter: alone, or at the end of a whole address, with
/// line ends and blanks in it where a mail program broke it.
fn read(text: &str) -> Result<Secret, Damage> {
    let text = text.rsplit_once(BEFORE).map_or(text, |(_, token)| token);
    let text: String = text.chars().filter(|c| !is_between(*c)).collect();
    let text = text.trim_matches(is_around);
    Secret::parse(text).map_err(|_| Damage::of_token(text))
}

/// Whether a character may have come between two of a token where it was copied, and says nothing.
fn is_between(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_unseen(c)
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
            format!("<{token}>."),
            format!("{one} {other}"),
            format!("{one}\u{200b}{other}"),
            format!("https://a.example/recover/reset?token={one}\r\n{other}"),
            format!("https://a.example/recover/reset?tenant=demo&token={token}"),
        ] {
            let read = read(&text).map(|secret| secret.reveal().to_string());
            assert_eq!(read.as_ref(), Ok(&token), "{text}");
        }
        for (text, damage) in [
            ("", Damage::Cut),
            ("token=", Damage::Cut),
            (&token[1..], Damage::Cut),
            (&format!("{token}0"), Damage::Longer),
            ("g", Damage::Altered),
        ] {
            assert_eq!(read(text).err(), Some(damage), "{text}");
        }
    }

    #[test]
    fn of_a_link_nothing_is_put_together() {
        let token = "0123456789abcdef".repeat(4);
        let (one, other) = token.split_at(30);
        let brought = |query: &str| brought(&Pairs::read(query.as_bytes()));
        assert!(brought(&format!("token={token}")).unwrap().is_ok());
        let broken = brought(&format!("token={one}+{other}")).unwrap();
        assert_eq!(broken.err(), Some(Damage::Broken));
        assert!(brought(&format!("code={one}+{other}")).unwrap().is_ok());
        assert!(brought("tenant=demo").is_none());
    }
}
