//! One connection, from the handshake to its end.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use super::activity::{Activity, Phase};
use super::guard::Guard;
use super::slots::Slot;
use super::socket::Accepted;
use super::{Limits, Peer};
use crate::http::{ApiError, TimedBody};

/// Most headers of a request.
const MAX_HEADERS: usize = 64;
/// Largest head of a request, request line included, in bytes.
const MAX_HEAD_BYTES: usize = 32 << 10;
/// What is read ahead of a request's body, and written ahead of a slow client, each in bytes.
const MAX_BUFFER_BYTES: usize = 64 << 10;

/// What all connections have in common.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) router: Router,
    pub(super) limits: Limits,
    /// Cancelled when no further request is to be taken.
    pub(super) stopping: CancellationToken,
}

/// Serves one connection until either side ends it.
pub(super) async fn serve(site: Site, accepted: Accepted, peer: Peer, slot: Slot) {
    let activity = Arc::clone(&slot.activity);
    let io = tokio::select! {
        biased;
        io = accepted.handshake() => io,
        () = site.stopping.cancelled() => return,
        () = activity.evicted() => return,
        () = sleep(site.limits.head) => Err(io::ErrorKind::TimedOut.into()),
    };
    let ended = match io {
        Ok(io) => {
            let gone = CancellationToken::new();
            let stall = site.limits.write_stall;
            let io = Guard::new(io, slot, site.stopping.clone(), stall, gone.clone().drop_guard());
            let ended = converse(site, io, peer, &activity).await;
            // A connection that was upgraded is in the hands of its handler now, and counts until that lets go of it.
            activity.asked();
            gone.cancelled().await;
            ended
        }
        Err(error) => Err(error.into()),
    };
    if let Err(reason) = ended {
        // Clients come and go as they like; it is worth a line only to somebody who looks for it.
        tracing::debug!(peer = peer.ip().map(tracing::field::display), reason = %reason, "connection ended");
    }
}

type Reason = Box<dyn std::error::Error + Send + Sync>;

async fn converse(site: Site, io: Guard, peer: Peer, activity: &Arc<Activity>) -> Result<(), Reason> {
    let Site { router, limits, stopping } = site;
    let service = Service { router, limits, peer, activity: Arc::clone(activity) };
    let mut builder = http1::Builder::new();
    // The library has one timeout for the time without a request and the time a head takes; here each has its own.
    builder.header_read_timeout(None);
    builder.max_headers(MAX_HEADERS).max_header_size(MAX_HEAD_BYTES).max_buf_size(MAX_BUFFER_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service).with_upgrades());
    let alarm = |deadline| sleep_until(deadline).map(|()| Signal::Alarm).boxed();
    let mut signals = FuturesUnordered::from_iter([
        stopping.cancelled_owned().map(|()| Signal::Stop).boxed(),
        evicted(Arc::clone(activity)).boxed(),
        alarm(activity.phase().deadline(&limits).unwrap_or_else(Instant::now)),
    ]);
    loop {
        let signal = tokio::select! {
            biased;
            ended = connection.as_mut() => return Ok(ended?),
            Some(signal) = signals.next() => signal,
        };
        match signal {
            Signal::Stop => match activity.phase() {
                Phase::Opened(_) | Phase::Head(_) => return Ok(()),
                Phase::Busy | Phase::Sending(_) | Phase::Idle(_) => connection.as_mut().graceful_shutdown(),
            },
            Signal::Evicted => return Err("it made room for another one".into()),
            Signal::Alarm => {
                let now = Instant::now();
                let deadline = activity.phase().deadline(&limits);
                if deadline.is_some_and(|deadline| deadline <= now) {
                    return Err("the next request took too long".into());
                }
                // Rings at least once in the time a head may take, so that no deadline that is set meanwhile is missed.
                signals.push(alarm(deadline.map_or(now + limits.head, |deadline| deadline.min(now + limits.head))));
            }
        }
    }
}

/// What ends a connection, or may. They are waited for together, because each piece of a stream would ask each of them anew.
enum Signal {
    Stop,
    Evicted,
    /// A deadline may be over.
    Alarm,
}

async fn evicted(activity: Arc<Activity>) -> Signal {
    activity.evicted().await;
    Signal::Evicted
}

/// The application, for the requests of one connection.
struct Service {
    router: Router,
    limits: Limits,
    peer: Peer,
    activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for Service {
    type Response = Response<Watched>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let answering = Answering::new(&self.activity);
        if !is_plainly_chunked(request.headers()) {
            let message = "the body may be `chunked`, once, and nothing else";
            let refusal = ApiError::client(StatusCode::BAD_REQUEST, "unsupported_transfer_encoding", message).closing();
            let refusal = refusal.into_response().map(|body| Watched { body, _answering: answering });
            return Box::pin(std::future::ready(Ok(refusal)));
        }
        let mut request = request.map(|body| Body::new(TimedBody::new(body, self.limits.body)));
        request.extensions_mut().insert(self.peer);
        let answer = self.router.clone().call(request);
        Box::pin(answer.map(|answer| Ok(answer?.map(|body| Watched { body, _answering: answering }))))
    }
}

/// Whether a transfer encoding, if there is one, is what this relay and every proxy before it read in the same way. The HTTP library looks at the last
/// coding only.
fn is_plainly_chunked(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    encodings.next().is_none_or(|encoding| encoding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"))
        && encodings.next().is_none()
}

/// Says that a request is being answered, until it is dropped.
struct Answering(Arc<Activity>);

impl Answering {
    fn new(activity: &Arc<Activity>) -> Self {
        activity.asked();
        Self(Arc::clone(activity))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered();
    }
}

/// The body of an answer, during which its connection counts as busy.
struct Watched {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
