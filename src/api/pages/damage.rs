//! What a mail program, or whoever copied it, has done to a link.
//!
//! A token is never guessed. What is around an address at its end and can be no part of one of ours is not read
//! ([`super::around`]); of a token that is not whole then, it is said what is wrong with it, and nothing of it
//! is looked up.

use minijinja::{Value, context};

use super::page::text;
use super::query::Pairs;
use crate::domain::language::Language;
use crate::words::Args;

/// How long the token of a link is: 64 hexadecimal digits.
const TOKEN: usize = 64;

/// What happened to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// Its end is missing.
    Cut,
    /// `=3D` stands where `=` stood (quoted-printable, RFC 2045, 6.7).
    Equals,
    /// `&amp;` stands where `&` stood.
    Entity,
    /// A line break or a blank came into its middle.
    Broken,
    /// Something is stuck to its end.
    Longer,
    /// Something else.
    Altered,
}

impl Damage {
    const ALL: [Self; 6] = [
        Self::Cut,
        Self::Equals,
        Self::Entity,
        Self::Broken,
        Self::Longer,
        Self::Altered,
    ];

    /// What addresses call it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Equals => "equals",
            Self::Entity => "entity",
            Self::Broken => "broken",
            Self::Longer => "longer",
            Self::Altered => "altered",
        }
    }

    /// Reads what addresses call it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// What the page for damaged links has, whoever visits: what is wrong, how to copy a link whole, and where
    /// its form leads.
    pub(super) fn shown(self, language: Language, action: &str) -> Value {
        let mut args = Args::new();
        if let Some((wrong, right)) = self.signs() {
            args.set("wrong", wrong);
            args.set("right", right);
        }
        context! { why => text(language, self.words(), &args), action, problem => true }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Cut => "damaged-cut",
            Self::Equals => "damaged-equals",
            Self::Entity => "damaged-entity",
            Self::Broken => "damaged-broken",
            Self::Longer => "damaged-longer",
            Self::Altered => "damaged-altered",
        }
    }

    /// What stands in the link, and what belongs there.
    fn signs(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Equals => Some(("=3D", "=")),
            Self::Entity => Some(("&amp;", "&")),
            Self::Cut | Self::Broken | Self::Longer | Self::Altered => None,
        }
    }

    /// What happened to a token that is none.
    pub(super) fn of_token(token: &str) -> Self {
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        // `=` at the end of a line says that it goes on in the next.
        let whole = token.trim_end_matches(['=', '.', '\u{2026}']);
        if is_hex(whole) {
            return if whole.len() < TOKEN {
                Self::Cut
            } else if whole.len() > TOKEN
                && whole
                    .get(..2)
                    .is_some_and(|two| two.eq_ignore_ascii_case("3d"))
            {
                Self::Equals
            } else {
                Self::Longer
            };
        }
        let is_between = |c: char| c == '=' || c.is_whitespace() || c.is_control();
        let joined: String = whole.chars().filter(|c| !is_between(*c)).collect();
        if whole.contains('=') && whole.to_ascii_lowercase().contains("=3d") {
            Self::Equals
        } else if whole.contains(is_between) && is_hex(&joined) {
            Self::Broken
        } else if whole.get(..TOKEN).is_some_and(is_hex) {
            Self::Longer
        } else {
            Self::Altered
        }
    }

    /// What happened to an address without a token where one belongs: whatever is not told by the names that
    /// are left in it, its end is missing.
    pub(super) fn of_query(query: &Pairs) -> Self {
        for name in query.names() {
            let name = name.to_ascii_lowercase();
            let entity = name.strip_prefix("amp;");
            let bare = entity.unwrap_or(&name);
            if bare.starts_with("token=") || bare.starts_with("token%3d") {
                return Self::Equals;
            }
            // `amp;tok`, and nothing behind it, too.
            if entity.is_some() && !bare.is_empty() && "token".starts_with(bare) {
                return Self::Entity;
            }
        }
        Self::Cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_to_a_token_is_told_by_what_is_left_of_it() {
        let token = "0123456789abcdef".repeat(4);
        let cases = [
            (String::new(), Damage::Cut),
            (token[..40].to_owned(), Damage::Cut),
            (format!("{}=", &token[..40]), Damage::Cut),
            (format!("{}...", &token[..40]), Damage::Cut),
            (format!("3D{token}"), Damage::Equals),
            (format!("{}=3D{}", &token[..9], &token[9..]), Damage::Equals),
            (format!("{} {}", &token[..40], &token[40..]), Damage::Broken),
            (
                format!("{}=\r\n{}", &token[..40], &token[40..]),
                Damage::Broken,
            ),
            (format!("{}={}", &token[..40], &token[40..]), Damage::Broken),
            (format!("{token}0"), Damage::Longer),
            (format!("{token}Then"), Damage::Longer),
            (format!("x{}", &token[1..]), Damage::Altered),
            ("{token}".to_owned(), Damage::Altered),
        ];
        for (text, damage) in cases {
            assert_eq!(Damage::of_token(&text), damage, "{text:?}");
        }
    }

    #[test]
    fn what_happened_to_an_address_is_told_by_the_names_in_it() {
        for (query, damage) in [
            ("tenant=demo&amp;token=0123", Damage::Entity),
            ("tenant=demo&amp;tok", Damage::Entity),
            ("token%3D0123", Damage::Equals),
            ("token%3d0123", Damage::Equals),
            ("tenant=demo&tok", Damage::Cut),
            ("t", Damage::Cut),
            ("tenant=demo", Damage::Cut),
            ("", Damage::Cut),
        ] {
            let found = Damage::of_query(&Pairs::read(query.as_bytes()));
            assert_eq!(found, damage, "{query}");
        }
    }
}
