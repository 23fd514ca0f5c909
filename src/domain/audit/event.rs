//! Something that happened.

use ipnet::IpNet;
use rand::Rng;
use serde_json::Value;

use super::fields::Fields;
use crate::domain::Timestamp;
use crate::domain::digest::{Checked, Keyring, Signed, Use};
use crate::domain::id::{AccountId, EventId, TenantId};

/// How many random bytes go with an address, so that its digest tells nobody which it was once both
/// are cleared: not even whoever has the key and tries them all.
pub const SALT: usize = 16;

/// The action that says that a secret key was dropped, and in its detail which, and up to which place of
/// the chain it may have signed.
pub const KEY_DROPPED: &str = "secret-key.dropped";

/// An address, and the salt of its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub address: IpNet,
    /// Its salt.
    pub salt: [u8; SALT],
}

/// A row of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// In whose trail it is.
    pub tenant_id: TenantId,
    /// Names it.
    pub event_id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What was done, in dotted words.
    pub action: String,
    /// How it ended, in a word or a few.
    pub outcome: String,
    /// To whose account.
    pub account_id: Option<AccountId>,
    /// By whose account, where that is another.
    pub actor_id: Option<AccountId>,
    /// From where, until that is cleared.
    pub address: Option<Address>,
    /// What proves the address while it is there, and that there was one later.
    pub address_digest: Option<Signed>,
    /// In which request.
    pub request_id: Option<String>,
    /// What else an auditor needs; never a secret.
    pub detail: Value,
    /// What proves all this; `None` before it is signed.
    pub digest: Option<Signed>,
}

/// What is said of an event by whoever records it: all but when it was, what names it and what proves it.
pub struct NewEvent<'a> {
    /// In whose trail it shall be.
    pub tenant_id: TenantId,
    /// What was done, in dotted words.
    pub action: &'a str,
    /// How it ended, in a word or a few.
    pub outcome: &'a str,
    /// To whose account.
    pub account_id: Option<AccountId>,
    /// By whose account, where that is another.
    pub actor_id: Option<AccountId>,
    /// From where.
    pub address: Option<IpNet>,
    /// In which request.
    pub request_id: Option<String>,
    /// What else an auditor needs; never a secret.
    pub detail: Value,
}

impl Address {
    /// An address with a fresh salt.
    pub fn salted(address: IpNet, rng: &mut impl Rng) -> Self {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        Self { address, salt }
    }

    fn bytes(&self, event_id: EventId) -> Vec<u8> {
        let fields = Fields::of("address").text(event_id).bytes(&self.salt);
        fields.text(self.address).finish()
    }
}

impl Event {
    /// An event that happens now, with a name of its own, signed.
    pub fn new(said: NewEvent<'_>, now: Timestamp, rng: &mut impl Rng, keys: &Keyring) -> Self {
        let mut event = Self {
            tenant_id: said.tenant_id,
            event_id: EventId::mint(now, rng),
            at: now,
            action: said.action.to_owned(),
            outcome: said.outcome.to_owned(),
            account_id: said.account_id,
            actor_id: said.actor_id,
            address: said.address.map(|address| Address::salted(address, rng)),
            address_digest: None,
            request_id: said.request_id,
            detail: said.detail,
            digest: None,
        };
        event.sign(keys);
        event
    }

    /// Makes what proves the event.
    pub fn sign(&mut self, keys: &Keyring) {
        let event_id = self.event_id;
        let digest = |address: Address| keys.sign(Use::Audit, &address.bytes(event_id));
        self.address_digest = self.address.map(digest);
        self.digest = Some(keys.sign(Use::Audit, &self.bytes()));
    }

    /// Whether the event is what was signed. An address that is gone is none that was changed.
    pub fn check(&self, keys: &Keyring) -> Checked {
        let Some(digest) = &self.digest else {
            return Checked::Wrong;
        };
        match keys.check(Use::Audit, &self.bytes(), digest) {
            Checked::Good => {}
            checked @ (Checked::Wrong | Checked::UnknownKey) => return checked,
        }
        match (self.address, &self.address_digest) {
            (None, _) => Checked::Good,
            (Some(_), None) => Checked::Wrong,
            (Some(address), Some(digest)) => {
                keys.check(Use::Audit, &address.bytes(self.event_id), digest)
            }
        }
    }

    /// Whether there was an address that has been cleared.
    pub fn is_erased(&self) -> bool {
        self.address.is_none() && self.address_digest.is_some()
    }

    fn bytes(&self) -> Vec<u8> {
        let address = self.address_digest.as_ref().map(Signed::as_bytes);
        Fields::of("event")
            .text(self.tenant_id)
            .text(self.event_id)
            .moment(self.at)
            .text(&self.action)
            .text(&self.outcome)
            .maybe_text(self.account_id)
            .maybe_text(self.actor_id)
            .maybe(address.map(<[u8; 40]>::as_slice))
            .maybe_text(self.request_id.as_deref())
            .json(&self.detail)
            .finish()
    }
}
