//! Chat Completions. The request side ([`chat_to_hub`]) puts messages, tools and settings into the hub's shape; the answer side turns hub events into `chat.completion` objects and `chat.completion.chunk` streams.
//!
//! [`ChatDeltas`] is where all decisions are made; [`ChatStream`] writes its deltas and [`ChatAnswer`] collects them.
//!
//! | hub | chat |
//! |---|---|
//! | messages, one or more | one `content`, the messages separated by a blank line (a commentary and the final answer are two messages; glued together they would not be readable) |
//! | refusal parts | `refusal` |
//! | function calls, custom tool calls | `tool_calls` in the order they were opened; with [`ChatSettings::legacy_functions`] the first one as `function_call` |
//! | reasoning summaries, or raw reasoning where an item begins with that | as [`ReasoningStyle`] says, parts separated by a blank line |
//! | URL citations | `annotations`, with indices moved to where the text ended up in `content` |
//! | other items and events | nothing: Chat Completions has no place for them |
//!
//! `system_fingerprint` is left out (the vendor has none), `logprobs` is null, padding (`obfuscation`) is not forwarded.
//!
//! Source: `schemas/openai/chat_completions.json`; OpenAI's published document 2.3.0 (`CreateChatCompletionResponse`,
//! `CreateChatCompletionStreamResponse`), verified 2026-08-21.

mod content;
mod delta;
mod deltas;
mod files;
mod fold;
mod messages;
mod reasoning;
mod request;
mod stream;
#[cfg(test)]
mod tests;
mod tools;
mod usage;

pub use delta::{ChatDelta, ChatHead, FinishReason, ToolKind};
pub use deltas::ChatDeltas;
pub use files::file_places;
pub use fold::ChatAnswer;
pub use request::{ChatRequestOptions, chat_to_hub};
pub use stream::ChatStream;
pub use usage::ChatUsage;

/// What the caller's request and the relay decide about a chat answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSettings {
    /// `id` of the answer when the vendor gives none; with its prefix (`chatcmpl-…`).
    pub id: String,
    /// `created` when the vendor gives none, in unix seconds.
    pub created_at: u64,
    /// The model that was asked for, shown when the vendor does not say which one answers.
    pub model: String,
    /// `stream_options.include_usage`. Default: false.
    pub include_usage: bool,
    /// Where reasoning goes.
    pub reasoning: ReasoningStyle,
    /// Whether the request used `functions` instead of `tools`: then a call is `function_call`.
    ///
    /// That shape holds one call; the request side asks the vendor for no parallel calls, and a second one would not be shown.
    pub legacy_functions: bool,
}

/// Where reasoning goes in a dialect that has no place of its own for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReasoningStyle {
    /// Member `reasoning_content` beside `content`, as many clients read it.
    #[default]
    ReasoningContent,
    /// In `content`, between `<think>` and `</think>`.
    ThinkTags,
    /// Nowhere.
    Off,
}
