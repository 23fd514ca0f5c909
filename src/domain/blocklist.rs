//! Passwords that everybody tries first.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::identifier::fold;
use super::strength::Context;

/// 30 000 common passwords, one a line, most common first: the list of the zxcvbn estimator
/// (MIT, see `data/common-passwords.LICENSE`). In the binary, so that no network is needed.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/common-passwords.txt")
        .lines()
        .collect()
});

/// Words that belong to this software rather than to a person.
const OURS: [&str; 2] = ["rekey", "password"];

/// Whether `password` is common, or is nothing but words of the `context`, dressed up or not.
pub fn refuses(password: &str, context: &Context) -> bool {
    let folded = fold(password);
    COMMON.contains(folded.as_str())
        || OURS.contains(&folded.as_str())
        || context.is_word(&folded)
        || context.is_dressed_up(password)
}

#[cfg(test)]
mod tests {
    use super::super::strength::Strength;
    use super::*;

    /// P-05.
    #[test]
    fn holds_at_least_3_000_that_a_default_policy_would_let_through() {
        assert_eq!(COMMON.len(), 30_000);
        assert!(
            COMMON
                .iter()
                .filter(|word| word.chars().count() >= 8)
                .count()
                >= 3_000
        );
    }

    /// P-06.
    #[test]
    fn compares_whole_and_folded() {
        let nobody = Context::default();
        let john = Context::new(Strength::NotObvious, ["JohnDoe"]);
        assert!(refuses("Password1", &nobody));
        assert!(refuses("ｐａｓｓｗｏｒｄ", &nobody));
        assert!(refuses("johndoe", &john));
        assert!(!refuses("johndoe's own", &john));
        assert!(!refuses("Qwerty1234!", &john));
    }
}
