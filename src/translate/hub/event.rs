//! The hub's event stream: what every vendor's stream is translated into and every client dialect is made from.
//!
//! The vocabulary is that of Responses streaming (Open Responses 2026-04-24). Two things differ from the wire: text-carrying deltas keep their
//! payload as the JSON string literal it arrived in ([`RawJson`]), so that the per-event path neither unescapes nor re-escapes text, and
//! sequence numbers are absent, because only a dialect that shows them knows how many events its client has seen.

use bytestring::ByteString;
use serde_json::{Map, Value};

use super::error::UpstreamError;
use super::response::ResponseObject;

/// A JSON value kept as the text it arrived in. Always valid JSON on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(ByteString);

impl RawJson {
    /// Takes a slice that a JSON parser has already accepted.
    #[must_use]
    pub fn from_parsed(text: impl Into<ByteString>) -> Self {
        Self(text.into())
    }

    /// Encodes a string as a JSON string literal.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Value::from(text).to_string().into())
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text of a JSON string literal; empty when the value is not a string.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether this is the empty string literal.
    #[must_use]
    pub fn is_empty_text(&self) -> bool {
        self.0 == "\"\""
    }
}

impl std::fmt::Debug for RawJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One event of a generation, in the order the model made them.
///
/// A stream is: [`HubEvent::Lifecycle`]…, items with their parts and deltas, then exactly one [`HubEvent::Terminal`] or [`HubEvent::Error`], and nothing after it.
/// Every delta belongs to an item for which [`HubEvent::ItemAdded`] was seen, and every added item is done before a completed terminal; the vendor side sees to that.
#[derive(Debug, Clone, PartialEq)]
pub enum HubEvent {
    /// `response.created`, `response.queued`, `response.in_progress`.
    Lifecycle {
        /// Which of the three.
        state: Lifecycle,
        /// The vendor's response object.
        response: ResponseObject,
    },
    /// `response.output_item.added`
    ItemAdded {
        /// Place in the response's output, from 0.
        output_index: u32,
        /// The item as far as it is known. `{"type": string, "id": string, …}`
        item: Map<String, Value>,
    },
    /// `response.output_item.done`
    ItemDone {
        /// Place in the response's output, from 0.
        output_index: u32,
        /// The finished item.
        item: Map<String, Value>,
    },
    /// `response.content_part.added` / `.done` and `response.reasoning_summary_part.added` / `.done`
    Part {
        /// Whether the part opens or is finished.
        done: bool,
        /// Content part or reasoning summary part.
        kind: PartKind,
        /// Where it belongs.
        place: Place,
        /// The part. `{"type": string, …}`
        part: Value,
    },
    /// A piece of text: see [`TextKind`] for which.
    Delta {
        /// What the text is.
        kind: TextKind,
        /// Where it belongs.
        place: Place,
        /// The piece, a JSON string literal.
        delta: RawJson,
        /// `logprobs` when the vendor sent a non-empty list.
        logprobs: Option<RawJson>,
        /// Random padding the vendor adds against length side channels, a JSON string literal.
        obfuscation: Option<RawJson>,
    },
    /// The whole text of a part, after its last delta.
    TextDone {
        /// What the text is.
        kind: TextKind,
        /// Where it belongs.
        place: Place,
        /// The whole text, a JSON string literal.
        text: RawJson,
        /// `logprobs` when the vendor sent a non-empty list.
        logprobs: Option<RawJson>,
    },
    /// Any other public event (annotations, progress of hosted tools, partial images), forwarded as it is by dialects that have a place for it.
    Other {
        /// Event type, from the vendor's table of public events.
        kind: &'static str,
        /// All members except `type` and `sequence_number`, private ones removed.
        data: Map<String, Value>,
    },
    /// The end of a generation that the vendor finished, well or badly.
    Terminal {
        /// How it ended.
        outcome: Outcome,
        /// The vendor's final response object; its `output` may be empty.
        response: ResponseObject,
        /// Set exactly when `outcome` is [`Outcome::Failed`].
        error: Option<UpstreamError>,
    },
    /// The stream broke: an error event, a cut connection, bytes that are no events. Nothing follows.
    Error(UpstreamError),
}

impl HubEvent {
    /// How the generation ended, if this event ends it: well, even when nothing but a limit ended it, or with a failure.
    #[must_use]
    pub fn end(&self) -> Option<Result<(), &UpstreamError>> {
        match self {
            Self::Terminal { error, .. } => Some(error.as_ref().map_or(Ok(()), Err)),
            Self::Error(error) => Some(Err(error)),
            Self::Lifecycle { .. }
            | Self::ItemAdded { .. }
            | Self::ItemDone { .. }
            | Self::Part { .. }
            | Self::Delta { .. }
            | Self::TextDone { .. }
            | Self::Other { .. } => None,
        }
    }
}

/// The handshake states of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// `response.created`
    Created,
    /// `response.queued`
    Queued,
    /// `response.in_progress`
    InProgress,
}

/// How a finished generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `response.completed`
    Completed,
    /// `response.incomplete`; `incomplete_details.reason` says why.
    Incomplete,
    /// `response.failed`
    Failed,
}

/// The two kinds of parts an item is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// An element of `content`; [`Place::part_index`] is its `content_index`.
    Content,
    /// An element of a reasoning item's `summary`; [`Place::part_index`] is its `summary_index`.
    Summary,
}

/// The kinds of streamed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// `response.output_text.*`: what the model says.
    OutputText,
    /// `response.refusal.*`: why it refuses.
    Refusal,
    /// `response.reasoning_summary_text.*`
    ReasoningSummary,
    /// `response.reasoning_text.*`: raw reasoning.
    ReasoningText,
    /// `response.function_call_arguments.*`
    FunctionArguments,
    /// `response.custom_tool_call_input.*`
    CustomToolInput,
}

/// Where in the output an event belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Id of the item, a JSON string literal.
    pub item_id: RawJson,
    /// Place of the item in the output, from 0.
    pub output_index: u32,
    /// `content_index` or `summary_index`; 0 for kinds that have neither (tool arguments).
    pub part_index: u32,
}
