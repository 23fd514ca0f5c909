//! What the tenant asks of a new password, in the person's words.

use minijinja::{Value, context};

use super::page::{name, text};
use super::visit::Visit;
use crate::domain::policy::{Class, Violation};
use crate::words::Args;

/// One thing that is asked.
pub(super) struct Rule {
    /// What the script knows it by.
    pub(super) kind: &'static str,
    /// The number in it.
    pub(super) n: u32,
    /// What it says.
    pub(super) text: String,
    /// Whether the password that was sent has it not.
    pub(super) is_missing: bool,
}

impl Rule {
    /// What the template needs.
    pub(super) fn shown(&self) -> Value {
        context! {
            kind => self.kind, n => self.n, text => self.text.as_str(),
            is_missing => self.is_missing,
        }
    }
}

/// Everything that is asked, and of what nobody usually meets only what was not met.
pub(super) fn list(visit: &Visit, violations: &[Violation]) -> Vec<Rule> {
    let Some(kind) = visit.tenant.access_type() else {
        return Vec::new();
    };
    let (policy, history) = (&kind.spec.policy, kind.spec.history);
    let asked = [Violation::TooShort {
        min: policy.min_length,
    }]
    .into_iter()
    .chain(policy.require.iter().copied().map(Violation::Lacks))
    .chain(policy.blocklist.then_some(Violation::TooCommon))
    .chain((history > 0).then_some(Violation::UsedBefore));
    let mut rules: Vec<Rule> = asked.map(|asked| rule(visit, asked, history)).collect();
    for violation in violations {
        let broken = rule(visit, *violation, history);
        match rules.iter_mut().find(|rule| rule.kind == broken.kind) {
            Some(rule) => rule.is_missing = true,
            None => rules.push(Rule {
                is_missing: true,
                ..broken
            }),
        }
    }
    rules
}

fn rule(visit: &Visit, violation: Violation, history: u32) -> Rule {
    let (kind, message, n) = match violation {
        Violation::TooShort { min } => ("min", "rule-min", min),
        Violation::TooLong { max } => ("max", "rule-max", max),
        Violation::Lacks(Class::Upper) => ("upper", "rule-upper", 0),
        Violation::Lacks(Class::Lower) => ("lower", "rule-lower", 0),
        Violation::Lacks(Class::Digit) => ("digit", "rule-digit", 0),
        Violation::Lacks(Class::Special) => ("special", "rule-special", 0),
        Violation::TooCommon => ("common", "rule-common", 0),
        Violation::UsedBefore => ("history", "rule-history", history),
    };
    let mut args = Args::new();
    args.set("n", i64::from(n));
    args.set("tenant", name(&visit.tenant.settings.name));
    Rule {
        kind,
        n,
        text: text(visit.language, message, &args),
        is_missing: false,
    }
}
