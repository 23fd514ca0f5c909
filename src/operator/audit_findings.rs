//! What can be wrong with an audit trail.

use crate::domain::audit::{Broken, Point};
use crate::domain::id::EventId;

/// Something that is not as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the seal it was found at.
    pub seq: Option<i64>,
    /// The event it was found at.
    pub event_id: Option<EventId>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The ends of the chain are not as the server left them.
    #[error("the ends of the chain were changed without the server's key")]
    Ends,
    /// A seal is gone.
    #[error("a seal is missing")]
    SealMissing,
    /// An event is gone.
    #[error("the event is missing")]
    EventMissing,
    /// An event is not what was recorded.
    #[error("the event was edited")]
    Edited,
    /// An address is gone that retention did not clear.
    #[error("the address was cleared before its time")]
    AddressCleared,
    /// A seal does not follow from its event and the seal before.
    #[error("the seal is not the server's, or not in its place")]
    Seal,
    /// A key of before is not at hand.
    #[error("it was signed with a key that is not in secrets.keys")]
    UnknownKey,
    /// The end of the chain is gone.
    #[error("the end of the chain is missing")]
    Truncated,
    /// There are seals after the end of the chain.
    #[error("there is a seal after the end of the chain")]
    SealExtra,
    /// An event is there that was never recorded.
    #[error("the event was added without the server")]
    EventExtra,
    /// An event has waited too long for its seal.
    #[error("the event has not been sealed for a long time; is a worker running?")]
    Unsealed,
    /// The chain does not go through a head that was noted.
    #[error("the chain does not go through the head that was noted")]
    OtherHead,
    /// The head that was noted was forgotten, as events of that age are.
    #[error("the head that was noted has been forgotten by retention; compare a later one")]
    HeadForgotten,
}

impl From<Broken> for Wrong {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::SealMissing => Self::SealMissing,
            Broken::SealExtra => Self::SealExtra,
            Broken::EventMissing => Self::EventMissing,
            Broken::Edited => Self::Edited,
            Broken::AddressCleared => Self::AddressCleared,
            Broken::Seal => Self::Seal,
            Broken::UnknownKey => Self::UnknownKey,
        }
    }
}

impl Finding {
    /// Something found at an event, or at no event in particular.
    pub(super) fn at(event_id: Option<EventId>, wrong: Wrong) -> Self {
        Self {
            seq: None,
            event_id,
            wrong,
        }
    }

    /// Something found at the seal after a place in the chain.
    pub(super) fn after(point: &Point, event_id: Option<EventId>, wrong: Wrong) -> Self {
        Self {
            seq: Some(point.seq + 1),
            event_id,
            wrong,
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(seq) = self.seq {
            write!(f, "at seal {seq}: ")?;
        }
        if let Some(event_id) = self.event_id {
            write!(f, "event {event_id}: ")?;
        }
        self.wrong.fmt(f)
    }
}
