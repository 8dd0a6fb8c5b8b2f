//! How long to wait, and when to try again.

use std::time::Duration;

use crate::translate::hub::UpstreamError;

/// How long the backend may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, TLS included. Default 10 s.
    pub connect: Duration,
    /// From sending a request until its status line; long, because a model may think first. Default 300 s.
    pub first_byte: Duration,
    /// Between two pieces of a stream; a `keepalive` counts as one. Default 300 s, which is Codex's.
    pub idle: Duration,
    /// For the small JSON routes, from beginning to end. Default 15 s.
    pub document: Duration,
    /// For shortening a conversation, from beginning to end: nothing comes before all is done. Default 1200 s, four times Codex's idle timeout, as there.
    pub compact: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            idle: Duration::from_secs(300),
            document: Duration::from_secs(15),
            compact: Duration::from_secs(1200),
        }
    }
}

/// When a failed call is made again.
///
/// Only while nothing has reached the client, and only for failures that [`UpstreamError::retryable`] marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How many more calls after the first. Default 2.
    pub most: u32,
    /// Pause before the first of them; doubles each time. Default 200 ms.
    pub pause: Duration,
    /// The longest wait the backend may ask for; a longer one is the client's to sit out. Default 10 s.
    pub longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { most: 2, pause: Duration::from_millis(200), longest_wait: Duration::from_secs(10) }
    }
}

impl Retry {
    /// The pause before another call, after `failed` calls the last of which gave `error`; none when there shall be no other.
    ///
    /// `jitter`, from 0 to 1, spreads the pauses of many callers over ±25 %; a wait the backend asked for is never cut short.
    pub(super) fn pause_after(&self, failed: u32, error: &UpstreamError, jitter: f64) -> Option<Duration> {
        if !error.retryable || failed > self.most {
            return None;
        }
        let jitter = jitter.clamp(0.0, 1.0);
        match error.retry_after {
            Some(asked) if asked > self.longest_wait => None,
            Some(asked) => Some(asked + self.pause.mul_f64(jitter)),
            None => {
                let doubled = self.pause.saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1)));
                Some(doubled.mul_f64(0.75 + jitter / 2.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translate::chatgpt::error::{TransportFailure, from_transport};

    #[test]
    fn pauses_double_and_end() {
        let error = from_transport(TransportFailure::Connect);
        let pauses = [1, 2, 3].map(|failed| Retry::default().pause_after(failed, &error, 0.5));
        assert_eq!(pauses, [Some(Duration::from_millis(200)), Some(Duration::from_millis(400)), None]);
        assert_eq!(Retry::default().pause_after(1, &error, 0.0), Some(Duration::from_millis(150)));
    }

    #[test]
    fn a_wait_the_backend_asks_for_is_kept_or_passed_on() {
        let mut error = from_transport(TransportFailure::Reset);
        error.retry_after = Some(Duration::from_secs(3));
        assert_eq!(Retry::default().pause_after(1, &error, 0.0), Some(Duration::from_secs(3)));
        error.retry_after = Some(Duration::from_secs(11));
        assert_eq!(Retry::default().pause_after(1, &error, 0.0), None);
    }

    #[test]
    fn what_would_fail_again_is_not_sent_again() {
        let error = from_transport(TransportFailure::FirstByteTimeout);
        assert_eq!(Retry::default().pause_after(1, &error, 0.0), None);
    }
}
