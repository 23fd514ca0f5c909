//! One type per identifier, so that no two can be swapped.

use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// Names for things that come and go: time-ordered, so that indexes grow at one end.
macro_rules! ordered_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, sqlx::Type)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Mints a fresh identifier (a version 7 UUID) that sorts by `now`.
            pub fn mint(now: Timestamp, rng: &mut impl Rng) -> Self {
                let millis = now.unix_timestamp_nanos() / 1_000_000;
                let mut tail = [0; 10];
                rng.fill_bytes(&mut tail);
                let millis = u64::try_from(millis).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
            }

            /// When it was minted, to the millisecond.
            pub fn minted_at(self) -> Timestamp {
                let (high, _) = self.0.as_u64_pair();
                let nanos = i128::from(high >> 16) * 1_000_000;
                Timestamp::from_unix_timestamp_nanos(nanos).unwrap_or(Timestamp::UNIX_EPOCH)
            }

            /// The least that could be minted after `at` was over: whatever sorts before it was minted by then.
            pub fn after(at: Timestamp) -> Self {
                let millis = at.unix_timestamp_nanos() / 1_000_000 + 1;
                let millis = u64::try_from(millis).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
            }

            /// Reads the hyphenated form.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

/// Names for things that stay: 64-bit integers, as contracts/cyclos.md shows them.
macro_rules! lasting_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, sqlx::Type)]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ordered_id! {
    /// Names a recovery token without revealing it.
    TokenId;
    /// Names a job.
    JobId;
    /// Names a key without revealing it.
    KeyId;
    /// Names a row of the audit trail.
    EventId;
    /// Names a session without revealing it.
    SessionId;
}

lasting_id! {
    /// Names a tenant.
    TenantId;
    /// Names an account within its tenant.
    AccountId;
    /// Names a password type within its tenant.
    PasswordTypeId;
}

impl JobId {
    /// Another fresh identifier, which ends in the same eight digits: letters about one request are
    /// known to people by those.
    #[must_use]
    pub fn sibling(self, now: Timestamp, rng: &mut impl Rng) -> Self {
        let mut bytes = *Self::mint(now, rng).0.as_bytes();
        bytes[12..].copy_from_slice(&self.0.as_bytes()[12..]);
        Self(Uuid::from_bytes(bytes))
    }
}

impl KeyId {
    /// A positive 64-bit form, for dialects whose names are numbers: the half that is drawn.
    pub fn number(self) -> i64 {
        let (_, drawn) = self.0.as_u64_pair();
        // Two bits of a UUID's lower half are always the same.
        (drawn & (u64::MAX >> 2)).cast_signed()
    }
}

impl PasswordTypeId {
    /// Reads the decimal form (contracts/cyclos.md, 3.2).
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl AccountId {
    /// Reads the decimal form, as contracts/cyclos.md, 3.1, writes it: a sign is allowed.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|id| *id > 0).map(Self)
    }

    /// Mints a positive identifier that tells nothing about how many accounts there are.
    pub fn mint(rng: &mut impl Rng) -> Self {
        Self((rng.next_u64() >> 1).max(1).cast_signed())
    }
}
