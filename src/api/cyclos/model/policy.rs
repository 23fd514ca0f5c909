//! The password policy in a sentence, in the language of a request.

use crate::domain::language::Language;
use crate::domain::password_type::PasswordType;
use crate::domain::policy::Class;
use crate::domain::status::Mode;
use crate::words::{Args, plain, say};

/// The most of a tenant's name that is shown.
const NAME_MAX: usize = 60;

/// What a new value of a type must be, to whoever types it: the same rules that the pages list.
pub(in crate::api::cyclos) fn sentence(
    kind: &PasswordType,
    tenant: &str,
    language: Language,
) -> String {
    if kind.spec.mode != Mode::Manual {
        return told(language, "policy-made", &Args::new());
    }
    let (policy, history) = (&kind.spec.policy, kind.spec.history);
    let tenant = plain::line(tenant, NAME_MAX);
    let rule = |message: &str, n: u32| {
        let mut args = Args::new();
        args.set("n", i64::from(n));
        args.set("tenant", tenant.as_str());
        within(&told(language, message, &args))
    };
    let lengths = [
        ("rule-min", policy.min_length),
        ("rule-max", policy.max_length),
    ];
    let rules = lengths
        .into_iter()
        .chain(policy.require.iter().map(|class| (message(*class), 0)))
        .chain(policy.blocklist.then_some(("rule-common", 0)))
        .chain((history > 0).then_some(("rule-history", history)));
    let rules: Vec<_> = rules.map(|(message, n)| rule(message, n)).collect();
    let mut args = Args::new();
    args.set(
        "rules",
        rules.join(&told(language, "policy-between", &Args::new())),
    );
    told(language, "policy-rules", &args)
}

fn message(class: Class) -> &'static str {
    match class {
        Class::Upper => "rule-upper",
        Class::Lower => "rule-lower",
        Class::Digit => "rule-digit",
        Class::Special => "rule-special",
    }
}

/// Words that stood alone, as they stand within a sentence.
fn within(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().into_iter().flat_map(char::to_lowercase);
    first.chain(chars).collect()
}

/// A message of the files that every language has: a test says them all.
fn told(language: Language, name: &str, args: &Args<'_>) -> String {
    say(language, name, args).unwrap_or_default()
}
