//! From hub events to a response body: a stream of server-sent events, or one JSON object.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use hyper::body::Frame;
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::silence::Silence;
use crate::store::ItemStore;
use crate::translate::hub::HubEvent;
use crate::translate::{AnswerFold, AnswerStream, put_json};
use crate::upstream::EventStream;

/// How long a stream may be quiet before a comment shows that it lives; proxies and clients give up on silent connections.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// First capacity of an answer's buffer, in bytes: a few small events.
const BUFFER_BYTES: usize = 1024;

/// Answers with server-sent events.
///
/// All events of one read go out as one write. Dropping the response drops the upstream call.
pub(super) fn stream<S: AnswerStream + Unpin + 'static>(events: EventStream, dialect: S, memory: Memory) -> Response {
    let body = EventBody {
        events: Some(events),
        dialect,
        memory,
        buffer: BytesMut::with_capacity(BUFFER_BYTES),
        silence: Silence::new(KEEP_ALIVE),
    };
    let mut response = Response::new(Body::new(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Answers with one JSON object, the fold of all events.
///
/// # Errors
///
/// The failure the events end with.
pub(super) async fn json<F: AnswerFold>(
    mut events: EventStream,
    mut dialect: F,
    mut memory: Memory,
) -> Result<Response, ApiError> {
    while let Some(batch) = events.next().await {
        for event in batch {
            memory.note(&event);
            dialect.push(event);
        }
    }
    drop(events);
    let body = dialect.finish().map_err(|error| ApiError::from(*error))?;
    let mut text = BytesMut::with_capacity(BUFFER_BYTES);
    put_json(&mut text, &body);
    Ok(json_response(StatusCode::OK, text.freeze()))
}

/// A JSON answer.
pub(super) fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What of an answer is kept for later requests.
pub(super) enum Memory {
    /// Nothing.
    None,
    /// Every item under its id, for clients that refer to items.
    Items(Arc<ItemStore>),
    /// The reasoning that leads to each tool call, for clients that never see reasoning items.
    Reasoning {
        /// Where it is kept.
        store: Arc<ItemStore>,
        /// The last reasoning item, until it is clear what it led to.
        last: Option<Map<String, Value>>,
    },
}

impl Memory {
    /// For a dialect that has no place for reasoning items.
    pub(super) fn of_reasoning(store: &Arc<ItemStore>) -> Self {
        Self::Reasoning { store: Arc::clone(store), last: None }
    }

    /// Takes note of an event.
    pub(super) fn note(&mut self, event: &HubEvent) {
        let HubEvent::ItemDone { item, .. } = event else { return };
        match self {
            Self::None => {}
            Self::Items(store) => store.remember(item),
            Self::Reasoning { store, last } => {
                if item.get("type").is_some_and(|kind| kind == "reasoning") {
                    *last = item.contains_key("encrypted_content").then(|| item.clone());
                } else if let Some(call_id) = item.get("call_id").and_then(Value::as_str)
                    && let Some(reasoning) = last.take()
                {
                    store.remember_reasoning(call_id, &reasoning);
                }
            }
        }
    }
}

struct EventBody<S> {
    /// Gone when the last event has been written.
    events: Option<EventStream>,
    dialect: S,
    memory: Memory,
    buffer: BytesMut,
    silence: Silence,
}

impl<S: AnswerStream + Unpin> HttpBody for EventBody<S> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        while let Some(events) = &mut this.events {
            match events.poll_next_unpin(cx) {
                Poll::Ready(Some(batch)) => {
                    for event in batch {
                        this.memory.note(&event);
                        this.dialect.push(event, &mut this.buffer);
                    }
                }
                Poll::Ready(None) => {
                    this.events = None;
                    this.dialect.finish(&mut this.buffer);
                }
                Poll::Pending => {
                    ready!(this.silence.poll_too_long(cx));
                    this.silence.broken();
                    return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b": keep-alive\n\n")))));
                }
            }
            if !this.buffer.is_empty() {
                this.silence.broken();
                let text = this.buffer.split().freeze();
                // Large events come at the beginning and the end; their room is not kept for the small ones between.
                if text.len() > BUFFER_BYTES {
                    this.buffer = BytesMut::with_capacity(BUFFER_BYTES);
                }
                return Poll::Ready(Some(Ok(Frame::data(text))));
            }
        }
        Poll::Ready(None)
    }
}
