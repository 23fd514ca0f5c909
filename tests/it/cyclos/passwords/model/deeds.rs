//! The 38 operations: a call of each with random people and proofs, right ones more often than not,
//! and what the model says of it.

use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

use super::super::{By, NEW, call};
use super::known::{Form, Known, PEOPLE};
use crate::harness::{Call, World};
use crate::{clevermaps, sspr, turbosmtp};

pub const OPERATIONS: [&str; 38] = [
    "getCurrentAuth",
    "getDataForLogin",
    "login",
    "logout",
    "getSecondaryPasswordInput",
    "validateSecondaryPassword",
    "newOtp",
    "disconnectCurrentClient",
    "forgottenPasswordRequest",
    "getDataForChangeForgottenPassword",
    "changeForgottenPassword",
    "listUserPasswords",
    "getUserPasswordsListData",
    "getUserPasswordsData",
    "changePassword",
    "changeGenerated",
    "generatePassword",
    "allowGeneration",
    "resetGeneratedPassword",
    "resetAndSendPassword",
    "disablePassword",
    "enablePassword",
    "unblockPassword",
    "resetPasswordRequest",
    "resetPassword",
    "sendUsernames",
    "unlockAccountRequest",
    "unlockAccount",
    "validateToken",
    "sendResetPasswordToken",
    "verifyResetPasswordToken",
    "resetByToken",
    "authorize",
    "deauthorize",
    "changeByKey",
    "forgotPassword",
    "checkToken",
    "updateByToken",
];

/// What a call does to hashes if it succeeds.
#[derive(Clone, Debug)]
pub enum Effect {
    Nothing,
    Sets {
        owner: &'static str,
        kind: &'static str,
        text: Option<String>,
        is_reset: bool,
    },
    Clears(&'static str, &'static str),
}

/// What else there is to know once it has.
#[derive(Clone, Debug)]
pub enum After {
    Nothing,
    /// The answer is the value.
    Shown(&'static str, &'static str),
    /// The same, and the code that confirmed it is used up.
    NoCode(&'static str, &'static str),
    Session {
        owner: &'static str,
        is_of_client: bool,
    },
    Complete(String),
    NoSession(String),
    NoClient(&'static str),
    Key(&'static str),
    NoKey(String),
    NoUnlock(&'static str),
    NoAccess {
        owner: &'static str,
        keep: Option<String>,
    },
    Promise(&'static str, &'static str),
}

pub struct Deed {
    pub call: Call,
    /// Who does what, for people.
    pub told: String,
    pub effect: Effect,
    /// Whether it may succeed at all.
    pub is_right: bool,
    pub after: After,
}

impl Deed {
    fn harmless(call: Call, told: impl Into<String>) -> Self {
        Self {
            call,
            told: told.into(),
            effect: Effect::Nothing,
            is_right: true,
            after: After::Nothing,
        }
    }
}

/// Somebody who calls, and as whom the model takes them.
struct Caller {
    by: By,
    /// Nobody, where what they present is not good for anything but their own access password.
    who: Option<&'static str>,
    /// Whose access password they may change in any case.
    of: Option<&'static str>,
    session: Option<String>,
    is_pending: bool,
}

fn one<T: Copy>(from: &[T], dice: &mut impl Rng) -> T {
    from[dice.random_range(0..from.len())]
}

/// Anybody; half of the time the same, so that something comes of it.
fn person(dice: &mut impl Rng) -> &'static str {
    if dice.random() {
        return "ann";
    }
    one(&PEOPLE, dice)
}

/// Mostly true.
fn mostly(dice: &mut impl Rng) -> bool {
    dice.random_ratio(4, 5)
}

fn fresh(dice: &mut impl Rng) -> String {
    format!("{NEW}-{}", dice.random_range(0..1_000_000))
}

fn mail(login: &str) -> String {
    format!("{login}@demo.example")
}

/// Somebody, by a scheme that is at hand; now and then by one that is not good.
fn caller(known: &Known, wanted: Option<&'static str>, dice: &mut impl Rng) -> Caller {
    let login = wanted.unwrap_or_else(|| person(dice));
    let nobody = |by| Caller {
        by,
        who: None,
        of: None,
        session: None,
        is_pending: false,
    };
    if !mostly(dice) && !mostly(dice) {
        let stale = [
            By::Nobody,
            By::Password(login, "Nonsense-1".to_owned()),
            By::Session("x".repeat(32)),
        ];
        return nobody(stale[dice.random_range(0..stale.len())].clone());
    }
    let is_reset = known.is_reset(login, "login");
    let sessions: Vec<_> = known.sessions.iter().filter(|s| s.owner == login).collect();
    match dice.random_range(0..4) {
        0 | 1 if !sessions.is_empty() => {
            let session = sessions[dice.random_range(0..sessions.len())];
            let is_free = session.is_of_client || !(session.is_pending || is_reset);
            Caller {
                by: By::Session(session.token.clone()),
                who: is_free.then_some(login),
                of: Some(login),
                session: Some(session.token.clone()),
                is_pending: session.is_pending,
            }
        }
        2 if known.clients.contains_key(login) => Caller {
            by: known.clients[login].clone(),
            who: Some(login),
            ..nobody(By::Nobody)
        },
        _ => match known.text(login, "login") {
            Some(text) => Caller {
                by: By::Password(login, text),
                who: (!is_reset && !known.has_second).then_some(login),
                of: (!known.has_second).then_some(login),
                session: None,
                is_pending: false,
            },
            None => nobody(By::Login(login)),
        },
    }
}

/// Whether the model lets somebody manage somebody else.
fn manages(who: Option<&str>, target: &str) -> bool {
    match who {
        Some("ada") => target != "ada",
        Some("bea") => target == "ann",
        Some(_) | None => false,
    }
}

/// How a path names somebody, and who that is.
fn target(caller: &Caller, dice: &mut impl Rng) -> (String, &'static str) {
    if let Some(own) = caller.of.or(caller.who).filter(|_| dice.random_ratio(1, 2)) {
        return ("self".to_owned(), own);
    }
    let login = person(dice);
    let names = [login.to_owned(), mail(login), login.to_uppercase()];
    (names[dice.random_range(0..names.len())].clone(), login)
}

/// A token somebody was sent, or one that nobody was.
fn token(
    known: &Known,
    forms: &[Form],
    dice: &mut impl Rng,
) -> (Option<&'static str>, Form, String) {
    let good: Vec<_> = known
        .tokens
        .iter()
        .filter(|token| forms.contains(&token.form))
        .collect();
    if good.is_empty() || !mostly(dice) {
        return (None, forms[0], sspr::NOBODYS.to_owned());
    }
    let token = good[dice.random_range(0..good.len())];
    (Some(token.owner), token.form, token.text.clone())
}

/// Sets the access password of whoever bears a token.
fn by_token(call: Call, owner: Option<&'static str>, new: String) -> Deed {
    let told = format!("for {owner:?}");
    let effect = Effect::Sets {
        owner: owner.unwrap_or("ann"),
        kind: "login",
        text: Some(new),
        is_reset: false,
    };
    let after = After::NoAccess {
        owner: owner.unwrap_or("ann"),
        keep: None,
    };
    Deed {
        effect,
        is_right: owner.is_some(),
        after,
        ..Deed::harmless(call, told)
    }
}

/// An operation on a password that gives it no value.
fn act(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let (path, kinds): (_, &[&'static str]) = match name {
        "allowGeneration" => ("allow-generation", &["card"]),
        "resetGeneratedPassword" => ("reset-generated", &["card", "token"]),
        "disablePassword" => ("disable", &["login", "pin", "card", "code"]),
        "enablePassword" => ("enable", &["login", "pin", "card", "code"]),
        _ => ("unblock", &["login", "pin", "card", "code"]),
    };
    let wanted = mostly(dice).then_some("ada");
    let caller = caller(known, wanted, dice);
    let (mut user, mut owner) = target(&caller, dice);
    let mut kind = one(kinds, dice);
    // Where something is closed, it is mostly that.
    let closed = match name {
        "enablePassword" => &known.disabled,
        "unblockPassword" => &known.blocked,
        _ => &Vec::new(),
    };
    if !closed.is_empty() && mostly(dice) {
        (owner, kind) = one(closed, dice);
        owner.clone_into(&mut user);
    }
    let is_manager = caller.who != Some(owner) && manages(caller.who, owner);
    let is_owner = caller.who == Some(owner);
    let is_right = match path {
        "allow-generation" => is_manager && caller.who == Some("ada"),
        "reset-generated" => is_manager,
        // Owners may do the rest to PIN, card and code, and nothing of it to the main password.
        _ => is_manager || (is_owner && kind != "login"),
    };
    let deed = Deed::harmless(
        caller
            .by
            .sign(call("POST", &format!("/{user}/passwords/{kind}/{path}"))),
        format!("{kind} of {owner} by {:?}", caller.by),
    );
    Deed {
        effect: if path == "reset-generated" || path == "allow-generation" {
            Effect::Clears(owner, kind)
        } else {
            Effect::Nothing
        },
        after: if path == "disable" && kind == "login" {
            After::NoAccess { owner, keep: None }
        } else {
            After::Nothing
        },
        is_right,
        ..deed
    }
}

/// `POST /{user}/passwords/{type}/change`.
fn change(known: &Known, dice: &mut impl Rng) -> Deed {
    let caller = caller(known, None, dice);
    let (user, owner) = target(&caller, dice);
    let kind = one(&["login", "login", "pin", "vault", "token"], dice);
    let new = fresh(dice);
    let is_forced = dice.random_ratio(1, 4);
    let old = known.text(owner, kind).filter(|_| mostly(dice));
    let is_known = old.is_some() || !known.is_own(owner, kind);
    let is_own = caller.who == Some(owner) || caller.of == Some(owner);
    let is_right = if is_own {
        let is_free = caller.who.is_some() || kind == "login" && !caller.is_pending;
        // While the second password is missing, it may be changed by whoever knows it.
        let is_second = caller.is_pending && kind == "pin" && old.is_some();
        is_known && (is_free || is_second) && (kind == "login" || kind == "pin")
    } else {
        manages(caller.who, owner) && kind != "token"
    };
    let body: Value = json!({
        "oldPassword": old.unwrap_or_else(|| "Nonsense-1".to_owned()), "newPassword": new,
        "forceChange": is_forced,
    });
    let path = format!("/{user}/passwords/{kind}/change");
    let told = format!("{kind} of {owner} by {:?}", caller.by);
    Deed {
        effect: Effect::Sets {
            owner,
            kind,
            text: Some(new),
            is_reset: is_forced && !is_own,
        },
        after: if kind == "login" {
            After::NoAccess {
                owner,
                keep: caller.session.clone().filter(|_| is_own),
            }
        } else {
            After::Nothing
        },
        is_right,
        ..Deed::harmless(caller.by.sign(call("POST", &path)).json(&body), told)
    }
}

/// The two that answer with a value.
fn generate(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let is_change = name == "changeGenerated";
    // Whoever has a code and something to use it for.
    let has_both = |login: &&&str| {
        ["token", "card"]
            .iter()
            .any(|kind| known.is_own(login, kind))
    };
    let wanted = known.codes.keys().find(has_both).copied();
    let wanted = wanted.filter(|_| is_change && mostly(dice));
    let caller = caller(known, wanted, dice);
    let mut kind = one(&["token", "token", "card"], dice);
    let owner = caller.who.unwrap_or("ann");
    if is_change && mostly(dice) {
        let there = ["token", "card"]
            .into_iter()
            .find(|kind| known.is_own(owner, kind));
        kind = there.unwrap_or(kind);
    }
    let path = if is_change {
        "change-generated"
    } else {
        "generate"
    };
    let call = caller
        .by
        .sign(call("POST", &format!("/passwords/{kind}/{path}")));
    let code = known.codes.get(owner).filter(|_| is_change && mostly(dice));
    let (call, is_confirmed) = match code {
        Some(code) => (call.header("confirmationPassword", code.clone()), true),
        None => (
            call.header("confirmationPassword", "000000x"),
            known.has_second,
        ),
    };
    let told = format!("{kind} by {:?}", caller.by);
    Deed {
        effect: Effect::Sets {
            owner,
            kind,
            text: None,
            is_reset: false,
        },
        after: if is_change {
            After::NoCode(owner, kind)
        } else {
            After::Shown(owner, kind)
        },
        is_right: caller.who.is_some() && (!is_change || is_confirmed),
        ..Deed::harmless(call, told)
    }
}

fn reset_and_send(known: &Known, dice: &mut impl Rng) -> Deed {
    let caller = caller(known, mostly(dice).then_some("ada"), dice);
    let (user, owner) = target(&caller, dice);
    let kind = one(&["login", "pin", "vault", "token"], dice);
    let query = one(&["", "?sendMediums=email", "?sendMediums=pigeon"], dice);
    let path = format!("/{user}/passwords/{kind}/reset-and-send{query}");
    let is_manager = caller.who != Some(owner) && manages(caller.who, owner);
    let told = format!("{kind} of {owner} by {:?}", caller.by);
    Deed {
        effect: Effect::Sets {
            owner,
            kind,
            text: None,
            is_reset: true,
        },
        after: After::Promise(owner, kind),
        is_right: is_manager && kind != "token" && !query.contains("pigeon"),
        ..Deed::harmless(caller.by.sign(call("POST", &path)), told)
    }
}

/// The operations of the `AuthApi`.
fn auth(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let wanted = known.codes.keys().next().copied();
    let wanted = wanted.filter(|_| name == "disconnectCurrentClient");
    let mut caller = caller(known, wanted, dice);
    let is_of_session = matches!(name, "logout" | "getSecondaryPasswordInput");
    if let Some(session) = known
        .sessions
        .last()
        .filter(|_| is_of_session && mostly(dice))
    {
        caller.by = By::Session(session.token.clone());
        caller.session = Some(session.token.clone());
    }
    if let Some(owner) = wanted.filter(|_| mostly(dice)) {
        caller.by = known.clients[owner].clone();
        caller.who = Some(owner);
    }
    let by = format!("by {:?}", caller.by);
    let signed = |method, path: &str| caller.by.sign(call(method, path));
    match name {
        "getCurrentAuth" => Deed::harmless(signed("GET", "/auth"), by),
        "getDataForLogin" => Deed::harmless(call("GET", "/auth/data-for-login"), ""),
        "login" => {
            let is_of_client = matches!(caller.by, By::Client(_));
            let basic = match &caller.by {
                By::Password(login, _) if known.text(login, "login").is_some() => Some(*login),
                By::Nobody | By::Login(_) | By::Password(..) | By::Client(_) | By::Session(_) => {
                    None
                }
            };
            let owner = if is_of_client { caller.who } else { basic };
            Deed {
                after: After::Session {
                    owner: owner.unwrap_or("ann"),
                    is_of_client,
                },
                is_right: owner.is_some(),
                ..Deed::harmless(signed("POST", "/auth/session"), by)
            }
        }
        "logout" => Deed {
            after: After::NoSession(caller.session.clone().unwrap_or_default()),
            is_right: caller.session.is_some(),
            ..Deed::harmless(signed("DELETE", "/auth/session"), by)
        },
        "getSecondaryPasswordInput" => Deed {
            is_right: known.has_second && caller.session.is_some(),
            ..Deed::harmless(signed("GET", "/auth/session/secondary-password"), by)
        },
        "validateSecondaryPassword" => {
            let pending = known.sessions.iter().rfind(|session| session.is_pending);
            let (token, owner) = match pending {
                Some(session) => (session.token.clone(), session.owner),
                None => ("x".repeat(32), "ann"),
            };
            let pin = known.text(owner, "pin").filter(|_| mostly(dice));
            let is_right = pending.is_some() && pin.is_some();
            let call = call("POST", "/auth/session/secondary-password");
            let call = By::Session(token.clone()).sign(call);
            Deed {
                after: After::Complete(token),
                is_right,
                ..Deed::harmless(call.json(&json!(pin.unwrap_or_default())), owner)
            }
        }
        "newOtp" => {
            let path = format!("/auth/otp?medium={}", one(&["email", "email", "sms"], dice));
            Deed {
                is_right: caller.who.is_some() || caller.of.is_some(),
                ..Deed::harmless(signed("POST", &path), by)
            }
        }
        _ => {
            let owner = match caller.by {
                By::Client(_) => caller.who,
                By::Nobody | By::Login(_) | By::Password(..) | By::Session(_) => None,
            };
            let code = owner.and_then(|owner| known.codes.get(owner));
            let call = signed("DELETE", "/auth/access-client");
            let call = match code {
                Some(code) => call.header("confirmationPassword", code.clone()),
                None => call,
            };
            Deed {
                after: After::NoClient(owner.unwrap_or("ann")),
                is_right: owner.is_some() && (code.is_some() || known.has_second),
                ..Deed::harmless(call, by)
            }
        }
    }
}

/// The Cyclos way back.
fn forgotten(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let login = person(dice);
    if name == "forgottenPasswordRequest" {
        let mut body = json!({"user": one(&[login, "nobody"], dice)});
        if dice.random_ratio(1, 3) {
            body["sendMedium"] = "email".into();
        }
        let path = "/auth/forgotten-password/request";
        return Deed::harmless(call("POST", path).json(&body), body.to_string());
    }
    let (owner, form, text) = token(known, &[Form::Reset, Form::Code], dice);
    let user = owner.unwrap_or(login);
    if name == "getDataForChangeForgottenPassword" {
        let query = match form {
            Form::Code => format!("user={user}&code={text}"),
            Form::Reset | Form::Unlock => format!("key={text}"),
        };
        let path = format!("/auth/forgotten-password/data-for-change?{query}");
        return Deed {
            is_right: owner.is_some(),
            ..Deed::harmless(call("GET", &path), user)
        };
    }
    let new = fresh(dice);
    let answer = one(&["Here and there", "here and there ", "There"], dice);
    let mut body = json!({"newPassword": new, "securityAnswer": answer});
    match form {
        Form::Code => {
            body["user"] = user.into();
            body["code"] = text.into();
        }
        Form::Reset | Form::Unlock => body["key"] = text.into(),
    }
    let call = call("POST", "/auth/forgotten-password").json(&body);
    let deed = by_token(call, owner, new);
    Deed {
        is_right: deed.is_right && (owner != Some("bob") || answer != "There"),
        ..deed
    }
}

fn of_sspr(name: &str, known: &Known, world: &World, dice: &mut impl Rng) -> Deed {
    let login = person(dice);
    let body = |operation: &str, owner: Option<&str>, token: Option<&str>| {
        let mut body = sspr::about(operation, owner.unwrap_or(login));
        if let Some(token) = token {
            body["binUserSSPRtoken"] = token.into();
        }
        body
    };
    match name {
        "resetPassword" => {
            let (owner, _, token) = token(known, &[Form::Reset], dice);
            let new = fresh(dice);
            let mut body = body(name, owner, Some(&token));
            body["sPassword"] = new.clone().into();
            by_token(world.sspr_call(name, &body), owner, new)
        }
        "unlockAccount" => {
            let (owner, _, token) = token(known, &[Form::Unlock], dice);
            let body = body(name, owner, Some(&token));
            Deed {
                after: After::NoUnlock(owner.unwrap_or("ann")),
                is_right: owner.is_some(),
                ..Deed::harmless(world.sspr_call(name, &body), format!("{owner:?}"))
            }
        }
        "validateToken" => {
            let (owner, _, token) = token(known, &[Form::Reset, Form::Unlock], dice);
            let body = body(name, owner, Some(&token));
            Deed {
                is_right: owner.is_some(),
                ..Deed::harmless(world.sspr_call(name, &body), format!("{owner:?}"))
            }
        }
        "sendUsernames" => {
            let mut body = sspr::minimal(name);
            body["sEmailAddress"] = mail(login).into();
            Deed::harmless(world.sspr_call(name, &body), login)
        }
        _ => Deed::harmless(world.sspr_call(name, &body(name, None, None)), login),
    }
}

fn of_clevermaps(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let login = person(dice);
    if name == "sendResetPasswordToken" {
        return Deed::harmless(clevermaps::asking(&mail(login)), login);
    }
    let (owner, _, token) = token(known, &[Form::Reset], dice);
    if name == "verifyResetPasswordToken" {
        return Deed {
            is_right: owner.is_some(),
            ..Deed::harmless(
                clevermaps::call("GET", clevermaps::path(&token)),
                format!("{owner:?}"),
            )
        };
    }
    let new = fresh(dice);
    let call = clevermaps::resetting(&token, &json!({ "newPassword": new }));
    by_token(call, owner, new)
}

fn of_turbosmtp(name: &str, known: &Known, dice: &mut impl Rng) -> Deed {
    let login = person(dice);
    let keys = &known.keys;
    let key = match keys.len() {
        0 => (None, "0".repeat(40)),
        many => {
            let (owner, key) = &keys[dice.random_range(0..many)];
            (Some(*owner), key.clone())
        }
    };
    let signed = |method, operation: &str| {
        turbosmtp::call(method, operation).header("authorization", key.1.clone())
    };
    match name {
        "authorize" => {
            let text = known.text(login, "login").filter(|_| mostly(dice));
            // Expired and reset ones yield no key.
            let is_right = text.is_some() && !known.is_reset(login, "login");
            let body = turbosmtp::login(&mail(login), &text.unwrap_or_default());
            Deed {
                after: After::Key(login),
                is_right,
                ..Deed::harmless(turbosmtp::call("POST", "authorize").json(&body), login)
            }
        }
        "deauthorize" => Deed {
            after: After::NoKey(key.1.clone()),
            is_right: key.0.is_some(),
            ..Deed::harmless(signed("POST", "deauthorize"), format!("{:?}", key.0))
        },
        "changeByKey" => {
            let owner = key.0.unwrap_or("ann");
            let (old, new) = (known.text(owner, "login"), fresh(dice));
            let old = old.filter(|_| mostly(dice));
            let is_right = key.0.is_some() && old.is_some();
            let body = turbosmtp::change(&old.unwrap_or_else(|| "Nonsense-1".to_owned()), &new);
            Deed {
                effect: Effect::Sets {
                    owner,
                    kind: "login",
                    text: Some(new),
                    is_reset: false,
                },
                after: After::NoAccess {
                    owner,
                    keep: Some(key.1.clone()),
                },
                is_right,
                ..Deed::harmless(signed("PUT", "change-password").json(&body), owner)
            }
        }
        "forgotPassword" => {
            let body = json!({"email": mail(login)});
            let call = turbosmtp::call("POST", "forgot-password").json(&body);
            Deed::harmless(call, login)
        }
        "checkToken" => {
            let (owner, _, token) = token(known, &[Form::Reset], dice);
            let call = turbosmtp::call("GET", &format!("forgot-password?token={token}"));
            Deed {
                is_right: owner.is_some(),
                ..Deed::harmless(call, format!("{owner:?}"))
            }
        }
        _ => {
            let (owner, _, token) = token(known, &[Form::Reset], dice);
            let new = fresh(dice);
            let body = turbosmtp::update(&token, &new);
            by_token(
                turbosmtp::call("PUT", "forgot-password").json(&body),
                owner,
                new,
            )
        }
    }
}

/// A call of an operation, and what the model says of it.
pub fn deed(name: &str, known: &Known, world: &World, dice: &mut impl Rng) -> Deed {
    match name {
        "forgottenPasswordRequest"
        | "getDataForChangeForgottenPassword"
        | "changeForgottenPassword" => forgotten(name, known, dice),
        "listUserPasswords" | "getUserPasswordsListData" | "getUserPasswordsData" => {
            let caller = caller(known, None, dice);
            let (user, owner) = target(&caller, dice);
            let rest = match name {
                "listUserPasswords" => "",
                "getUserPasswordsListData" => "/list-data",
                _ => "/login",
            };
            let who = caller.who;
            let is_own = who == Some(owner) || caller.of == Some(owner);
            Deed {
                is_right: is_own || manages(who, owner),
                ..Deed::harmless(
                    caller
                        .by
                        .sign(call("GET", &format!("/{user}/passwords{rest}"))),
                    format!("of {owner} by {:?}", caller.by),
                )
            }
        }
        "changePassword" => change(known, dice),
        "changeGenerated" | "generatePassword" => generate(name, known, dice),
        "resetAndSendPassword" => reset_and_send(known, dice),
        "allowGeneration"
        | "resetGeneratedPassword"
        | "disablePassword"
        | "enablePassword"
        | "unblockPassword" => act(name, known, dice),
        "resetPasswordRequest"
        | "resetPassword"
        | "sendUsernames"
        | "unlockAccountRequest"
        | "unlockAccount"
        | "validateToken" => of_sspr(name, known, world, dice),
        "sendResetPasswordToken" | "verifyResetPasswordToken" | "resetByToken" => {
            of_clevermaps(name, known, dice)
        }
        "authorize" | "deauthorize" | "changeByKey" | "forgotPassword" | "checkToken"
        | "updateByToken" => of_turbosmtp(name, known, dice),
        _ => auth(name, known, dice),
    }
}
