//! Completion deltas as one `text_completion` object.

use serde_json::{Map, Value, json};

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

impl AnswerFold for CompletionAnswer {
    fn push(&mut self, event: HubEvent) {
        self.deltas.push(event, &mut self.steps);
        self.fold();
    }

    fn finish(&mut self) -> Result<Value, Box<UpstreamError>> {
        self.deltas.finish(&mut self.steps);
        self.fold();
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        let (Some(head), Some(end)) = (self.head.take(), self.end.take()) else { return Err(Box::new(without_end())) };
        let ChatHead { id, created_at, model } = *head;
        let choice = json!({"text": self.text.to_text(), "index": 0, "logprobs": null, "finish_reason": end.name()});
        let mut body = Map::new();
        body.insert("id".to_owned(), id.into());
        body.insert("object".to_owned(), "text_completion".into());
        body.insert("created".to_owned(), created_at.into());
        body.insert("model".to_owned(), model.into());
        body.insert("choices".to_owned(), Value::Array(vec![choice]));
        if let Some(usage) = self.usage {
            body.insert("usage".to_owned(), usage.to_json());
        }
        Ok(Value::Object(body))
    }
}
