//! Clear-text passwords, for as short a time as possible.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A password as a person typed it. It cannot be printed, logged or serialised.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes what was typed. Its length is bounded by the limit on request bodies; how long a *new*
    /// one may be is for the policy to say.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The clear text. Only policies and the hasher have a reason to look.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is hashed: the NFKC form, so that one password typed on two keyboards is one
    /// password (NIST SP 800-63B-4, 3.1.1.2).
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self(Zeroizing::new(self.0.nfkc().collect()))
    }
}
