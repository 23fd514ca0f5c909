//! Values that the server makes.

use super::Replacement;
use crate::domain::code::Code;
use crate::domain::key::KeySecret;
use crate::domain::password::Password;
use crate::domain::password_type::PasswordType;
use crate::recovery::tools::Fault;

impl Replacement {
    /// A value of the type's own making.
    pub(in crate::recovery) fn make_value(&self, kind: &PasswordType) -> Password {
        let spec = &kind.spec;
        let mut rng = self.tools.entropy.fork();
        let value = Code::mint(&spec.generated_alphabet, spec.generated_length, &mut rng);
        Password::new(value.reveal().to_owned())
    }

    /// A hash that no password has: what stands where a value is still to be made.
    pub(in crate::recovery) async fn hash_of_nothing(&self) -> Result<String, Fault> {
        let nothing = KeySecret::mint(&mut self.tools.entropy.fork());
        let nothing = Password::new(nothing.reveal().to_owned());
        self.tools.hasher.hash(&nothing).await
    }
}
