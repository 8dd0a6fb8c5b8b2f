//! One stream event as it lies in its bytes: the members this dialect reads, each still JSON text.
//!
//! One pass over the event finds all of them, nothing is unescaped or allocated, and members not named here cost only the skipping. Text-carrying
//! members go on to the hub as slices of the frame.

use std::borrow::Cow;

use bytestring::ByteString;
use serde_json::{Map, Value};

use crate::contract::tables::{
    CHATGPT_EVENTS, CHATGPT_PRIVATE_EVENT_MEMBERS, CHATGPT_PRIVATE_RESPONSE_MEMBERS, CHATGPT_PRIVATE_USAGE_MEMBERS,
};
use crate::contract::wire::EventRow;
use crate::translate::hub::{RawJson, ResponseMembers, ResponseObject, TextKind};
use crate::translate::scan::Scanner;

/// The members of stream events that are read by name, most of them as JSON text; all of them optional, none of them checked.
#[derive(Default)]
pub(super) struct WireEvent<'a> {
    kind: Option<Cow<'a, str>>,
    item_id: Option<&'a str>,
    output_index: Option<&'a str>,
    content_index: Option<&'a str>,
    summary_index: Option<&'a str>,
    delta: Option<&'a str>,
    text: Option<&'a str>,
    refusal: Option<&'a str>,
    arguments: Option<&'a str>,
    input: Option<&'a str>,
    logprobs: Option<&'a str>,
    obfuscation: Option<&'a str>,
    item: Option<&'a str>,
    part: Option<&'a str>,
    response: Option<ResponseMembers<'a>>,
}

/// Which item an event speaks of, as far as it says so.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reference<'a> {
    pub(super) output_index: Option<u32>,
    /// A JSON string literal.
    pub(super) item_id: Option<&'a str>,
}

impl<'a> WireEvent<'a> {
    /// Reads one event; nothing when it is no JSON object. Of members that come twice the last one counts.
    pub(super) fn parse(data: &'a str) -> Option<Self> {
        let mut event = Self::default();
        let mut scanner = Scanner::new(data);
        scanner.object(|name, scanner| event.read(name, scanner))?;
        scanner.end()?;
        Some(event)
    }

    fn read(&mut self, name: &str, scanner: &mut Scanner<'a>) -> Option<()> {
        match name {
            "type" => {
                self.kind = scanner.string()?;
                return Some(());
            }
            "response" if scanner.is_at_object() => {
                self.response = Some(ResponseMembers::read(scanner)?);
                return Some(());
            }
            _ => {}
        }
        let text = scanner.value()?;
        let member = match name {
            "item_id" => &mut self.item_id,
            "output_index" => &mut self.output_index,
            "content_index" => &mut self.content_index,
            "summary_index" => &mut self.summary_index,
            "delta" => &mut self.delta,
            "text" => &mut self.text,
            "refusal" => &mut self.refusal,
            "arguments" => &mut self.arguments,
            "input" => &mut self.input,
            "logprobs" => &mut self.logprobs,
            "obfuscation" => &mut self.obfuscation,
            "item" => &mut self.item,
            "part" => &mut self.part,
            _ => return Some(()),
        };
        *member = Some(text);
        Some(())
    }

    /// The event's type, if it has one.
    pub(super) fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    pub(super) fn reference(&self) -> Reference<'a> {
        Reference { output_index: index(self.output_index), item_id: self.item_id.and_then(literal) }
    }

    /// `content_index` or `summary_index`, whichever belongs to the kind of text.
    pub(super) fn part_index(&self, kind: TextKind) -> Option<u32> {
        match kind {
            TextKind::OutputText | TextKind::Refusal | TextKind::ReasoningText => self.content_index(),
            TextKind::ReasoningSummary => self.summary_index(),
            TextKind::FunctionArguments | TextKind::CustomToolInput => Some(0),
        }
    }

    pub(super) fn content_index(&self) -> Option<u32> {
        index(self.content_index)
    }

    pub(super) fn summary_index(&self) -> Option<u32> {
        index(self.summary_index)
    }

    pub(super) fn delta(&self, data: &ByteString) -> Option<RawJson> {
        self.delta.and_then(literal).map(|text| slice(data, text))
    }

    /// The whole text of a `….done` event.
    pub(super) fn whole_text(&self, kind: TextKind, data: &ByteString) -> Option<RawJson> {
        let member = match kind {
            TextKind::OutputText | TextKind::ReasoningSummary | TextKind::ReasoningText => self.text,
            TextKind::Refusal => self.refusal,
            TextKind::FunctionArguments => self.arguments,
            TextKind::CustomToolInput => self.input,
        };
        member.and_then(literal).map(|text| slice(data, text))
    }

    pub(super) fn obfuscation(&self, data: &ByteString) -> Option<RawJson> {
        self.obfuscation.and_then(literal).map(|text| slice(data, text))
    }

    /// `logprobs` when it is a list with something in it.
    pub(super) fn logprobs(&self, data: &ByteString) -> Option<RawJson> {
        let text = self.logprobs?;
        let inner = text.strip_prefix('[')?.strip_suffix(']')?;
        if inner.trim().is_empty() {
            return None;
        }
        if text.contains(['\n', '\r']) {
            let value: Value = serde_json::from_str(text).ok()?;
            return Some(RawJson::from_parsed(value.to_string()));
        }
        Some(slice(data, text))
    }

    pub(super) fn item(&self) -> Option<Map<String, Value>> {
        self.item.and_then(object)
    }

    pub(super) fn part(&self) -> Option<Map<String, Value>> {
        self.part.and_then(object)
    }

    /// The response object.
    pub(super) fn response(&self, data: &ByteString) -> Option<ResponseObject> {
        let members = self.response.as_ref()?;
        Some(ResponseObject::from_parsed(data.slice_ref(members.text), members, public_response))
    }
}

/// All members of an object, for what is rare enough.
pub(super) fn all_members(data: &str) -> Map<String, Value> {
    serde_json::from_str(data).unwrap_or_default()
}

/// Takes out of an event what only the vendor's own client is meant to see.
pub(super) fn strip_event(event: &mut Map<String, Value>) {
    strip(event, CHATGPT_PRIVATE_EVENT_MEMBERS);
}

/// A response object without what only the vendor's own client is meant to see, or only the one who asked.
fn public_response(text: &str) -> Map<String, Value> {
    let mut response = all_members(text);
    strip_response(&mut response);
    response
}

/// Takes out of a response object what only the vendor's own client is meant to see, or only the one who asked.
pub(super) fn strip_response(response: &mut Map<String, Value>) {
    strip(response, CHATGPT_PRIVATE_RESPONSE_MEMBERS);
    if let Some(Value::Object(usage)) = response.get_mut("usage") {
        strip(usage, CHATGPT_PRIVATE_USAGE_MEMBERS);
    }
}

fn strip(members: &mut Map<String, Value>, private: &[&str]) {
    members.retain(|name, _| !private.contains(&name.as_str()));
}

/// The row of an event type in the vendor's table.
pub(super) fn row(kind: &str) -> Option<&'static EventRow> {
    CHATGPT_EVENTS.iter().find(|row| row.kind == kind)
}

/// The kind of text a `….delta` or `….done` event streams.
pub(super) fn text_kind(event: &str) -> Option<TextKind> {
    let stem = event.strip_suffix(".delta").or_else(|| event.strip_suffix(".done"))?;
    Some(match stem {
        "response.output_text" => TextKind::OutputText,
        "response.refusal" => TextKind::Refusal,
        "response.reasoning_summary_text" => TextKind::ReasoningSummary,
        "response.reasoning_text" => TextKind::ReasoningText,
        "response.function_call_arguments" => TextKind::FunctionArguments,
        "response.custom_tool_call_input" => TextKind::CustomToolInput,
        _ => return None,
    })
}

fn slice(data: &ByteString, text: &str) -> RawJson {
    RawJson::from_parsed(data.slice_ref(text))
}

fn literal(value: &str) -> Option<&str> {
    Some(value).filter(|text| text.starts_with('"'))
}

fn index(value: Option<&str>) -> Option<u32> {
    value?.parse().ok()
}

fn object(value: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(value).ok()
}
