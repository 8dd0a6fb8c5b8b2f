//! Completion deltas as one `text_completion` object.

use serde::Serialize;

use super::CompletionSettings;
use super::deltas::{CompletionDelta, CompletionDeltas, CompletionEnd};
use crate::translate::answer::{AnswerFold, without_end};
use crate::translate::chat_completions::{ChatHead, ChatUsage};
use crate::translate::hub::{HubEvent, UpstreamError};
use crate::translate::literal::TextBuffer;

/// A completion as one JSON body. `usage` is left out when the vendor gives none.
#[derive(Debug)]
pub struct CompletionAnswer {
    deltas: CompletionDeltas,
    steps: Vec<CompletionDelta>,
    head: Option<Box<ChatHead>>,
    text: TextBuffer,
    end: Option<CompletionEnd>,
    usage: Option<ChatUsage>,
    failure: Option<Box<UpstreamError>>,
}

impl CompletionAnswer {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: CompletionSettings) -> Self {
        Self {
            deltas: CompletionDeltas::new(settings),
            steps: Vec::new(),
            head: None,
            text: TextBuffer::default(),
            end: None,
            usage: None,
            failure: None,
        }
    }

    fn fold(&mut self) {
        for step in self.steps.drain(..) {
            match step {
                CompletionDelta::Start(head) => self.head = Some(head),
                CompletionDelta::Text(piece) => self.text.push(&piece),
                CompletionDelta::Finish(end) => self.end = Some(end),
                CompletionDelta::Usage(usage) => self.usage = Some(usage),
                CompletionDelta::Done => {}
                CompletionDelta::Failed(error) => self.failure = Some(error),
            }
        }
    }
}

/// A `text_completion` object.
#[derive(Debug, Serialize)]
pub struct TextCompletion {
    id: String,
    object: &'static str,
    created: u64,
    model: String,
    choices: [Choice; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<ChatUsage>,
}

#[derive(Debug, Serialize)]
struct Choice {
    text: String,
    index: u32,
    /// Always null: the backend gives none.
    logprobs: (),
    finish_reason: &'static str,
}

impl AnswerFold for CompletionAnswer {
    type Body = TextCompletion;

    fn push(&mut self, event: HubEvent) {
        self.deltas.push(event, &mut self.steps);
        self.fold();
    }

    fn finish(&mut self) -> Result<TextCompletion, Box<UpstreamError>> {
        self.deltas.finish(&mut self.steps);
        self.fold();
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        let (Some(head), Some(end)) = (self.head.take(), self.end.take()) else { return Err(Box::new(without_end())) };
        let ChatHead { id, created_at, model } = *head;
        let choice = Choice { text: self.text.to_text(), index: 0, logprobs: (), finish_reason: end.name() };
        let (object, choices) = ("text_completion", [choice]);
        Ok(TextCompletion { id, object, created: created_at, model, choices, usage: self.usage })
    }
}
