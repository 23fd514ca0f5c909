//! What was presented and is no good, counted until it is written down.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use ipnet::IpNet;

use crate::domain::id::TenantId;
use crate::recovery::tools::Origin;

/// How many networks are told apart at once; whatever comes from further ones is counted together.
const MOST: usize = 1_000;

/// What was presented and is no good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// A recovery token that is dead or never was.
    Token,
    /// A key that is dead or never was, or an access client's token.
    Key,
    /// The token of a session that has ended or never was.
    Session,
    /// A signature that does not fit its request.
    Signature,
}

impl Signal {
    pub(in crate::recovery) fn action(self) -> &'static str {
        match self {
            Self::Token => "token.refused",
            Self::Key => "key.refused",
            Self::Session => "session.refused",
            Self::Signature => "signature.refused",
        }
    }
}

/// Counts of what has not been written down.
#[derive(Default)]
pub(in crate::recovery) struct Signals(Mutex<BTreeMap<Source, Count>>);

/// Whose tenant, what, and from which network; `None`: from many.
pub(super) type Source = (TenantId, Signal, Option<IpNet>);

pub(super) struct Count {
    pub(super) times: u64,
    pub(super) first: Origin,
}

impl Signals {
    pub(super) fn add(&self, source: Source, count: Count) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let source = if counts.len() < MOST || counts.contains_key(&source) {
            source
        } else {
            (source.0, source.1, None)
        };
        counts
            .entry(source)
            .and_modify(|known| known.times += count.times)
            .or_insert(count);
    }

    pub(super) fn take(&self) -> Option<(Source, Count)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.pop_first()
    }
}
