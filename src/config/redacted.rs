//! URLs that operators may see and log.

use url::Url;

/// What stands where a secret was.
pub(super) const HIDDEN: &str = "hidden";

/// The parameters of a URL that say how to connect, and nothing that is secret.
const PLAIN: [&str; 7] = [
    "application_name",
    "dbname",
    "host",
    "options",
    "port",
    "sslmode",
    "tls",
];

/// A URL without its password and without any parameter that may hold one. What is no URL is hidden
/// altogether.
pub fn redacted(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return HIDDEN.to_owned();
    };
    if url.password().is_some() && url.set_password(Some(HIDDEN)).is_err() {
        return HIDDEN.to_owned();
    }
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| {
            let is_plain = PLAIN.contains(&name.as_ref());
            let value = if is_plain { value.as_ref() } else { HIDDEN };
            (name.into_owned(), value.to_owned())
        })
        .collect();
    if !pairs.is_empty() {
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_left() {
        let cases = [
            (
                "postgres://ann:s3cret@db.example:5433/rekey?sslmode=require&sslpassword=s3cret",
                "postgres://ann:hidden@db.example:5433/rekey?sslmode=require&sslpassword=hidden",
            ),
            (
                "smtp://user:s3cret@mail.example:587?tls=required",
                "smtp://user:hidden@mail.example:587?tls=required",
            ),
            (
                "postgres://rekey@localhost/rekey",
                "postgres://rekey@localhost/rekey",
            ),
            ("not a url: s3cret", "hidden"),
        ];
        for (text, shown) in cases {
            assert_eq!(redacted(text), shown);
        }
    }
}
