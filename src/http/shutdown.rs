//! The end of the program, as clients see it whose answers are not finished: nothing may look complete that is not.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, StreamExt as _};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::App;
use super::error::{ApiError, SHUTTING_DOWN};
use crate::translate::hub::{ErrorClass, HubEvent, UpstreamError};
use crate::upstream::EventStream;

/// Answers 503 when the time of running answers is over before this one has begun. Dropping it drops the call upstream.
pub(super) async fn until_shutdown(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        () = app.cutoff.cancelled() => ApiError::from(shutting_down()).closing().into_response(),
        response = next.run(request) => response,
    }
}

/// The same events, with a failure at the end when the time of running answers is over before they are.
pub(super) fn events_until(cutoff: CancellationToken, events: EventStream) -> EventStream {
    Box::pin(Until { events: Some(events), cut_off: Box::pin(cutoff.clone().cancelled_owned()), cutoff })
}

struct Until {
    /// Gone when the time is over; dropping them drops the call upstream.
    events: Option<EventStream>,
    cutoff: CancellationToken,
    /// Wakes a stream that waits.
    cut_off: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Stream for Until {
    type Item = Vec<HubEvent>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Vec<HubEvent>>> {
        let this = self.get_mut();
        let Some(events) = &mut this.events else { return Poll::Ready(None) };
        let batch = match events.poll_next_unpin(cx) {
            Poll::Ready(Some(mut batch)) if this.cutoff.is_cancelled() => {
                if batch.last().is_none_or(|last| last.end().is_none()) {
                    batch.push(HubEvent::Error(shutting_down()));
                }
                batch
            }
            Poll::Pending if this.cut_off.as_mut().poll(cx).is_ready() => vec![HubEvent::Error(shutting_down())],
            events @ (Poll::Ready(_) | Poll::Pending) => return events,
        };
        this.events = None;
        Poll::Ready(Some(batch))
    }
}

fn shutting_down() -> UpstreamError {
    UpstreamError {
        class: ErrorClass::Transient,
        status: 503,
        kind: "server_error".to_owned(),
        code: Some(SHUTTING_DOWN.to_owned()),
        message: "the relay is shutting down and could not finish this answer; send the request again".to_owned(),
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translate::hub::{Lifecycle, Outcome, ResponseObject};

    #[tokio::test]
    async fn only_what_has_no_end_is_cut_off() {
        let begun = || HubEvent::Lifecycle { state: Lifecycle::Created, response: ResponseObject::default() };
        let ended = || {
            let response = ResponseObject::default();
            HubEvent::Terminal { outcome: Outcome::Completed, response, error: None }
        };
        let cutoff = CancellationToken::new();
        cutoff.cancel();
        for (read, expected) in [
            (vec![begun(), ended()], vec![begun(), ended()]),
            (vec![begun()], vec![begun(), HubEvent::Error(shutting_down())]),
        ] {
            let events = Box::pin(futures_util::stream::iter([read, vec![begun()]]));
            let events: Vec<_> = events_until(cutoff.clone(), events).collect().await;
            assert_eq!(events, [expected]);
        }
    }
}
