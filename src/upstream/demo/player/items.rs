//! One output item as events: how it opens, its deltas, how its parts close.

use serde_json::{Value, json};

use super::super::envelope::Written;
use super::super::script::{Cut, Output};

/// A one-pixel transparent PNG, base64.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// Event type and members.
type Event = (&'static str, Value);

/// An item on its way.
#[derive(Debug)]
pub(super) struct Item {
    output: Output,
    index: usize,
    id: String,
    call_id: String,
    encrypted: String,
    /// The part being told: its text, and how much of it is out.
    part: usize,
    sent: usize,
    closing: Vec<Event>,
}

impl Item {
    pub(super) fn new(output: Output, index: usize, tag: &str) -> Self {
        let prefix = match &output {
            Output::Text { .. } | Output::Refusal(_) => "msg",
            Output::Reasoning { .. } => "rs",
            Output::Function { .. } => "fc",
            Output::Custom { .. } => "ctc",
            Output::WebSearch { .. } => "ws",
            Output::Image { .. } => "ig",
            Output::Unknown => "demo",
        };
        Self {
            output,
            index,
            id: format!("{prefix}_{tag}_{index}"),
            call_id: format!("call_{tag}_{index}"),
            encrypted: format!("gAAAA{tag}{index}"),
            part: 0,
            sent: 0,
            closing: Vec::new(),
        }
    }

    /// The text of the current part; none when the item has no such part.
    fn part_text(&self) -> Option<&str> {
        match &self.output {
            Output::Text { text, .. } | Output::Refusal(text) => (self.part == 0).then_some(text),
            Output::Function { arguments: text, .. } | Output::Custom { input: text, .. } => {
                (self.part == 0).then_some(text)
            }
            Output::Reasoning { summary, raw } => {
                summary.get(self.part).or(raw.as_ref().filter(|_| self.part == summary.len())).map(String::as_str)
            }
            Output::WebSearch { .. } | Output::Image { .. } | Output::Unknown => None,
        }
    }

    /// What opens the item, and its first part.
    pub(super) fn opening(&self) -> Vec<Event> {
        let mut events =
            vec![("response.output_item.added", json!({ "item": self.begun(), "output_index": self.index }))];
        events.extend(self.part_opening());
        let progress = |name: &'static str| (name, json!({ "item_id": self.id, "output_index": self.index }));
        match &self.output {
            Output::WebSearch { .. } => events.extend([
                progress("response.web_search_call.in_progress"),
                progress("response.web_search_call.searching"),
                progress("response.web_search_call.completed"),
            ]),
            Output::Image { .. } => events.extend([
                progress("response.image_generation_call.in_progress"),
                progress("response.image_generation_call.generating"),
                ("response.image_generation_call.partial_image", self.partial_image()),
                progress("response.image_generation_call.completed"),
            ]),
            Output::Text { .. }
            | Output::Refusal(_)
            | Output::Reasoning { .. }
            | Output::Function { .. }
            | Output::Custom { .. }
            | Output::Unknown => {}
        }
        events
    }

    fn partial_image(&self) -> Value {
        json!({
            "item_id": self.id, "output_index": self.index, "partial_image_index": 0, "partial_image_b64": PIXEL,
            "size": "1x1", "quality": "low", "background": "transparent", "output_format": "png"
        })
    }

    fn part_opening(&self) -> Option<Event> {
        let part = self.part_value("")?;
        Some(match (&self.output, self.is_summary()) {
            (Output::Reasoning { .. }, true) => ("response.reasoning_summary_part.added", self.place("part", part)),
            _ => ("response.content_part.added", self.place("part", part)),
        })
    }

    /// The part object with this text, for items that have parts.
    fn part_value(&self, text: &str) -> Option<Value> {
        self.part_text()?;
        match &self.output {
            Output::Text { cites, .. } => {
                let annotations: Vec<Value> =
                    (*cites && !text.is_empty()).then(|| citation(text)).into_iter().collect();
                Some(json!({ "type": "output_text", "annotations": annotations, "logprobs": [], "text": text }))
            }
            Output::Refusal(_) => Some(json!({ "type": "refusal", "refusal": text })),
            Output::Reasoning { .. } if self.is_summary() => Some(json!({ "type": "summary_text", "text": text })),
            Output::Reasoning { .. }
            | Output::Function { .. }
            | Output::Custom { .. }
            | Output::WebSearch { .. }
            | Output::Image { .. }
            | Output::Unknown => None,
        }
    }

    fn is_summary(&self) -> bool {
        matches!(&self.output, Output::Reasoning { summary, .. } if self.part < summary.len())
    }

    /// The members that say where something belongs, with one more.
    fn place(&self, member: &str, value: Value) -> Value {
        let mut place = json!({ "item_id": self.id, "output_index": self.index });
        match &self.output {
            Output::Reasoning { .. } if self.is_summary() => place["summary_index"] = json!(self.part),
            Output::Text { .. } | Output::Refusal(_) | Output::Reasoning { .. } => place["content_index"] = json!(0),
            Output::Function { .. }
            | Output::Custom { .. }
            | Output::WebSearch { .. }
            | Output::Image { .. }
            | Output::Unknown => {}
        }
        place[member] = value;
        place
    }

    /// Prefix of the event types of the current part, with the name of the member that holds the whole text.
    fn stem(&self) -> Option<[&'static str; 3]> {
        self.part_text()?;
        Some(match &self.output {
            Output::Text { .. } => ["response.output_text.delta", "response.output_text.done", "text"],
            Output::Refusal(_) => ["response.refusal.delta", "response.refusal.done", "refusal"],
            Output::Reasoning { .. } if self.is_summary() => {
                ["response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "text"]
            }
            Output::Reasoning { .. } => ["response.reasoning_text.delta", "response.reasoning_text.done", "text"],
            Output::Function { .. } => {
                ["response.function_call_arguments.delta", "response.function_call_arguments.done", "arguments"]
            }
            Output::Custom { .. } => {
                ["response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "input"]
            }
            Output::WebSearch { .. } | Output::Image { .. } | Output::Unknown => return None,
        })
    }

    /// The next delta of the current part; none when all of it is out.
    pub(super) fn next_delta(&mut self, cut: Cut) -> Option<Event> {
        let [kind, ..] = self.stem()?;
        let cut = match &self.output {
            Output::Function { .. } | Output::Custom { .. } => Cut::Bytes(8),
            Output::Text { .. }
            | Output::Refusal(_)
            | Output::Reasoning { .. }
            | Output::WebSearch { .. }
            | Output::Image { .. }
            | Output::Unknown => cut,
        };
        let rest = &self.part_text()?[self.sent..];
        let piece = piece(rest, cut);
        if piece.is_empty() {
            return None;
        }
        let mut members = self.place("delta", json!(piece));
        if matches!(self.output, Output::Text { .. }) {
            members["logprobs"] = json!([]);
        }
        members["obfuscation"] = json!("x".repeat(16 - piece.len() % 16));
        self.sent += piece.len();
        Some((kind, members))
    }

    /// Closes the current part and opens the next; false when that was the last.
    pub(super) fn close_part(&mut self) -> bool {
        let Some([_, done, member]) = self.stem() else { return false };
        let text = self.part_text().unwrap_or_default().to_owned();
        if let Output::Text { cites: true, .. } = self.output {
            let mut annotation = self.place("annotation", citation(&text));
            annotation["annotation_index"] = json!(0);
            self.closing.push(("response.output_text.annotation.added", annotation));
        }
        let mut whole = self.place(member, json!(text));
        if matches!(self.output, Output::Text { .. }) {
            whole["logprobs"] = json!([]);
        }
        self.closing.push((done, whole));
        if let Some(part) = self.part_value(&text) {
            let kind =
                if self.is_summary() { "response.reasoning_summary_part.done" } else { "response.content_part.done" };
            self.closing.push((kind, self.place("part", part)));
        }
        self.part += 1;
        self.sent = 0;
        self.closing.extend(self.part_opening());
        self.part_text().is_some()
    }

    /// The events [`Item::close_part`] made.
    pub(super) fn take_closing(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.closing)
    }

    /// Adds the item to the usage.
    pub(super) fn count(&self, written: &mut Written) {
        match &self.output {
            Output::Text { text, .. } | Output::Refusal(text) => written.text_bytes += text.len(),
            Output::Function { arguments: text, .. } | Output::Custom { input: text, .. } => {
                written.text_bytes += text.len();
            }
            Output::Reasoning { summary, raw } => {
                written.reasoning_bytes += summary.iter().chain(raw).map(String::len).sum::<usize>();
            }
            Output::WebSearch { .. } => written.searches += 1,
            Output::Image { .. } | Output::Unknown => {}
        }
    }

    /// The item when it is added.
    fn begun(&self) -> Value {
        match &self.output {
            Output::Text { .. } | Output::Refusal(_) => self.message("in_progress", json!([])),
            Output::Reasoning { .. } => {
                json!({ "id": self.id, "type": "reasoning", "encrypted_content": self.encrypted, "summary": [] })
            }
            Output::Function { .. } => self.function("in_progress", ""),
            Output::Custom { .. } => self.custom("in_progress", ""),
            Output::WebSearch { .. } => json!({ "id": self.id, "type": "web_search_call", "status": "in_progress" }),
            Output::Image { .. } => json!({ "id": self.id, "type": "image_generation_call", "status": "in_progress" }),
            Output::Unknown => json!({ "id": self.id, "type": "demo_invented_item" }),
        }
    }

    /// The item when it is done.
    pub(super) fn finished(&self) -> Value {
        match &self.output {
            Output::Text { text, cites, .. } => {
                let annotations: Vec<Value> = cites.then(|| citation(text)).into_iter().collect();
                let part = json!({ "type": "output_text", "annotations": annotations, "logprobs": [], "text": text });
                self.message("completed", json!([part]))
            }
            Output::Refusal(refusal) => self.message("completed", json!([{ "type": "refusal", "refusal": refusal }])),
            Output::Reasoning { summary, raw } => {
                let parts: Vec<Value> =
                    summary.iter().map(|text| json!({ "type": "summary_text", "text": text })).collect();
                let mut item = json!({ "id": self.id, "type": "reasoning", "encrypted_content": self.encrypted, "summary": parts });
                if let Some(text) = raw {
                    item["content"] = json!([{ "type": "reasoning_text", "text": text }]);
                }
                item
            }
            Output::Function { arguments, .. } => self.function("completed", arguments),
            Output::Custom { input, .. } => self.custom("completed", input),
            Output::WebSearch { query } => json!({
                "id": self.id, "type": "web_search_call", "status": "completed",
                "action": { "type": "search", "query": query }
            }),
            Output::Image { prompt } => json!({
                "id": self.id, "type": "image_generation_call", "status": "completed", "revised_prompt": prompt,
                "result": PIXEL, "output_format": "png", "size": "1x1", "quality": "low", "background": "transparent"
            }),
            Output::Unknown => json!({ "id": self.id, "type": "demo_invented_item", "note": "of no known type" }),
        }
    }

    fn message(&self, status: &str, content: Value) -> Value {
        let mut item =
            json!({ "id": self.id, "type": "message", "status": status, "content": content, "role": "assistant" });
        if let Output::Text { phase: Some(phase), .. } = self.output {
            item["phase"] = json!(phase);
        }
        item
    }

    fn function(&self, status: &str, arguments: &str) -> Value {
        let Output::Function { name, namespace, .. } = &self.output else { return Value::Null };
        let mut item = json!({
            "id": self.id, "type": "function_call", "status": status, "arguments": arguments,
            "call_id": self.call_id, "name": name
        });
        if let Some(namespace) = namespace {
            item["namespace"] = json!(namespace);
        }
        item
    }

    fn custom(&self, status: &str, input: &str) -> Value {
        let Output::Custom { name, .. } = &self.output else { return Value::Null };
        json!({
            "id": self.id, "type": "custom_tool_call", "status": status, "call_id": self.call_id, "name": name,
            "input": input
        })
    }
}

/// A citation of the first word.
fn citation(text: &str) -> Value {
    let end = text.chars().take_while(|c| !c.is_whitespace()).count();
    json!({ "type": "url_citation", "start_index": 0, "end_index": end, "title": "Example", "url": "https://example.test/" })
}

/// The beginning of a text.
fn piece(text: &str, cut: Cut) -> &str {
    let end = match cut {
        Cut::Words(words) => text
            .char_indices()
            .filter(|(_, c)| *c == ' ')
            .map(|(at, _)| at)
            .nth(words.saturating_sub(usize::from(!text.starts_with(' '))))
            .unwrap_or(text.len()),
        Cut::Bytes(bytes) => ceil_char_boundary(text, bytes),
    };
    &text[..end]
}

/// `str::ceil_char_boundary` is newer than the oldest supported compiler.
fn ceil_char_boundary(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(mut text: &str, cut: Cut) -> Vec<&str> {
        let mut pieces = Vec::new();
        while !text.is_empty() {
            let piece = piece(text, cut);
            assert!(!piece.is_empty(), "no progress in {text:?}");
            pieces.push(piece);
            text = &text[piece.len()..];
        }
        pieces
    }

    #[test]
    fn words_keep_the_space_before_them() {
        assert_eq!(pieces("one two three four", Cut::Words(1)), ["one", " two", " three", " four"]);
        assert_eq!(pieces("one two three four", Cut::Words(3)), ["one two three", " four"]);
        assert_eq!(pieces("  a", Cut::Words(1)), [" ", " a"]);
    }

    #[test]
    fn bytes_end_at_characters() {
        assert_eq!(pieces("aé€x", Cut::Bytes(2)), ["aé", "€", "x"]);
    }
}
