//! Where a request came from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::allowance::Note;
use crate::domain::language::Language;

/// Who is asking, as far as the wire tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// The caller's address, as the nearest proxy we trust reports it.
    pub address: IpAddr,
    /// What the request is called in logs and answers.
    pub request_id: String,
    /// The language that whoever asks reads, where the request says so: `None` leaves it to the
    /// account, then to the tenant. A guess of ours is no word of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What the limits on its address leave it.
    #[serde(skip)]
    pub note: Note,
}

impl Origin {
    /// A request from `address`, called `request_id`.
    pub fn new(address: IpAddr, request_id: String) -> Self {
        Self {
            address,
            request_id,
            language: None,
            note: Note::default(),
        }
    }

    /// An operator on the machine itself. `name` leads an auditor to what they did.
    pub(crate) fn operator(name: String) -> Self {
        Self::new(IpAddr::V4(Ipv4Addr::LOCALHOST), name)
    }

    /// The same request, saying nothing of a language: for letters to somebody else than who asked.
    #[must_use]
    pub(in crate::recovery) fn about_another(&self) -> Self {
        Self {
            language: None,
            ..self.clone()
        }
    }

    /// The address as an auditor reads it.
    pub fn host(&self) -> IpNet {
        IpNet::from(self.address.to_canonical())
    }

    /// What limits count: an IPv4 address, or the /64 that one IPv6 customer holds (L-07).
    pub fn network(&self) -> IpNet {
        match self.address.to_canonical() {
            IpAddr::V4(address) => IpNet::from(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let prefix = Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0);
                IpNet::new_assert(IpAddr::V6(prefix), 64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L-07.
    #[test]
    fn counts_ipv6_by_64_and_mapped_ipv4_as_ipv4() {
        let network = |address: &str| {
            Origin::new(address.parse().unwrap(), String::new())
                .network()
                .to_string()
        };
        assert_eq!(network("192.0.2.7"), "192.0.2.7/32");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7/32");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
