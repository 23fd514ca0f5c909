//! Who holds how many connections: none but a trusted proxy may take what all the others need.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::recovery::Origin;

/// Connections beyond this wait until another ends.
const MOST: usize = 8192;
/// The most that one network holds: an IPv4 address, or an IPv6 network of 64 bits.
const MOST_OF_ONE: usize = MOST / 4;

/// The places for connections of one listener.
#[derive(Clone)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<IpNet, usize>>>,
    /// Proxies speak for many, so they may hold all places.
    proxies: Arc<[IpNet]>,
}

/// A place, which is free again when this is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    share: Option<(Places, IpNet)>,
}

impl Places {
    /// Places of which nobody holds any yet.
    pub(super) fn new(proxies: &[IpNet]) -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST)),
            held: Arc::default(),
            proxies: proxies.into(),
        }
    }

    /// Waits for a free place. It is nobody's yet; `None` when there will never be one.
    pub(super) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// Gives a free place to whoever connected from `peer`, or takes it back because their network
    /// holds its share.
    pub(super) fn give(&self, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        if self.proxies.iter().any(|proxies| proxies.contains(&peer)) {
            return Some(Place {
                _permit: permit,
                share: None,
            });
        }
        let network = Origin::new(peer, String::new()).network();
        let mut held = self.held();
        let share = held.entry(network).or_default();
        if *share >= MOST_OF_ONE {
            return None;
        }
        *share += 1;
        drop(held);
        Some(Place {
            _permit: permit,
            share: Some((self.clone(), network)),
        })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpNet, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((places, network)) = &self.share else {
            return;
        };
        let mut held = places.held();
        if let Some(share) = held.get_mut(network) {
            *share -= 1;
            if *share == 0 {
                held.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(places: &Places, peer: &str) -> Option<Place> {
        let permit = places.free().await?;
        places.give(permit, peer.parse().unwrap())
    }

    /// H-07: one network cannot keep the others out, however it spells its addresses; proxies may.
    #[tokio::test]
    async fn one_network_holds_no_more_than_its_share() {
        let places = Places::new(&["10.0.0.0/8".parse().unwrap()]);
        let mut held = Vec::new();
        for number in 0..MOST_OF_ONE {
            let peer = format!("2001:db8::{:x}", number % 0xffff);
            held.push(take(&places, &peer).await.unwrap());
        }
        assert!(take(&places, "2001:db8::ffff:1").await.is_none());
        assert!(take(&places, "2001:db8:0:1::1").await.is_some());
        assert!(take(&places, "192.0.2.1").await.is_some());
        held.pop();
        held.push(take(&places, "2001:db8::2").await.unwrap());
        for _ in 0..MOST - MOST_OF_ONE {
            held.push(take(&places, "::ffff:10.1.2.3").await.unwrap());
        }
        assert_eq!(places.all.available_permits(), 0);
        drop(held);
        assert_eq!(places.all.available_permits(), MOST);
        assert!(places.held().is_empty(), "nobody is remembered");
    }
}
