//! Request bodies that may not take forever.

use std::error::Error;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a request's body may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyTimeouts {
    /// Longest time in which nothing arrives.
    pub idle: Duration,
    /// Longest time from its first byte that is waited for to its last.
    pub total: Duration,
}

/// A body did not arrive in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyTimeout {
    /// Nothing came for too long.
    #[error("nothing of the request's body arrived for {} seconds", .0.as_secs_f64())]
    Idle(Duration),
    /// It came, and too slowly.
    #[error("the request's body took longer than {} seconds", .0.as_secs_f64())]
    Total(Duration),
}

impl BodyTimeout {
    /// The timeout behind an error that reading a body gave, if that is what happened.
    pub(super) fn behind(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(timeout) = error.downcast_ref() {
                return Some(*timeout);
            }
            next = error.source();
        }
        None
    }
}

/// A body with a limit on how slowly it may arrive. The time in which nobody reads it does not count.
pub struct TimedBody<B> {
    body: B,
    timeouts: BodyTimeouts,
    /// Set when the body is waited for.
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    last_frame: Instant,
    /// Moved on only when it rings, so that a frame costs no timer.
    alarm: Pin<Box<Sleep>>,
}

impl<B> TimedBody<B> {
    /// Watches over a body.
    pub fn new(body: B, timeouts: BodyTimeouts) -> Self {
        Self { body, timeouts, waiting: None }
    }

    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<BodyTimeout> {
        let BodyTimeouts { idle, total } = self.timeouts;
        let waiting = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            Waiting { since: now, last_frame: now, alarm: Box::pin(sleep_until(now + idle.min(total))) }
        });
        loop {
            ready!(waiting.alarm.as_mut().poll(cx));
            let now = Instant::now();
            if now >= waiting.since + total {
                return Poll::Ready(BodyTimeout::Total(total));
            }
            if now >= waiting.last_frame + idle {
                return Poll::Ready(BodyTimeout::Idle(idle));
            }
            waiting.alarm.as_mut().reset((waiting.last_frame + idle).min(waiting.since + total));
        }
    }
}

impl<B> Body for TimedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some(waiting) = &mut this.waiting {
                    waiting.last_frame = Instant::now();
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => this.poll_timeout(cx).map(|timeout| Some(Err(timeout.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body as AxumBody;
    use futures_util::StreamExt as _;
    use http_body_util::{BodyExt as _, Limited};

    const TIMEOUTS: BodyTimeouts = BodyTimeouts { idle: Duration::from_secs(30), total: Duration::from_secs(300) };

    /// What reading a body of pieces comes to, one piece every so often.
    async fn read(every: Duration, pieces: usize) -> Result<usize, Option<BodyTimeout>> {
        let pieces = futures_util::stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(every).await;
            Ok::<_, std::convert::Infallible>(Bytes::from_static(b"x"))
        });
        let body = AxumBody::new(TimedBody::new(AxumBody::from_stream(pieces), TIMEOUTS));
        let read = Limited::new(body, 1 << 20).collect().await;
        read.map(|read| read.to_bytes().len()).map_err(|error| BodyTimeout::behind(error.as_ref()))
    }

    #[tokio::test(start_paused = true)]
    async fn slow_bodies_end_in_an_error() {
        assert_eq!(read(Duration::from_secs(29), 10).await, Ok(10));
        assert_eq!(read(Duration::from_secs(31), 10).await, Err(Some(BodyTimeout::Idle(TIMEOUTS.idle))));
        assert_eq!(read(Duration::from_secs(29), 11).await, Err(Some(BodyTimeout::Total(TIMEOUTS.total))));
    }
}
