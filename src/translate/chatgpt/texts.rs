//! The streamed texts of one item: each goes part added → deltas → text done → part done, and its deltas add up to it.

use serde_json::{Map, Value};

use super::shape::{self, Group};
use crate::translate::hub::{HubEvent, Place, RawJson, TextKind};
use crate::translate::literal::TextBuffer;

/// The texts of an item, and the means to say something about them.
pub(super) struct Texts {
    /// The id clients know the item by, a JSON string literal.
    pub(super) item_id: RawJson,
    pub(super) output_index: u32,
    /// Whether the item was announced; before that, text is only collected.
    live: bool,
    slots: Vec<Slot>,
}

/// One streamed text of an item: a content part, a summary part, or a tool's input.
struct Slot {
    group: Group,
    index: u32,
    /// Nothing for parts that have no text.
    kind: Option<TextKind>,
    /// The part without its text; empty for a tool's input.
    part: Map<String, Value>,
    /// The text so far.
    text: TextBuffer,
    text_done: bool,
    part_done: bool,
}

/// A piece of text with what came along.
pub(super) struct Piece {
    pub(super) delta: RawJson,
    pub(super) logprobs: Option<RawJson>,
    pub(super) obfuscation: Option<RawJson>,
}

impl Texts {
    pub(super) fn new(item_id: RawJson, output_index: u32) -> Self {
        Self { item_id, output_index, live: false, slots: Vec::new() }
    }

    /// The item is announced: says what was collected so far.
    pub(super) fn go_live(&mut self, out: &mut Vec<HubEvent>) {
        self.live = true;
        for slot in self.slots.iter().filter(|slot| !slot.text.is_empty()) {
            self.emit_delta(slot, Piece::from(slot.text.to_raw()), out);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.slots = Vec::new();
    }

    /// Adds a piece to a text. False when the text is done.
    pub(super) fn delta(&mut self, kind: TextKind, index: Option<u32>, piece: Piece, out: &mut Vec<HubEvent>) -> bool {
        let slot = self.slot(kind, index, out);
        let open = !self.slots[slot].text_done;
        if open {
            self.append(slot, piece, out);
        }
        open
    }

    /// Ends a text. Without `text` it is what was streamed. False when it had ended before.
    pub(super) fn text_done(
        &mut self,
        kind: TextKind,
        index: Option<u32>,
        text: Option<RawJson>,
        logprobs: Option<RawJson>,
        out: &mut Vec<HubEvent>,
    ) -> bool {
        let slot = self.slot(kind, index, out);
        let open = !self.slots[slot].text_done;
        if let Some(text) = text {
            self.catch_up(slot, &text, out);
        }
        self.end_text(slot, logprobs, out);
        open
    }

    /// Opens a part, with the text it already has. False when it is open already.
    pub(super) fn part_added(
        &mut self,
        group: Group,
        index: Option<u32>,
        part: Map<String, Value>,
        out: &mut Vec<HubEvent>,
    ) -> bool {
        if index.is_some_and(|index| self.position(group, index).is_some()) {
            return false;
        }
        self.open_part(group, index, part, out);
        true
    }

    /// Ends a part. False when it had ended before.
    pub(super) fn part_done(
        &mut self,
        group: Group,
        index: Option<u32>,
        part: Map<String, Value>,
        out: &mut Vec<HubEvent>,
    ) -> bool {
        let open = || self.slots.iter().rposition(|slot| slot.group == group && !slot.part_done);
        let found = index.map_or_else(open, |index| self.position(group, index));
        let slot = found.unwrap_or_else(|| self.open_part(group, index, shape::without_text(&part), out));
        if self.slots[slot].part_done {
            return false;
        }
        self.end_part(slot, Some(part), out);
        true
    }

    pub(super) fn is_part_done(&self, group: Group, index: u32) -> bool {
        self.position(group, index).is_some_and(|slot| self.slots[slot].part_done)
    }

    /// Keeps an annotation for the case that the item has to be finished from what was streamed.
    pub(super) fn annotate(&mut self, index: Option<u32>, annotation: Value) {
        let open = || self.slots.iter().rposition(|slot| slot.kind == Some(TextKind::OutputText));
        let found = index.map_or_else(open, |index| self.position(Group::Content, index));
        if let Some(Value::Array(annotations)) = found.and_then(|slot| self.slots[slot].part.get_mut("annotations")) {
            annotations.push(annotation);
        }
    }

    /// Ends all texts and parts that are open; of tools' inputs only if `inputs` says so.
    pub(super) fn close(&mut self, inputs: bool, out: &mut Vec<HubEvent>) {
        for slot in 0..self.slots.len() {
            if self.slots[slot].group != Group::Input || inputs {
                self.end_part(slot, None, out);
            }
        }
    }

    /// The parts of a group, with their texts.
    pub(super) fn parts(&self, group: Group) -> Vec<Value> {
        self.slots.iter().filter(|slot| slot.group == group).map(|slot| Value::Object(slot.whole())).collect()
    }

    /// The input of a tool, if any was streamed.
    pub(super) fn input(&self) -> Option<String> {
        let slot = self.slots.iter().find(|slot| slot.group == Group::Input)?;
        Some(slot.text.to_text())
    }

    /// The slot of a text, opened when there is none. Without an index, or when another kind of text has it: the one being streamed.
    fn slot(&mut self, kind: TextKind, index: Option<u32>, out: &mut Vec<HubEvent>) -> usize {
        let group = Group::of(kind);
        let taken = index.and_then(|index| self.position(group, index));
        if let Some(slot) = taken.filter(|&slot| self.slots[slot].kind == Some(kind)) {
            return slot;
        }
        let index = index.filter(|_| taken.is_none());
        let streaming = self.slots.iter().rposition(|slot| slot.kind == Some(kind) && !slot.text_done);
        match streaming.filter(|_| index.is_none()) {
            Some(slot) => slot,
            None => self.open_slot(group, index, Some(kind), shape::empty_part(kind), out),
        }
    }

    fn position(&self, group: Group, index: u32) -> Option<usize> {
        self.slots.iter().rposition(|slot| slot.group == group && slot.index == index)
    }

    fn open_part(
        &mut self,
        group: Group,
        index: Option<u32>,
        part: Map<String, Value>,
        out: &mut Vec<HubEvent>,
    ) -> usize {
        self.open_slot(group, index, shape::part_text_kind(&part), part, out)
    }

    fn open_slot(
        &mut self,
        group: Group,
        index: Option<u32>,
        kind: Option<TextKind>,
        mut part: Map<String, Value>,
        out: &mut Vec<HubEvent>,
    ) -> usize {
        let next =
            || self.slots.iter().filter(|slot| slot.group == group).map(|slot| slot.index.saturating_add(1)).max();
        let index = index.or_else(next).unwrap_or(0);
        let text = shape::take_text(&mut part);
        shape::fill_part(&mut part);
        let (text_done, part_done) = (kind.is_none(), false);
        self.slots.push(Slot {
            group,
            index,
            kind,
            part: part.clone(),
            text: TextBuffer::default(),
            text_done,
            part_done,
        });
        let slot = self.slots.len() - 1;
        if let Some(kind) = group.part_kind() {
            out.push(HubEvent::Part { done: false, kind, place: self.place(index), part: Value::Object(part) });
        }
        if !text.is_empty() && !text_done {
            self.append(slot, Piece::from(RawJson::from_text(&text)), out);
        }
        slot
    }

    fn append(&mut self, slot: usize, piece: Piece, out: &mut Vec<HubEvent>) {
        self.slots[slot].text.push(&piece.delta);
        if self.live {
            self.emit_delta(&self.slots[slot], piece, out);
        }
    }

    fn emit_delta(&self, slot: &Slot, piece: Piece, out: &mut Vec<HubEvent>) {
        let Piece { delta, logprobs, obfuscation } = piece;
        if let Some(kind) = slot.kind {
            out.push(HubEvent::Delta { kind, place: self.place(slot.index), delta, logprobs, obfuscation });
        }
    }

    /// Streams what `whole` has beyond the text so far, and takes it for the text.
    fn catch_up(&mut self, slot: usize, whole: &RawJson, out: &mut Vec<HubEvent>) {
        if self.slots[slot].text_done || self.slots[slot].text.is(whole) {
            return;
        }
        let whole_text = whole.to_text();
        match whole_text.strip_prefix(&self.slots[slot].text.to_text()) {
            Some("") => {}
            Some(rest) => self.append(slot, Piece::from(RawJson::from_text(rest)), out),
            None => tracing::debug!(item_id = ?self.item_id, "the deltas of a text do not add up to it"),
        }
        self.slots[slot].text = whole.into();
    }

    fn end_text(&mut self, slot: usize, logprobs: Option<RawJson>, out: &mut Vec<HubEvent>) {
        let Slot { kind: Some(kind), index, text_done: false, .. } = self.slots[slot] else { return };
        if !self.live {
            return;
        }
        self.slots[slot].text_done = true;
        let text = self.slots[slot].text.to_raw();
        out.push(HubEvent::TextDone { kind, place: self.place(index), text, logprobs });
    }

    /// Ends the text and the part of a slot, with the vendor's finished form of the part where there is one.
    fn end_part(&mut self, slot: usize, part: Option<Map<String, Value>>, out: &mut Vec<HubEvent>) {
        if self.slots[slot].part_done {
            return;
        }
        if let Some(text) = part.as_ref().and_then(shape::text_of)
            && !self.slots[slot].text.is_plainly(text)
        {
            self.catch_up(slot, &RawJson::from_text(text), out);
        }
        self.end_text(slot, None, out);
        self.slots[slot].part_done = true;
        let Some(kind) = self.slots[slot].group.part_kind() else { return };
        let mut part = match part {
            Some(part) if self.slots[slot].kind.is_none() || shape::text_of(&part).is_some() => part,
            _ => self.slots[slot].whole(),
        };
        shape::fill_part(&mut part);
        self.slots[slot].part = part.clone();
        let place = self.place(self.slots[slot].index);
        out.push(HubEvent::Part { done: true, kind, place, part: Value::Object(part) });
    }

    fn place(&self, part_index: u32) -> Place {
        Place { item_id: self.item_id.clone(), output_index: self.output_index, part_index }
    }
}

impl Slot {
    /// The part with the text streamed so far.
    fn whole(&self) -> Map<String, Value> {
        let mut part = self.part.clone();
        shape::set_text(&mut part, self.text.to_text());
        part
    }
}

impl From<RawJson> for Piece {
    fn from(delta: RawJson) -> Self {
        Self { delta, logprobs: None, obfuscation: None }
    }
}
