//! Whether what a line gives in clear is good enough: whoever signs in with it is bound by the policy, and so is the
//! file that it comes in (P-01). Hashes tell nobody what they are of.

use super::line::Line;
use super::members::Said;
use super::secrets::Given;
use crate::domain::account::Account;
use crate::domain::context::Called;
use crate::domain::password::Password;
use crate::domain::policy::{Class, PasswordPolicy, Violation, Violations};
use crate::domain::strength::{Context, Strength};
use crate::domain::tenant::Tenant;
use crate::operator::Operator;
use crate::recovery::Fault;
use crate::store;

/// The fewest characters of an answer to a security question: the floor of any password. It is never the only
/// factor, and what it is made of is not for a policy to say: it is a word that somebody remembers.
const ANSWER_MIN: u32 = 4;

impl Operator {
    /// What is wrong with what a line gives in clear, if anything. The complaint never quotes a value.
    pub(super) async fn find_weak(
        &self,
        tenant: &Tenant,
        line: &Line,
    ) -> Result<Option<String>, Fault> {
        let is_clear = |given: &Given| matches!(given, Given::Clear(_));
        let answers = line.answer.iter();
        if !line
            .passwords
            .iter()
            .map(|(_, given)| given)
            .chain(answers)
            .any(is_clear)
        {
            return Ok(None);
        }
        // What the line leaves out stays as it is, and its words with it.
        let login = line.login.key().value;
        let account = {
            let mut db = self.db.acquire().await?;
            store::account::find_by_login(&mut db, tenant.tenant_id, &login).await?
        };
        let called = called(line, account.as_ref());
        let context = called.in_tenant(&tenant.settings);
        for (id, given) in &line.passwords {
            let kind = tenant
                .password_types
                .iter()
                .find(|kind| kind.password_type_id == *id);
            if let (Some(kind), Given::Clear(password)) = (kind, given)
                && let Err(violations) = kind.spec.policy.check(password, &context)
            {
                let name = &kind.spec.internal_name;
                return Ok(Some(complaint(
                    &format!("passwords.{name}.value"),
                    &violations,
                )));
            }
        }
        if let Some(Given::Clear(answer)) = &line.answer {
            let question = match &line.security {
                Said::Value(question) => Some(question.as_str()),
                Said::Nothing | Said::Null => None,
            };
            let words = called.words(&tenant.settings).into_iter().chain(question);
            let context = Context::new(Strength::NotObvious, words);
            if let Err(violations) = check_answer(answer, &context) {
                return Ok(Some(complaint("securityAnswer", &violations)));
            }
        }
        Ok(None)
    }
}

fn check_answer(answer: &Password, context: &Context) -> Result<(), Violations> {
    let policy = PasswordPolicy {
        min_length: ANSWER_MIN,
        max_length: u32::MAX,
        require: Vec::new(),
        blocklist: true,
    };
    policy.check(answer, context)
}

/// What the account of a line will be called.
fn called<'a>(line: &'a Line, account: Option<&'a Account>) -> Called<'a> {
    Called {
        login: &line.login,
        email: said(
            &line.email,
            account.and_then(|account| account.email.as_ref()),
        ),
        phone: said(
            &line.phone,
            account.and_then(|account| account.phone.as_ref()),
        ),
        name: said(
            &line.name,
            account.and_then(|account| account.name.as_ref()),
        )
        .map(String::as_str),
    }
}

fn said<'a, T>(said: &'a Said<T>, held: Option<&'a T>) -> Option<&'a T> {
    match said {
        Said::Value(value) => Some(value),
        Said::Null => None,
        Said::Nothing => held,
    }
}

fn complaint(member: &str, Violations(violations): &Violations) -> String {
    let asked: Vec<_> = violations.iter().copied().map(asked).collect();
    format!("`{member}` must {}", asked.join(", and "))
}

fn asked(violation: Violation) -> String {
    match violation {
        Violation::TooShort { min } => format!("have at least {min} characters"),
        Violation::TooLong { max } => format!("have at most {max} characters"),
        Violation::Lacks(Class::Upper) => "have an upper-case letter".to_owned(),
        Violation::Lacks(Class::Lower) => "have a lower-case letter".to_owned(),
        Violation::Lacks(Class::Digit) => "have a digit".to_owned(),
        Violation::Lacks(Class::Special) => "have a special character".to_owned(),
        Violation::TooCommon => {
            "be harder to guess: it is common, a pattern, or a name of the account or the tenant"
                .to_owned()
        }
        Violation::UsedBefore => "not be an earlier value".to_owned(),
    }
}
