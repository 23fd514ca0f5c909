//! Who has an account: people by number, and what they type.

use std::fmt::Write as _;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::Failure;
use crate::http;

/// How many have an account.
pub const PEOPLE: usize = 100_000;
/// How many different passwords they share: their hashes are made in a second.
const PASSWORDS: usize = 16;

/// What a hash costs: the server's default.
pub fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(19_456, 2, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

pub fn password(number: usize) -> String {
    format!("Correct-Horse-{:02}", number % PASSWORDS)
}

/// All accounts as `rekey account import` reads them.
pub fn lines() -> Result<String, Failure> {
    let mut hashes = Vec::new();
    for number in 0..PASSWORDS {
        let salt = format!("salt-of-bench-{number:02}");
        let mut digest = [0; 32];
        argon2()?.hash_password_into(password(number).as_bytes(), salt.as_bytes(), &mut digest)?;
        hashes.push(format!(
            "$argon2id$v=19$m=19456,t=2,p=1${}${}",
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(digest)
        ));
    }
    let mut lines = String::new();
    for number in 0..PEOPLE {
        let hash = &hashes[number % PASSWORDS];
        writeln!(
            lines,
            r#"{{"login":"person-{number:06}","email":"person-{number:06}@people.example","name":"Person {number}","language":"en","passwords":{{"login":{{"hash":"{hash}"}}}}}}"#
        )?;
    }
    Ok(lines)
}

/// SSPR: asks for a reset link. Nobody has a number beyond [`PEOPLE`].
pub fn reset_request(key: &str, number: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"pksCustomerCode":"bench","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"person-{number:06}"}}"#
    );
    sspr("resetPasswordRequest", key, &body)
}

/// SSPR: is this token good?
pub fn token_check(key: &str, number: usize, token: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"pksCustomerCode":"bench","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"person-{number:06}","binUserSSPRtoken":"{token}"}}"#
    );
    sspr("validateToken", key, &body)
}

/// SSPR: a token for a new password.
pub fn reset(key: &str, number: usize, token: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"pksCustomerCode":"bench","fkiLanguageID":2,"eUserTypeSSPR":"Native","sUserLoginname":"person-{number:06}","binUserSSPRtoken":"{token}","sPassword":"Battery-Staple-{number:06}"}}"#
    );
    sspr("resetPassword", key, &body)
}

fn sspr(operation: &str, key: &str, body: &str) -> Vec<u8> {
    let path = format!("/rest/1/module/sspr/{operation}");
    http::post(&path, &format!("authorization: {key}\r\n"), body)
}

/// TurboSMTP: a password for a key.
pub fn authorize(number: usize) -> Vec<u8> {
    let body = format!(
        r#"{{"email":"person-{number:06}@people.example","password":"{}","no_expire":false}}"#,
        password(number)
    );
    http::post("/api/v2/authorize", "", &body)
}

/// Cyclos: a password for a session.
pub fn log_in(number: usize) -> Vec<u8> {
    let basic = STANDARD.encode(format!("person-{number:06}:{}", password(number)));
    let header = format!("authorization: Basic {basic}\r\n");
    http::post("/api/auth/session", &header, "")
}

/// Cyclos: who is signed in?
pub fn current(session: &str) -> Vec<u8> {
    http::get("/api/auth", &format!("session-token: {session}\r\n"))
}
