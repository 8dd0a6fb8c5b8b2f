//! Wrong tokens of one caller: how many of late, and the block that too many lead to.

use std::collections::VecDeque;
use std::time::Duration;

use governor::clock::Reference;

/// When wrong tokens lead to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedAuthPolicy {
    /// The period in which wrong tokens are counted.
    pub window: Duration,
    /// So many in that period lead to a block.
    pub max_attempts: u32,
    /// How long the block lasts.
    pub block: Duration,
}

/// What one caller has against it. `I` is an instant of a clock that never goes back.
#[derive(Debug)]
pub(super) struct FailedAuth<I> {
    /// Oldest first; all within the window when the last one came.
    recent: VecDeque<I>,
    blocked_until: Option<I>,
}

impl<I> Default for FailedAuth<I> {
    fn default() -> Self {
        Self { recent: VecDeque::new(), blocked_until: None }
    }
}

impl<I: Reference> FailedAuth<I> {
    /// Counts a wrong token. The one that makes it too many starts a block, with which counting begins anew; during a block nothing is counted, so
    /// that it ends when it was said to.
    pub(super) fn note(&mut self, now: I, policy: &FailedAuthPolicy) {
        if self.blocked_for(now).is_some() {
            return;
        }
        while self.recent.front().is_some_and(|at| since(*at, now) >= policy.window) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        if self.recent.len() >= policy.max_attempts as usize {
            self.recent.clear();
            self.blocked_until = Some(now + policy.block.into());
        }
    }

    /// How long the block still lasts; `None` without one.
    pub(super) fn blocked_for(&self, now: I) -> Option<Duration> {
        self.blocked_until.map(|end| since(now, end)).filter(|left| !left.is_zero())
    }

    /// Wrong tokens that count now.
    pub(super) fn attempts(&self, now: I, policy: &FailedAuthPolicy) -> usize {
        self.recent.iter().filter(|at| since(**at, now) < policy.window).count()
    }
}

/// From one instant to another, zero when that is over.
pub(super) fn since<I: Reference>(earlier: I, later: I) -> Duration {
    later.duration_since(earlier.min(later)).into()
}

#[cfg(test)]
mod tests {
    use governor::nanos::Nanos;

    use super::*;

    const POLICY: FailedAuthPolicy =
        FailedAuthPolicy { window: Duration::from_secs(300), max_attempts: 8, block: Duration::from_secs(900) };

    fn at(seconds: u64) -> Nanos {
        Duration::from_secs(seconds).into()
    }

    #[test]
    fn the_eighth_wrong_token_in_the_window_blocks() {
        let mut failed = FailedAuth::default();
        for second in 0..7 {
            failed.note(at(second), &POLICY);
        }
        assert_eq!((failed.blocked_for(at(7)), failed.attempts(at(7), &POLICY)), (None, 7));
        failed.note(at(10), &POLICY);
        assert_eq!(failed.blocked_for(at(10)), Some(Duration::from_secs(900)));
        assert_eq!(failed.blocked_for(at(909)), Some(Duration::from_secs(1)));
        assert_eq!(failed.blocked_for(at(910)), None);
    }

    #[test]
    fn what_is_older_than_the_window_does_not_count() {
        let mut failed = FailedAuth::default();
        for attempt in 0..100 {
            failed.note(at(attempt * 43), &POLICY);
            assert_eq!(failed.blocked_for(at(attempt * 43)), None, "{attempt}");
        }
        assert_eq!(failed.attempts(at(99 * 43), &POLICY), 7);
        assert_eq!(failed.attempts(at(99 * 43 + 300), &POLICY), 0);
    }

    #[test]
    fn a_block_does_not_grow_and_leaves_nothing_behind() {
        let mut failed = FailedAuth::default();
        for second in 0..100 {
            failed.note(at(second), &POLICY);
        }
        assert_eq!(failed.blocked_for(at(906)), Some(Duration::from_secs(1)));
        assert_eq!(failed.attempts(at(907), &POLICY), 0);
        for second in 0..7 {
            failed.note(at(1000 + second), &POLICY);
        }
        assert_eq!(failed.blocked_for(at(1007)), None);
    }
}
