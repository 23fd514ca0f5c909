//! `[retention]`: how long what is recorded is kept.

use super::reader::{Read, Reader};
use super::typed::{DAY, HOUR};

/// `[retention]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Seconds for which the audit trail keeps network addresses.
    pub addresses: u64,
    /// Seconds for which the audit trail keeps events.
    pub audit: u64,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader) -> Read<Self> {
        let addresses = reader.duration("retention.addresses", &(HOUR..=3_650 * DAY));
        let audit = reader.duration("retention.audit", &(DAY..=3_650 * DAY));
        Ok(Self {
            addresses: addresses?,
            audit: audit?,
        })
    }
}
