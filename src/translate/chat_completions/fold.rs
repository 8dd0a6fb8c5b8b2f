//! Chat deltas as one `chat.completion` object.

use serde_json::{Map, Value, json};

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

impl AnswerFold for ChatAnswer {
    fn push(&mut self, event: HubEvent) {
        self.deltas.push(event, &mut self.steps);
        self.fold();
    }

    fn finish(&mut self) -> Result<Value, Box<UpstreamError>> {
        self.deltas.finish(&mut self.steps);
        self.fold();
        std::mem::take(&mut self.fold).into_json()
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

    fn into_json(mut self) -> Result<Value, Box<UpstreamError>> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        let (Some(ChatHead { id, created_at, model }), Some((reason, service_tier))) =
            (self.head.take(), self.end.take())
        else {
            return Err(Box::new(without_end()));
        };
        let usage = self.usage;
        let choice = json!({"index": 0, "message": self.message(), "logprobs": null, "finish_reason": reason.name()});
        let mut body = Map::new();
        body.insert("id".to_owned(), id.into());
        body.insert("object".to_owned(), "chat.completion".into());
        body.insert("created".to_owned(), created_at.into());
        body.insert("model".to_owned(), model.into());
        body.insert("choices".to_owned(), Value::Array(vec![choice]));
        if let Some(usage) = usage {
            body.insert("usage".to_owned(), usage.to_json());
        }
        if let Some(service_tier) = service_tier {
            body.insert("service_tier".to_owned(), service_tier.to_text().into());
        }
        Ok(Value::Object(body))
    }

    fn message(self) -> Value {
        let Self { legacy_functions, content, refusal, reasoning, annotations, calls, .. } = self;
        let silent = content.is_empty() && !(calls.is_empty() && refusal.is_empty());
        let mut message = Map::new();
        message.insert("role".to_owned(), "assistant".into());
        message.insert("content".to_owned(), if silent { Value::Null } else { content.to_text().into() });
        let refusal = if refusal.is_empty() { Value::Null } else { refusal.to_text().into() };
        message.insert("refusal".to_owned(), refusal);
        if !reasoning.is_empty() {
            message.insert("reasoning_content".to_owned(), reasoning.to_text().into());
        }
        if !annotations.is_empty() {
            message.insert("annotations".to_owned(), annotations.into());
        }
        if legacy_functions {
            if let Some(call) = calls.first() {
                message.insert("function_call".to_owned(), call.inner(ToolKind::Function));
            }
        } else if !calls.is_empty() {
            message.insert("tool_calls".to_owned(), calls.iter().map(FoldedCall::to_json).collect());
        }
        Value::Object(message)
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
