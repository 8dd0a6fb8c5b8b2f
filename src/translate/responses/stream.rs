//! A response as the public event stream.

use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use serde_json::{Map, Value, json};

use super::state::ResponseState;
use super::{ResponseView, ResponsesSettings};
use crate::translate::answer::{AnswerStream, put_number, without_end};
use crate::translate::hub::{HubEvent, Lifecycle, PartKind, Place, RawJson, TextKind, UpstreamError};
use crate::translate::text::put_json;

/// A response as server-sent events: `event: <type>` and the event on one line of data, `type` first and `sequence_number` last.
///
/// The first event is `response.created`, made here when the vendor sends none, because stream helpers of client libraries start with it. The last
/// one is `response.completed`, `response.incomplete` or `response.failed`; there is no `[DONE]`. A failure that comes before anything is known of
/// the response is an `error` event instead.
#[derive(Debug)]
pub struct ResponsesStream {
    state: ResponseState,
    include_obfuscation: bool,
    sequence_number: u64,
    framing: Framing,
    head: DeltaHead,
}

/// How the last delta began, up to its text: most deltas begin like the one before.
#[derive(Debug, Default)]
struct DeltaHead {
    of: Option<(TextKind, Place)>,
    text: BytesMut,
}

impl DeltaHead {
    fn is_of(&self, kind: TextKind, place: &Place) -> bool {
        self.of.as_ref().is_some_and(|(known_kind, known)| *known_kind == kind && known == place)
    }
}

/// How one event is told from the next.
#[derive(Debug)]
enum Framing {
    /// `event:` and `data:` lines, and an empty one.
    ServerSentEvents,
    /// The event on a line of its own; with the `stream_id` the caller gave.
    Lines { stream_id: Option<String> },
}

/// A response that came to its end, well enough to be continued.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// `id`, as the client saw it.
    pub id: String,
    /// `output`
    pub output: Vec<Value>,
    /// `store`: whether the relay remembers it.
    pub store: bool,
}

impl ResponsesStream {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: impl Into<Arc<ResponsesSettings>>) -> Self {
        let settings = settings.into();
        let include_obfuscation = settings.include_obfuscation;
        let framing = Framing::ServerSentEvents;
        let (state, head) = (ResponseState::new(settings), DeltaHead::default());
        Self { state, include_obfuscation, sequence_number: 0, framing, head }
    }

    /// The same events, each as one line of JSON that a line feed ends, for connections that carry messages.
    #[must_use]
    pub fn lines(settings: impl Into<Arc<ResponsesSettings>>, stream_id: Option<String>) -> Self {
        Self { framing: Framing::Lines { stream_id }, ..Self::new(settings) }
    }

    /// The response, once it is completed or incomplete; none before, and none of a failed one.
    #[must_use]
    pub fn finished(&self) -> Option<Finished> {
        self.state.finished()
    }

    fn write(&mut self, event: HubEvent, out: &mut BytesMut) {
        match event {
            HubEvent::Lifecycle { state, response: _ } => {
                let response = self.state.begun(state);
                self.response_event(lifecycle_name(state), &response, out);
            }
            HubEvent::ItemAdded { output_index, item } => {
                self.item("response.output_item.added", output_index, item, out);
            }
            HubEvent::ItemDone { output_index, item } => {
                self.item("response.output_item.done", output_index, item, out);
            }
            HubEvent::Part { done, kind, place, part } => self.part(done, kind, &place, &part, out),
            HubEvent::Delta { kind, place, delta, logprobs, obfuscation } => {
                self.delta_head(kind, place);
                out.put_slice(&self.head.text);
                out.put_slice(delta.as_bytes());
                put_logprobs(kind, logprobs.as_ref(), out);
                if let Some(obfuscation) = obfuscation.filter(|_| self.include_obfuscation) {
                    out.put_slice(br#","obfuscation":"#);
                    out.put_slice(obfuscation.as_bytes());
                }
                self.end(out);
            }
            HubEvent::TextDone { kind, place, text, logprobs } => {
                let names = names(kind);
                self.text_head(names, names.done, &place, out);
                out.put_slice(names.whole);
                out.put_slice(text.as_bytes());
                put_logprobs(kind, logprobs.as_ref(), out);
                if let (TextKind::FunctionArguments, Some(name)) = (kind, self.state.tool_name(place.output_index)) {
                    out.put_slice(br#","name":"#);
                    put_json(out, name);
                }
                self.end(out);
            }
            HubEvent::Other { kind, data } => self.other(kind, data, out),
            HubEvent::Terminal { .. } | HubEvent::Error(_) => {
                let response = self.state.ended();
                let status = response.status().unwrap_or("failed");
                self.response_event(&format!("response.{status}"), &response, out);
            }
        }
    }

    fn begin(&self, kind: &str, out: &mut BytesMut) {
        if matches!(self.framing, Framing::ServerSentEvents) {
            for piece in ["event: ", kind, "\ndata: "] {
                out.put_slice(piece.as_bytes());
            }
        }
        for piece in ["{\"type\":\"", kind, "\""] {
            out.put_slice(piece.as_bytes());
        }
    }

    fn end(&mut self, out: &mut BytesMut) {
        out.put_slice(br#","sequence_number":"#);
        put_number(out, self.sequence_number);
        match &self.framing {
            Framing::ServerSentEvents => out.put_slice(b"}\n\n"),
            Framing::Lines { stream_id } => {
                if let Some(stream_id) = stream_id {
                    out.put_slice(br#","stream_id":"#);
                    put_json(out, &Value::from(stream_id.as_str()));
                }
                out.put_slice(b"}\n");
            }
        }
        self.sequence_number += 1;
    }

    fn response_event(&mut self, kind: &str, response: &ResponseView, out: &mut BytesMut) {
        self.begin(kind, out);
        out.put_slice(br#","response":"#);
        put_json(out, response);
        self.end(out);
    }

    fn item(&mut self, kind: &str, output_index: u32, item: Map<String, Value>, out: &mut BytesMut) {
        self.begin(kind, out);
        out.put_slice(br#","output_index":"#);
        put_number(out, output_index);
        out.put_slice(br#","item":"#);
        put_json(out, &Value::Object(item));
        self.end(out);
    }

    fn part(&mut self, done: bool, kind: PartKind, place: &Place, part: &Value, out: &mut BytesMut) {
        let (name, index) = match (kind, done) {
            (PartKind::Content, false) => ("response.content_part.added", INDEX_OF_CONTENT),
            (PartKind::Content, true) => ("response.content_part.done", INDEX_OF_CONTENT),
            (PartKind::Summary, false) => ("response.reasoning_summary_part.added", INDEX_OF_SUMMARY),
            (PartKind::Summary, true) => ("response.reasoning_summary_part.done", INDEX_OF_SUMMARY),
        };
        self.begin(name, out);
        put_place(place, index, out);
        out.put_slice(br#","part":"#);
        put_json(out, part);
        self.end(out);
    }

    fn delta_head(&mut self, kind: TextKind, place: Place) {
        if self.head.is_of(kind, &place) {
            return;
        }
        let (mut text, names) = (std::mem::take(&mut self.head.text), names(kind));
        text.clear();
        self.text_head(names, names.delta, &place, &mut text);
        text.put_slice(br#","delta":"#);
        self.head = DeltaHead { of: Some((kind, place)), text };
    }

    fn text_head(&self, names: &TextNames, kind: &str, place: &Place, out: &mut BytesMut) {
        self.begin(kind, out);
        put_place(place, names.index, out);
    }

    fn other(&mut self, kind: &str, data: Map<String, Value>, out: &mut BytesMut) {
        self.begin(kind, out);
        for (name, value) in data {
            if name == "obfuscation" && !self.include_obfuscation {
                continue;
            }
            out.put_u8(b',');
            put_json(out, &Value::from(name));
            out.put_u8(b':');
            put_json(out, &value);
        }
        self.end(out);
    }

    /// The flat members are OpenAI's; the nested object is that of the neutral specification, and what OpenAI's own libraries look for.
    fn error(&mut self, error: &UpstreamError, out: &mut BytesMut) {
        let UpstreamError { kind, code, message, param, status, .. } = error;
        let nested = json!({"type": kind, "code": code, "message": message, "param": param});
        let data =
            [("code", json!(code)), ("message", message.as_str().into()), ("param", json!(param)), ("error", nested)];
        let status = matches!(self.framing, Framing::Lines { .. }).then(|| ("status", json!(status)));
        let data = data.into_iter().chain(status).map(|(name, value)| (name.to_owned(), value));
        self.other("error", data.collect(), out);
    }
}

impl AnswerStream for ResponsesStream {
    fn push(&mut self, event: HubEvent, out: &mut BytesMut) {
        if self.state.is_ended() {
            return;
        }
        if self.state.open(&event) {
            if let HubEvent::Error(error) = &event {
                self.error(error, out);
                return self.state.learn(&event);
            }
            if !matches!(&event, HubEvent::Lifecycle { state: Lifecycle::Created, .. }) {
                let response = self.state.begun(Lifecycle::Created);
                self.response_event("response.created", &response, out);
            }
        }
        self.state.learn(&event);
        self.write(event, out);
    }

    fn finish(&mut self, out: &mut BytesMut) {
        self.push(HubEvent::Error(without_end()), out);
    }
}

/// The names of one kind of text on the wire.
struct TextNames {
    delta: &'static str,
    done: &'static str,
    /// Begin of the member that counts parts; empty for kinds that have one part.
    index: &'static [u8],
    /// Begin of the member that holds the whole text.
    whole: &'static [u8],
}

const INDEX_OF_CONTENT: &[u8] = br#","content_index":"#;
const INDEX_OF_SUMMARY: &[u8] = br#","summary_index":"#;
const WHOLE_TEXT: &[u8] = br#","text":"#;

fn names(kind: TextKind) -> &'static TextNames {
    match kind {
        TextKind::OutputText => &TextNames {
            delta: "response.output_text.delta",
            done: "response.output_text.done",
            index: INDEX_OF_CONTENT,
            whole: WHOLE_TEXT,
        },
        TextKind::Refusal => &TextNames {
            delta: "response.refusal.delta",
            done: "response.refusal.done",
            index: INDEX_OF_CONTENT,
            whole: br#","refusal":"#,
        },
        TextKind::ReasoningSummary => &TextNames {
            delta: "response.reasoning_summary_text.delta",
            done: "response.reasoning_summary_text.done",
            index: INDEX_OF_SUMMARY,
            whole: WHOLE_TEXT,
        },
        TextKind::ReasoningText => &TextNames {
            delta: "response.reasoning_text.delta",
            done: "response.reasoning_text.done",
            index: INDEX_OF_CONTENT,
            whole: WHOLE_TEXT,
        },
        TextKind::FunctionArguments => &TextNames {
            delta: "response.function_call_arguments.delta",
            done: "response.function_call_arguments.done",
            index: b"",
            whole: br#","arguments":"#,
        },
        TextKind::CustomToolInput => &TextNames {
            delta: "response.custom_tool_call_input.delta",
            done: "response.custom_tool_call_input.done",
            index: b"",
            whole: br#","input":"#,
        },
    }
}

fn lifecycle_name(state: Lifecycle) -> &'static str {
    match state {
        Lifecycle::Created => "response.created",
        Lifecycle::Queued => "response.queued",
        Lifecycle::InProgress => "response.in_progress",
    }
}

fn put_place(place: &Place, index: &[u8], out: &mut BytesMut) {
    out.put_slice(br#","item_id":"#);
    out.put_slice(place.item_id.as_bytes());
    out.put_slice(br#","output_index":"#);
    put_number(out, place.output_index);
    if !index.is_empty() {
        out.put_slice(index);
        put_number(out, place.part_index);
    }
}

/// Only what the model says has `logprobs`, and there it is required.
fn put_logprobs(kind: TextKind, logprobs: Option<&RawJson>, out: &mut BytesMut) {
    if kind == TextKind::OutputText {
        out.put_slice(br#","logprobs":"#);
        out.put_slice(logprobs.map_or(b"[]", RawJson::as_bytes));
    }
}
