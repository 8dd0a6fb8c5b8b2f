//! How much one caller may ask for: how often, how much at once, and whether at all after too many wrong tokens.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::{Quota, RateLimiter};

use super::caller::Caller;
use super::failed_auth::FailedAuthPolicy;
use super::table::{Account, Buckets, Census, Slot, Table};
use crate::config::SecurityConfig;

/// Callers that are remembered at most.
pub const MAX_CALLERS: usize = 10_000;

/// When to come back after too many requests at once: nobody knows when one of them ends.
const CONCURRENCY_WAIT: Duration = Duration::from_secs(1);

/// The limits of one caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests per minute, averaged.
    pub per_minute: NonZeroU32,
    /// Requests at once after a pause.
    pub burst: NonZeroU32,
    /// Requests open at the same time.
    pub concurrent: u32,
    /// When wrong tokens lead to a block.
    pub failed_auth: FailedAuthPolicy,
}

impl From<&SecurityConfig> for Limits {
    fn from(config: &SecurityConfig) -> Self {
        let positive = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            per_minute: positive(config.rate_limit_per_minute),
            burst: positive(config.rate_limit_burst),
            concurrent: config.concurrent_requests_per_ip,
            failed_auth: FailedAuthPolicy {
                window: config.failed_auth_window,
                max_attempts: config.failed_auth_max_attempts,
                block: config.failed_auth_block,
            },
        }
    }
}

/// Counts callers' requests. `C` is a clock that never goes back; tests pass one they move themselves.
#[derive(Debug)]
pub struct Limiter<C: Clock = MonotonicClock> {
    limits: Limits,
    quota: Quota,
    clock: C,
    table: Arc<Table<C::Instant>>,
    buckets: RateLimiter<Caller, Buckets<C::Instant>, C, StateInformationMiddleware>,
}

/// Why a caller has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too many wrong tokens came from this address.
    #[error(
        "too many wrong relay tokens came from this address; for another {} seconds {}",
        seconds(*.wait),
        if *.admits_token { "it gets in only with the right one" } else { "nothing from it is looked at" }
    )]
    Blocked {
        /// Until the block ends.
        wait: Duration,
        /// Whether the right token makes it another caller.
        admits_token: bool,
    },
    /// Too many requests are open.
    #[error("{limit} requests of this address are being answered, which is as many as may be open at the same time")]
    Concurrency {
        /// As many may be open.
        limit: u32,
    },
    /// Too many requests came.
    #[error("too many requests of this address: {per_minute} a minute are answered; send the next one in {} seconds", seconds(*.wait))]
    Rate {
        /// Until the next request is answered.
        wait: Duration,
        /// Requests per minute that are.
        per_minute: NonZeroU32,
    },
}

impl Refusal {
    /// Its name in logs; it does not change.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Blocked { .. } => "auth_block_active",
            Self::Concurrency { .. } => "concurrency_limit",
            Self::Rate { .. } => "request_rate_limit",
        }
    }

    /// How long to wait.
    #[must_use]
    pub fn wait(&self) -> Duration {
        match self {
            Self::Blocked { wait, .. } | Self::Rate { wait, .. } => *wait,
            Self::Concurrency { .. } => CONCURRENCY_WAIT,
        }
    }
}

/// A request that may go on.
#[derive(Debug)]
pub struct Admission<C: Clock = MonotonicClock> {
    /// Whom it counts against.
    pub caller: Caller,
    /// To be kept until the answer has ended.
    pub slot: Slot<C::Instant>,
    /// Requests the caller may send at once from now on.
    pub remaining: u32,
}

impl<C: Clock + Clone> Limiter<C> {
    /// Nobody has called yet.
    #[must_use]
    pub fn new(limits: Limits, clock: C) -> Self {
        let quota = Quota::per_minute(limits.per_minute).allow_burst(limits.burst);
        let table = Arc::new(Table::new(MAX_CALLERS, quota.burst_size_replenished_in(), limits.failed_auth));
        let buckets = RateLimiter::new(quota, Buckets(Arc::clone(&table)), clock.clone());
        Self { limits, quota, clock, table, buckets }
    }

    /// Lets a request go on, or says why not: a block, then too much at once, then too often.
    ///
    /// # Errors
    ///
    /// The first [`Refusal`] that applies. What is refused for a block or for too much at once does not count as a request.
    pub fn admit(&self, caller: Caller) -> Result<Admission<C>, Refusal> {
        let wait = self.account(caller).blocked_for;
        if !wait.is_zero() {
            return Err(Refusal::Blocked { wait, admits_token: caller == Caller::LocalStranger });
        }
        let limit = self.limits.concurrent;
        let slot = self.table.take_slot(caller, limit, self.clock.now()).ok_or(Refusal::Concurrency { limit })?;
        match self.buckets.check_key(&caller) {
            Ok(state) => Ok(Admission { caller, slot, remaining: state.remaining_burst_capacity() }),
            Err(until) => {
                Err(Refusal::Rate { wait: until.wait_time_from(self.clock.now()), per_minute: self.limits.per_minute })
            }
        }
    }

    /// Counts a wrong token.
    pub fn note_failure(&self, caller: Caller) {
        self.table.note_failure(caller, self.clock.now());
    }

    /// What a caller has to its name.
    #[must_use]
    pub fn account(&self, caller: Caller) -> Account {
        self.table.account(caller, self.clock.now())
    }

    /// How many callers there are.
    #[must_use]
    pub fn census(&self) -> Census {
        self.table.census(self.clock.now())
    }

    /// Requests that may be sent at once after a pause.
    #[must_use]
    pub fn burst(&self) -> u32 {
        self.quota.burst_size().get()
    }

    /// In how many seconds a caller that has used up its burst has all of it again.
    #[must_use]
    pub fn window_seconds(&self) -> u64 {
        seconds(self.quota.burst_size_replenished_in())
    }

    /// Within how many seconds the next request is added to what a caller may send at once.
    #[must_use]
    pub fn refill_seconds(&self) -> u64 {
        seconds(self.quota.replenish_interval())
    }
}

/// Whole seconds that are surely enough, at least one.
#[must_use]
pub fn seconds(wait: Duration) -> u64 {
    let whole = wait.as_secs();
    if wait.subsec_nanos() > 0 || whole == 0 { whole + 1 } else { whole }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limiter() -> (Limiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let limits = Limits {
            per_minute: NonZeroU32::new(120).unwrap(),
            burst: NonZeroU32::new(40).unwrap(),
            concurrent: 8,
            failed_auth: FailedAuthPolicy {
                window: Duration::from_secs(300),
                max_attempts: 8,
                block: Duration::from_secs(900),
            },
        };
        (Limiter::new(limits, clock.clone()), clock)
    }

    fn remote() -> Caller {
        Caller::of(Some([192, 0, 2, 1].into()))
    }

    fn local() -> Caller {
        Caller::of(Some([127, 0, 0, 1].into()))
    }

    /// How many of so many requests, answered at once, are let through.
    fn let_through(limiter: &Limiter<FakeRelativeClock>, requests: usize) -> usize {
        (0..requests).filter(|_| limiter.admit(remote()).is_ok()).count()
    }

    #[test]
    fn a_burst_of_forty_and_then_two_a_second() {
        let (limiter, clock) = limiter();
        assert_eq!(let_through(&limiter, 60), 40);
        let refusal = limiter.admit(remote()).unwrap_err();
        assert_eq!(refusal.wait(), Duration::from_millis(500));
        assert_eq!((refusal.reason(), seconds(refusal.wait())), ("request_rate_limit", 1));
        clock.advance(Duration::from_secs(3));
        assert_eq!(let_through(&limiter, 60), 6);
        clock.advance(Duration::from_secs(3600));
        assert_eq!(let_through(&limiter, 60), 40);
    }

    #[test]
    fn a_minute_of_asking_gives_the_burst_and_the_rate() {
        let (limiter, clock) = limiter();
        let mut answered = 0;
        for _ in 0..600 {
            answered += let_through(&limiter, 5);
            clock.advance(Duration::from_millis(100));
        }
        assert!((159..=161).contains(&answered), "{answered}");
    }

    #[test]
    fn what_is_left_is_told() {
        let (limiter, clock) = limiter();
        let remaining: Vec<u32> = (0..3).map(|_| limiter.admit(remote()).unwrap().remaining).collect();
        assert_eq!(remaining, [39, 38, 37]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(limiter.admit(remote()).unwrap().remaining, 38);
        assert_eq!((limiter.burst(), limiter.window_seconds(), limiter.refill_seconds()), (40, 20, 1));
    }

    #[test]
    fn the_ninth_open_request_waits_for_one_to_end() {
        let (limiter, _) = limiter();
        let mut open: Vec<_> = (0..8).map(|_| limiter.admit(remote()).unwrap()).collect();
        assert_eq!(limiter.admit(remote()).unwrap_err(), Refusal::Concurrency { limit: 8 });
        assert!(limiter.admit(local()).is_ok(), "another caller");
        assert_eq!(limiter.census(), Census { tracked: 2, blocked: 0, active: 1 });
        open.pop();
        assert!(limiter.admit(remote()).is_ok());
        drop(open);
        assert_eq!(limiter.census().active, 0);
    }

    #[test]
    fn what_is_refused_holds_no_place() {
        let (limiter, _) = limiter();
        let_through(&limiter, 60);
        assert_eq!(limiter.account(remote()).active_requests, 0);
    }

    #[test]
    fn eight_wrong_tokens_block_an_address_for_fifteen_minutes() {
        let (limiter, clock) = limiter();
        for _ in 0..8 {
            assert!(limiter.admit(remote()).is_ok());
            limiter.note_failure(remote());
            clock.advance(Duration::from_secs(1));
        }
        let refusal = limiter.admit(remote()).unwrap_err();
        assert_eq!(
            (refusal, refusal.reason()),
            (Refusal::Blocked { wait: Duration::from_secs(899), admits_token: false }, "auth_block_active")
        );
        assert_eq!(limiter.census().blocked, 1);
        assert!(limiter.admit(Caller::of(Some([192, 0, 2, 2].into()))).is_ok());
        clock.advance(Duration::from_secs(899));
        assert!(limiter.admit(remote()).is_ok());
    }

    #[test]
    fn a_block_of_strangers_on_this_machine_leaves_the_others_alone() {
        let (limiter, _) = limiter();
        for _ in 0..8 {
            limiter.note_failure(Caller::LocalStranger);
        }
        assert!(limiter.admit(local()).is_ok());
        let refusal = limiter.admit(Caller::LocalStranger).unwrap_err();
        assert_eq!(refusal, Refusal::Blocked { wait: Duration::from_secs(900), admits_token: true });
    }

    #[test]
    fn waits_are_rounded_up() {
        let rounded = [0, 1, 999, 1000, 1001].map(|millis| seconds(Duration::from_millis(millis)));
        assert_eq!(rounded, [1, 1, 1, 1, 2]);
    }
}
