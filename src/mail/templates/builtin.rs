//! The templates compiled into the program, by the names an operator may replace them under.

/// Name and source. A name is a file of this folder.
macro_rules! builtin {
    ($($name:literal)+) => {
        pub(super) const BUILTIN: &[(&str, &str)] = &[$(($name, include_str!($name)),)+];
    };
}

builtin! {
    "layout.html"
    "parts.html"
    "layout.en.html"
    "layout.en.txt"
    "layout.fr.html"
    "layout.fr.txt"
    "reset-link.en.subject.txt"
    "reset-link.en.txt"
    "reset-link.en.html"
    "reset-link.fr.subject.txt"
    "reset-link.fr.txt"
    "reset-link.fr.html"
    "unlock-link.en.subject.txt"
    "unlock-link.en.txt"
    "unlock-link.en.html"
    "unlock-link.fr.subject.txt"
    "unlock-link.fr.txt"
    "unlock-link.fr.html"
    "usernames.en.subject.txt"
    "usernames.en.txt"
    "usernames.en.html"
    "usernames.fr.subject.txt"
    "usernames.fr.txt"
    "usernames.fr.html"
    "generated-password.en.subject.txt"
    "generated-password.en.txt"
    "generated-password.en.html"
    "generated-password.fr.subject.txt"
    "generated-password.fr.txt"
    "generated-password.fr.html"
    "one-time-code.en.subject.txt"
    "one-time-code.en.txt"
    "one-time-code.en.html"
    "one-time-code.fr.subject.txt"
    "one-time-code.fr.txt"
    "one-time-code.fr.html"
    "password-changed.en.subject.txt"
    "password-changed.en.txt"
    "password-changed.en.html"
    "password-changed.fr.subject.txt"
    "password-changed.fr.txt"
    "password-changed.fr.html"
    "account-unlocked.en.subject.txt"
    "account-unlocked.en.txt"
    "account-unlocked.en.html"
    "account-unlocked.fr.subject.txt"
    "account-unlocked.fr.txt"
    "account-unlocked.fr.html"
}
