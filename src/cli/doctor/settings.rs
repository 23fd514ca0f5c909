//! What the server file and the environment say.

use super::finding::{Finding, fail, ok};
use crate::cli::Global;
use crate::config::{Mistake, Mistakes};

const CHECK: &str = "settings";

pub(super) fn read(global: &Global) -> Finding {
    let from = match &global.config {
        Some(path) => format!("{} and the environment", path.display()),
        None => "the defaults and the environment; no server file was named".to_owned(),
    };
    ok(CHECK, format!("read from {from}"))
}

/// One finding for each mistake. Nothing else can be checked before they are mended.
pub(super) fn mistakes(mistakes: &Mistakes) -> Vec<Finding> {
    mistakes.iter().map(mistake).collect()
}

fn mistake(mistake: &Mistake) -> Finding {
    let Mistake {
        place,
        key,
        sentence,
    } = mistake;
    // What is wrong stands before the semicolon, what to write instead behind it.
    let (found, advice) = sentence.split_once("; ").unwrap_or((sentence, ""));
    let key = if key.is_empty() { "the file" } else { key };
    let mend = match advice {
        "" => format!("mend {key} in {place}; `rekey config check` says whether it is"),
        advice => format!("{key}: {advice}"),
    };
    fail(check_of(key), format!("{place}: {key} {found}"), mend)
}

/// The check that would have looked at a setting.
fn check_of(key: &str) -> &'static str {
    let (section, _) = key.split_once('.').unwrap_or((key, ""));
    match (section, key) {
        (_, "server.public_url") => "public-url",
        (_, "server.trusted_proxies") => "trusted-proxies",
        (_, "server.cors_origins") => "cors-origins",
        (_, "server.bind" | "server.operator_bind") => "bind",
        (_, "mail.from") => "mail-from",
        ("database", _) => "database",
        ("secrets", _) => "secret-keys",
        ("mail", _) => "mail",
        ("sms", _) => "sms",
        ("hashing", _) => "hashing",
        (_, _) => CHECK,
    }
}
