//! What is known of each caller, in a table that does not grow beyond a bound whoever calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Reference;
use governor::nanos::Nanos;
use governor::state::StateStore;

use super::caller::Caller;
use super::failed_auth::{FailedAuth, FailedAuthPolicy, since};

/// When the table is full, this part of it makes room at once, so that a flood of new callers does not search the table for each of them.
const EVICTED_AT_ONCE: usize = 16;

/// One record per caller.
#[derive(Debug)]
pub(super) struct Table<I> {
    callers: Mutex<HashMap<Caller, Record<I>>>,
    /// Records kept at most, callers with open requests aside: there are never more of those than connections.
    capacity: usize,
    /// After this time without a request there is nothing left to remember of a caller's rate.
    refill: Duration,
    failed_auth: FailedAuthPolicy,
}

/// One caller.
#[derive(Debug)]
struct Record<I> {
    /// The state of its token bucket.
    bucket: Option<Nanos>,
    /// Open requests.
    active: u32,
    failed: FailedAuth<I>,
    /// Its last request.
    seen: I,
}

/// How much is lost with a record, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    /// A new record would be the same.
    Nothing,
    /// It says how fast the caller was, or how many wrong tokens it sent.
    Counts,
    /// It keeps the caller out.
    Block,
}

/// What one caller has to its name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Open requests.
    pub active_requests: u32,
    /// Wrong tokens that count.
    pub failed_auth_attempts: usize,
    /// How long it is still blocked; zero without a block.
    pub blocked_for: Duration,
}

/// How many callers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// With a record.
    pub tracked: usize,
    /// Blocked now.
    pub blocked: usize,
    /// With an open request.
    pub active: usize,
}

impl<I: Reference> Table<I> {
    pub(super) fn new(capacity: usize, refill: Duration, failed_auth: FailedAuthPolicy) -> Self {
        Self { callers: Mutex::default(), capacity, refill, failed_auth }
    }

    /// Takes one of `most` places for an open request; `None` when all are taken.
    pub(super) fn take_slot(self: &Arc<Self>, caller: Caller, most: u32, now: I) -> Option<Slot<I>> {
        let mut callers = self.lock();
        let record = self.record(&mut callers, caller, now);
        if record.active >= most {
            return None;
        }
        record.active += 1;
        Some(Slot { table: Arc::clone(self), caller })
    }

    /// Counts a wrong token.
    pub(super) fn note_failure(&self, caller: Caller, now: I) {
        let mut callers = self.lock();
        self.record(&mut callers, caller, now).failed.note(now, &self.failed_auth);
    }

    pub(super) fn account(&self, caller: Caller, now: I) -> Account {
        let callers = self.lock();
        callers.get(&caller).map_or_else(Account::default, |record| Account {
            active_requests: record.active,
            failed_auth_attempts: record.failed.attempts(now, &self.failed_auth),
            blocked_for: record.failed.blocked_for(now).unwrap_or_default(),
        })
    }

    pub(super) fn census(&self, now: I) -> Census {
        let callers = self.lock();
        let count = |is: &dyn Fn(&Record<I>) -> bool| callers.values().filter(|record| is(record)).count();
        Census {
            tracked: callers.len(),
            blocked: count(&|record| record.failed.blocked_for(now).is_some()),
            active: count(&|record| record.active > 0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Caller, Record<I>>> {
        // Every change is a single step, so a panic leaves nothing half done.
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record<'a>(&self, callers: &'a mut HashMap<Caller, Record<I>>, caller: Caller, now: I) -> &'a mut Record<I> {
        if callers.len() >= self.capacity && !callers.contains_key(&caller) {
            self.make_room(callers, now);
        }
        let record = callers.entry(caller).or_insert_with(|| Record {
            bucket: None,
            active: 0,
            failed: FailedAuth::default(),
            seen: now,
        });
        record.seen = now;
        record
    }

    /// Forgets callers: first those with nothing to remember, then those that are only counted, at last those that are blocked, and of each the
    /// ones not seen for longest. One with an open request is never forgotten.
    fn make_room(&self, callers: &mut HashMap<Caller, Record<I>>, now: I) {
        let idle = callers.iter().filter(|(_, record)| record.active == 0);
        let mut order: Vec<_> = idle.map(|(caller, record)| (self.worth(record, now), record.seen, *caller)).collect();
        let most = (self.capacity / EVICTED_AT_ONCE).max(1);
        if order.len() > most {
            order.select_nth_unstable_by_key(most, |(worth, seen, _)| (*worth, *seen));
            order.truncate(most);
        }
        for (_, _, caller) in order {
            callers.remove(&caller);
        }
    }

    fn worth(&self, record: &Record<I>, now: I) -> Worth {
        if record.failed.blocked_for(now).is_some() {
            Worth::Block
        } else if since(record.seen, now) < self.refill || record.failed.attempts(now, &self.failed_auth) > 0 {
            Worth::Counts
        } else {
            Worth::Nothing
        }
    }
}

/// A place for an open request; dropping it frees the place.
#[derive(Debug)]
pub struct Slot<I: Reference> {
    table: Arc<Table<I>>,
    caller: Caller,
}

impl<I: Reference> Drop for Slot<I> {
    fn drop(&mut self) {
        if let Some(record) = self.table.lock().get_mut(&self.caller) {
            record.active = record.active.saturating_sub(1);
        }
    }
}

/// The table as the limiter's store of token buckets. Only callers that hold a slot are asked about, so their records are there.
#[derive(Debug)]
pub(super) struct Buckets<I>(pub(super) Arc<Table<I>>);

impl<I: Reference> StateStore for Buckets<I> {
    type Key = Caller;

    fn measure_and_replace<T, F, E>(&self, caller: &Caller, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut callers = self.0.lock();
        let record = callers.get_mut(caller);
        let (outcome, next) = decide(record.as_ref().and_then(|record| record.bucket))?;
        if let Some(record) = record {
            record.bucket = Some(next);
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const POLICY: FailedAuthPolicy =
        FailedAuthPolicy { window: Duration::from_secs(300), max_attempts: 2, block: Duration::from_secs(900) };

    fn table(capacity: usize) -> Arc<Table<Nanos>> {
        Arc::new(Table::new(capacity, Duration::from_secs(20), POLICY))
    }

    fn caller(number: u32) -> Caller {
        Caller::of(Some(IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number))))
    }

    fn at(seconds: u64) -> Nanos {
        Duration::from_secs(seconds).into()
    }

    #[test]
    fn any_number_of_callers_does_not_make_it_grow() {
        let table = table(1_000);
        for number in 0..50_000 {
            drop(table.take_slot(caller(number), 8, at(0)));
            assert!(table.lock().len() <= 1_000);
        }
    }

    #[test]
    fn blocked_and_busy_callers_are_not_forgotten_before_others() {
        let table = table(64);
        let busy = table.take_slot(caller(1), 8, at(0)).unwrap();
        for _ in 0..2 {
            table.note_failure(caller(2), at(0));
        }
        for number in 10..10_000 {
            drop(table.take_slot(caller(number), 8, at(1)));
        }
        assert_eq!(table.account(caller(1), at(1)).active_requests, 1);
        assert_eq!(table.account(caller(2), at(1)).blocked_for, Duration::from_secs(899));
        drop(busy);
        assert_eq!(table.account(caller(1), at(1)).active_requests, 0);
    }

    #[test]
    fn those_who_are_counted_outlive_those_with_nothing_to_remember() {
        let table = table(32);
        table.note_failure(caller(1), at(0));
        for number in 2..33 {
            drop(table.take_slot(caller(number), 8, at(1)));
        }
        // Their buckets are full again, and the wrong token still counts.
        drop(table.take_slot(caller(100), 8, at(60)));
        assert_eq!(table.account(caller(1), at(60)).failed_auth_attempts, 1);
        assert_eq!(table.census(at(60)).tracked, 31);
    }

    #[test]
    fn when_everybody_is_blocked_the_oldest_makes_room() {
        let table = table(16);
        for number in 0..17 {
            for _ in 0..2 {
                table.note_failure(caller(number), at(u64::from(number)));
            }
        }
        assert_eq!(table.account(caller(0), at(20)).blocked_for, Duration::ZERO);
        assert_eq!(table.census(at(20)), Census { tracked: 16, blocked: 16, active: 0 });
    }
}
