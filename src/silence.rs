//! How long nothing has come, or gone.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Watches for silence that lasts too long.
///
/// Made for streams of many small pieces: a piece costs one look at the clock. The timer is set anew only when it goes off early, and polled only
/// when it does not know the task that waits.
#[derive(Debug)]
pub struct Silence {
    longest: Duration,
    since: Instant,
    timer: Pin<Box<Sleep>>,
    /// Whom the timer wakes.
    waiting: Option<Waker>,
}

impl Silence {
    /// Silence that begins now and lasts too long after `longest`.
    #[must_use]
    pub fn new(longest: Duration) -> Self {
        Self { longest, since: Instant::now(), timer: Box::pin(sleep(longest)), waiting: None }
    }

    /// Something came: the silence begins anew.
    pub fn broken(&mut self) {
        self.since = Instant::now();
    }

    /// Resolves when the silence has lasted too long, and goes on doing so until it is broken.
    pub fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let is_known = self.waiting.as_ref().is_some_and(|waiting| waiting.will_wake(cx.waker()));
        if is_known && !self.timer.is_elapsed() {
            return Poll::Pending;
        }
        self.waiting = Some(cx.waker().clone());
        loop {
            ready!(self.timer.as_mut().poll(cx));
            let until = self.since + self.longest;
            if until <= Instant::now() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_when_it_was_broken_last() {
        let began = Instant::now();
        let mut silence = Silence::new(Duration::from_secs(10));
        for _ in 0..3 {
            let waited = tokio::time::timeout(Duration::from_secs(6), poll_fn(|cx| silence.poll_too_long(cx)));
            assert!(waited.await.is_err());
            silence.broken();
        }
        poll_fn(|cx| silence.poll_too_long(cx)).await;
        assert_eq!(began.elapsed().as_secs(), 28);
        poll_fn(|cx| silence.poll_too_long(cx)).await;
        assert_eq!(began.elapsed().as_secs(), 28);
        silence.broken();
        poll_fn(|cx| silence.poll_too_long(cx)).await;
        assert_eq!(began.elapsed().as_secs(), 38);
    }

    #[tokio::test(start_paused = true)]
    async fn another_task_that_waits_is_woken() {
        let mut silence = Silence::new(Duration::from_secs(10));
        poll_fn(|cx| Poll::Ready(silence.poll_too_long(cx).is_pending())).await;
        let waited = async move { poll_fn(|cx| silence.poll_too_long(cx)).await };
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(waited);
        assert!(tokio::time::timeout(Duration::from_secs(11), tasks.join_next()).await.is_ok());
    }
}
