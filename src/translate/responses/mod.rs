//! Responses, answer side: hub events to the public event stream and the response object.
//!
//! The dialects are neighbours (the hub's vocabulary is that of Responses), so most of this is about what the vendor leaves out and the public API
//! promises: a complete response object in every event that carries one ([`ResponseEcho`]), the items in its `output`, contiguous sequence numbers,
//! an opening event and exactly one end. [`ResponsesStream`] and [`ResponsesAnswer`] share the state that knows the response and its items; the JSON
//! body is the object that the stream's last event carries. Items, parts and deltas are forwarded as they come: that they are whole and in order is
//! what the hub promises.
//!
//! Event and member names are OpenAI's; the neutral specification calls two events differently (`response.reasoning.delta` and `.done` for
//! `response.reasoning_text.*`).
//!
//! Source: `schemas/openai/responses.json`; Open Responses 2026-04-24; OpenAI's published document 2.3.0 (`ResponseStreamEvent`), verified 2026-08-21.

mod compact;
mod complete;
mod echo;
mod event;
mod fold;
mod request;
mod stored;
mod state;
mod stream;
#[cfg(test)]
mod tests;

pub use compact::{compact_to_hub, compaction_object};
pub use complete::ResponseView;
pub use echo::{ResponseEcho, conversation_id, tools_text};
pub use event::{Turn, event_to_turn};
pub use fold::ResponsesAnswer;
pub use request::{normalised, responses_to_hub};
pub use stored::{from_stored, stored_form};
pub use stream::{Finished, ResponsesStream};

/// What the caller's request and the relay decide about a response.
#[derive(Debug, Clone)]
pub struct ResponsesSettings {
    /// `id` of the response when the vendor gives none; with its prefix (`resp_…`).
    pub id: String,
    /// `created_at` when the vendor gives none, in unix seconds.
    pub created_at: u64,
    /// `stream_options.include_obfuscation`. Default: true.
    pub include_obfuscation: bool,
    /// The caller's settings, for the members that echo them.
    pub echo: ResponseEcho,
    /// Fields left out of the request, to be shown in `airelays.ignored_parameters`; empty where a header says it.
    pub ignored: Vec<String>,
}
