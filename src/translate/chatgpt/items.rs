//! The items of a response, and which of them an event speaks of.
//!
//! The place in the output is the surest name, then the id; events of the sparsest kind have neither and mean the item that is being streamed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::item::Item;
use super::shape;
use super::texts::Texts;
use super::wire::Reference;
use crate::translate::hub::{HubEvent, RawJson};

/// All items seen so far, by their place in the output.
#[derive(Default)]
pub(super) struct Items {
    by_index: BTreeMap<u32, Item>,
    /// The response id without its prefix, for the ids of items that came without one.
    response_tail: String,
}

impl Items {
    pub(super) fn set_response_id(&mut self, id: &str) {
        id.strip_prefix("resp_").unwrap_or(id).clone_into(&mut self.response_tail);
    }

    /// The item an event names, if it is known.
    pub(super) fn named(&mut self, reference: Reference<'_>) -> Option<&mut Item> {
        let index = self.named_index(reference)?;
        self.by_index.get_mut(&index)
    }

    /// The texts of the item that an event adds to, unless it is done. An item that was never added is announced now, except a tool call, which has to wait for its name.
    pub(super) fn streaming(
        &mut self,
        reference: Reference<'_>,
        kind: &str,
        out: &mut Vec<HubEvent>,
    ) -> Option<&mut Texts> {
        let streams = |known: &Item| known.kind() == kind || !shape::is_text_item(known.kind());
        let found = self.find(reference, kind, streams).or_else(|| {
            // Of an item with such a name that cannot have this text: the one that can is meant.
            self.named_index(reference).and_then(|_| self.find(Reference::default(), kind, streams))
        });
        let index = found.unwrap_or_else(|| self.create(reference, kind));
        let item = self.by_index.get_mut(&index)?;
        if found.is_none() && shape::input_member(kind).is_none() {
            item.announce(bare(kind), out);
        }
        item.open_texts()
    }

    /// `response.output_item.added`
    pub(super) fn added(&mut self, output_index: Option<u32>, item: Map<String, Value>, out: &mut Vec<HubEvent>) {
        if let Some(known) = self.for_item(output_index, &item) {
            known.announce(item, out);
        }
    }

    /// `response.output_item.done`. False when the item was done before.
    pub(super) fn done(
        &mut self,
        output_index: Option<u32>,
        item: Map<String, Value>,
        out: &mut Vec<HubEvent>,
    ) -> bool {
        match self.for_item(output_index, &item) {
            Some(known) if !known.is_done() => known.done(item, out),
            Some(_) | None => return false,
        }
        true
    }

    /// Takes from the final response's `output` what the events left open or out.
    pub(super) fn reconcile(&mut self, output: &[Value], out: &mut Vec<HubEvent>) {
        for (index, item) in (0..).zip(output) {
            let Some(item) = item.as_object() else { continue };
            let id = item_id(item);
            let by_id =
                id.as_deref().and_then(|id| self.named_index(Reference { output_index: None, item_id: Some(id) }));
            let place = by_id.unwrap_or(index);
            let finished = match self.by_index.get(&place) {
                Some(known) => known.is_done() || known.kind() != item_type(item),
                None => false,
            };
            if !finished {
                self.done(Some(place), item.clone(), out);
            }
        }
    }

    /// Ends all items that are still open.
    pub(super) fn close_all(&mut self, status: &str, out: &mut Vec<HubEvent>) {
        for item in self.by_index.values_mut().filter(|item| !item.is_done() && !item.is_held()) {
            item.close(status, out);
        }
    }

    /// Whether text came for a tool call that never got a name.
    pub(super) fn any_held(&self) -> bool {
        self.by_index.values().any(Item::is_held)
    }

    /// The entry for an item that is added or done, made when there is none.
    fn for_item(&mut self, output_index: Option<u32>, item: &Map<String, Value>) -> Option<&mut Item> {
        let kind = item_type(item);
        let id = item_id(item);
        let reference = Reference { output_index, item_id: id.as_deref() };
        let found = self.find(reference, kind, |known| known.kind() == kind);
        let index = found.unwrap_or_else(|| self.create(reference, kind));
        let entry = self.by_index.get_mut(&index)?;
        if let Some(id) = &id {
            entry.learn_id(id);
        }
        Some(entry)
    }

    /// The item that is named and fits, or else the one of this kind that is open and not known under another name.
    fn find(&self, reference: Reference<'_>, kind: &str, fits: impl Fn(&Item) -> bool) -> Option<u32> {
        let named = self.named_index(reference);
        let fitting = named.filter(|index| self.by_index.get(index).is_some_and(&fits));
        if fitting.is_some() || (named.is_none() && reference.output_index.is_some()) {
            return fitting;
        }
        let open = |(_, item): &(&u32, &Item)| {
            !item.is_done() && item.kind() == kind && (reference.item_id.is_none() || !item.has_vendor_id())
        };
        self.by_index.iter().rev().find(open).map(|(index, _)| *index)
    }

    fn named_index(&self, reference: Reference<'_>) -> Option<u32> {
        if let Some(index) = reference.output_index.filter(|index| self.by_index.contains_key(index)) {
            return Some(index);
        }
        let id = reference.item_id?;
        let same = |(_, item): &(&u32, &Item)| item.is_called(id);
        self.by_index.iter().rev().find(same).map(|(index, _)| *index)
    }

    /// Makes an entry where the event says, unless an item of another kind has the place or the name.
    fn create(&mut self, reference: Reference<'_>, kind: &str) -> u32 {
        let next = self.by_index.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
        let free = reference.output_index.filter(|index| !self.by_index.contains_key(index));
        let index = free.unwrap_or(next);
        let unused = reference.item_id.filter(|id| !self.is_taken(id));
        let vendor_id = unused.map(|literal| RawJson::from_parsed(literal.to_owned()));
        let id = vendor_id.clone().unwrap_or_else(|| RawJson::from_text(&self.derived_id(kind, index)));
        self.by_index.insert(index, Item::new(index, id, vendor_id, kind));
        index
    }

    /// The same stream gives the same ids, each time it is read.
    fn derived_id(&self, kind: &str, index: u32) -> String {
        let prefix = shape::id_prefix(kind);
        let mut id = match &self.response_tail[..] {
            "" => format!("{prefix}_{index}"),
            tail => format!("{prefix}_{tail}_{index}"),
        };
        while self.is_taken(&Value::from(id.as_str()).to_string()) {
            id.push('x');
        }
        id
    }

    /// Whether an item is known by this JSON string literal.
    fn is_taken(&self, id: &str) -> bool {
        self.by_index.values().any(|item| item.is_called(id))
    }
}

/// An item of which only the kind is known.
fn bare(kind: &str) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("type".to_owned(), Value::from(kind));
    item
}

fn item_type(item: &Map<String, Value>) -> &str {
    item.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The item's id as a JSON string literal.
fn item_id(item: &Map<String, Value>) -> Option<String> {
    let id = item.get("id")?.as_str().filter(|id| !id.is_empty())?;
    Some(Value::from(id).to_string())
}
