//! Where a tenant's chain begins and ends, and what binds its links.

use super::fields::Fields;
use crate::domain::Timestamp;
use crate::domain::digest::{Checked, Keyring, Signed, Use};
use crate::domain::id::TenantId;

/// A place in a chain: the number of a seal, and its digest. Before the first, both are nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// The number; the first seal is 1.
    pub seq: i64,
    /// The digest; `None` before the first.
    pub digest: Option<Signed>,
}

/// What is known of a tenant's chain as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The last seal.
    pub head: Point,
    /// The last seal that was forgotten with its event: the chain begins after it.
    pub anchor: Point,
    /// Up to where addresses were cleared.
    pub erased_seq: i64,
    /// Until when unsigned events are taken on: servers of the version before this may still run.
    pub adopts_until: Option<Timestamp>,
    /// What proves all this; `None` before the first seal.
    pub mark: Option<Signed>,
}

impl Chain {
    /// Makes what proves the chain's ends.
    pub fn sign(&mut self, keys: &Keyring) {
        self.mark = Some(keys.sign(Use::Audit, &self.bytes()));
    }

    /// Whether the ends are what was signed. One that never had a seal need not be.
    pub fn check(&self, keys: &Keyring) -> Checked {
        match &self.mark {
            Some(mark) => keys.check(Use::Audit, &self.bytes(), mark),
            None if self.is_new() => Checked::Good,
            None => Checked::Wrong,
        }
    }

    /// Whether nothing was ever sealed.
    pub fn is_new(&self) -> bool {
        self.mark.is_none()
            && self.head == Point::default()
            && self.anchor == Point::default()
            && self.erased_seq == 0
            && self.adopts_until.is_none()
    }

    /// Whether unsigned events are taken on.
    pub fn adopts(&self, now: Timestamp) -> bool {
        self.adopts_until.is_some_and(|until| now < until)
    }

    fn bytes(&self) -> Vec<u8> {
        let fields = Fields::of("chain").text(self.tenant_id);
        let fields = point(point(fields, &self.head), &self.anchor).text(self.erased_seq);
        let micros = |at: Timestamp| at.unix_timestamp_nanos() / 1_000;
        fields.maybe_text(self.adopts_until.map(micros)).finish()
    }
}

impl Point {
    /// Reads `SEQ:DIGEST`.
    pub fn parse(text: &str) -> Option<Self> {
        let (seq, digest) = text.trim().split_once(':')?;
        Some(Self {
            seq: seq.parse().ok().filter(|seq| *seq > 0)?,
            digest: Some(Signed::parse(digest)?),
        })
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.digest {
            Some(digest) => write!(f, "{}:{digest}", self.seq),
            None => write!(f, "{}", self.seq),
        }
    }
}

pub(super) fn point(fields: Fields, point: &Point) -> Fields {
    let digest = point.digest.as_ref().map(Signed::as_bytes);
    fields
        .text(point.seq)
        .maybe(digest.map(<[u8; 40]>::as_slice))
}
