//! Remembered responses and the chains they make.

use super::{SqliteStore, conversations, integer, number};
use crate::store::error::StoreError;
use crate::store::records::{ResponseChain, ResponseRecord, StoredItems, StoredObject, Turn};

/// Longest chain that is replayed, in responses.
const MAX_CHAIN: i64 = 1000;

type Row = (String, i64, i64, Option<String>, Option<String>, String, String, String);

fn record_of(row: Row) -> Result<ResponseRecord, StoreError> {
    let (id, created_at, expires_at, previous_id, conversation_id, session, response, input) = row;
    Ok(ResponseRecord {
        id,
        created_at: number(created_at),
        expires_at: number(expires_at),
        previous_id,
        conversation_id,
        session,
        response: StoredObject::from_text(response),
        input: StoredItems::from_text(input),
    })
}

async fn record_response(change: &mut sqlx::SqliteConnection, response: ResponseRecord) -> Result<(), StoreError> {
    let ResponseRecord { id, created_at, expires_at, previous_id, conversation_id, session, response, input } =
        response;
    // A chain lives as long as its last response.
    if let Some(previous_id) = &previous_id {
        sqlx::query(
            "WITH RECURSIVE chain (id, previous_id, depth) AS ( \
                 SELECT id, previous_id, 1 FROM responses WHERE id = ?1 \
                 UNION ALL SELECT r.id, r.previous_id, depth + 1 FROM responses r JOIN chain ON r.id = chain.previous_id WHERE depth < ?2) \
             UPDATE responses SET expires_at = ?3 WHERE id IN (SELECT id FROM chain) AND expires_at < ?3",
        )
        .bind(previous_id)
        .bind(MAX_CHAIN)
        .bind(integer(expires_at))
        .execute(&mut *change)
        .await?;
    }
    sqlx::query(
        "INSERT OR REPLACE INTO responses (id, created_at, expires_at, previous_id, conversation_id, session, response, input) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(integer(created_at))
    .bind(integer(expires_at))
    .bind(previous_id)
    .bind(conversation_id)
    .bind(session)
    .bind(response.into_text())
    .bind(input.into_text())
    .execute(&mut *change)
    .await?;
    Ok(())
}

pub(super) async fn record(store: &SqliteStore, turn: Turn) -> Result<(), StoreError> {
    let Turn { response, conversation } = turn;
    let mut change = store.begin().await?;
    if let Some((id, added)) = conversation {
        for items in added {
            conversations::append(&mut change, &id, &items).await?;
        }
    }
    // Last, when nobody else has its input any more.
    if let Some(response) = response {
        record_response(&mut change, response).await?;
    }
    Ok(change.commit().await?)
}

pub(super) async fn get(store: &SqliteStore, id: &str, now: u64) -> Result<Option<ResponseRecord>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, created_at, expires_at, previous_id, conversation_id, session, response, input FROM responses WHERE id = ? AND expires_at > ?",
    )
    .bind(id)
    .bind(integer(now))
    .fetch_optional(store.reader().await?)
    .await?;
    row.map(record_of).transpose()
}

pub(super) async fn chain(
    store: &SqliteStore,
    id: &str,
    now: u64,
    most_bytes: u64,
) -> Result<Option<ResponseChain>, StoreError> {
    let reader = store.reader().await?;
    let links: Vec<(String, Option<String>, i64)> = sqlx::query_as(
        "WITH RECURSIVE chain (id, previous_id, depth, bytes) AS ( \
             SELECT id, previous_id, 1, octet_length(response) + octet_length(input) FROM responses WHERE id = ?1 AND expires_at > ?2 \
             UNION ALL SELECT r.id, r.previous_id, depth + 1, octet_length(r.response) + octet_length(r.input) \
                 FROM responses r JOIN chain ON r.id = chain.previous_id WHERE r.expires_at > ?2 AND depth < ?3) \
         SELECT id, previous_id, bytes FROM chain ORDER BY depth",
    )
    .bind(id)
    .bind(integer(now))
    .bind(MAX_CHAIN)
    .fetch_all(reader)
    .await?;
    let Some((_, previous_id, _)) = links.last() else { return Ok(None) };
    if previous_id.is_some() {
        let is_long = links.len() as i64 >= MAX_CHAIN;
        return if is_long {
            Err(StoreError::ChainTooLong { limit: number(MAX_CHAIN), unit: "responses" })
        } else {
            Ok(None)
        };
    }
    if number(links.iter().map(|(_, _, bytes)| bytes).sum()) > most_bytes {
        return Err(StoreError::ChainTooLong { limit: most_bytes, unit: "bytes" });
    }
    let mut responses = Vec::with_capacity(links.len());
    for (id, _, _) in links.iter().rev() {
        let Some(response) = get(store, id, now).await? else { return Ok(None) };
        responses.push(response);
    }
    Ok(Some(ResponseChain { responses }))
}
