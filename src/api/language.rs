//! Which language a request says its sender reads.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::domain::language::Language;

/// The language that the headers of a request ask for. `None` where they say nothing of it, or
/// nothing that we could write: `*`, languages that we lack, or what cannot be read. Libraries send
/// the star by themselves, so it is nobody's wish. The first language of `Accept-Language` that we write
/// counts, by weight (RFC 9110, 12.5.4); `Preferred-Locale` does not (contracts/cyclos.md, 1.2).
pub(super) fn said(headers: &HeaderMap) -> Option<Language> {
    let mut found: Vec<(f32, Language)> = headers
        .get_all(ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .take(20)
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let language = spoken(parts.next()?)?;
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    // Stable: of equal weights the first counts.
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.first().map(|(_, language)| *language)
}

/// The language of a tag, whatever follows it: `fr-CA`, `pt_BR`, `EN`.
fn spoken(tag: &str) -> Option<Language> {
    let primary = tag.trim().split(['-', '_']).next()?;
    Language::parse(&primary.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[(&'static str, &str)]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        super::said(&headers).map(Language::code)
    }

    #[test]
    fn the_heaviest_language_that_we_write_counts() {
        let accepted = |text| said(&[("accept-language", text)]);
        assert_eq!(accepted("fr-CA,fr;q=0.9,en;q=0.8"), Some("fr"));
        assert_eq!(accepted("de, en;q=0.3, ES-mx;q=0.7"), Some("es"));
        assert_eq!(accepted("fr;q=x, en;q=0.1"), Some("en"));
        let lines = [("accept-language", "de"), ("accept-language", "es")];
        assert_eq!(said(&lines), Some("es"));
    }

    #[test]
    fn what_we_cannot_write_says_nothing() {
        for text in ["*", "*;q=0.5", "de", "de, fr;q=0", "", "xx-YY, *"] {
            assert_eq!(said(&[("accept-language", text)]), None, "{text}");
        }
        assert_eq!(said(&[]), None);
    }

    #[test]
    fn what_a_front_end_says_of_its_looks_is_no_wish() {
        let french = ("accept-language", "fr");
        assert_eq!(said(&[("preferred-locale", "es_MX"), french]), Some("fr"));
        assert_eq!(said(&[("preferred-locale", "es_MX")]), None);
    }
}
