//! Completion deltas as `text_completion` events.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

use super::CompletionSettings;
use super::deltas::{CompletionDelta, CompletionDeltas};
use crate::translate::answer::{AnswerStream, error_body, put_data};
use crate::translate::chat_completions::ChatHead;
use crate::translate::hub::HubEvent;
use crate::translate::text::put_json;

/// A completion as server-sent events: a chunk per piece of text, one with the finish reason, the usage if it was asked for, `[DONE]`.
/// A failure is one `{"error": {…}}` event and nothing follows it.
#[derive(Debug)]
pub struct CompletionStream {
    deltas: CompletionDeltas,
    steps: Vec<CompletionDelta>,
    /// `data: {"id":…,"object":…,"created":…,"model":…,"choices":[`
    head: Bytes,
    include_usage: bool,
}

impl CompletionStream {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: CompletionSettings) -> Self {
        let include_usage = settings.include_usage;
        Self { deltas: CompletionDeltas::new(settings), steps: Vec::new(), head: Bytes::new(), include_usage }
    }

    fn write(&mut self, out: &mut BytesMut) {
        let mut steps = std::mem::take(&mut self.steps);
        for step in steps.drain(..) {
            match step {
                CompletionDelta::Start(head) => self.head = render_head(&head),
                CompletionDelta::Text(piece) => self.chunk(out, piece.as_bytes(), b"null"),
                CompletionDelta::Finish(end) => self.chunk(out, b"\"\"", format!("\"{}\"", end.name()).as_bytes()),
                CompletionDelta::Usage(usage) if self.include_usage => {
                    out.put_slice(&self.head);
                    out.put_slice(br#"],"usage":"#);
                    put_json(out, &usage);
                    out.put_slice(b"}\n\n");
                }
                CompletionDelta::Usage(_) => {}
                CompletionDelta::Done => out.put_slice(b"data: [DONE]\n\n"),
                CompletionDelta::Failed(error) => put_data(out, &error_body(&error)),
            }
        }
        self.steps = steps;
    }

    fn chunk(&self, out: &mut BytesMut, text: &[u8], finish_reason: &[u8]) {
        out.put_slice(&self.head);
        out.put_slice(br#"{"text":"#);
        out.put_slice(text);
        out.put_slice(br#","index":0,"logprobs":null,"finish_reason":"#);
        out.put_slice(finish_reason);
        out.put_slice(if self.include_usage { b"}],\"usage\":null}\n\n" } else { b"}]}\n\n" });
    }
}

impl AnswerStream for CompletionStream {
    fn push(&mut self, event: HubEvent, out: &mut BytesMut) {
        self.deltas.push(event, &mut self.steps);
        self.write(out);
    }

    fn finish(&mut self, out: &mut BytesMut) {
        self.deltas.finish(&mut self.steps);
        self.write(out);
    }
}

fn render_head(head: &ChatHead) -> Bytes {
    let ChatHead { id, created_at, model } = head;
    let (id, model) = (Value::from(id.as_str()), Value::from(model.as_str()));
    format!(r#"data: {{"id":{id},"object":"text_completion","created":{created_at},"model":{model},"choices":["#).into()
}
