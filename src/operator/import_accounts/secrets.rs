//! The secret members of an account line. They are never quoted, and gone when they are hashed.

use super::json::Json;
use super::members::{Members, Said, one_of};
use crate::domain::hash::Hash;
use crate::domain::id::PasswordTypeId;
use crate::domain::identifier::{fold, plain};
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::domain::status::Mode;

/// The longest password or answer, in bytes.
const SECRET_MAX: usize = 4096;
/// The longest security question, in characters.
const QUESTION_MAX: usize = 500;

/// A password or an answer as a line gives it.
pub(super) enum Given {
    /// In clear.
    Clear(Password),
    /// As somebody else hashed it.
    Hashed(Hash),
}

impl Given {
    /// Whether what rests is made here, with a salt.
    pub(super) fn is_made(&self) -> bool {
        match self {
            Self::Clear(_) => true,
            Self::Hashed(Hash::Plain { recipe, .. }) => recipe.is_weak(),
            Self::Hashed(Hash::Wrapped { .. }) => false,
        }
    }
}

/// Reads `securityQuestion` and either `securityAnswer` or `securityAnswerHash`, which go together.
///
/// An answer is hashed trimmed and folded: people remember words, not capitals.
pub(super) fn security(members: &mut Members) -> Result<(Said<String>, Option<Given>), String> {
    let question = members.parsed("securityQuestion", |text| {
        plain(text, QUESTION_MAX).map(str::to_owned)
    })?;
    let clear = members.text("securityAnswer")?.try_map(answer)?;
    let hashed = members
        .text("securityAnswerHash")?
        .try_map(|text| answer_hash(&text))?;
    let answer = match (clear, hashed) {
        (clear, Said::Nothing) => clear,
        (Said::Nothing, hashed) => hashed,
        (Said::Null | Said::Value(_), Said::Null | Said::Value(_)) => {
            return Err("`securityAnswer` and `securityAnswerHash` exclude each other".to_owned());
        }
    };
    match (question, answer) {
        (Said::Nothing, Said::Nothing) => Ok((Said::Nothing, None)),
        (Said::Null, Said::Null) => Ok((Said::Null, None)),
        (Said::Value(question), Said::Value(answer)) => Ok((Said::Value(question), Some(answer))),
        (Said::Nothing | Said::Null | Said::Value(_), _) => {
            Err("`securityQuestion` and `securityAnswer` go together".to_owned())
        }
    }
}

/// Reads `passwords`: an object with a member for each type that the line sets.
pub(super) fn passwords(
    members: &mut Members,
    types: &[PasswordType],
) -> Result<Vec<(PasswordTypeId, Given)>, String> {
    let given = match members.take("passwords").lasting("passwords")? {
        None => return Ok(Vec::new()),
        Some(Json::Object(given)) => given,
        Some(Json::Null | Json::Text(_) | Json::List(_) | Json::Other) => {
            return Err("`passwords` must be an object".to_owned());
        }
    };
    let mut passwords = Vec::new();
    for (name, value) in given {
        let kind = types
            .iter()
            .find(|kind| kind.spec.internal_name == name)
            .ok_or_else(|| unknown_type(types))?;
        if passwords.iter().any(|(id, _)| *id == kind.password_type_id) {
            return Err(format!("`passwords.{name}` is given twice"));
        }
        if kind.spec.mode == Mode::Otp {
            return Err(format!(
                "`passwords.{name}` is for one-time codes, which are never given"
            ));
        }
        passwords.push((kind.password_type_id, password(&name, value)?));
    }
    Ok(passwords)
}

/// The name itself stays unsaid: it might be a password in the wrong place.
fn unknown_type(types: &[PasswordType]) -> String {
    let names: Vec<_> = types
        .iter()
        .map(|kind| kind.spec.internal_name.as_str())
        .collect();
    format!(
        "`passwords` names a type that the tenant does not have; it may name {}",
        one_of(&names)
    )
}

fn password(name: &str, value: Json) -> Result<Given, String> {
    let shape = || format!("`passwords.{name}` must be an object with either value or hash");
    let Json::Object(members) = value else {
        return Err(shape());
    };
    let [(member, Json::Text(text))] = <[_; 1]>::try_from(members).map_err(|_| shape())? else {
        return Err(shape());
    };
    match member.as_str() {
        "value" => secret(text)
            .map(Given::Clear)
            .map_err(|why| format!("`passwords.{name}.value` {why}")),
        "hash" => Hash::import(&text)
            .map(Given::Hashed)
            .map_err(|why| format!("`passwords.{name}.hash` {why}")),
        _ => Err(shape()),
    }
}

fn answer(text: String) -> Result<Given, String> {
    let normalised = secret(text).map(|typed| fold(typed.expose().trim()));
    normalised
        .and_then(secret)
        .map(Given::Clear)
        .map_err(|why| format!("`securityAnswer` {why}"))
}

fn answer_hash(text: &str) -> Result<Given, String> {
    Hash::import(text)
        .map(Given::Hashed)
        .map_err(|why| format!("`securityAnswerHash` {why}"))
}

fn secret(text: String) -> Result<Password, String> {
    let secret = Password::new(text);
    match secret.expose().len() {
        0 => Err("is empty".to_owned()),
        1..=SECRET_MAX => Ok(secret),
        _ => Err(format!("is longer than {SECRET_MAX} bytes")),
    }
}
