//! The connections there are: how many at a time, how many from one place, and which one makes room for a new one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::activity::Activity;
use super::{Limits, Peer};

/// The table of all open connections.
#[derive(Debug)]
pub(super) struct Slots {
    most: usize,
    most_per_place: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    next_id: u64,
    open: HashMap<u64, Open>,
    places: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Open {
    place: Option<IpAddr>,
    activity: Arc<Activity>,
}

/// The place of one connection in the table; dropping it frees it.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    id: u64,
    /// What the connection is doing.
    pub(super) activity: Arc<Activity>,
}

impl Slots {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { most: limits.connections, most_per_place: limits.connections_per_address, table: Mutex::default() }
    }

    /// A slot for a new connection. When there is none, the connection that has waited longest for a request makes room; `None` when all of them
    /// are being answered.
    pub(super) fn admit(self: &Arc<Self>, peer: Peer) -> Option<Slot> {
        let place = place(peer);
        let mut table = self.table();
        let of_place = place.and_then(|place| table.places.get(&place).copied()).unwrap_or(0);
        if of_place >= self.most_per_place && !table.evict(|open| open.place == place) {
            return None;
        }
        if table.open.len() >= self.most && !table.evict(|_| true) {
            return None;
        }
        let (id, activity) = (table.next_id, Arc::new(Activity::new()));
        table.next_id += 1;
        if let Some(place) = place {
            *table.places.entry(place).or_default() += 1;
        }
        table.open.insert(id, Open { place, activity: Arc::clone(&activity) });
        Some(Slot { slots: Arc::clone(self), id, activity })
    }

    /// Ends the connection that has waited longest for a request, if any waits.
    pub(super) fn make_room(&self) {
        self.table().evict(|_| true);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Ends the one of these connections that has waited longest for a request.
    fn evict(&mut self, among: impl Fn(&Open) -> bool) -> bool {
        let waiting = self.open.iter().filter(|(_, open)| among(open));
        let ranked = waiting.filter_map(|(id, open)| Some((open.activity.phase().rank()?, *id)));
        let Some((_, id)) = ranked.min() else { return false };
        if let Some(open) = self.remove(id) {
            open.activity.evict();
        }
        true
    }

    fn remove(&mut self, id: u64) -> Option<Open> {
        let open = self.open.remove(&id)?;
        if let Some(place) = open.place
            && let Some(count) = self.places.get_mut(&place)
        {
            *count -= 1;
            if *count == 0 {
                self.places.remove(&place);
            }
        }
        Some(open)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.table().remove(self.id);
    }
}

/// What counts as one place: an IPv4 address, or an IPv6 network of 64 bits, which is what one machine is given.
///
/// All programs of this machine share the loopback address, so it is none: they have the limit of all connections only.
fn place(peer: Peer) -> Option<IpAddr> {
    match peer.ip()?.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.into()),
        IpAddr::V6(address) => Some(std::net::Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(connections: usize, connections_per_address: usize) -> Arc<Slots> {
        Arc::new(Slots::new(&Limits { connections, connections_per_address, ..Limits::default() }))
    }

    fn from(address: &str) -> Peer {
        Peer::Tcp(std::net::SocketAddr::new(address.parse().unwrap(), 1))
    }

    fn is_evicted(slot: &Slot) -> bool {
        use futures_util::FutureExt as _;
        slot.activity.evicted().now_or_never().is_some()
    }

    #[test]
    fn what_counts_as_one_place() {
        for (address, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::")),
            ("127.0.0.1", None),
            ("::ffff:127.0.0.1", None),
            ("::1", None),
        ] {
            assert_eq!(place(from(address)), expected.map(|address| address.parse().unwrap()), "{address}");
        }
        assert_eq!(place(Peer::Unix), None);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_longest_makes_room() {
        let slots = slots(3, 3);
        let mut open = Vec::new();
        for _ in 0..3 {
            open.push(slots.admit(from("127.0.0.1")).unwrap());
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
        }
        open[0].activity.asked();
        open[1].activity.asked();
        open[1].activity.answered();
        open[1].activity.flushed();
        let newcomer = slots.admit(from("127.0.0.1")).unwrap();
        assert_eq!(open.iter().map(is_evicted).collect::<Vec<_>>(), [false, false, true], "it never had a request");
        newcomer.activity.asked();
        let another = slots.admit(Peer::Unix).unwrap();
        assert_eq!(open.iter().map(is_evicted).collect::<Vec<_>>(), [false, true, true]);
        another.activity.asked();
        assert!(slots.admit(Peer::Unix).is_none(), "all are being answered");
        drop(another);
        assert!(slots.admit(Peer::Unix).is_some());
    }

    #[test]
    fn one_place_cannot_take_what_is_left_for_others() {
        let slots = slots(4, 2);
        let (first, second) = (slots.admit(from("2001:db8::1")).unwrap(), slots.admit(from("2001:db8::2")).unwrap());
        first.activity.asked();
        second.activity.asked();
        assert!(slots.admit(from("2001:db8::3")).is_none());
        assert!(slots.admit(from("2001:db8:0:1::3")).is_some());
        drop((first, second));
        assert!(slots.table().places.is_empty());
    }
}
