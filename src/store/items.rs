//! Output items of recent answers, by id.
//!
//! Clients of the Responses API send an item back as a reference to its id, or a reasoning item without its encrypted content, because OpenAI would still know it. The subscription backend keeps
//! nothing, so the relay remembers items for a while. Chat Completions has no place for reasoning at all, so for its clients the reasoning is remembered under the id of the tool call it led to. Bounded in number, bytes and time, in memory only, gone with the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::contract::models::InputItem;
use crate::translate::hub::ItemMemory;

/// How much is remembered.
#[derive(Debug, Clone, Copy)]
pub struct ItemStoreLimits {
    /// Most items. Default: 4,096.
    pub items: usize,
    /// Most bytes of item JSON in all. Default: 32 MiB.
    pub bytes: usize,
    /// How long an item is remembered. Default: 2 hours.
    pub age: Duration,
}

impl Default for ItemStoreLimits {
    fn default() -> Self {
        Self { items: 4096, bytes: 32 << 20, age: Duration::from_secs(2 * 60 * 60) }
    }
}

/// The memory. When it is full, the oldest items go first.
#[derive(Debug, Default)]
pub struct ItemStore {
    limits: ItemStoreLimits,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    items: HashMap<String, Remembered>,
    /// Ids, oldest first; an id may stand here for an item that has been replaced since.
    order: VecDeque<(String, Instant)>,
    bytes: usize,
}

#[derive(Debug)]
struct Remembered {
    json: Box<str>,
    at: Instant,
}

impl ItemStore {
    /// An empty memory.
    #[must_use]
    pub fn new(limits: ItemStoreLimits) -> Self {
        Self { limits, inner: Mutex::default() }
    }

    /// Remembers an output item under its id; items without one, and items larger than the whole memory, are not.
    pub fn remember(&self, item: &Map<String, Value>) {
        if let Some(id) = item.get("id").and_then(Value::as_str) {
            self.keep(id, item);
        }
    }

    /// Remembers the reasoning that led to a tool call.
    pub fn remember_reasoning(&self, call_id: &str, reasoning: &Map<String, Value>) {
        self.keep(&reasoning_key(call_id), reasoning);
    }

    fn keep(&self, id: &str, item: &Map<String, Value>) {
        let Ok(json) = serde_json::to_string(item) else { return };
        if json.len() > self.limits.bytes {
            return;
        }
        let now = Instant::now();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.bytes += json.len();
        if let Some(old) = inner.items.insert(id.to_owned(), Remembered { json: json.into(), at: now }) {
            inner.bytes -= old.json.len();
        }
        inner.order.push_back((id.to_owned(), now));
        inner.shrink(self.limits, now);
    }

    /// Number of items held, and their bytes.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        (inner.items.len(), inner.bytes)
    }
}

impl Inner {
    fn shrink(&mut self, limits: ItemStoreLimits, now: Instant) {
        while let Some((id, at)) = self.order.front() {
            let is_current = self.items.get(id).is_some_and(|item| item.at == *at);
            let is_due =
                now.duration_since(*at) > limits.age || self.items.len() > limits.items || self.bytes > limits.bytes;
            if is_current && !is_due {
                return;
            }
            if is_current && let Some(item) = self.items.remove(id) {
                self.bytes -= item.json.len();
            }
            self.order.pop_front();
        }
    }
}

impl ItemMemory for ItemStore {
    fn recall(&self, id: &str) -> Option<InputItem> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let item = inner.items.get(id).filter(|item| item.at.elapsed() <= self.limits.age)?;
        serde_json::from_str(&item.json).ok()
    }

    fn recall_reasoning(&self, call_id: &str) -> Option<InputItem> {
        self.recall(&reasoning_key(call_id))
    }
}

/// Ids of items have no colon.
fn reasoning_key(call_id: &str) -> String {
    format!("reasoning:{call_id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(id: &str, text: &str) -> Map<String, Value> {
        let item = json!({"type": "reasoning", "id": id, "summary": [], "encrypted_content": text});
        item.as_object().cloned().unwrap()
    }

    fn recalled(store: &ItemStore, id: &str) -> Option<String> {
        let InputItem::Reasoning(item) = store.recall(id)? else { panic!("not a reasoning item") };
        item.encrypted_content
    }

    #[test]
    fn an_item_is_recalled_as_it_was_last_remembered() {
        let store = ItemStore::default();
        store.remember(&item("rs_1", "first"));
        store.remember(&item("rs_1", "second"));
        assert_eq!(recalled(&store, "rs_1").as_deref(), Some("second"));
        assert_eq!(recalled(&store, "rs_2"), None);
        assert_eq!(store.size().0, 1);
    }

    #[test]
    fn the_oldest_items_go_first_when_the_memory_is_full() {
        let store = ItemStore::new(ItemStoreLimits { items: 2, ..ItemStoreLimits::default() });
        for id in ["rs_1", "rs_2", "rs_3"] {
            store.remember(&item(id, id));
        }
        assert_eq!(recalled(&store, "rs_1"), None);
        assert_eq!(recalled(&store, "rs_3").as_deref(), Some("rs_3"));
        assert_eq!(store.size().0, 2);
    }

    #[test]
    fn bytes_are_bounded_and_counted_down_again() {
        let one = serde_json::to_string(&item("rs_1", "x")).unwrap().len();
        let store = ItemStore::new(ItemStoreLimits { bytes: one * 2, ..ItemStoreLimits::default() });
        for round in 0..100 {
            store.remember(&item(&format!("rs_{}", round % 10), "x"));
        }
        assert!(store.size().1 <= one * 2);
        store.remember(&item("rs_big", &"x".repeat(one * 2)));
        assert_eq!(recalled(&store, "rs_big"), None);
    }

    #[test]
    fn an_item_is_forgotten_after_its_time() {
        let store = ItemStore::new(ItemStoreLimits { age: Duration::ZERO, ..ItemStoreLimits::default() });
        store.remember(&item("rs_1", "x"));
        std::thread::yield_now();
        while Instant::now().elapsed().is_zero() {}
        assert_eq!(recalled(&store, "rs_1"), None);
    }
}
