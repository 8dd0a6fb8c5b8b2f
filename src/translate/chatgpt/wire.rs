//! One stream event as it lies in its bytes: the members this dialect reads, each still JSON text.
//!
//! One pass over the event finds all of them, nothing is unescaped or allocated, and members not named here cost only the skipping. Text-carrying
//! members go on to the hub as slices of the frame.

use std::borrow::Cow;

use bytestring::ByteString;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient::lenient;
use crate::contract::tables::{
    CHATGPT_EVENTS, CHATGPT_PRIVATE_EVENT_MEMBERS, CHATGPT_PRIVATE_RESPONSE_MEMBERS, CHATGPT_PRIVATE_USAGE_MEMBERS,
};
use crate::contract::wire::EventRow;
use crate::translate::hub::{RawJson, ResponseMembers, ResponseObject, TextKind};

/// The members of stream events that are read by name; all of them optional, none of them checked.
#[derive(Deserialize)]
pub(super) struct WireEvent<'a> {
    #[serde(borrow, rename = "type", default, deserialize_with = "lenient")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    item_id: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "lenient")]
    output_index: Option<u32>,
    #[serde(default, deserialize_with = "lenient")]
    content_index: Option<u32>,
    #[serde(default, deserialize_with = "lenient")]
    summary_index: Option<u32>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    logprobs: Option<&'a RawValue>,
    #[serde(borrow)]
    obfuscation: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    part: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "lenient")]
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
    /// Reads one event; nothing when it is no JSON object.
    pub(super) fn parse(data: &'a ByteString) -> Option<Self> {
        // The deserializer would take an array's elements for the members in order.
        if !data.trim_start().starts_with('{') {
            return None;
        }
        serde_json::from_str(data).ok()
    }

    /// The row of the event's type in the vendor's table; or its name, when the table has none.
    pub(super) fn kind(&self) -> Result<&'static EventRow, Option<&str>> {
        let kind = self.kind.as_deref().ok_or(None)?;
        row(kind).ok_or(Some(kind))
    }

    pub(super) fn reference(&self) -> Reference<'a> {
        Reference { output_index: self.output_index, item_id: self.item_id.and_then(literal) }
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
        self.content_index
    }

    pub(super) fn summary_index(&self) -> Option<u32> {
        self.summary_index
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
        let text = self.logprobs?.get();
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
        Some(ResponseObject::from_parsed(data.clone(), self.response.as_ref()?, public_response))
    }
}

/// All members of an event, for the types that are rare enough.
pub(super) fn all_members(data: &ByteString) -> Map<String, Value> {
    serde_json::from_str(data).unwrap_or_default()
}

/// Takes out of an event what only the vendor's own client is meant to see.
pub(super) fn strip_event(event: &mut Map<String, Value>) {
    strip(event, CHATGPT_PRIVATE_EVENT_MEMBERS);
}

/// The response object of an event without what only the vendor's own client is meant to see, or only the one who asked.
fn public_response(event: &str) -> Map<String, Value> {
    #[derive(Default, Deserialize)]
    struct Event {
        response: Map<String, Value>,
    }
    let Event { mut response } = serde_json::from_str(event).unwrap_or_default();
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

fn literal(raw: &RawValue) -> Option<&str> {
    Some(raw.get()).filter(|text| text.starts_with('"'))
}

fn object(raw: &RawValue) -> Option<Map<String, Value>> {
    serde_json::from_str(raw.get()).ok()
}
