//! One output item while it is streamed: what was announced of it, what text it has so far, and what is still to be said.
//!
//! The backend leaves events out (a delta without its item, an item done without its deltas, raw reasoning without parts). A client that builds
//! its state from the events alone must be able to follow all the same, so an item always goes added → part added → deltas → text done → part
//! done → item done, and the deltas of a part add up to its text.

use serde_json::{Map, Value};

use super::shape;
use super::texts::{Piece, Texts};
use crate::translate::hub::{HubEvent, RawJson};

/// An item that clients know of, or will.
pub(super) struct Item {
    /// The id the vendor uses, which it may name only after the item was announced under another.
    vendor_id: Option<RawJson>,
    kind: String,
    state: State,
    /// The item as announced, without its texts.
    opening: Map<String, Value>,
    texts: Texts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A tool call whose name is not known yet, so nothing can be said of it.
    Held,
    Open,
    Done,
}

impl Item {
    /// An item that has not been announced. Ids are JSON string literals.
    pub(super) fn new(output_index: u32, id: RawJson, vendor_id: Option<RawJson>, kind: &str) -> Self {
        Self {
            vendor_id,
            kind: kind.to_owned(),
            state: State::Held,
            opening: Map::new(),
            texts: Texts::new(id, output_index),
        }
    }

    pub(super) fn id(&self) -> &RawJson {
        &self.texts.item_id
    }

    pub(super) fn output_index(&self) -> u32 {
        self.texts.output_index
    }

    pub(super) fn kind(&self) -> &str {
        &self.kind
    }

    pub(super) fn has_vendor_id(&self) -> bool {
        self.vendor_id.is_some()
    }

    /// Whether either of the item's ids is this JSON string literal.
    pub(super) fn is_called(&self, id: &str) -> bool {
        [Some(self.id()), self.vendor_id.as_ref()].into_iter().flatten().any(|known| known.as_bytes() == id.as_bytes())
    }

    /// Learns the vendor's id, a JSON string literal.
    pub(super) fn learn_id(&mut self, id: &str) {
        self.vendor_id.get_or_insert_with(|| RawJson::from_parsed(id.to_owned()));
    }

    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether there is text of a tool call that was never announced.
    pub(super) fn is_held(&self) -> bool {
        self.state == State::Held
    }

    /// Says that the item is there, with the text it already has. Only the first call says anything.
    pub(super) fn announce(&mut self, mut item: Map<String, Value>, out: &mut Vec<HubEvent>) {
        if self.state != State::Held {
            return;
        }
        self.state = State::Open;
        let parts = shape::take_parts(&self.kind, &mut item);
        let input = shape::take_input(&self.kind, &mut item);
        item.insert("id".to_owned(), Value::String(self.id().to_text()));
        shape::fill_item(&self.kind, &mut item, "in_progress");
        self.opening = item.clone();
        out.push(HubEvent::ItemAdded { output_index: self.output_index(), item });
        self.texts.go_live(out);
        for (group, index, part) in parts {
            self.texts.part_added(group, Some(index), part, out);
        }
        if let Some((kind, text)) = input.filter(|(_, text)| !text.is_empty())
            && self.texts.is_empty()
        {
            self.texts.delta(kind, Some(0), Piece::from(RawJson::from_text(&text)), out);
        }
    }

    /// The texts, unless the item is done.
    pub(super) fn open_texts(&mut self) -> Option<&mut Texts> {
        (!self.is_done()).then_some(&mut self.texts)
    }

    /// Ends the item with the vendor's finished form of it, saying first whatever of it was left unsaid.
    pub(super) fn done(&mut self, mut item: Map<String, Value>, out: &mut Vec<HubEvent>) {
        if self.is_held() {
            self.announce(shape::opening(&self.kind, &item), out);
        }
        for (group, index, part) in shape::parts(&self.kind, &item) {
            if !self.texts.is_part_done(group, index) {
                self.texts.part_done(group, Some(index), part.clone(), out);
            }
        }
        if let Some((kind, text)) = shape::input(&self.kind, &item) {
            let text = Some(text).filter(|text| !text.is_empty()).map(RawJson::from_text);
            self.texts.text_done(kind, Some(0), text, None, out);
        }
        self.texts.close(true, out);
        self.restore_texts(&mut item);
        shape::fill_item(&self.kind, &mut item, "completed");
        self.finish(item, out);
    }

    /// Ends an item of which the vendor said no more, because the response is over with `status`.
    pub(super) fn close(&mut self, status: &str, out: &mut Vec<HubEvent>) {
        let mut item = std::mem::take(&mut self.opening);
        // A call cut short is not announced as complete.
        self.texts.close(status == "completed", out);
        self.restore_texts(&mut item);
        if item.contains_key("status") {
            item.insert("status".to_owned(), Value::from(status));
        }
        self.finish(item, out);
    }

    fn finish(&mut self, mut item: Map<String, Value>, out: &mut Vec<HubEvent>) {
        item.insert("id".to_owned(), Value::String(self.id().to_text()));
        out.push(HubEvent::ItemDone { output_index: self.output_index(), item });
        self.state = State::Done;
        self.texts.clear();
        self.opening = Map::new();
    }

    /// Puts the streamed texts where the item has none.
    fn restore_texts(&self, item: &mut Map<String, Value>) {
        for &(group, member) in shape::part_lists(&self.kind) {
            if item.get(member).is_none_or(|value| value.as_array().is_none_or(Vec::is_empty))
                && let parts = self.texts.parts(group)
                && !parts.is_empty()
            {
                item.insert(member.to_owned(), Value::Array(parts));
            }
        }
        if let Some((_, member)) = shape::input_member(&self.kind)
            && item.get(member).is_none_or(|value| value.as_str() == Some("") || value.is_null())
            && let Some(input) = self.texts.input()
        {
            item.insert(member.to_owned(), Value::String(input));
        }
    }
}
