//! Chat deltas as one `chat.completion` object.

use serde::Serialize;
use serde_json::{Value, json};

use super::delta::{ChatDelta, ChatHead, FinishReason, ToolKind};
use super::deltas::ChatDeltas;
use super::{ChatSettings, ChatUsage};
use crate::translate::answer::{AnswerFold, without_end};
use crate::translate::hub::{HubEvent, RawJson, UpstreamError};
use crate::translate::literal::TextBuffer;

/// A chat answer as one JSON body.
///
/// `content` is null when the model called tools or refused and said nothing beside it, and the empty string when it just said nothing.
/// `usage` is left out when the vendor gives none.
#[derive(Debug)]
pub struct ChatAnswer {
    deltas: ChatDeltas,
    steps: Vec<ChatDelta>,
    fold: ChatFold,
}

impl ChatAnswer {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: ChatSettings) -> Self {
        let fold = ChatFold { legacy_functions: settings.legacy_functions, ..ChatFold::default() };
        Self { deltas: ChatDeltas::new(settings), steps: Vec::new(), fold }
    }

    fn fold(&mut self) {
        for step in self.steps.drain(..) {
            self.fold.push(step);
        }
    }
}

/// A `chat.completion` object.
#[derive(Debug, Serialize)]
pub struct ChatCompletion {
    id: String,
    object: &'static str,
    created: u64,
    model: String,
    choices: [Choice; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<ChatUsage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<String>,
}

#[derive(Debug, Serialize)]
struct Choice {
    index: u32,
    message: Message,
    /// Always null: the backend gives none.
    logprobs: (),
    finish_reason: &'static str,
}

#[derive(Debug, Serialize)]
struct Message {
    role: &'static str,
    content: Option<String>,
    refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_call: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Value>,
}

impl AnswerFold for ChatAnswer {
    type Body = ChatCompletion;

    fn push(&mut self, event: HubEvent) {
        self.deltas.push(event, &mut self.steps);
        self.fold();
    }

    fn finish(&mut self) -> Result<ChatCompletion, Box<UpstreamError>> {
        self.deltas.finish(&mut self.steps);
        self.fold();
        std::mem::take(&mut self.fold).into_completion()
    }
}

/// What a client would have put together from the stream.
#[derive(Debug, Default)]
struct ChatFold {
    legacy_functions: bool,
    head: Option<ChatHead>,
    content: TextBuffer,
    refusal: TextBuffer,
    reasoning: TextBuffer,
    annotations: Vec<Value>,
    calls: Vec<FoldedCall>,
    end: Option<(FinishReason, Option<RawJson>)>,
    usage: Option<ChatUsage>,
    failure: Option<Box<UpstreamError>>,
}

#[derive(Debug)]
struct FoldedCall {
    kind: ToolKind,
    id: RawJson,
    name: RawJson,
    arguments: TextBuffer,
}

impl ChatFold {
    fn push(&mut self, step: ChatDelta) {
        match step {
            ChatDelta::Start(head) => self.head = Some(*head),
            ChatDelta::Content(piece) => self.content.push(&piece),
            ChatDelta::Refusal(piece) => self.refusal.push(&piece),
            ChatDelta::Reasoning(piece) => self.reasoning.push(&piece),
            ChatDelta::Annotation(annotation) => self.annotations.push(*annotation),
            ChatDelta::ToolStart { index: _, kind, id, name } => {
                self.calls.push(FoldedCall { kind, id, name, arguments: TextBuffer::default() });
            }
            ChatDelta::ToolArguments { index, kind: _, piece } => {
                if let Some(call) = self.calls.get_mut(index as usize) {
                    call.arguments.push(&piece);
                }
            }
            ChatDelta::Finish { reason, service_tier } => self.end = Some((reason, service_tier)),
            ChatDelta::Usage(usage) => self.usage = Some(usage),
            ChatDelta::Done => {}
            ChatDelta::Failed(error) => self.failure = Some(error),
        }
    }

    fn into_completion(mut self) -> Result<ChatCompletion, Box<UpstreamError>> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        let (Some(ChatHead { id, created_at, model }), Some((reason, service_tier))) =
            (self.head.take(), self.end.take())
        else {
            return Err(Box::new(without_end()));
        };
        let (usage, service_tier) = (self.usage, service_tier.map(|service_tier| service_tier.to_text()));
        let choice = Choice { index: 0, message: self.message(), logprobs: (), finish_reason: reason.name() };
        let (object, choices) = ("chat.completion", [choice]);
        Ok(ChatCompletion { id, object, created: created_at, model, choices, usage, service_tier })
    }

    fn message(self) -> Message {
        let Self { legacy_functions, content, refusal, reasoning, annotations, calls, .. } = self;
        let silent = content.is_empty() && !(calls.is_empty() && refusal.is_empty());
        let said = |text: &TextBuffer| (!text.is_empty()).then(|| text.to_text());
        let (function_call, tool_calls) = if legacy_functions {
            (calls.first().map(|call| call.inner(ToolKind::Function)), Vec::new())
        } else {
            (None, calls.iter().map(FoldedCall::to_json).collect())
        };
        Message {
            role: "assistant",
            content: (!silent).then(|| content.to_text()),
            refusal: said(&refusal),
            reasoning_content: said(&reasoning),
            annotations,
            function_call,
            tool_calls,
        }
    }
}

impl FoldedCall {
    fn to_json(&self) -> Value {
        json!({"id": self.id.to_text(), "type": self.kind.name(), self.kind.name(): self.inner(self.kind)})
    }

    fn inner(&self, kind: ToolKind) -> Value {
        json!({"name": self.name.to_text(), kind.arguments_name(): self.arguments.to_text()})
    }
}
