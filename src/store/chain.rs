//! The latest responses of one connection that are not in the store, so that a turn can continue them without sending their items again.
//!
//! A WebSocket keeps one, in memory, gone with the connection: a client may continue a response there although nobody stores it. Histories share what they
//! have in common, so that a long conversation is held once.

use std::collections::VecDeque;
use std::sync::Arc;

use super::error::StoreError;
use crate::contract::models::InputItem;
use crate::translate::json_text;

/// What was said up to the end of a response.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The items of every turn, input before output, oldest turn first: each a list of JSON, which is a fraction of what the values take.
    turns: Vec<Arc<String>>,
    /// What its turns have in common upstream.
    session: Option<Arc<str>>,
}

impl History {
    /// This and more items.
    #[must_use]
    pub fn then(&self, items: &[InputItem]) -> Self {
        // Items come from JSON, so they can be written as JSON.
        let mut text = json_text(&items).unwrap_or_default();
        text.shrink_to_fit();
        let mut turns = self.turns.clone();
        turns.push(Arc::new(text));
        Self { turns, session: self.session.clone() }
    }

    /// The same, with what its turns have in common upstream.
    #[must_use]
    pub fn in_session(self, session: &str) -> Self {
        Self { session: Some(session.into()), ..self }
    }

    /// What its turns have in common upstream: the id of its first response, or what the client chose.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// All items, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] for an item that was written and cannot be read.
    pub fn items(&self) -> Result<Vec<InputItem>, StoreError> {
        let mut items = Vec::new();
        for turn in &self.turns {
            let turn: Vec<InputItem> =
                serde_json::from_str(turn).map_err(|_| StoreError::Damaged { what: "history of a connection" })?;
            items.extend(turn);
        }
        Ok(items)
    }

    /// How many bytes of JSON it is.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.turns.iter().map(|turn| turn.len()).sum()
    }
}

/// How much a connection remembers.
#[derive(Debug, Clone, Copy)]
pub struct ChainLimits {
    /// Most responses that can be continued. The latest one always can.
    pub responses: usize,
    /// Most bytes of JSON of all of them, each counted whole.
    pub bytes: usize,
}

/// The responses that can be continued.
#[derive(Debug)]
pub struct Chain {
    limits: ChainLimits,
    /// Id and history, oldest first.
    responses: VecDeque<(String, History)>,
}

impl Chain {
    /// With nothing in it.
    #[must_use]
    pub fn new(limits: ChainLimits) -> Self {
        Self { limits, responses: VecDeque::new() }
    }

    /// What was said up to the end of this response.
    #[must_use]
    pub fn history(&self, id: &str) -> Option<&History> {
        self.responses.iter().find(|(known, _)| known == id).map(|(_, history)| history)
    }

    /// Remembers a response, at the cost of the oldest ones.
    pub fn remember(&mut self, id: String, history: History) {
        self.forget(&id);
        self.responses.push_back((id, history));
        while self.responses.len() > 1 && self.is_full() {
            self.responses.pop_front();
        }
    }

    /// Forgets a response: one that could not be continued cannot be continued any more.
    pub fn forget(&mut self, id: &str) {
        self.responses.retain(|(known, _)| known != id);
    }

    fn is_full(&self) -> bool {
        let bytes = self.responses.iter().fold(0_usize, |sum, (_, history)| sum.saturating_add(history.bytes()));
        self.responses.len() > self.limits.responses || bytes > self.limits.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(id: &str) -> Vec<InputItem> {
        vec![serde_json::from_value(json!({"type": "item_reference", "id": id})).unwrap()]
    }

    fn chain(responses: usize, bytes: usize) -> Chain {
        Chain::new(ChainLimits { responses, bytes })
    }

    #[test]
    fn a_history_grows_turn_by_turn_and_forks() {
        let first = History::default().then(&item("a"));
        let (left, right) = (first.then(&item("b")), first.then(&item("cc")));
        assert_eq!(left.items().unwrap(), [item("a"), item("b")].concat());
        assert_eq!(right.items().unwrap(), [item("a"), item("cc")].concat());
        let bytes = first.bytes();
        assert_eq!(bytes, serde_json::to_string(&item("a")).unwrap().len());
        assert_eq!((left.bytes(), right.bytes()), (2 * bytes, 2 * bytes + 1));
    }

    #[test]
    fn the_oldest_responses_go_first_and_the_latest_stays() {
        let mut chain = chain(2, 100);
        for id in ["1", "2", "3"] {
            chain.remember(id.to_owned(), History::default().then(&item(id)));
        }
        assert!(chain.history("1").is_none() && chain.history("2").is_some() && chain.history("3").is_some());
        chain.remember("4".to_owned(), History::default().then(&item(&"4".repeat(1000))));
        assert!(chain.history("3").is_none() && chain.history("4").is_some());
    }

    #[test]
    fn a_forgotten_response_cannot_be_continued() {
        let mut chain = chain(2, 100);
        chain.remember("1".to_owned(), History::default());
        chain.forget("1");
        assert!(chain.history("1").is_none());
    }
}
