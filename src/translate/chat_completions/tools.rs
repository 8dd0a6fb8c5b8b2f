//! Tool calls, one after the other.
//!
//! The vendor may stream several calls at once; stream helpers of client libraries take the appearance of call 1 as the end of call 0. So only the
//! first unfinished call is streamed and the later ones wait, complete with what they have so far, for their turn.

use serde_json::{Map, Value};

use super::delta::{ChatDelta, ToolKind};
use crate::translate::hub::RawJson;
use crate::translate::literal::TextBuffer;

/// All calls of an answer, in the order they were opened.
#[derive(Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<Call>,
    /// How many calls, from the first, are complete.
    complete: usize,
}

#[derive(Debug)]
struct Call {
    output_index: u32,
    kind: ToolKind,
    id: Option<RawJson>,
    name: Option<RawJson>,
    /// Arguments that wait for the call's turn.
    waiting: TextBuffer,
    started: bool,
    heard: bool,
    done: bool,
}

impl ToolCalls {
    /// Whether the model called anything.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// An item begins; only calls count.
    pub(super) fn added(&mut self, output_index: u32, item: &Map<String, Value>, out: &mut Vec<ChatDelta>) {
        if let Some(call) = self.call(output_index, item) {
            call.learn(item);
            self.advance(out);
        }
    }

    /// A piece of arguments.
    pub(super) fn heard(&mut self, output_index: u32, piece: RawJson, out: &mut Vec<ChatDelta>) {
        let Some(index) = self.calls.iter().rposition(|call| call.output_index == output_index) else { return };
        let call = &mut self.calls[index];
        call.heard = true;
        if call.started {
            out.push(ChatDelta::ToolArguments { index: index as u32, kind: call.kind, piece });
        } else {
            call.waiting.push(&piece);
        }
    }

    /// The whole arguments; counts when no piece came before.
    pub(super) fn heard_all(&mut self, output_index: u32, arguments: RawJson, out: &mut Vec<ChatDelta>) {
        let unheard = self.calls.iter().any(|call| call.output_index == output_index && !call.heard);
        if unheard && !arguments.is_empty_text() {
            self.heard(output_index, arguments, out);
        }
    }

    /// An item is finished; only calls count.
    pub(super) fn done(&mut self, output_index: u32, item: &Map<String, Value>, out: &mut Vec<ChatDelta>) {
        let Some(call) = self.call(output_index, item) else { return };
        call.learn(item);
        call.done = true;
        let arguments = item.get(call.kind.arguments_name()).and_then(Value::as_str).unwrap_or_default();
        if !call.heard && !arguments.is_empty() {
            let arguments = RawJson::from_text(arguments);
            self.heard(output_index, arguments, out);
        }
        self.advance(out);
    }

    /// Nothing follows: what waits is shown as far as it came.
    pub(super) fn flush(&mut self, out: &mut Vec<ChatDelta>) {
        for call in &mut self.calls {
            call.done = true;
        }
        self.advance(out);
    }

    /// The call at an output index, a new one where there is none yet; nothing for items that are no calls.
    fn call(&mut self, output_index: u32, item: &Map<String, Value>) -> Option<&mut Call> {
        let kind = match item.get("type").and_then(Value::as_str) {
            Some("function_call") => ToolKind::Function,
            Some("custom_tool_call") => ToolKind::Custom,
            _ => return None,
        };
        let index = self.calls.iter().position(|call| call.output_index == output_index);
        let index = index.unwrap_or_else(|| {
            self.calls.push(Call::new(output_index, kind));
            self.calls.len() - 1
        });
        self.calls.get_mut(index)
    }

    fn advance(&mut self, out: &mut Vec<ChatDelta>) {
        while let Some(call) = self.calls.get_mut(self.complete) {
            call.show(self.complete as u32, out);
            if !call.done {
                return;
            }
            self.complete += 1;
        }
    }
}

impl Call {
    fn new(output_index: u32, kind: ToolKind) -> Self {
        let waiting = TextBuffer::default();
        Self { output_index, kind, id: None, name: None, waiting, started: false, heard: false, done: false }
    }

    /// `call_id` is what a tool's result refers to. A namespace, which chat requests cannot declare, is not part of the name.
    fn learn(&mut self, item: &Map<String, Value>) {
        let member = |name: &str| item.get(name).and_then(Value::as_str).map(RawJson::from_text);
        self.id = self.id.take().or_else(|| member("call_id"));
        self.name = self.name.take().or_else(|| member("name"));
    }

    /// Opens the call once it is known who is called, and shows what waited.
    fn show(&mut self, index: u32, out: &mut Vec<ChatDelta>) {
        if !self.started {
            let known = self.id.is_some() && self.name.is_some();
            if !known && !self.done {
                return;
            }
            let empty = || RawJson::from_text("");
            let (id, name) = (self.id.take().unwrap_or_else(empty), self.name.take().unwrap_or_else(empty));
            out.push(ChatDelta::ToolStart { index, kind: self.kind, id, name });
            self.started = true;
        }
        if !self.waiting.is_empty() {
            out.push(ChatDelta::ToolArguments { index, kind: self.kind, piece: self.waiting.take_raw() });
        }
    }
}
