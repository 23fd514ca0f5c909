//! An event's place in a chain, and what proves it.

use super::chain::{Chain, Point, point};
use super::event::Event;
use super::fields::Fields;
use crate::domain::Timestamp;
use crate::domain::digest::{Checked, Keyring, Signed, Use};
use crate::domain::id::{EventId, TenantId};

/// An event's place in the chain.
pub struct Seal {
    /// The place.
    pub seq: i64,
    /// Whose it is.
    pub event_id: EventId,
    /// When it got it.
    pub sealed_at: Timestamp,
    /// What proves it.
    pub digest: Signed,
}

/// Why something does not come next in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The seal that comes next is gone.
    SealMissing,
    /// The chain ends before it.
    SealExtra,
    /// The event is gone.
    EventMissing,
    /// The event is not what was recorded.
    Edited,
    /// The address was cleared where the chain does not say so.
    AddressCleared,
    /// The seal does not follow from its event and the seal before.
    Seal,
    /// A key of before is not at hand.
    UnknownKey,
}

impl Seal {
    /// The place, with what proves it.
    pub fn point(&self) -> Point {
        Point {
            seq: self.seq,
            digest: Some(self.digest),
        }
    }
}

impl Chain {
    /// Makes sure that a seal and its event are what comes after the place `before`. `let_go`:
    /// whether it is known that what a key signed up to this place is proven no more.
    pub fn follow(
        &self,
        before: &Point,
        (seal, event): (&Seal, Option<&Event>),
        keys: &Keyring,
        let_go: impl Fn(&Signed, i64) -> bool,
    ) -> Result<(), Broken> {
        let proven = |checked, digest: &Signed, otherwise| match checked {
            Checked::Good => Ok(()),
            Checked::Wrong => Err(otherwise),
            Checked::UnknownKey if let_go(digest, seal.seq) => Ok(()),
            Checked::UnknownKey => Err(Broken::UnknownKey),
        };
        if seal.seq != before.seq + 1 {
            return Err(Broken::SealMissing);
        }
        if seal.seq > self.head.seq {
            return Err(Broken::SealExtra);
        }
        let event = event.ok_or(Broken::EventMissing)?;
        let digest = event.digest.ok_or(Broken::Edited)?;
        proven(event.check(keys), &digest, Broken::Edited)?;
        if event.is_erased() && seal.seq > self.erased_seq {
            return Err(Broken::AddressCleared);
        }
        let named = (seal.event_id, &digest);
        let bytes = seal_bytes(self.tenant_id, before, named, seal.sealed_at);
        let sealed = keys.check(Use::Audit, &bytes, &seal.digest);
        proven(sealed, &seal.digest, Broken::Seal)
    }
}

/// What a seal is a digest of: its place, the event that has it, when it got it, and the seal before.
pub fn seal_bytes(
    tenant_id: TenantId,
    before: &Point,
    (event_id, digest): (EventId, &Signed),
    sealed_at: Timestamp,
) -> Vec<u8> {
    let fields = Fields::of("seal").text(tenant_id).text(event_id);
    point(fields.bytes(digest.as_bytes()).moment(sealed_at), before).finish()
}
