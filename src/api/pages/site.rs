//! Where the pages are, as browsers see it.

use url::Url;

/// Where the pages are served. Links in letters lead below it.
pub(super) const BASE: &str = "/recover";

/// What the public address says about the pages.
pub(super) struct Site {
    /// The path below which they are: a proxy in front may take some of it away.
    pub(super) base: String,
    /// The origin that forms of ours come from.
    pub(super) origin: String,
    /// Whether they travel encrypted.
    pub(super) is_secure: bool,
}

impl Site {
    pub(super) fn new(public_url: &str) -> Self {
        let url = Url::parse(public_url).ok();
        let path = url.as_ref().map_or("", |url| url.path());
        Self {
            base: format!("{}{BASE}", path.trim_end_matches('/')),
            origin: url
                .as_ref()
                .map(|url| url.origin().ascii_serialization())
                .unwrap_or_default(),
            is_secure: url.is_some_and(|url| url.scheme() == "https"),
        }
    }

    /// The path of a page, as browsers ask for it.
    pub(super) fn page(&self, page: &str) -> String {
        if page.is_empty() {
            self.base.clone()
        } else {
            format!("{}/{page}", self.base)
        }
    }
}
