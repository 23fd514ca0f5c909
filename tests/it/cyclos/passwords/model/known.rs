//! Who knows what: everything in the world that is good for changing a password.

use std::collections::{BTreeMap, BTreeSet};

use rekey::mail::Letter;
use rekey::sms::Text;

use super::super::consequences::word_of;
use super::super::{By, OLD};
use super::deeds::{After, Effect};
use crate::cyclos::auth::code_in;
use crate::harness::{Reply, token_in};

pub const PEOPLE: [&str; 4] = ["ann", "bob", "bea", "ada"];

/// What there is to know of a password.
#[derive(Clone, Debug, Default)]
struct Value {
    text: Option<String>,
    /// Whether somebody else chose it.
    is_reset: bool,
    /// Whether there is one.
    is_there: bool,
}

/// A session somebody opened.
#[derive(Clone, Debug)]
pub struct Session {
    pub owner: &'static str,
    pub token: String,
    pub is_pending: bool,
    pub is_of_client: bool,
}

/// A token or code that was sent, and is good.
#[derive(Clone, Debug)]
pub struct Token {
    pub owner: &'static str,
    pub text: String,
    pub form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Reset,
    Unlock,
    Code,
}

pub struct Known {
    values: BTreeMap<(&'static str, &'static str), Value>,
    pub has_second: bool,
    pub sessions: Vec<Session>,
    pub clients: BTreeMap<&'static str, By>,
    pub keys: Vec<(&'static str, String)>,
    pub tokens: Vec<Token>,
    /// One-time codes.
    pub codes: BTreeMap<&'static str, String>,
    promised: BTreeSet<(&'static str, &'static str)>,
    /// What is disabled or blocked: a hint of what is worth trying, and no part of what may be.
    pub disabled: Vec<(&'static str, &'static str)>,
    pub blocked: Vec<(&'static str, &'static str)>,
}

impl Known {
    pub fn new(has_second: bool) -> Self {
        let mut values = BTreeMap::new();
        for login in PEOPLE {
            for kind in ["login", "pin"] {
                let value = Value {
                    text: Some(OLD.to_owned()),
                    is_reset: false,
                    is_there: true,
                };
                values.insert((login, kind), value);
            }
        }
        Self {
            values,
            has_second,
            sessions: Vec::new(),
            clients: BTreeMap::new(),
            keys: Vec::new(),
            tokens: Vec::new(),
            codes: BTreeMap::new(),
            promised: BTreeSet::new(),
            disabled: Vec::new(),
            blocked: Vec::new(),
        }
    }

    fn value(&self, owner: &str, kind: &str) -> Value {
        let found = self
            .values
            .iter()
            .find(|((login, name), _)| *login == owner && *name == kind);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// What somebody's password of a type is, where that is known.
    pub fn text(&self, owner: &str, kind: &str) -> Option<String> {
        self.value(owner, kind).text
    }

    /// Whether somebody else chose it.
    pub fn is_reset(&self, owner: &str, kind: &str) -> bool {
        self.value(owner, kind).is_reset
    }

    /// Whether its owner must know it to change it.
    pub fn is_own(&self, owner: &str, kind: &str) -> bool {
        let value = self.value(owner, kind);
        value.is_there && !value.is_reset
    }

    /// Whose passwords a worker is about to make.
    pub fn promised(&self) -> BTreeSet<(String, String)> {
        let promised = self.promised.iter();
        promised
            .map(|(owner, kind)| ((*owner).to_owned(), (*kind).to_owned()))
            .collect()
    }

    /// Takes in what a call did that succeeded.
    pub fn learn(&mut self, effect: &Effect, after: &After, reply: &Reply) {
        match effect {
            Effect::Nothing => {}
            Effect::Clears(owner, kind) => {
                self.values.insert((owner, kind), Value::default());
            }
            Effect::Sets {
                owner,
                kind,
                text,
                is_reset,
            } => {
                let value = Value {
                    text: text.clone(),
                    is_reset: *is_reset,
                    is_there: true,
                };
                self.values.insert((owner, kind), value);
                self.promised.remove(&(*owner, *kind));
            }
        }
        match after {
            After::Nothing => {}
            After::Shown(owner, kind) => {
                let value = self.values.entry((owner, kind)).or_default();
                value.text = Some(reply.body.clone());
            }
            After::Session {
                owner,
                is_of_client,
            } => self.sessions.push(Session {
                owner,
                token: reply.json()["sessionToken"].as_str().unwrap().to_owned(),
                is_pending: self.has_second && !is_of_client,
                is_of_client: *is_of_client,
            }),
            After::Complete(token) => {
                for session in &mut self.sessions {
                    session.is_pending &= session.token != *token;
                }
            }
            After::NoSession(token) => self.sessions.retain(|session| session.token != *token),
            After::NoClient(owner) => {
                self.clients.remove(owner);
                self.sessions
                    .retain(|session| session.owner != *owner || !session.is_of_client);
                self.codes.remove(owner);
            }
            After::Key(owner) => {
                let key = reply.json()["auth"].as_str().unwrap().to_owned();
                self.keys.push((owner, key));
            }
            After::NoKey(key) => self.keys.retain(|(_, known)| known != key),
            After::NoUnlock(owner) => self
                .tokens
                .retain(|token| token.owner != *owner || token.form != Form::Unlock),
            After::NoCode(owner, kind) => {
                self.codes.remove(owner);
                let value = self.values.entry((owner, kind)).or_default();
                value.text = Some(reply.body.clone());
            }
            After::NoAccess { owner, keep } => self.end_access(owner, keep.as_deref()),
            After::Promise(owner, kind) => {
                self.promised.insert((owner, kind));
                if *kind == "login" {
                    self.end_access(owner, None);
                }
            }
        }
    }

    fn end_access(&mut self, owner: &str, keep: Option<&str>) {
        let stays = |known: &str| keep == Some(known);
        self.sessions
            .retain(|session| session.owner != owner || stays(&session.token));
        self.keys
            .retain(|(login, key)| *login != owner || stays(key));
        self.tokens.retain(|token| token.owner != owner);
    }

    /// Reads what arrived.
    pub fn read(&mut self, letters: &[Letter], texts: &[Text]) {
        for letter in letters {
            let to = letter.to.as_str();
            let Some(owner) = PEOPLE.into_iter().find(|login| to.starts_with(login)) else {
                continue;
            };
            let text = letter.content.text.as_str();
            match letter.content.subject.split(' ').next().unwrap() {
                "Choose" => {
                    let is_link = text.split_whitespace().any(|word| word.len() == 64);
                    let (form, text) = if is_link {
                        (Form::Reset, token_in(letter))
                    } else {
                        (Form::Code, code_in(text))
                    };
                    // A newer one supersedes, whichever form it has.
                    self.tokens
                        .retain(|token| token.owner != owner || token.form == Form::Unlock);
                    self.tokens.push(Token { owner, text, form });
                }
                "Unlock" => {
                    self.tokens
                        .retain(|token| token.owner != owner || token.form != Form::Unlock);
                    let text = token_in(letter);
                    let form = Form::Unlock;
                    self.tokens.push(Token { owner, text, form });
                }
                _ if letter.content.subject.contains("one-time code") => {
                    self.codes.insert(owner, code_in(text));
                }
                _ if letter.content.subject.contains("new password") => {
                    self.receive(owner, text, &word_of(text));
                }
                _ => {}
            }
        }
        for text in texts {
            // Only one of them has a phone. A password that is texted is mailed as well here.
            if text.text.starts_with(|first: char| first.is_ascii_digit()) {
                self.codes.insert("ann", code_in(&text.text));
            }
        }
        self.promised.clear();
    }

    /// A password that was made where it was sent: of the type that the message names.
    fn receive(&mut self, owner: &'static str, text: &str, value: &str) {
        let promised: Vec<_> = self
            .promised
            .iter()
            .filter(|(login, _)| *login == owner)
            .map(|(_, kind)| *kind)
            .collect();
        for kind in promised {
            let name = match kind {
                "login" => "Login password",
                "pin" => "PIN",
                _ => "Vault password",
            };
            if text.contains(&format!("“{name}”")) {
                let known = self.values.entry((owner, kind)).or_default();
                known.text = Some(value.to_owned());
            }
        }
    }
}
