//! The state in an embedded SQLite database, `state.sqlite3` in a directory of its own.
//!
//! Nothing is opened before it is needed. Who opens it alone looks it over first: a damaged database is set aside under another name and a fresh one made, what uploads left half
//! done is removed. One connection writes, a few read; both end when they idle, so that an unused relay has none.

mod conversations;
mod files;
mod open;
mod responses;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use sqlx::sqlite::SqlitePool;
use tokio::sync::OnceCell;

use self::open::Database;
pub use self::open::Housekeeping;
use super::Blobs;
use super::error::StoreError;
use super::records::{
    ConversationRecord, FileRecord, Page, PageQuery, ResponseChain, ResponseRecord, StateUsage, StoredItem,
    StoredItems, Turn,
};
use super::state::{StateStore, Stored};
use crate::translate::json_text;

/// A [`StateStore`] in one directory, which several processes may share.
#[derive(Debug)]
pub struct SqliteStore {
    directory: PathBuf,
    blobs: Arc<Blobs>,
    database: OnceCell<Database>,
}

impl SqliteStore {
    /// The state of a directory. Nothing is opened or made yet.
    #[must_use]
    pub fn new(directory: &Path, blobs: Arc<Blobs>) -> Self {
        Self { directory: directory.to_owned(), blobs, database: OnceCell::new() }
    }

    /// Whether anything was ever kept there.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        open::database_path(directory).exists()
    }

    /// Opens it now, and says what was found.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be opened or brought up to date.
    pub async fn open(&self) -> Result<&Housekeeping, StoreError> {
        Ok(&self.database().await?.housekeeping)
    }

    async fn database(&self) -> Result<&Database, StoreError> {
        self.database.get_or_try_init(|| open::open(&self.directory, &self.blobs)).await
    }

    async fn reader(&self) -> Result<&SqlitePool, StoreError> {
        Ok(&self.database().await?.readers)
    }

    async fn writer(&self) -> Result<&SqlitePool, StoreError> {
        Ok(&self.database().await?.writer)
    }

    /// Begins a change; it is undone unless it is committed. Takes the write lock at once, because a reader that turns into a writer later can be refused.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, StoreError> {
        Ok(self.writer().await?.begin_with("BEGIN IMMEDIATE").await?)
    }

    async fn count(&self) -> Result<StateUsage, StoreError> {
        let reader = self.reader().await?;
        let (files, file_bytes, conversations, conversation_items, responses): (i64, i64, i64, i64, i64) =
            sqlx::query_as(
                "SELECT (SELECT count(*) FROM files), (SELECT coalesce(sum(bytes), 0) FROM files), (SELECT count(*) FROM conversations), \
                 (SELECT count(*) FROM conversation_items), (SELECT count(*) FROM responses)",
            )
            .fetch_one(reader)
            .await?;
        let (database_bytes,): (i64,) =
            sqlx::query_as("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(reader)
                .await?;
        Ok(StateUsage {
            files: number(files),
            file_bytes: number(file_bytes),
            conversations: number(conversations),
            conversation_items: number(conversation_items),
            responses: number(responses),
            database_bytes: number(database_bytes),
        })
    }

    async fn remove_expired(&self, now: u64) -> Result<Vec<String>, StoreError> {
        let mut change = self.begin().await?;
        let files: Vec<(String,)> = sqlx::query_as("DELETE FROM files WHERE expires_at <= ? RETURNING id")
            .bind(integer(now))
            .fetch_all(&mut *change)
            .await?;
        sqlx::query("DELETE FROM responses WHERE expires_at <= ?").bind(integer(now)).execute(&mut *change).await?;
        change.commit().await?;
        // Gives the space back to the system; not part of the change.
        sqlx::query("PRAGMA incremental_vacuum").execute(self.writer().await?).await?;
        Ok(files.into_iter().map(|(id,)| id).collect())
    }
}

impl StateStore for SqliteStore {
    fn insert_file(&self, file: FileRecord, total_limit: u64) -> Stored<'_, ()> {
        Box::pin(files::insert(self, file, total_limit))
    }

    fn file<'a>(&'a self, id: &'a str, now: u64) -> Stored<'a, Option<FileRecord>> {
        Box::pin(files::get(self, id, now))
    }

    fn files<'a>(
        &'a self,
        page: &'a PageQuery,
        purpose: Option<&'a str>,
        now: u64,
    ) -> Stored<'a, Option<Page<FileRecord>>> {
        Box::pin(files::list(self, page, purpose, now))
    }

    fn delete_file<'a>(&'a self, id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move { self.delete("DELETE FROM files WHERE id = ?", &[id]).await })
    }

    fn file_bytes(&self) -> Stored<'_, u64> {
        Box::pin(async move { Ok(self.count().await?.file_bytes) })
    }

    fn insert_conversation(&self, conversation: ConversationRecord, items: StoredItems) -> Stored<'_, ()> {
        Box::pin(conversations::insert(self, conversation, items))
    }

    fn conversation<'a>(&'a self, id: &'a str) -> Stored<'a, Option<ConversationRecord>> {
        Box::pin(conversations::get(self, id))
    }

    fn update_conversation<'a>(&'a self, id: &'a str, metadata: Map<String, Value>) -> Stored<'a, bool> {
        Box::pin(conversations::update(self, id, metadata))
    }

    fn delete_conversation<'a>(&'a self, id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move { self.delete("DELETE FROM conversations WHERE id = ?", &[id]).await })
    }

    fn append_items<'a>(&'a self, id: &'a str, items: StoredItems) -> Stored<'a, ()> {
        Box::pin(async move {
            let mut change = self.begin().await?;
            conversations::append(&mut change, id, &items).await?;
            Ok(change.commit().await?)
        })
    }

    fn items<'a>(&'a self, id: &'a str, page: &'a PageQuery) -> Stored<'a, Option<Page<StoredItem>>> {
        Box::pin(conversations::list(self, id, page))
    }

    fn all_items<'a>(&'a self, id: &'a str, most_bytes: u64) -> Stored<'a, Vec<StoredItem>> {
        Box::pin(conversations::all(self, id, most_bytes))
    }

    fn item<'a>(&'a self, conversation_id: &'a str, id: &'a str) -> Stored<'a, Option<StoredItem>> {
        Box::pin(conversations::item(self, conversation_id, id))
    }

    fn delete_item<'a>(&'a self, conversation_id: &'a str, id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move {
            self.delete("DELETE FROM conversation_items WHERE conversation_id = ? AND id = ?", &[conversation_id, id])
                .await
        })
    }

    fn record_turn(&self, turn: Turn) -> Stored<'_, ()> {
        Box::pin(responses::record(self, turn))
    }

    fn response<'a>(&'a self, id: &'a str, now: u64) -> Stored<'a, Option<ResponseRecord>> {
        Box::pin(responses::get(self, id, now))
    }

    fn chain<'a>(&'a self, id: &'a str, now: u64, most_bytes: u64) -> Stored<'a, Option<ResponseChain>> {
        Box::pin(responses::chain(self, id, now, most_bytes))
    }

    fn delete_response<'a>(&'a self, id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move { self.delete("DELETE FROM responses WHERE id = ?", &[id]).await })
    }

    fn conversation_ids(&self) -> Stored<'_, Vec<String>> {
        Box::pin(self.ids("SELECT id FROM conversations ORDER BY seq"))
    }

    fn response_ids(&self) -> Stored<'_, Vec<String>> {
        Box::pin(self.ids("SELECT id FROM responses ORDER BY seq"))
    }

    fn usage(&self) -> Stored<'_, StateUsage> {
        Box::pin(self.count())
    }

    fn prune(&self, now: u64) -> Stored<'_, Vec<String>> {
        Box::pin(self.remove_expired(now))
    }

    fn purge(&self) -> Stored<'_, Vec<String>> {
        Box::pin(async {
            let mut change = self.begin().await?;
            let files: Vec<(String,)> =
                sqlx::query_as("DELETE FROM files RETURNING id").fetch_all(&mut *change).await?;
            for statement in ["DELETE FROM conversations", "DELETE FROM responses", "DELETE FROM cursors"] {
                sqlx::query(statement).execute(&mut *change).await?;
            }
            change.commit().await?;
            sqlx::query("PRAGMA incremental_vacuum").execute(self.writer().await?).await?;
            Ok(files.into_iter().map(|(id,)| id).collect())
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Some(database) = self.database.get() {
                database.readers.close().await;
                database.writer.close().await;
            }
        })
    }
}

impl SqliteStore {
    async fn ids(&self, statement: &'static str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(statement).fetch_all(self.reader().await?).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Runs a statement that removes one row. False when there was none.
    async fn delete(&self, statement: &'static str, values: &[&str]) -> Result<bool, StoreError> {
        let mut query = sqlx::query(statement);
        for value in values {
            query = query.bind(*value);
        }
        Ok(query.execute(self.writer().await?).await?.rows_affected() > 0)
    }
}

/// A number as SQLite keeps it.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as SQLite gave it; none of ours is negative.
fn number(integer: i64) -> u64 {
    u64::try_from(integer).unwrap_or_default()
}

/// JSON text of a row.
fn json<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged { what })
}

/// Maps and lists of JSON values cannot fail to be written.
fn text(value: impl serde::Serialize) -> String {
    json_text(&value).unwrap_or_default()
}

/// Cuts the one entry off that was asked for beyond the limit.
fn page<T>(mut data: Vec<T>, query: &PageQuery) -> Page<T> {
    let limit = query.limit as usize;
    let has_more = data.len() > limit;
    data.truncate(limit);
    Page { data, has_more }
}

/// Where a page begins: before everything, or after an entry that is or was there.
async fn cursor(
    store: &SqliteStore,
    query: &PageQuery,
    find: &'static str,
    of: &str,
) -> Result<Option<i64>, StoreError> {
    let Some(after) = &query.after else {
        return Ok(Some(match query.order {
            super::Order::Ascending => i64::MIN,
            super::Order::Descending => i64::MAX,
        }));
    };
    let found: Option<(i64,)> = sqlx::query_as(find).bind(after).bind(of).fetch_optional(store.reader().await?).await?;
    Ok(found.map(|(seq,)| seq))
}
