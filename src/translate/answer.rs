//! What every client dialect does with an answer: write it as a stream, or fold it into one JSON body.
//!
//! A dialect turns hub events into its own small deltas first; its stream writes them and its fold collects them, so the two modes of one dialect
//! cannot disagree. Both are plain state machines: the caller feeds events and moves bytes, and supplies every id and time they need.

use bytes::{BufMut, BytesMut};
use serde::Serialize;
use serde_json::{Value, json};

use super::hub::{ErrorClass, HubEvent, UpstreamError};
use super::text::put_json;

/// An answer written as server-sent events.
pub trait AnswerStream: Send {
    /// Writes what the client sees of an event; nothing for events that its dialect has no place for.
    fn push(&mut self, event: HubEvent, out: &mut BytesMut);

    /// Tells that no event will follow. Writes an error when the answer has not ended by itself, and nothing otherwise.
    fn finish(&mut self, out: &mut BytesMut);
}

/// An answer collected into one JSON body.
pub trait AnswerFold: Send {
    /// The body.
    type Body: Serialize;

    /// Takes in an event.
    fn push(&mut self, event: HubEvent);

    /// The body, after the last event.
    ///
    /// # Errors
    ///
    /// The failure that ended the answer, or [`ErrorClass::Protocol`] when it has no end.
    fn finish(&mut self) -> Result<Self::Body, Box<UpstreamError>>;
}

/// OpenAI's error body. `{"error": {"message": string, "type": string, "param": string | null, "code": string | null}}`
#[must_use]
pub fn error_body(error: &UpstreamError) -> Value {
    json!({"error": {"message": error.message, "type": error.kind, "param": error.param, "code": error.code}})
}

/// The failure of an answer that stops without saying how it ended.
pub(crate) fn without_end() -> UpstreamError {
    UpstreamError {
        class: ErrorClass::Protocol,
        status: 502,
        kind: "server_error".to_owned(),
        code: Some("incomplete_stream".to_owned()),
        message: "the upstream answer ended before it was complete".to_owned(),
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable: false,
    }
}

/// Appends a number in decimal.
pub(crate) fn put_number(out: &mut BytesMut, number: impl Into<u64>) {
    out.put_slice(itoa::Buffer::new().format(number.into()).as_bytes());
}

/// Appends `data: <value>` as one event.
pub(crate) fn put_data(out: &mut BytesMut, value: &Value) {
    out.put_slice(b"data: ");
    put_json(out, value);
    out.put_slice(b"\n\n");
}
