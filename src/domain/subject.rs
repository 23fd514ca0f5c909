//! What limits and lockouts are counted under.
//!
//! The bytes that are digested are part of what is stored: another spelling of one of them would forget every
//! lockout of its kind. So they are written out here, in one place, and a test pins them.

use ipnet::IpNet;

use super::digest::{Digest, Keyring, Use};
use super::id::AccountId;
use super::identifier::{Identifier, Kind};
use super::user::User;

/// Whose attempts or requests are counted together.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Whoever has a name, whether or not anybody has it.
    Name(&'a Identifier),
    /// An account: attempts at a password that it does not have, and at its recovery codes.
    Account(AccountId),
    /// An account that one-time codes are sent to.
    Recipient(AccountId),
    /// An account number that somebody typed, whether or not anybody has it.
    Number(Option<AccountId>),
    /// A name that leads to nobody, where attempts at recovery codes are counted.
    NobodysCode(&'a Identifier),
    /// A network that requests come from.
    Network(IpNet),
    /// A form that may be sent twice: what it asks for, what tells it from another, and the name in it.
    Form(&'a str, &'a str, &'a str),
    /// Everything there is: of a tenant, where rows tell tenants apart, or of the whole server.
    Everything,
}

impl<'a> Subject<'a> {
    /// What requests about somebody are counted under. The most particular reading of a name stands for the
    /// text: it is what other dialects count too.
    pub fn named(user: &'a User) -> Option<Self> {
        match user {
            User::Number(id) => Some(Self::Number(*id)),
            User::Named(names) => names.last().map(Self::Name),
        }
    }

    /// What attempts at a recovery code are counted under where there is nobody whose code it could be.
    pub fn of_nobodys_code(user: &'a User) -> Self {
        match user {
            User::Number(id) => Self::Number(*id),
            User::Named(names) => names.last().map_or(Self::Number(None), Self::NobodysCode),
        }
    }

    /// Its digest by the newest key, as rows keep it.
    pub fn digest(&self, keys: &Keyring) -> Digest {
        keys.digest(Use::Limit, self.spelling().as_bytes())
    }

    /// Its digests by every key, newest first.
    pub fn digests(&self, keys: &Keyring) -> Vec<Digest> {
        keys.digests(Use::Limit, self.spelling().as_bytes())
    }

    fn spelling(&self) -> String {
        match self {
            Self::Name(name) => format!("{} {}", kind(name), name.value),
            Self::Account(account_id) => format!("account {account_id}"),
            Self::Recipient(account_id) => account_id.to_string(),
            Self::Number(Some(account_id)) => format!("Some(AccountId({account_id}))"),
            Self::Number(None) => "None".to_owned(),
            Self::NobodysCode(name) => format!(
                "Some(Identifier {{ kind: {}, value: {:?} }})",
                kind(name),
                name.value
            ),
            Self::Network(network) => network.to_string(),
            Self::Form(asked, form_id, name) => format!("{asked} {form_id} {name}"),
            Self::Everything => String::new(),
        }
    }
}

fn kind(name: &Identifier) -> &'static str {
    match name.kind {
        Kind::Login => "Login",
        Kind::Email => "Email",
        Kind::Phone => "Phone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These bytes are in the rows of every server that runs: they never change.
    #[test]
    fn what_is_counted_is_spelled_as_it_always_was() {
        let name = |kind, value: &str| Identifier {
            kind,
            value: value.to_owned(),
        };
        let login = name(Kind::Login, "ann \"a\"");
        let email = name(Kind::Email, "ann@example.com");
        let phone = name(Kind::Phone, "+15145550100");
        let ann = AccountId::parse("5").unwrap();
        let network: IpNet = "2001:db8:1:2::/64".parse().unwrap();
        for (subject, spelling) in [
            (Subject::Name(&login), "Login ann \"a\""),
            (Subject::Name(&email), "Email ann@example.com"),
            (Subject::Name(&phone), "Phone +15145550100"),
            (Subject::Account(ann), "account 5"),
            (Subject::Recipient(ann), "5"),
            (Subject::Number(Some(ann)), "Some(AccountId(5))"),
            (Subject::Number(None), "None"),
            (
                Subject::NobodysCode(&login),
                r#"Some(Identifier { kind: Login, value: "ann \"a\"" })"#,
            ),
            (Subject::Network(network), "2001:db8:1:2::/64"),
            (
                Subject::Form("Token(Reset)", "f1", "ann@example.com"),
                "Token(Reset) f1 ann@example.com",
            ),
            (Subject::Everything, ""),
        ] {
            assert_eq!(subject.spelling(), spelling);
        }
    }

    #[test]
    fn one_subject_has_one_digest_for_each_key() {
        let keys = Keyring::new(vec![[1; 32].into(), [2; 32].into()]).unwrap();
        let ann = Subject::Account(AccountId::parse("5").unwrap());
        let digests = ann.digests(&keys);
        assert_eq!(digests.first(), Some(&ann.digest(&keys)));
        assert_eq!(digests.len(), 2);
    }
}
