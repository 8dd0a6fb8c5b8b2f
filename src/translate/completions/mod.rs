//! Completions (the legacy text route), answer side: hub events to `text_completion` objects and chunks.
//!
//! A completion is a chat turn that has text and nothing else, so its steps are made from the chat turn's: [`CompletionDeltas`] keeps text, end and
//! usage. Reasoning is not shown and tools are never sent. A refusal has no member of its own here: its text is the completion's text, which the
//! caller would otherwise see as an empty answer, and the finish reason is `content_filter`, so that it is not taken for an answer either.
//!
//! Source: `schemas/openai/completions.json`; OpenAI's published document 2.3.0 (`CreateCompletionResponse`), verified 2026-08-21.

mod deltas;
mod fold;
mod request;
mod stream;
#[cfg(test)]
mod tests;

pub use deltas::{CompletionDelta, CompletionDeltas, CompletionEnd};
pub use fold::CompletionAnswer;
pub use request::completions_to_hub;
pub use stream::CompletionStream;

/// What the caller's request and the relay decide about a completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionSettings {
    /// `id` of the answer when the vendor gives none; with its prefix (`cmpl-…`).
    pub id: String,
    /// `created` when the vendor gives none, in unix seconds.
    pub created_at: u64,
    /// The model that was asked for, shown when the vendor does not say which one answers.
    pub model: String,
    /// `stream_options.include_usage`. Default: false.
    pub include_usage: bool,
}
