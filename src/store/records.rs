//! What is kept, as it is kept. Ids and times come from the caller.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::error::StoreError;
use crate::translate::JsonText;

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

/// A JSON object, as the text in which it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub struct StoredObject(String);

impl StoredObject {
    /// Takes the text of an object.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

impl From<Map<String, Value>> for StoredObject {
    fn from(object: Map<String, Value>) -> Self {
        Self(Value::Object(object).to_string())
    }
}

impl Serialize for StoredObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(&self.0, serializer)
    }
}

/// Writes JSON text as it is.
fn raw<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<&RawValue>(text).map_err(S::Error::custom)?.serialize(serializer)
}

/// Items, as the text in which they are kept: a fraction of what they take as values. Cheap to clone.
///
/// **Shape**: `[{"id": string, "item": object}]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Vec<StoredItem>")]
pub struct StoredItems(Arc<String>);

/// One of them, as it lies in the text.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredText<'a> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The item, a JSON object.
    #[serde(borrow)]
    pub item: &'a RawValue,
}

impl StoredText<'_> {
    /// The item.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]
    pub fn value(&self) -> Result<Value, StoreError> {
        serde_json::from_str(self.item.get()).map_err(|_| DAMAGED)
    }
}

impl StoredItems {
    /// Takes what [`StoredItems::into_text`] gave. Whether it is JSON shows when it is read.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(Arc::new(text))
    }

    /// The text, which is copied only while somebody else has it too.
    #[must_use]
    pub fn into_text(self) -> String {
        Arc::unwrap_or_clone(self.0)
    }

    /// Every item as it lies in the text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]
    pub fn texts(&self) -> Result<Vec<StoredText<'_>>, StoreError> {
        serde_json::from_str(&self.0).map_err(|_| DAMAGED)
    }

    /// Every item as values.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]
    pub fn items(&self) -> Result<Vec<StoredItem>, StoreError> {
        serde_json::from_str(&self.0).map_err(|_| DAMAGED)
    }
}

const DAMAGED: StoreError = StoreError::Damaged { what: "list of items" };

/// Written one after the other, so that only one of them need be there as values.
impl FromIterator<StoredItem> for StoredItems {
    fn from_iter<I: IntoIterator<Item = StoredItem>>(items: I) -> Self {
        let mut text = JsonText::default();
        let mut list = serde_json::Serializer::new(&mut text);
        // Maps of JSON values cannot fail to be written.
        let _ = list.collect_seq(items);
        Self::from_text(text.finish())
    }
}

impl From<Vec<StoredItem>> for StoredItems {
    fn from(items: Vec<StoredItem>) -> Self {
        items.into_iter().collect()
    }
}

impl Default for StoredItems {
    fn default() -> Self {
        Self::from_iter([])
    }
}

impl Serialize for StoredItems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(&self.0, serializer)
    }
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
    pub response: StoredObject,
    /// The items of this turn's input, without those of earlier turns.
    pub input: StoredItems,
}

impl ResponseRecord {
    /// The items of its `output`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]
    pub fn output(&self) -> Result<Vec<Map<String, Value>>, StoreError> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            output: Vec<Value>,
        }
        let answer: Answer =
            serde_json::from_str(&self.response.0).map_err(|_| StoreError::Damaged { what: "response" })?;
        let objects = answer.output.into_iter().filter_map(|item| match item {
            Value::Object(item) => Some(item),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        });
        Ok(objects.collect())
    }
}

/// What a finished turn leaves behind, written as one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    /// The response, unless it is not to be remembered.
    pub response: Option<ResponseRecord>,
    /// The conversation and the lists that the turn adds to it, its input and its output.
    pub conversation: Option<(String, Vec<StoredItems>)>,
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
