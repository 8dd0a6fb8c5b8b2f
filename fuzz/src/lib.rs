//! What the stream targets share: bytes of a backend to hub events, and what must hold for every dialect's answer made of them.

use std::time::SystemTime;

use airelays::sse::{Framer, MAX_EVENT_BYTES};
use airelays::translate::chatgpt::{Stream, error};
use airelays::translate::hub::HubEvent;
use airelays::translate::{AnswerFold, AnswerStream};
use bytes::{Bytes, BytesMut};
use serde_json::Value;

/// Id of answers whose backend gives none.
pub const ID: &str = "id_0";
/// Model of answers whose backend names none.
pub const MODEL: &str = "asked";

/// How a stream says that it went well, as its last event.
#[derive(Debug, Clone, Copy)]
pub enum GoodEnd {
    /// `data: [DONE]`
    Done,
    /// `response.completed` or `response.incomplete`
    Terminal,
}

/// The hub events of a backend's bytes. The last byte is the size of the chunks in which the others come,
/// so that transcripts serve as they are for a beginning.
///
/// # Panics
///
/// When the generation has not exactly one end, or something follows it.
#[must_use]
pub fn hub_events(data: &[u8]) -> Vec<HubEvent> {
    let Some((&chunk_bytes, body)) = data.split_last() else { return Vec::new() };
    let (mut framer, mut stream) = (Framer::new(MAX_EVENT_BYTES), Stream::new(SystemTime::UNIX_EPOCH));
    let (mut frames, mut events) = (Vec::new(), Vec::new());
    for chunk in body.chunks(usize::from(chunk_bytes).max(1)) {
        let readable = framer.push(&Bytes::copy_from_slice(chunk), &mut frames);
        for frame in frames.drain(..) {
            stream.push(&frame, &mut events);
        }
        if let Err(unreadable) = readable {
            stream.fail(error::from_frame(unreadable), &mut events);
        }
    }
    stream.finish(&mut events);
    let is_end = |event: &HubEvent| matches!(event, HubEvent::Terminal { .. } | HubEvent::Error(_));
    assert_eq!(events.iter().filter(|event| is_end(event)).count(), 1, "one end");
    assert!(events.last().is_some_and(is_end), "nothing after the end");
    events
}

/// Writes and folds an answer, and checks that both modes are well formed and agree on how it ended.
///
/// # Panics
///
/// When they do not.
pub fn check(events: Vec<HubEvent>, mut stream: impl AnswerStream, mut fold: impl AnswerFold, end: GoodEnd) {
    if events.is_empty() {
        return;
    }
    let mut out = BytesMut::new();
    for event in events {
        stream.push(event.clone(), &mut out);
        fold.push(event);
    }
    stream.finish(&mut out);
    let text = std::str::from_utf8(&out).expect("a stream is UTF-8");
    let data: Vec<&str> = text.split_terminator("\n\n").map(data_of).collect();
    for (index, line) in data.iter().enumerate() {
        let is_done = *line == "[DONE]";
        assert!(!is_done || index + 1 == data.len(), "something follows [DONE]");
        assert!(is_done || serde_json::from_str::<Value>(line).is_ok(), "not JSON: {line}");
    }
    let last = data.last().copied().unwrap_or_default();
    let ended_well = match end {
        GoodEnd::Done => last == "[DONE]",
        GoodEnd::Terminal => {
            let event: Value = serde_json::from_str(last).unwrap_or_default();
            event["type"] == "response.completed" || event["type"] == "response.incomplete"
        }
    };
    assert_eq!(fold.finish().is_ok(), ended_well, "the two modes disagree: {text}");
}

/// The data of an event, which has one line of it.
fn data_of(event: &str) -> &str {
    let data = event.split_once('\n').map_or(event, |(name, data)| {
        assert!(name.starts_with("event: "), "not an event: {event}");
        data
    });
    let data = data.strip_prefix("data: ").expect("a data line");
    assert!(!data.contains(['\n', '\r']), "more than one line: {event}");
    data
}
