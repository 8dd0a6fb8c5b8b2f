//! The chat answer's state machine: hub events in, chat deltas out.

use serde_json::{Map, Value, json};

use super::ChatSettings;
use super::content::{Block, Content};
use super::delta::{ChatDelta, ChatHead, FinishReason};
use super::reasoning::Reasoning;
use super::tools::ToolCalls;
use super::usage::ChatUsage;
use crate::translate::answer::without_end;
use crate::translate::hub::{HubEvent, Outcome, RawJson, ResponseHead, TextKind, UpstreamError};

/// Turns the events of a generation into the steps of a chat answer.
///
/// Text is shown when its delta arrives. Where a vendor sends no deltas for a part, the finished text, the finished item or the finished response
/// is shown instead, whichever comes first; nothing is shown twice.
#[derive(Debug)]
pub struct ChatDeltas {
    id_prefix: &'static str,
    head: Option<Box<ChatHead>>,
    content: Content,
    reasoning: Reasoning,
    tools: ToolCalls,
    parts: Vec<Part>,
    any_item_done: bool,
    legacy_functions: bool,
    ended: bool,
}

/// What is remembered of a part.
#[derive(Debug)]
struct Part {
    output_index: u32,
    part_index: u32,
    kind: TextKind,
    /// Whether any of its text was.
    shown: bool,
    /// Where its text begins in `content`.
    begins_at: u64,
    /// How many of its annotations were.
    annotations: usize,
}

impl ChatDeltas {
    /// The state before the first event.
    #[must_use]
    pub fn new(settings: ChatSettings) -> Self {
        Self::with_id_prefix("chatcmpl-", settings)
    }

    /// The same for a dialect whose ids begin differently.
    pub(in crate::translate) fn with_id_prefix(id_prefix: &'static str, settings: ChatSettings) -> Self {
        let ChatSettings { id, created_at, model, include_usage: _, reasoning, legacy_functions } = settings;
        Self {
            id_prefix,
            head: Some(Box::new(ChatHead { id, created_at, model })),
            content: Content::default(),
            reasoning: Reasoning::new(reasoning),
            tools: ToolCalls::default(),
            parts: Vec::new(),
            any_item_done: false,
            legacy_functions,
            ended: false,
        }
    }

    /// Appends the steps that an event makes.
    pub fn push(&mut self, event: HubEvent, out: &mut Vec<ChatDelta>) {
        if self.ended {
            return;
        }
        match event {
            HubEvent::Lifecycle { state: _, response } => self.learn(&response.head()),
            HubEvent::ItemAdded { output_index, item } => {
                self.start(out);
                self.leave_thought(&item, out);
                self.tools.added(output_index, &item, out);
            }
            HubEvent::ItemDone { output_index, item } => {
                self.start(out);
                self.item_done(output_index, &item, out);
            }
            HubEvent::Delta { kind, place, delta, logprobs: _, obfuscation: _ } => {
                self.start(out);
                if !delta.is_empty_text() {
                    self.text(kind, place.output_index, place.part_index, delta, out);
                }
            }
            HubEvent::TextDone { kind, place, text, logprobs: _ } => {
                self.start(out);
                self.whole_text(kind, place.output_index, place.part_index, text, out);
            }
            HubEvent::Other { kind, data } => {
                self.start(out);
                if kind == "response.output_text.annotation.added" {
                    self.annotation_added(&data, out);
                }
            }
            // Parts are seen by their text.
            HubEvent::Part { .. } => self.start(out),
            HubEvent::Terminal { outcome, response, error } => self.terminal(outcome, &response.head(), error, out),
            HubEvent::Error(error) => self.fail(error, out),
        }
    }

    /// No event follows: an answer that has not ended yet fails.
    pub fn finish(&mut self, out: &mut Vec<ChatDelta>) {
        if !self.ended {
            self.fail(without_end(), out);
        }
    }

    fn learn(&mut self, response: &ResponseHead<'_>) {
        if let Some(head) = &mut self.head {
            head.learn(self.id_prefix, response);
        }
    }

    fn start(&mut self, out: &mut Vec<ChatDelta>) {
        if let Some(head) = self.head.take() {
            out.push(ChatDelta::Start(head));
        }
    }

    fn text(&mut self, kind: TextKind, output_index: u32, part_index: u32, piece: RawJson, out: &mut Vec<ChatDelta>) {
        match kind {
            TextKind::FunctionArguments | TextKind::CustomToolInput => {
                self.tools.heard(output_index, piece, out);
            }
            TextKind::OutputText => {
                let block = Block::Message(output_index);
                self.content.enter(block, out);
                self.part(kind, output_index, part_index).shown = true;
                self.content.say(block, piece, out);
            }
            TextKind::Refusal => {
                self.part(kind, output_index, part_index).shown = true;
                out.push(ChatDelta::Refusal(piece));
            }
            TextKind::ReasoningSummary | TextKind::ReasoningText => {
                self.part(kind, output_index, part_index).shown = true;
                self.reasoning.think(kind, (output_index, part_index), piece, &mut self.content, out);
            }
        }
    }

    /// The finished text of a part: shown unless its pieces were.
    fn whole_text(
        &mut self,
        kind: TextKind,
        output_index: u32,
        part_index: u32,
        text: RawJson,
        out: &mut Vec<ChatDelta>,
    ) {
        match kind {
            TextKind::FunctionArguments | TextKind::CustomToolInput => self.tools.heard_all(output_index, text, out),
            TextKind::OutputText | TextKind::Refusal | TextKind::ReasoningSummary | TextKind::ReasoningText => {
                if !self.is_shown(kind, output_index, part_index) && !text.is_empty_text() {
                    self.text(kind, output_index, part_index, text, out);
                }
            }
        }
    }

    /// Thinking is over when another kind of item comes.
    fn leave_thought(&mut self, item: &Map<String, Value>, out: &mut Vec<ChatDelta>) {
        if item.get("type").and_then(Value::as_str) != Some("reasoning") {
            self.content.close_think(out);
        }
    }

    fn item_done(&mut self, output_index: u32, item: &Map<String, Value>, out: &mut Vec<ChatDelta>) {
        self.any_item_done = true;
        self.leave_thought(item, out);
        self.parts_done(output_index, item.get("summary"), out);
        self.parts_done(output_index, item.get("content"), out);
        self.tools.done(output_index, item, out);
    }

    fn parts_done(&mut self, output_index: u32, parts: Option<&Value>, out: &mut Vec<ChatDelta>) {
        for (part_index, part) in (0..).zip(parts.and_then(Value::as_array).into_iter().flatten()) {
            let (kind, member) = match part.get("type").and_then(Value::as_str) {
                Some("output_text") => (TextKind::OutputText, "text"),
                Some("refusal") => (TextKind::Refusal, "refusal"),
                Some("summary_text") => (TextKind::ReasoningSummary, "text"),
                Some("reasoning_text") => (TextKind::ReasoningText, "text"),
                _ => continue,
            };
            let text = part.get(member).and_then(Value::as_str).unwrap_or_default();
            if !self.is_shown(kind, output_index, part_index) {
                self.whole_text(kind, output_index, part_index, RawJson::from_text(text), out);
            }
            let annotations = part.get("annotations").and_then(Value::as_array).into_iter().flatten();
            let shown = self.part(kind, output_index, part_index).annotations;
            for annotation in annotations.skip(shown) {
                self.annotate(output_index, part_index, annotation, out);
            }
        }
    }

    fn annotation_added(&mut self, data: &Map<String, Value>, out: &mut Vec<ChatDelta>) {
        let index = |name: &str| data.get(name).and_then(Value::as_u64).and_then(|index| u32::try_from(index).ok());
        let (output_index, part_index) = (index("output_index").unwrap_or(0), index("content_index").unwrap_or(0));
        if let Some(annotation) = data.get("annotation") {
            self.annotate(output_index, part_index, annotation, out);
        }
    }

    /// Chat knows URL citations only. Their indices count within their part; `content` may begin with other blocks.
    fn annotate(&mut self, output_index: u32, part_index: u32, annotation: &Value, out: &mut Vec<ChatDelta>) {
        let part = self.part(TextKind::OutputText, output_index, part_index);
        part.annotations += 1;
        let begins_at = part.begins_at;
        if annotation.get("type").and_then(Value::as_str) != Some("url_citation") {
            return;
        }
        let moved = |name: &str| annotation.get(name).and_then(Value::as_u64).map(|index| index + begins_at);
        let citation = json!({
            "start_index": moved("start_index"), "end_index": moved("end_index"),
            "title": annotation.get("title"), "url": annotation.get("url"),
        });
        out.push(ChatDelta::Annotation(Box::new(json!({"type": "url_citation", "url_citation": citation}))));
    }

    fn terminal(
        &mut self,
        outcome: Outcome,
        response: &ResponseHead<'_>,
        error: Option<UpstreamError>,
        out: &mut Vec<ChatDelta>,
    ) {
        let cut_reason = match outcome {
            Outcome::Failed => return self.fail(error.unwrap_or_else(without_end), out),
            Outcome::Incomplete => Some(cut_reason(response)),
            Outcome::Completed => None,
        };
        self.learn(response);
        self.start(out);
        if !self.any_item_done {
            for (output_index, item) in (0..).zip(response.output().iter().filter_map(Value::as_object)) {
                self.item_done(output_index, item, out);
            }
        }
        self.content.close_think(out);
        self.tools.flush(out);
        let said = match (self.tools.is_empty(), self.legacy_functions) {
            (true, _) => FinishReason::Stop,
            (false, false) => FinishReason::ToolCalls,
            (false, true) => FinishReason::FunctionCall,
        };
        let service_tier = response.service_tier().as_deref().map(RawJson::from_text);
        out.push(ChatDelta::Finish { reason: cut_reason.unwrap_or(said), service_tier });
        out.extend(ChatUsage::from_counts(response.tokens()).map(ChatDelta::Usage));
        out.push(ChatDelta::Done);
        self.ended = true;
    }

    fn fail(&mut self, error: UpstreamError, out: &mut Vec<ChatDelta>) {
        self.ended = true;
        out.push(ChatDelta::Failed(Box::new(error)));
    }

    fn is_shown(&self, kind: TextKind, output_index: u32, part_index: u32) -> bool {
        self.parts.iter().rev().any(|part| part.shown && part.is(kind, output_index, part_index))
    }

    /// The record of a part, made on first use: then the part begins where `content` ends.
    fn part(&mut self, kind: TextKind, output_index: u32, part_index: u32) -> &mut Part {
        let index = self.parts.iter().rposition(|part| part.is(kind, output_index, part_index));
        let index = index.unwrap_or_else(|| {
            let begins_at = self.content.chars();
            self.parts.push(Part { output_index, part_index, kind, shown: false, begins_at, annotations: 0 });
            self.parts.len() - 1
        });
        &mut self.parts[index]
    }
}

impl Part {
    fn is(&self, kind: TextKind, output_index: u32, part_index: u32) -> bool {
        self.kind == kind && self.output_index == output_index && self.part_index == part_index
    }
}

/// Every limit cuts the answer; a filter is named as what it is.
fn cut_reason(response: &ResponseHead<'_>) -> FinishReason {
    match response.incomplete_reason().as_deref() {
        Some("content_filter") => FinishReason::ContentFilter,
        _ => FinishReason::Length,
    }
}
