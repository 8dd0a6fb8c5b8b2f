//! `[chat]`: choices of the Chat Completions translation.

use super::choice::choice;
use super::raw::RawChat;

choice! {
    /// How Chat Completions shows reasoning summaries.
    ChatReasoning {
        /// In `reasoning_content` of the message and of its deltas.
        ReasoningContent = "reasoning_content",
        /// In the text, between think tags.
        ThinkTags = "think-tags",
        /// Not at all.
        Off = "off",
    }
}

/// Choices of the Chat Completions translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatConfig {
    /// `chat.reasoning`
    pub reasoning: ChatReasoning,
}

impl ChatConfig {
    pub(super) fn resolve(raw: &RawChat) -> Self {
        Self { reasoning: raw.reasoning.unwrap_or(ChatReasoning::ReasoningContent) }
    }
}
