//! Values that the server makes.

use rand::CryptoRng;

use super::Replacement;
use crate::domain::code::Code;
use crate::domain::key::KeySecret;
use crate::domain::password::Password;
use crate::domain::password_type::{PasswordType, Spec};
use crate::domain::policy::PasswordPolicy;
use crate::domain::status::Mode;
use crate::domain::strength::Context;
use crate::recovery::tools::Fault;

/// How often a value is drawn at most. Where one in four fails, all of these do once in 2 to the 128.
const DRAWS: usize = 64;

/// What a policy asks of a drawn value: how strong it is, its length and its alphabet decide.
fn drawn(policy: &PasswordPolicy, alphabet: &str) -> PasswordPolicy {
    let mut require = policy.require.clone();
    require.retain(|class| alphabet.chars().any(|c| class.holds(c)));
    PasswordPolicy {
        min_length: 1,
        max_length: u32::MAX,
        require,
        blocklist: policy.blocklist,
    }
}

impl Replacement {
    /// A value of the type's own making, which its policy takes.
    pub(in crate::recovery) fn make_value(&self, kind: &PasswordType) -> Password {
        value_of(&kind.spec, &mut self.tools.entropy.fork())
    }

    /// A hash that no password has: what stands where a value is still to be made.
    pub(in crate::recovery) async fn hash_of_nothing(&self) -> Result<String, Fault> {
        let nothing = KeySecret::mint(&mut self.tools.entropy.fork());
        let nothing = Password::new(nothing.reveal().to_owned());
        self.tools.hasher.hash(&nothing).await
    }
}

/// A value of a type's own making, which its policy takes, as a generator has it: the same whenever the generator
/// and the policy are.
pub(in crate::recovery) fn value_of(spec: &Spec, rng: &mut impl CryptoRng) -> Password {
    // Types that were applied before lengths were compared may make values that are too short.
    let length = match spec.mode {
        Mode::Manual => spec.generated_length.max(spec.policy.min_length),
        Mode::Generated | Mode::Otp => spec.generated_length,
    };
    let policy = drawn(&spec.policy, &spec.generated_alphabet);
    let mut draw = || {
        let value = Code::mint(&spec.generated_alphabet, length, rng);
        Password::new(value.reveal().to_owned())
    };
    // Values are drawn alike and not thought up: whose they are says nothing of them.
    let context = Context::default();
    let mut value = draw();
    for _ in 1..DRAWS {
        if policy.check(&value, &context).is_ok() {
            break;
        }
        value = draw();
    }
    value
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::domain::password_type::OwnerRights;
    use crate::domain::policy::Class;
    use crate::domain::status::BlockPolicy;

    fn spec(length: u32, alphabet: &str, require: &[Class]) -> Spec {
        Spec {
            internal_name: "pin".to_owned(),
            name: "PIN".to_owned(),
            access: false,
            mode: Mode::Generated,
            policy: PasswordPolicy {
                min_length: length,
                max_length: 128,
                require: require.to_vec(),
                blocklist: true,
            },
            history: 0,
            validity: None,
            max_tries: 3,
            block: BlockPolicy::Forever,
            block_max: 0,
            admin_authorization: false,
            generated_length: length,
            generated_alphabet: alphabet.to_owned(),
            otp_lifetime: 600,
            owner: OwnerRights {
                change: true,
                enable: false,
                reset: false,
                unblock: false,
            },
        }
    }

    #[test]
    fn generated_values_are_as_their_policy_asks() {
        let mut rng = ChaCha8Rng::seed_from_u64(10);
        let classes = [Class::Upper, Class::Lower, Class::Digit, Class::Special];
        let of_all = spec(12, "ABCDEFabcdef23456789+-", &classes);
        for kind in [spec(4, "0123456789", &[]), of_all] {
            for _ in 0..300 {
                let value = value_of(&kind, &mut rng);
                assert_eq!(kind.policy.check(&value, &Context::default()), Ok(()));
            }
        }
    }

    #[test]
    fn a_policy_that_takes_no_value_ends_the_drawing() {
        let mut rng = ChaCha8Rng::seed_from_u64(10);
        // Whatever one character is, it is guessed at once; and no letter is a digit.
        let value = value_of(&spec(1, "abcdefghij", &[Class::Digit]), &mut rng);
        assert_eq!(value.expose().len(), 1);
    }
}
