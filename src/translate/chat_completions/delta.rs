//! The steps of a chat answer, between hub events and bytes.

use serde_json::Value;

use super::usage::ChatUsage;
use crate::translate::hub::{RawJson, ResponseHead, UpstreamError};

/// One step of a chat answer.
///
/// Begins with [`ChatDelta::Start`] and ends with [`ChatDelta::Done`], or ends anywhere with [`ChatDelta::Failed`].
#[derive(Debug, Clone, PartialEq)]
pub enum ChatDelta {
    /// The model begins to answer.
    Start(Box<ChatHead>),
    /// A piece of `content`, a JSON string literal.
    Content(RawJson),
    /// A piece of `refusal`, a JSON string literal.
    Refusal(RawJson),
    /// A piece of `reasoning_content`, a JSON string literal.
    Reasoning(RawJson),
    /// An entry of `annotations`. `{"type": "url_citation", "url_citation": {…}}`
    Annotation(Box<Value>),
    /// A tool call begins. Calls never interleave: the call before it is complete.
    ToolStart {
        /// Place in `tool_calls`, from 0.
        index: u32,
        /// Function or custom tool.
        kind: ToolKind,
        /// The id that the tool's result will refer to, a JSON string literal.
        id: RawJson,
        /// Name of the tool, a JSON string literal.
        name: RawJson,
    },
    /// A piece of a tool call's `arguments` or `input`.
    ToolArguments {
        /// Place in `tool_calls`, from 0.
        index: u32,
        /// Function or custom tool.
        kind: ToolKind,
        /// The piece, a JSON string literal.
        piece: RawJson,
    },
    /// The model is done.
    Finish {
        /// Why.
        reason: FinishReason,
        /// `service_tier` that the vendor says it used, a JSON string literal.
        service_tier: Option<RawJson>,
    },
    /// What the answer cost, when the vendor says it.
    Usage(ChatUsage),
    /// The answer is complete.
    Done,
    /// The answer failed; nothing follows.
    Failed(Box<UpstreamError>),
}

/// What every chunk of one answer repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatHead {
    /// The vendor's response id under this dialect's prefix.
    pub id: String,
    /// When the answer began, in unix seconds.
    pub created_at: u64,
    /// The model that answers.
    pub model: String,
}

impl ChatHead {
    /// Takes over what a response object says.
    ///
    /// The id's own prefix (`resp_`) is replaced, so that equal ids in two dialects show that they are the same call.
    pub(super) fn learn(&mut self, id_prefix: &str, response: &ResponseHead<'_>) {
        if let Some(id) = response.id() {
            self.id = format!("{id_prefix}{}", id.strip_prefix("resp_").unwrap_or(&id));
        }
        if let Some(created_at) = response.created_at() {
            self.created_at = created_at;
        }
        if let Some(model) = response.model() {
            self.model = model.into_owned();
        }
    }
}

/// What a tool call calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolKind {
    /// A function, with JSON `arguments`.
    Function,
    /// A custom tool, with free `input`.
    Custom,
}

impl ToolKind {
    /// `type` of the call; also the member that holds name and arguments.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Custom => "custom",
        }
    }

    /// The member that holds what the tool is called with.
    #[must_use]
    pub fn arguments_name(self) -> &'static str {
        match self {
            Self::Function => "arguments",
            Self::Custom => "input",
        }
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// The model said all it wanted.
    Stop,
    /// A token limit cut it.
    Length,
    /// It waits for the results of its tool calls.
    ToolCalls,
    /// As [`FinishReason::ToolCalls`], for requests with `functions`.
    FunctionCall,
    /// The vendor's filter cut it.
    ContentFilter,
}

impl FinishReason {
    /// Value of `finish_reason`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::FunctionCall => "function_call",
            Self::ContentFilter => "content_filter",
        }
    }
}
