//! The backend's event stream into hub events.
//!
//! A state machine without IO: [`Stream::push`] takes a frame, [`Stream::finish`] the end of the bytes. It keeps the promises that [`HubEvent`]
//! makes for a stream, whatever the backend leaves out: see `item.rs` for what is added. Events and members for the vendor's own client end here;
//! what they tell is in [`Stream::facts`].
//!
//! Source: `schemas/upstream/chatgpt/wire.json`; openai/codex `codex-api/src/sse/responses.rs`, release 0.147.0, verified 2026-08-06.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytestring::ByteString;
use serde_json::Value;

use super::error;
use super::facts::StreamFacts;
use super::items::Items;
use super::shape::{self, Group};
use super::texts::Piece;
use super::wire::{self, WireEvent};
use crate::contract::tables::CHATGPT_PRIVATE_PREFIXES;
use crate::contract::wire::{EventClass, EventRow};
use crate::sse::Frame;
use crate::translate::hub::{HubEvent, Lifecycle, Outcome, PartKind, ResponseObject, TextKind, UpstreamError};

/// Most unknown event types that are told apart in the counts.
const MAX_UNKNOWN_TYPES: usize = 64;

/// The events of one generation, read one after the other.
pub struct Stream {
    opened_at: SystemTime,
    items: Items,
    /// The row of the last event: those of one text come one after the other.
    last: Option<&'static EventRow>,
    ended: bool,
    facts: StreamFacts,
    stats: StreamStats,
}

/// What became of the events that are not in the hub's stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamStats {
    /// Frames read, up to the one that ended the generation.
    pub frames: u64,
    /// Events for the vendor's own client.
    pub private: u64,
    /// Frames that are no event: data that is no JSON object, events without what makes them up.
    pub malformed: u64,
    /// Events that repeat or come after the end of what they speak of.
    pub late: u64,
    /// Events of types that no table knows, by type; those beyond the first 64 types are counted under the empty name.
    pub unknown: BTreeMap<String, u64>,
}

impl Stream {
    /// A stream that opened at `opened_at`, from which delays are counted where the backend names a time of day.
    #[must_use]
    pub fn new(opened_at: SystemTime) -> Self {
        Self {
            opened_at,
            items: Items::default(),
            last: None,
            ended: false,
            facts: StreamFacts::default(),
            stats: StreamStats::default(),
        }
    }

    /// Appends what `frame` means. After the end of the generation nothing does.
    pub fn push(&mut self, frame: &Frame, out: &mut Vec<HubEvent>) {
        if self.ended {
            return;
        }
        self.stats.frames += 1;
        let Some(event) = WireEvent::parse(&frame.data) else {
            self.stats.malformed += 1;
            if frame.data == "[DONE]" {
                tracing::debug!("skipped an end marker in the upstream stream");
            } else {
                tracing::warn!(data_bytes = frame.data.len(), "skipped upstream data that is no JSON object");
            }
            return;
        };
        let Some(kind) = event.kind().or(frame.event.as_deref()) else { return self.malformed("") };
        match self.last.filter(|last| last.kind == kind).or_else(|| wire::row(kind)) {
            Some(row) => self.known(row, &event, &frame.data, out),
            None => self.unknown(kind),
        }
    }

    /// Ends the stream. Unless the generation has ended, that is an error.
    pub fn finish(&mut self, out: &mut Vec<HubEvent>) {
        self.fail(error::closed_early(), out);
    }

    /// Ends the stream because it cannot be read on. Unless the generation has ended, `error` is its end.
    pub fn fail(&mut self, error: UpstreamError, out: &mut Vec<HubEvent>) {
        if !self.ended {
            self.ended = true;
            out.push(HubEvent::Error(error));
        }
    }

    /// Whether the generation has ended, so that nothing more need be read.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// What the stream told for the relay itself.
    #[must_use]
    pub fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    /// What became of the events that were not passed on.
    #[must_use]
    pub fn stats(&self) -> &StreamStats {
        &self.stats
    }

    fn known(&mut self, row: &'static EventRow, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        self.last = Some(row);
        let text = wire::text_kind(row.kind);
        match (row.class, text) {
            (EventClass::Delta, Some(kind)) => self.delta(row.kind, kind, event, data, out),
            (EventClass::Done, Some(kind)) => self.text_done(kind, event, data, out),
            (EventClass::Lifecycle, _) => self.lifecycle(row.kind, event, data, out),
            (EventClass::Item, _) => self.item(row.kind, event, out),
            (EventClass::Part, _) => self.part(row.kind, event, out),
            (EventClass::Terminal, _) => self.terminal(row.kind, event, data, out),
            (EventClass::Error, _) => self.fail(error::from_error_event(&wire::all_members(data), self.opened_at), out),
            (EventClass::Progress | EventClass::Delta | EventClass::Done, _) if row.public => {
                self.other(row.kind, event, data, out);
            }
            (EventClass::Vendor | EventClass::Progress | EventClass::Delta | EventClass::Done, _) => {
                self.stats.private += 1;
                self.facts.read_event(row.kind, &wire::all_members(data));
            }
        }
    }

    fn delta(&mut self, name: &str, kind: TextKind, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        let Some(delta) = event.delta(data) else { return self.malformed(name) };
        let piece = Piece { delta, logprobs: event.logprobs(data), obfuscation: event.obfuscation(data) };
        let texts = self.items.streaming(event.reference(), shape::item_kind(kind), out);
        let taken = texts.is_some_and(|texts| texts.delta(kind, event.part_index(kind), piece, out));
        self.count_late(taken);
    }

    fn text_done(&mut self, kind: TextKind, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        let text = event.whole_text(kind, data);
        let texts = self.items.streaming(event.reference(), shape::item_kind(kind), out);
        let taken =
            texts.is_some_and(|texts| texts.text_done(kind, event.part_index(kind), text, event.logprobs(data), out));
        self.count_late(taken);
    }

    fn lifecycle(&mut self, kind: &str, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        let state = match kind {
            "response.queued" => Lifecycle::Queued,
            "response.in_progress" => Lifecycle::InProgress,
            _ => Lifecycle::Created,
        };
        let Some(response) = self.response(event, data) else { return self.malformed(kind) };
        out.push(HubEvent::Lifecycle { state, response });
    }

    fn item(&mut self, kind: &str, event: &WireEvent<'_>, out: &mut Vec<HubEvent>) {
        let Some(item) = event.item().filter(|item| item.get("type").is_some_and(Value::is_string)) else {
            return self.malformed(kind);
        };
        let output_index = event.reference().output_index;
        if kind == "response.output_item.added" {
            self.items.added(output_index, item, out);
        } else {
            let taken = self.items.done(output_index, item, out);
            self.count_late(taken);
        }
    }

    fn part(&mut self, kind: &str, event: &WireEvent<'_>, out: &mut Vec<HubEvent>) {
        let summary = kind.starts_with("response.reasoning_summary_part.");
        let (part_kind, index, text) = if summary {
            (PartKind::Summary, event.summary_index(), TextKind::ReasoningSummary)
        } else {
            (PartKind::Content, event.content_index(), TextKind::OutputText)
        };
        let part = event.part().unwrap_or_else(|| shape::empty_part(text));
        let item_kind = shape::part_text_kind(&part).unwrap_or(text);
        let texts = self.items.streaming(event.reference(), shape::item_kind(item_kind), out);
        let group = Group::from(part_kind);
        let taken = texts.is_some_and(|texts| match kind.ends_with(".added") {
            true => texts.part_added(group, index, part, out),
            false => texts.part_done(group, index, part, out),
        });
        self.count_late(taken);
    }

    fn other(&mut self, kind: &'static str, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        let mut members = wire::all_members(data);
        members.remove("type");
        members.remove("sequence_number");
        wire::strip_event(&mut members);
        if let Some(item) = self.items.named(event.reference()) {
            members.insert("item_id".to_owned(), Value::String(item.id().to_text()));
            members.insert("output_index".to_owned(), Value::from(item.output_index()));
            if let (Some(annotation), Some(texts)) = (members.get("annotation"), item.open_texts()) {
                texts.annotate(event.content_index(), annotation.clone());
            }
        }
        out.push(HubEvent::Other { kind, data: members });
    }

    fn terminal(&mut self, kind: &str, event: &WireEvent<'_>, data: &ByteString, out: &mut Vec<HubEvent>) {
        let (outcome, status) = match kind {
            "response.completed" => (Outcome::Completed, "completed"),
            "response.incomplete" => (Outcome::Incomplete, "incomplete"),
            _ => (Outcome::Failed, "failed"),
        };
        let response = self.response(event, data).unwrap_or_default();
        let error =
            (outcome == Outcome::Failed).then(|| error::from_failed_response(&response.members(), self.opened_at));
        if outcome != Outcome::Failed {
            self.items.reconcile(&response.head().output(), out);
            self.items.close_all(status, out);
        }
        if outcome == Outcome::Completed && self.items.any_held() {
            return self.fail(error::protocol("the backend streamed the input of a tool call it never named"), out);
        }
        self.ended = true;
        out.push(HubEvent::Terminal { outcome, response, error });
    }

    /// The event's response object, read for facts.
    fn response(&mut self, event: &WireEvent<'_>, data: &ByteString) -> Option<ResponseObject> {
        let response = event.response(data)?;
        if let Some(headers) = response.head().headers() {
            self.facts.read_headers(&headers);
        }
        if let Some(id) = response.head().id() {
            self.items.set_response_id(&id);
        }
        Some(response)
    }

    fn malformed(&mut self, kind: &str) {
        self.stats.malformed += 1;
        tracing::warn!(event_type = kind, "skipped an upstream event without what makes it up");
    }

    fn count_late(&mut self, taken: bool) {
        if !taken {
            self.stats.late += 1;
            tracing::debug!("skipped an upstream event for something that is done");
        }
    }

    fn unknown(&mut self, kind: &str) {
        if CHATGPT_PRIVATE_PREFIXES.iter().any(|prefix| kind.starts_with(prefix)) {
            self.stats.private += 1;
            return;
        }
        let kind: String = kind.chars().filter(|c| !c.is_control()).take(64).collect();
        let known = self.stats.unknown.contains_key(&kind);
        let kind = if known || self.stats.unknown.len() < MAX_UNKNOWN_TYPES { kind } else { String::new() };
        if !self.stats.unknown.contains_key(&kind) {
            tracing::warn!(event_type = %kind, "the upstream stream has events of an unknown type, which are not passed on");
        }
        *self.stats.unknown.entry(kind).or_default() += 1;
    }
}
