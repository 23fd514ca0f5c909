//! The kinds of password a tenant has.

use serde::{Deserialize, Serialize};
use time::Duration;

use super::id::PasswordTypeId;
use super::policy::PasswordPolicy;
use super::status::{BlockPolicy, Mode, Rules};

/// A kind of password as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordType {
    /// The number Cyclos shows as a decimal string.
    pub password_type_id: PasswordTypeId,
    /// Everything an operator can say about it.
    pub spec: Spec,
}

/// A kind of password as the tenant file describes it (design.md, section 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// The name APIs and files use.
    pub internal_name: String,
    /// The name people see.
    pub name: String,
    /// Whether this is the one password that signs in and that recovery changes.
    pub access: bool,
    /// Who makes its values.
    pub mode: Mode,
    /// What a new value must look like.
    pub policy: PasswordPolicy,
    /// How many earlier values may not come back.
    pub history: u32,
    /// How long a value stays fresh, in seconds; `None`: for ever.
    pub validity: Option<u64>,
    /// How many wrong attempts in a row block it.
    pub max_tries: u32,
    /// What too many wrong attempts lead to.
    pub block: BlockPolicy,
    /// How long a block may become that follows another, in seconds.
    #[serde(default)]
    pub block_max: u64,
    /// Whether an administrator must allow the first value of a generated password.
    pub admin_authorization: bool,
    /// How long a generated value is, in characters.
    pub generated_length: u32,
    /// What generated values are made of.
    pub generated_alphabet: String,
    /// How long a one-time code lives, in seconds.
    pub otp_lifetime: u64,
    /// What owners may do with their own.
    pub owner: OwnerRights,
}

/// What owners may do with their own password of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent rights, named as the tenant file names them"
)]
pub struct OwnerRights {
    /// Change its value.
    pub change: bool,
    /// Disable and enable it.
    pub enable: bool,
    /// Reset it.
    pub reset: bool,
    /// Lift a block.
    pub unblock: bool,
}

impl Spec {
    /// How long a one-time code lives.
    pub fn otp_lifetime(&self) -> Duration {
        Duration::seconds(self.otp_lifetime.cast_signed())
    }

    /// The rules that [`super::status`] asks for.
    pub fn rules(&self) -> Rules {
        let validity = match self.mode {
            Mode::Otp => Some(self.otp_lifetime),
            Mode::Manual | Mode::Generated => self.validity,
        };
        Rules {
            mode: self.mode,
            access: self.access,
            validity: validity.map(|seconds| Duration::seconds(seconds.cast_signed())),
            max_tries: self.max_tries,
            block: self.block,
            block_max: Duration::seconds(self.block_max.cast_signed()),
            admin_authorization: self.admin_authorization,
        }
    }
}
