//! The seam between the relay and whatever keeps its state.

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::error::StoreError;
use super::records::{
    ConversationRecord, FileRecord, Page, PageQuery, ResponseChain, ResponseRecord, StateUsage, StoredItem,
    StoredItems, Turn,
};

/// What a method of a store gives.
pub type Stored<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Keeps files' records, conversations and responses. One implementation is a local [database](super::SqliteStore); several nodes would share another.
///
/// Each call is one step: it happened or it did not, also when the process is killed. What has expired by `now` (unix seconds) is as if it were not there.
/// Every call may end with [`StoreError`].
pub trait StateStore: Send + Sync {
    /// Adds a file, unless all files would then be larger together than `total_limit`.
    fn insert_file(&self, file: FileRecord, total_limit: u64) -> Stored<'_, ()>;
    /// A file.
    fn file<'a>(&'a self, id: &'a str, now: u64) -> Stored<'a, Option<FileRecord>>;
    /// Files, those of one purpose or all. None when `after` is unknown.
    fn files<'a>(
        &'a self,
        page: &'a PageQuery,
        purpose: Option<&'a str>,
        now: u64,
    ) -> Stored<'a, Option<Page<FileRecord>>>;
    /// Removes a file's record. False when there was none.
    fn delete_file<'a>(&'a self, id: &'a str) -> Stored<'a, bool>;
    /// Bytes of all files.
    fn file_bytes(&self) -> Stored<'_, u64>;

    /// Adds a conversation with its first items.
    fn insert_conversation(&self, conversation: ConversationRecord, items: StoredItems) -> Stored<'_, ()>;
    /// A conversation.
    fn conversation<'a>(&'a self, id: &'a str) -> Stored<'a, Option<ConversationRecord>>;
    /// Replaces the metadata of a conversation. False when there is none.
    fn update_conversation<'a>(&'a self, id: &'a str, metadata: Map<String, Value>) -> Stored<'a, bool>;
    /// Removes a conversation and its items. False when there was none.
    fn delete_conversation<'a>(&'a self, id: &'a str) -> Stored<'a, bool>;
    /// Appends items, [`StoreError::ConversationGone`] when there is no such conversation. An item whose id is taken gets its place as a suffix.
    fn append_items<'a>(&'a self, id: &'a str, items: StoredItems) -> Stored<'a, ()>;
    /// Items of a conversation. None when `after` is unknown.
    fn items<'a>(&'a self, id: &'a str, page: &'a PageQuery) -> Stored<'a, Option<Page<StoredItem>>>;
    /// All items of a conversation, oldest first, [`StoreError::ChainTooLong`] when they are more than `most_bytes` of JSON.
    fn all_items<'a>(&'a self, id: &'a str, most_bytes: u64) -> Stored<'a, Vec<StoredItem>>;
    /// One item of a conversation.
    fn item<'a>(&'a self, conversation_id: &'a str, id: &'a str) -> Stored<'a, Option<StoredItem>>;
    /// Removes an item. False when there was none.
    fn delete_item<'a>(&'a self, conversation_id: &'a str, id: &'a str) -> Stored<'a, bool>;

    /// Writes what a turn leaves behind, all or nothing, and lets the responses it continues live as long as itself.
    fn record_turn(&self, turn: Turn) -> Stored<'_, ()>;
    /// A response.
    fn response<'a>(&'a self, id: &'a str, now: u64) -> Stored<'a, Option<ResponseRecord>>;
    /// A response and those it continues. None when it, or one of those, is not there; [`StoreError::ChainTooLong`] beyond `most_bytes` of JSON or a number of responses.
    fn chain<'a>(&'a self, id: &'a str, now: u64, most_bytes: u64) -> Stored<'a, Option<ResponseChain>>;
    /// Removes a response. False when there was none.
    fn delete_response<'a>(&'a self, id: &'a str) -> Stored<'a, bool>;

    /// All conversations, oldest first.
    fn conversation_ids(&self) -> Stored<'_, Vec<String>>;
    /// All responses, oldest first.
    fn response_ids(&self) -> Stored<'_, Vec<String>>;
    /// What there is.
    fn usage(&self) -> Stored<'_, StateUsage>;
    /// Removes what has expired and gives the ids of the files among it, whose bytes are then to be removed.
    fn prune(&self, now: u64) -> Stored<'_, Vec<String>>;
    /// Removes everything and gives the ids of the files, whose bytes are then to be removed.
    fn purge(&self) -> Stored<'_, Vec<String>>;
    /// Ends all work and closes what is open.
    fn close(&self) -> BoxFuture<'_, ()>;
}
