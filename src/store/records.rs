//! What is kept, as it is kept. Ids and times come from the caller.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An uploaded file; its bytes are elsewhere, under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// `file-` and 24 letters or digits.
    pub id: String,
    /// Unix seconds.
    pub created_at: u64,
    /// Unix seconds; without, it stays until it is deleted.
    pub expires_at: Option<u64>,
    /// Size.
    pub bytes: u64,
    /// As the client called it. Data only: never part of a path.
    pub filename: String,
    /// What it was uploaded for, one of OpenAI's words.
    pub purpose: String,
    /// As the client called it, else `application/octet-stream`.
    pub content_type: String,
    /// SHA-256 of the bytes in lower-case hexadecimal.
    pub sha256: String,
}

/// A conversation without its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversationRecord {
    /// `conv_` and 48 hexadecimal digits.
    pub id: String,
    /// Unix seconds.
    pub created_at: u64,
    /// Up to 16 pairs of strings.
    pub metadata: Map<String, Value>,
}

/// An item of a conversation or of a response's input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredItem {
    /// Its id, unique within the conversation.
    pub id: String,
    /// The item as clients see it, `id` and `type` included.
    pub item: Map<String, Value>,
}

/// A finished response that can be fetched and continued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseRecord {
    /// Its id.
    pub id: String,
    /// Unix seconds.
    pub created_at: u64,
    /// Unix seconds.
    pub expires_at: u64,
    /// The response it continues.
    pub previous_id: Option<String>,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// What the turns of the chain have in common upstream: the id of its first response, or what the client chose.
    pub session: String,
    /// The public object, `output` included.
    pub response: Map<String, Value>,
    /// The items of this turn's input, without those of earlier turns.
    pub input: Vec<StoredItem>,
}

impl ResponseRecord {
    /// The items of its `output`.
    pub fn output(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let output = self.response.get("output").and_then(Value::as_array);
        output.into_iter().flatten().filter_map(Value::as_object)
    }
}

/// What a finished turn leaves behind, written as one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    /// The response, unless it is not to be remembered.
    pub response: Option<ResponseRecord>,
    /// The conversation and what the turn adds to it.
    pub conversation: Option<(String, Vec<StoredItem>)>,
}

/// A chain of responses, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseChain {
    /// The responses; the last one is the one that was asked for.
    pub responses: Vec<ResponseRecord>,
}

/// In which order a list is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// In which order.
    pub order: Order,
    /// Most entries, at least 1.
    pub limit: u32,
    /// Begins after the entry of this id.
    pub after: Option<String>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Whether there are more after them.
    pub has_more: bool,
}

/// What there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StateUsage {
    /// Number of uploaded files.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
    /// Number of conversations.
    pub conversations: u64,
    /// Number of their items.
    pub conversation_items: u64,
    /// Number of remembered responses.
    pub responses: u64,
    /// Bytes of the database itself.
    pub database_bytes: u64,
}
