//! Conversations and their items.

use serde_json::{Map, Value};
use sqlx::SqliteConnection;

use super::{SqliteStore, cursor, integer, json, number, page, text};
use crate::store::error::StoreError;
use crate::store::records::{ConversationRecord, Order, Page, PageQuery, StoredItem, StoredItems, StoredText};

pub(super) async fn insert(
    store: &SqliteStore,
    conversation: ConversationRecord,
    items: StoredItems,
) -> Result<(), StoreError> {
    let mut change = store.begin().await?;
    sqlx::query("INSERT INTO conversations (id, created_at, metadata) VALUES (?, ?, ?)")
        .bind(&conversation.id)
        .bind(integer(conversation.created_at))
        .bind(text(&conversation.metadata))
        .execute(&mut *change)
        .await?;
    append(&mut change, &conversation.id, &items).await?;
    Ok(change.commit().await?)
}

pub(super) async fn get(store: &SqliteStore, id: &str) -> Result<Option<ConversationRecord>, StoreError> {
    let row: Option<(String, i64, String)> =
        sqlx::query_as("SELECT id, created_at, metadata FROM conversations WHERE id = ?")
            .bind(id)
            .fetch_optional(store.reader().await?)
            .await?;
    let Some((id, created_at, metadata)) = row else { return Ok(None) };
    Ok(Some(ConversationRecord { id, created_at: number(created_at), metadata: json(&metadata, "conversation")? }))
}

pub(super) async fn update(store: &SqliteStore, id: &str, metadata: Map<String, Value>) -> Result<bool, StoreError> {
    let updated = sqlx::query("UPDATE conversations SET metadata = ? WHERE id = ?")
        .bind(text(&metadata))
        .bind(id)
        .execute(store.writer().await?)
        .await?;
    Ok(updated.rows_affected() > 0)
}

/// Appends items within a change.
pub(super) async fn append(
    change: &mut SqliteConnection,
    conversation_id: &str,
    items: &StoredItems,
) -> Result<(), StoreError> {
    let known: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM conversations WHERE id = ?")
        .bind(conversation_id)
        .fetch_optional(&mut *change)
        .await?;
    if known.is_none() {
        return Err(StoreError::ConversationGone);
    }
    for StoredText { id, item } in items.texts()? {
        if !insert_item(change, conversation_id, &id, item.get().to_owned()).await? {
            let (place,): (i64,) =
                sqlx::query_as("SELECT max(seq) + 1 FROM conversation_items").fetch_one(&mut *change).await?;
            let id = format!("{id}_{place}");
            let mut item: Map<String, Value> = json(item.get(), "conversation item")?;
            item.insert("id".to_owned(), Value::from(id.as_str()));
            insert_item(change, conversation_id, &id, text(item)).await?;
        }
    }
    Ok(())
}

async fn insert_item(
    change: &mut SqliteConnection,
    conversation_id: &str,
    id: &str,
    item: String,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO conversation_items (conversation_id, id, item) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(conversation_id)
    .bind(id)
    .bind(item)
    .execute(change)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

fn stored((id, item): (String, String)) -> Result<StoredItem, StoreError> {
    Ok(StoredItem { item: json(&item, "conversation item")?, id })
}

const ASCENDING: &str =
    "SELECT id, item FROM conversation_items WHERE conversation_id = ?1 AND seq > ?2 ORDER BY seq ASC LIMIT ?3";
const DESCENDING: &str =
    "SELECT id, item FROM conversation_items WHERE conversation_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";

pub(super) async fn list(
    store: &SqliteStore,
    id: &str,
    query: &PageQuery,
) -> Result<Option<Page<StoredItem>>, StoreError> {
    let find = "SELECT seq FROM conversation_items WHERE id = ?1 AND conversation_id = ?2 UNION ALL SELECT seq FROM cursors WHERE id = ?1 LIMIT 1";
    let Some(start) = cursor(store, query, find, id).await? else { return Ok(None) };
    let statement = match query.order {
        Order::Ascending => ASCENDING,
        Order::Descending => DESCENDING,
    };
    let rows: Vec<(String, String)> = sqlx::query_as(statement)
        .bind(id)
        .bind(start)
        .bind(i64::from(query.limit) + 1)
        .fetch_all(store.reader().await?)
        .await?;
    Ok(Some(page(rows.into_iter().map(stored).collect::<Result<_, _>>()?, query)))
}

pub(super) async fn all(store: &SqliteStore, id: &str, most_bytes: u64) -> Result<Vec<StoredItem>, StoreError> {
    let reader = store.reader().await?;
    let (bytes,): (i64,) =
        sqlx::query_as("SELECT coalesce(sum(octet_length(item)), 0) FROM conversation_items WHERE conversation_id = ?")
            .bind(id)
            .fetch_one(reader)
            .await?;
    if number(bytes) > most_bytes {
        return Err(StoreError::ChainTooLong { limit: most_bytes, unit: "bytes" });
    }
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, item FROM conversation_items WHERE conversation_id = ? ORDER BY seq")
            .bind(id)
            .fetch_all(reader)
            .await?;
    rows.into_iter().map(stored).collect()
}

pub(super) async fn item(
    store: &SqliteStore,
    conversation_id: &str,
    id: &str,
) -> Result<Option<StoredItem>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT id, item FROM conversation_items WHERE conversation_id = ? AND id = ?")
            .bind(conversation_id)
            .bind(id)
            .fetch_optional(store.reader().await?)
            .await?;
    row.map(stored).transpose()
}
