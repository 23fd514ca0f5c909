//! The password rules of the contract, and the keys of whatever else a tenant asks.

use std::borrow::Cow;

use crate::domain::password::Password;
use crate::domain::policy::{Class, PasswordPolicy, Violation, Violations};
use crate::domain::strength::Context;

/// What the contract publishes: 10 characters, upper case, lower case, digit. No maximum (row 19).
pub(super) fn published() -> PasswordPolicy {
    PasswordPolicy {
        min_length: 10,
        max_length: u32::MAX,
        require: vec![Class::Upper, Class::Lower, Class::Digit],
        blocklist: false,
    }
}

/// Checks the published rules, and nothing of the tenant's: a stranger learns nothing of those.
pub(super) fn check(password: &Password) -> Result<(), Violations> {
    published().check(password, &Context::default())
}

/// The key of the first violation, in the contract's order. The last four are not published.
pub(super) fn key(violations: &[Violation]) -> Cow<'static, str> {
    match violations.first() {
        Some(Violation::TooShort { min }) => {
            format!("password_length_should_not_be_less_than_{min}_characters").into()
        }
        Some(Violation::Lacks(Class::Upper)) => {
            "password_should_contain_at_least_one_uppercase_character".into()
        }
        Some(Violation::Lacks(Class::Lower)) => {
            "password_should_contain_at_least_one_lowercase_character".into()
        }
        Some(Violation::Lacks(Class::Digit)) => "password_should_contain_at_least_one_digit".into(),
        Some(Violation::Lacks(Class::Special)) => {
            "password_should_contain_at_least_one_special_character".into()
        }
        Some(Violation::TooLong { .. }) => "password_is_too_long".into(),
        // A refusal without a reason does not happen.
        Some(Violation::TooCommon) | None => "password_is_too_common".into(),
        Some(Violation::UsedBefore) => "password_was_used_before".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(password: &str) -> Option<String> {
        let password = Password::new(password.to_owned());
        let refused = published().check(&password, &Context::default()).err()?;
        Some(key(&refused.0).into_owned())
    }

    #[test]
    fn rows_6_to_9_in_their_order() {
        let short = "password_length_should_not_be_less_than_10_characters";
        let upper = "password_should_contain_at_least_one_uppercase_character";
        let lower = "password_should_contain_at_least_one_lowercase_character";
        let digit = "password_should_contain_at_least_one_digit";
        for (password, key) in [
            ("", short),
            ("Abcdefgh9", short),
            ("éééé", short),
            ("          ", upper),
            ("abcdefghij", upper),
            ("ABCDEFGHIJ", lower),
            ("Abcdefghij", digit),
            ("Abcdefghi٣", digit),
        ] {
            assert_eq!(first(password).as_deref(), Some(key), "{password}");
        }
        for good in [
            "Abcdefghi9",
            "Ωμεγα-2026",
            "Éé👍👍👍👍👍👍👍0",
            " Ab 12345  ",
        ] {
            assert_eq!(first(good), None, "{good}");
        }
        assert_eq!(first(&format!("Ab1{}", "x".repeat(60_000))), None, "row 19");
    }
}
