//! Chat deltas as `chat.completion.chunk` events.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

use super::delta::{ChatDelta, ChatHead, FinishReason, ToolKind};
use super::deltas::ChatDeltas;
use super::{ChatSettings, ChatUsage};
use crate::translate::answer::{AnswerStream, error_body, put_data, put_number};
use crate::translate::hub::{HubEvent, RawJson};
use crate::translate::text::put_json;

/// A chat answer as server-sent events.
///
/// The first chunk carries the role, the last one the finish reason; with `include_usage` every chunk has `"usage": null` and one more has the
/// usage and no choices (left out when the vendor gives no usage); then comes `[DONE]`. A failure is one `{"error": {…}}` event and neither a
/// finish reason nor `[DONE]` follows it.
#[derive(Debug)]
pub struct ChatStream {
    deltas: ChatDeltas,
    steps: Vec<ChatDelta>,
    writer: ChunkWriter,
}

impl ChatStream {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: ChatSettings) -> Self {
        let writer = ChunkWriter {
            head: Bytes::new(),
            include_usage: settings.include_usage,
            legacy_functions: settings.legacy_functions,
        };
        Self { deltas: ChatDeltas::new(settings), steps: Vec::new(), writer }
    }

    fn write(&mut self, out: &mut BytesMut) {
        for step in self.steps.drain(..) {
            self.writer.write(step, out);
        }
    }
}

impl AnswerStream for ChatStream {
    fn push(&mut self, event: HubEvent, out: &mut BytesMut) {
        self.deltas.push(event, &mut self.steps);
        self.write(out);
    }

    fn finish(&mut self, out: &mut BytesMut) {
        self.deltas.finish(&mut self.steps);
        self.write(out);
    }
}

/// Splices deltas into chunks whose unchanging parts are rendered once.
#[derive(Debug)]
struct ChunkWriter {
    /// `data: {"id":…,"object":…,"created":…,"model":…,"choices":[`
    head: Bytes,
    include_usage: bool,
    legacy_functions: bool,
}

impl ChunkWriter {
    fn write(&mut self, step: ChatDelta, out: &mut BytesMut) {
        match step {
            ChatDelta::Start(head) => {
                self.head = render_head(&head);
                self.chunk(out, |out| out.put_slice(br#""role":"assistant","content":"""#));
            }
            ChatDelta::Content(piece) => self.text(out, br#""content":"#, &piece),
            ChatDelta::Refusal(piece) => self.text(out, br#""refusal":"#, &piece),
            ChatDelta::Reasoning(piece) => self.text(out, br#""reasoning_content":"#, &piece),
            ChatDelta::Annotation(annotation) => self.chunk(out, |out| {
                out.put_slice(br#""annotations":["#);
                put_json(out, &annotation);
                out.put_u8(b']');
            }),
            ChatDelta::ToolStart { index, kind, id, name } => self.tool_start(out, index, kind, &id, &name),
            ChatDelta::ToolArguments { index, kind, piece } => self.tool_arguments(out, index, kind, &piece),
            ChatDelta::Finish { reason, service_tier } => self.last_chunk(out, reason, service_tier.as_ref()),
            ChatDelta::Usage(usage) if self.include_usage => self.usage(out, usage),
            ChatDelta::Usage(_) => {}
            ChatDelta::Done => out.put_slice(b"data: [DONE]\n\n"),
            ChatDelta::Failed(error) => put_data(out, &error_body(&error)),
        }
    }

    /// A chunk whose delta has the members that `delta` writes.
    fn chunk(&self, out: &mut BytesMut, delta: impl FnOnce(&mut BytesMut)) {
        out.put_slice(&self.head);
        out.put_slice(br#"{"index":0,"delta":{"#);
        delta(out);
        out.put_slice(br#"},"logprobs":null,"finish_reason":null}]"#);
        self.end(out);
    }

    fn end(&self, out: &mut BytesMut) {
        out.put_slice(if self.include_usage { b",\"usage\":null}\n\n" } else { b"}\n\n" });
    }

    fn text(&self, out: &mut BytesMut, member: &[u8], piece: &RawJson) {
        self.chunk(out, |out| {
            out.put_slice(member);
            out.put_slice(piece.as_bytes());
        });
    }

    fn tool_start(&self, out: &mut BytesMut, index: u32, kind: ToolKind, id: &RawJson, name: &RawJson) {
        if self.legacy_functions {
            return self.function_call(out, index, |out| {
                out.put_slice(br#""name":"#);
                out.put_slice(name.as_bytes());
                out.put_slice(br#","arguments":"""#);
            });
        }
        self.chunk(out, |out| {
            out.put_slice(br#""tool_calls":[{"index":"#);
            put_number(out, index);
            out.put_slice(br#","id":"#);
            out.put_slice(id.as_bytes());
            for piece in [r#","type":""#, kind.name(), r#"",""#, kind.name(), r#"":{"name":"#] {
                out.put_slice(piece.as_bytes());
            }
            out.put_slice(name.as_bytes());
            for piece in [r#",""#, kind.arguments_name(), r#"":""}}]"#] {
                out.put_slice(piece.as_bytes());
            }
        });
    }

    fn tool_arguments(&self, out: &mut BytesMut, index: u32, kind: ToolKind, piece: &RawJson) {
        if self.legacy_functions {
            return self.function_call(out, index, |out| {
                out.put_slice(br#""arguments":"#);
                out.put_slice(piece.as_bytes());
            });
        }
        self.chunk(out, |out| {
            out.put_slice(br#""tool_calls":[{"index":"#);
            put_number(out, index);
            for piece in [r#",""#, kind.name(), r#"":{""#, kind.arguments_name(), r#"":"#] {
                out.put_slice(piece.as_bytes());
            }
            out.put_slice(piece.as_bytes());
            out.put_slice(b"}}]");
        });
    }

    /// The shape of requests with `functions`, which holds one call.
    fn function_call(&self, out: &mut BytesMut, index: u32, members: impl FnOnce(&mut BytesMut)) {
        if index == 0 {
            self.chunk(out, |out| {
                out.put_slice(br#""function_call":{"#);
                members(out);
                out.put_u8(b'}');
            });
        }
    }

    fn last_chunk(&self, out: &mut BytesMut, reason: FinishReason, service_tier: Option<&RawJson>) {
        out.put_slice(&self.head);
        out.put_slice(br#"{"index":0,"delta":{},"logprobs":null,"finish_reason":""#);
        out.put_slice(reason.name().as_bytes());
        out.put_slice(br#""}]"#);
        if let Some(service_tier) = service_tier {
            out.put_slice(br#","service_tier":"#);
            out.put_slice(service_tier.as_bytes());
        }
        self.end(out);
    }

    fn usage(&self, out: &mut BytesMut, usage: ChatUsage) {
        out.put_slice(&self.head);
        out.put_slice(br#"],"usage":"#);
        put_json(out, &usage);
        out.put_slice(b"}\n\n");
    }
}

fn render_head(head: &ChatHead) -> Bytes {
    let ChatHead { id, created_at, model } = head;
    let (id, model) = (Value::from(id.as_str()), Value::from(model.as_str()));
    format!(r#"data: {{"id":{id},"object":"chat.completion.chunk","created":{created_at},"model":{model},"choices":["#)
        .into()
}
