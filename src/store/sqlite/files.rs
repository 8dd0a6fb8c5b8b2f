//! The records of uploaded files.

use super::{SqliteStore, cursor, integer, number, page};
use crate::store::error::StoreError;
use crate::store::records::{FileRecord, Order, Page, PageQuery};

type Row = (String, i64, Option<i64>, i64, String, String, String, String);

fn record(row: Row) -> FileRecord {
    let (id, created_at, expires_at, bytes, filename, purpose, content_type, sha256) = row;
    FileRecord {
        id,
        created_at: number(created_at),
        expires_at: expires_at.map(number),
        bytes: number(bytes),
        filename,
        purpose,
        content_type,
        sha256,
    }
}

pub(super) async fn insert(store: &SqliteStore, file: FileRecord, total_limit: u64) -> Result<(), StoreError> {
    let mut change = store.begin().await?;
    // The sum and the new row are one step, also beside other processes.
    let (total,): (i64,) = sqlx::query_as("SELECT coalesce(sum(bytes), 0) FROM files").fetch_one(&mut *change).await?;
    if number(total).saturating_add(file.bytes) > total_limit {
        return Err(StoreError::TotalExceeded { limit: total_limit });
    }
    sqlx::query(
        "INSERT INTO files (id, created_at, expires_at, bytes, filename, purpose, content_type, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(file.id)
    .bind(integer(file.created_at))
    .bind(file.expires_at.map(integer))
    .bind(integer(file.bytes))
    .bind(file.filename)
    .bind(file.purpose)
    .bind(file.content_type)
    .bind(file.sha256)
    .execute(&mut *change)
    .await?;
    Ok(change.commit().await?)
}

pub(super) async fn get(store: &SqliteStore, id: &str, now: u64) -> Result<Option<FileRecord>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, created_at, expires_at, bytes, filename, purpose, content_type, sha256 FROM files WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
    )
    .bind(id)
    .bind(integer(now))
    .fetch_optional(store.reader().await?)
    .await?;
    Ok(row.map(record))
}

const ASCENDING: &str = "SELECT id, created_at, expires_at, bytes, filename, purpose, content_type, sha256 FROM files \
     WHERE seq > ?1 AND (?2 IS NULL OR purpose = ?2) AND (expires_at IS NULL OR expires_at > ?3) ORDER BY seq ASC LIMIT ?4";
const DESCENDING: &str = "SELECT id, created_at, expires_at, bytes, filename, purpose, content_type, sha256 FROM files \
     WHERE seq < ?1 AND (?2 IS NULL OR purpose = ?2) AND (expires_at IS NULL OR expires_at > ?3) ORDER BY seq DESC LIMIT ?4";

pub(super) async fn list(
    store: &SqliteStore,
    query: &PageQuery,
    purpose: Option<&str>,
    now: u64,
) -> Result<Option<Page<FileRecord>>, StoreError> {
    let find = "SELECT seq FROM files WHERE id = ?1 UNION ALL SELECT seq FROM cursors WHERE id = ?1 LIMIT 1";
    let Some(start) = cursor(store, query, find, "").await? else { return Ok(None) };
    let statement = match query.order {
        Order::Ascending => ASCENDING,
        Order::Descending => DESCENDING,
    };
    let rows: Vec<Row> = sqlx::query_as(statement)
        .bind(start)
        .bind(purpose)
        .bind(integer(now))
        .bind(i64::from(query.limit) + 1)
        .fetch_all(store.reader().await?)
        .await?;
    Ok(Some(page(rows.into_iter().map(record).collect(), query)))
}
