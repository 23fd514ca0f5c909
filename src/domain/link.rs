//! Links in letters.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::account::UserType;
use super::language::Language;

/// Everything but the unreserved characters of RFC 3986, so that no value can end its place.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What fills the placeholders of a link ([`super::tenant::Links::PLACEHOLDERS`]): all that SSPR asks for with a token (contracts/sspr.md, section 7).
pub struct Link<'a> {
    /// The secret.
    pub token: &'a str,
    /// The tenant's code.
    pub tenant: &'a str,
    /// The language of the letter.
    pub language: Language,
    /// What SSPR calls the account.
    pub user_type: UserType,
    /// The name SSPR knows it by.
    pub identifier: &'a str,
}

impl Link<'_> {
    /// Fills a template, each value percent-encoded. Text in one value is never read as a
    /// placeholder.
    pub fn fill(&self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len() + 128);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.extend(utf8_percent_encode(self.value(name), RESERVED));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str) -> &str {
        match name {
            "token" => self.token,
            "tenant" => self.tenant,
            "language" => self.language.code(),
            "user_type" => self.user_type.as_str(),
            "identifier" => self.identifier,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_can_leave_its_place() {
        let link = Link {
            token: "{tenant}",
            tenant: "de mo",
            language: Language::Fr,
            user_type: UserType::Native,
            identifier: "a&b=c#d/é\r\n",
        };
        assert_eq!(
            link.fill("https://x.example/{tenant}/{language}?u={user_type}&i={identifier}#{token}"),
            "https://x.example/de%20mo/fr?u=Native&i=a%26b%3Dc%23d%2F%C3%A9%0D%0A#%7Btenant%7D"
        );
    }
}
