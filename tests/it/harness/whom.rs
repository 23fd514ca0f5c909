//! Whom requests are about when times are taken, and what is asked about them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::keepalive::post;

/// What an account may be, all names equally long.
pub const STATES: [&str; 4] = ["known", "unknown", "disabled", "blocked"];

/// A tenant where nobody tells who has an account, and nobody is blocked by a few tries.
pub const TENANT: &str = r#"
code = "demo"
name = "Demo Cooperative"
hosts = ["demo.localhost"]
[cyclos]
conceal_unknown = true
[clevermaps]
conceal_unknown = true
[turbosmtp]
conceal_unknown = true
[[password_type]]
internal_name = "login"
name = "Login password"
access = true
max_tries = 100
block = "forever"
"#;

/// A password of the people below.
pub const PASSWORD: &str = "Forgotten-2026";

/// The name of somebody: of the same length whatever their state.
pub fn name(state: usize, number: usize) -> String {
    format!("{}{number:06}", ["kn", "un", "di", "bl"][state])
}

/// An import line for each account there is: all but the unknown ones.
pub fn people(count: usize, hash: &str) -> String {
    let accounts = (0..count).flat_map(|number| [0, 2, 3].map(|state| (state, number)));
    let line = |(state, number)| {
        let login = name(state, number);
        let status = if state == 2 { "disabled" } else { "active" };
        let email = format!("{login}@timing.example");
        let passwords = json!({"login": {"hash": hash}});
        json!({"login": login, "email": email, "status": status, "passwords": passwords})
            .to_string()
            + "\n"
    };
    accounts.map(line).collect()
}

/// Something that can be asked about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Sspr,
    Cyclos,
    Clevermaps,
    Turbosmtp,
    CyclosSignIn,
    TurbosmtpSignIn,
}

impl Question {
    /// Requests for recovery, which a tenant that conceals answers without looking.
    pub const REQUESTS: [Self; 4] = [Self::Sspr, Self::Cyclos, Self::Clevermaps, Self::Turbosmtp];
    /// Sign-ins, which cost a hash.
    pub const SIGN_INS: [Self; 2] = [Self::CyclosSignIn, Self::TurbosmtpSignIn];

    /// What everybody is answered.
    pub fn statuses(self) -> &'static [u16] {
        match self {
            Self::Sspr | Self::Cyclos => &[204],
            Self::Clevermaps => &[201],
            Self::Turbosmtp => &[200],
            Self::CyclosSignIn => &[401],
            // Without a password there is nothing to sign in with.
            Self::TurbosmtpSignIn => &[403, 400],
        }
    }

    /// The request about `login`; sign-ins with a password that is not theirs.
    pub fn about(self, login: &str, key: &str, password: &str) -> String {
        let email = format!("{login}@timing.example");
        match self {
            Self::Sspr => {
                let body = json!({"pksCustomerCode": "demo", "fkiLanguageID": 2, "eUserTypeSSPR": "Native",
                    "sUserLoginname": login});
                let path = "/rest/1/module/sspr/resetPasswordRequest";
                post(path, &[("authorization", key)], &body.to_string())
            }
            Self::Cyclos => {
                let body = json!({ "user": login });
                post(
                    "/api/auth/forgotten-password/request",
                    &[],
                    &body.to_string(),
                )
            }
            Self::Clevermaps => {
                let body = json!({ "email": email });
                post("/rest/accounts/passwordReset", &[], &body.to_string())
            }
            Self::Turbosmtp => {
                let body = json!({ "email": email });
                post("/api/v2/forgot-password", &[], &body.to_string())
            }
            Self::CyclosSignIn => {
                let pair = STANDARD.encode(format!("{login}:{password}"));
                let basic = format!("Basic {pair}");
                post("/api/auth/session", &[("authorization", &basic)], "{}")
            }
            Self::TurbosmtpSignIn => {
                let body = json!({"email": email, "password": password, "no_expire": false});
                post("/api/v2/authorize", &[], &body.to_string())
            }
        }
    }
}

/// Wrong passwords of every length (lesson L27): none, one character, an ordinary one, the longest.
pub fn wrong(kind: usize) -> String {
    ["", "x", "Wrong-Password-1", &"x".repeat(128)][kind].to_owned()
}
