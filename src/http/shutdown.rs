//! The end of the program, as clients see it whose answers are not finished: nothing may look complete that is not.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::Stream;
use tokio::sync::watch;

use super::App;
use super::error::{ApiError, SHUTTING_DOWN};
use crate::traffic::Exchange;
use crate::translate::hub::{ErrorClass, HubEvent, UpstreamError};
use crate::upstream::EventStream;

/// The moment at which the time of running answers is over.
#[derive(Debug, Clone, Default)]
pub(super) struct Cutoff(watch::Sender<bool>);

impl Cutoff {
    /// That moment is now.
    pub(super) fn reach(&self) {
        self.0.send_replace(true);
    }

    /// Waits for it.
    fn reached(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut moment = self.0.subscribe();
        async move {
            // Nobody is left who could say so.
            if moment.wait_for(|reached| *reached).await.is_err() {
                std::future::pending().await
            }
        }
    }
}

/// Answers 503 when the time of running answers is over before this one has begun. Dropping it drops the call upstream.
pub(super) async fn until_shutdown(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        () = app.cutoff.reached() => ApiError::from(shutting_down()).closing().into_response(),
        response = next.run(request) => response,
    }
}

/// The events of a generation, with a failure at the end when the time of running answers is over before they are. `exchange` learns how they ended.
pub(super) fn generation(events: EventStream, cutoff: &Cutoff, exchange: Exchange) -> EventStream {
    let cut_off = Box::pin(cutoff.reached());
    Box::pin(Generation { events: Some(events), moment: cutoff.0.subscribe(), cut_off, waiting: None, exchange })
}

struct Generation<F> {
    /// Gone when the time is over; dropping them drops the call upstream.
    events: Option<EventStream>,
    moment: watch::Receiver<bool>,
    /// Wakes a stream that waits.
    cut_off: Pin<Box<F>>,
    /// Whom it wakes, so that it is asked once and not for each event.
    waiting: Option<Waker>,
    exchange: Exchange,
}

impl<F: Future<Output = ()>> Generation<F> {
    fn poll_cut_off(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if *self.moment.borrow() {
            return Poll::Ready(());
        }
        if self.waiting.as_ref().is_none_or(|waiting| !waiting.will_wake(cx.waker())) {
            self.waiting = Some(cx.waker().clone());
            return self.cut_off.as_mut().poll(cx);
        }
        Poll::Pending
    }
}

impl<F: Future<Output = ()>> Stream for Generation<F> {
    type Item = Vec<HubEvent>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Vec<HubEvent>>> {
        let this = self.get_mut();
        let Some(events) = &mut this.events else { return Poll::Ready(None) };
        let read = match events.as_mut().poll_next(cx) {
            Poll::Ready(Some(mut read)) => {
                if *this.moment.borrow() {
                    this.events = None;
                    if read.last().is_none_or(|last| last.end().is_none()) {
                        read.push(HubEvent::Error(shutting_down()));
                    }
                }
                read
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => {
                ready!(this.poll_cut_off(cx));
                this.events = None;
                vec![HubEvent::Error(shutting_down())]
            }
        };
        // What ends a generation is the last event of its read, so that the others cost nothing.
        if let Some(last) = read.last() {
            this.exchange.generated(last);
        }
        Poll::Ready(Some(read))
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
    use futures_util::StreamExt as _;

    use super::*;
    use crate::translate::hub::{Lifecycle, Outcome, ResponseObject};

    #[tokio::test]
    async fn only_what_has_no_end_is_cut_off() {
        let begun = || HubEvent::Lifecycle { state: Lifecycle::Created, response: ResponseObject::default() };
        let ended = || {
            let response = ResponseObject::default();
            HubEvent::Terminal { outcome: Outcome::Completed, response, error: None }
        };
        let cutoff = Cutoff::default();
        cutoff.reach();
        for (read, expected) in [
            (vec![begun(), ended()], vec![begun(), ended()]),
            (vec![begun()], vec![begun(), HubEvent::Error(shutting_down())]),
        ] {
            let events = Box::pin(futures_util::stream::iter([read, vec![begun()]]));
            let events: Vec<_> = generation(events, &cutoff, Exchange::default()).collect().await;
            assert_eq!(events, [expected]);
        }
    }

    #[tokio::test]
    async fn a_stream_that_waits_is_cut_off_in_whatever_task() {
        let cutoff = Cutoff::default();
        let events = Box::pin(futures_util::stream::pending());
        let mut events = generation(events, &cutoff, Exchange::default());
        assert!(futures_util::poll!(events.next()).is_pending());
        let waiting = tokio::task::JoinSet::from_iter([async move { events.collect::<Vec<_>>().await }]);
        tokio::task::yield_now().await;
        cutoff.reach();
        assert_eq!(waiting.join_all().await, [[[HubEvent::Error(shutting_down())]]]);
    }
}
