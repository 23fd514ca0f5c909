//! Which language a person reads.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::domain::language::Language;

/// The first language of `Accept-Language` that we write, by weight (RFC 9110, 12.5.4).
pub(super) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut found: Vec<(f32, Language)> = accepted
        .split(',')
        .take(20)
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
            (weight > 0.0).then_some((weight, Language::parse(&primary)?))
        })
        .collect();
    // Stable: of equal weights the first counts.
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.first().map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_we_write_counts() {
        let accepted = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, text.parse().unwrap());
            super::accepted(&headers).map(Language::code)
        };
        assert_eq!(accepted("fr-CA,fr;q=0.9,en;q=0.8"), Some("fr"));
        assert_eq!(accepted("de, en;q=0.3, ES-mx;q=0.7"), Some("es"));
        assert_eq!(accepted("de, fr;q=0"), None);
        assert_eq!(accepted("*"), None);
        assert_eq!(accepted("fr;q=x, en;q=0.1"), Some("en"));
    }
}
