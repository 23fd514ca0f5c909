//! The cookie that half of a token travels in (contracts/cyclos.md, 1.4).

use axum::http::HeaderValue;
use zeroize::Zeroizing;

use crate::api::cyclos::{BASE, credentials};

/// How the cookie looks on this server.
#[derive(Clone)]
pub(super) struct Cookie {
    /// Below which path it is sent back: ours, behind whatever a proxy puts in front.
    path: String,
    /// Whether it is only ever sent encrypted.
    is_secure: bool,
}

impl Cookie {
    /// For a server that callers reach at `public_url`.
    pub(super) fn of(public_url: &str) -> Self {
        let url = url::Url::parse(public_url).ok();
        let mount = url.as_ref().map_or("", |url| url.path());
        Self {
            path: format!("{}{BASE}", mount.trim_end_matches('/')),
            is_secure: url.is_some_and(|url| url.scheme() == "https"),
        }
    }

    /// Hands half of a token over.
    pub(super) fn set(&self, half: &str) -> Option<HeaderValue> {
        self.write(half, "")
    }

    /// Takes it back.
    pub(super) fn erase(&self) -> Option<HeaderValue> {
        self.write("", "; Max-Age=0")
    }

    fn write(&self, value: &str, age: &str) -> Option<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = Zeroizing::new(format!(
            "{}={value}; HttpOnly{secure}; SameSite=Strict; Path={}{age}",
            credentials::COOKIE,
            self.path
        ));
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use super::Cookie;

    fn set(public_url: &str) -> String {
        let header = Cookie::of(public_url).set("half").unwrap();
        header.to_str().unwrap().to_owned()
    }

    #[test]
    fn follows_where_the_server_is_mounted() {
        assert_eq!(
            set("http://127.0.0.1:8080"),
            "Session-Token=half; HttpOnly; SameSite=Strict; Path=/api"
        );
        assert_eq!(
            set("https://id.example/keys/"),
            "Session-Token=half; HttpOnly; Secure; SameSite=Strict; Path=/keys/api"
        );
    }
}
