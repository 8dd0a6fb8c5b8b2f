//! The completion's state machine: hub events in, completion deltas out.

use super::CompletionSettings;
use crate::translate::chat_completions::{
    ChatDelta, ChatDeltas, ChatHead, ChatSettings, ChatUsage, FinishReason, ReasoningStyle,
};
use crate::translate::hub::{HubEvent, RawJson, UpstreamError};

/// One step of a completion. Ends with [`CompletionDelta::Done`] or [`CompletionDelta::Failed`].
#[derive(Debug, Clone, PartialEq)]
pub enum CompletionDelta {
    /// The model begins to answer.
    Start(Box<ChatHead>),
    /// A piece of text, a JSON string literal.
    Text(RawJson),
    /// The model is done.
    Finish(CompletionEnd),
    /// What the answer cost, when the vendor says it.
    Usage(ChatUsage),
    /// The answer is complete.
    Done,
    /// The answer failed; nothing follows.
    Failed(Box<UpstreamError>),
}

/// Why a completion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionEnd {
    /// The model said all it wanted.
    Stop,
    /// A token limit cut it.
    Length,
    /// The vendor's filter cut it, or the model refused.
    ContentFilter,
}

impl CompletionEnd {
    /// Value of `finish_reason`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
        }
    }
}

/// Turns the events of a generation into the steps of a completion.
#[derive(Debug)]
pub struct CompletionDeltas {
    turn: ChatDeltas,
    steps: Vec<ChatDelta>,
    refused: bool,
}

impl CompletionDeltas {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: CompletionSettings) -> Self {
        let CompletionSettings { id, created_at, model, include_usage } = settings;
        let reasoning = ReasoningStyle::Off;
        let settings = ChatSettings { id, created_at, model, include_usage, reasoning, legacy_functions: false };
        Self { turn: ChatDeltas::with_id_prefix("cmpl-", settings), steps: Vec::new(), refused: false }
    }

    /// Appends the steps that an event makes.
    pub fn push(&mut self, event: HubEvent, out: &mut Vec<CompletionDelta>) {
        self.turn.push(event, &mut self.steps);
        self.translate(out);
    }

    /// No event follows: an answer that has not ended yet fails.
    pub fn finish(&mut self, out: &mut Vec<CompletionDelta>) {
        self.turn.finish(&mut self.steps);
        self.translate(out);
    }

    fn translate(&mut self, out: &mut Vec<CompletionDelta>) {
        for step in self.steps.drain(..) {
            out.push(match step {
                ChatDelta::Start(head) => CompletionDelta::Start(head),
                ChatDelta::Content(piece) => CompletionDelta::Text(piece),
                ChatDelta::Refusal(piece) => {
                    self.refused = true;
                    CompletionDelta::Text(piece)
                }
                ChatDelta::Finish { reason, service_tier: _ } => CompletionDelta::Finish(match reason {
                    FinishReason::Length => CompletionEnd::Length,
                    FinishReason::ContentFilter => CompletionEnd::ContentFilter,
                    FinishReason::Stop | FinishReason::ToolCalls | FinishReason::FunctionCall if self.refused => {
                        CompletionEnd::ContentFilter
                    }
                    FinishReason::Stop | FinishReason::ToolCalls | FinishReason::FunctionCall => CompletionEnd::Stop,
                }),
                ChatDelta::Usage(usage) => CompletionDelta::Usage(usage),
                ChatDelta::Done => CompletionDelta::Done,
                ChatDelta::Failed(error) => CompletionDelta::Failed(error),
                ChatDelta::Reasoning(_)
                | ChatDelta::Annotation(_)
                | ChatDelta::ToolStart { .. }
                | ChatDelta::ToolArguments { .. } => continue,
            });
        }
    }
}
