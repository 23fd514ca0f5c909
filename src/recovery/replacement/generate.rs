//! Values that the server makes.

use rand::CryptoRng;

use super::Replacement;
use crate::domain::code::Code;
use crate::domain::key::KeySecret;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::recovery::tools::Fault;

impl Replacement {
    /// A value of the type's own making.
    pub(in crate::recovery) fn make_value(&self, kind: &PasswordType) -> Password {
        value_of(kind, &mut self.tools.entropy.fork())
    }

    /// A hash that no password has: what stands where a value is still to be made.
    pub(in crate::recovery) async fn hash_of_nothing(&self) -> Result<String, Fault> {
        let nothing = KeySecret::mint(&mut self.tools.entropy.fork());
        let nothing = Password::new(nothing.reveal().to_owned());
        self.tools.hasher.hash(&nothing).await
    }
}

/// A value of a type's own making, as a generator has it.
pub(in crate::recovery) fn value_of(kind: &PasswordType, rng: &mut impl CryptoRng) -> Password {
    let spec = &kind.spec;
    let value = Code::mint(&spec.generated_alphabet, spec.generated_length, rng);
    Password::new(value.reveal().to_owned())
}
