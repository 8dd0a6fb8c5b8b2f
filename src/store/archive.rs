//! The whole state as lines of JSON, to be taken elsewhere and back.
//!
//! **Shape** of a line: `{"kind": "file", "record": …, "content": base64}`, `{"kind": "conversation", "record": …, "items": […]}` or
//! `{"kind": "response", "record": …}`. Oldest first, so that importing keeps the order.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::records::{ConversationRecord, FileRecord, Order, PageQuery, ResponseRecord, StoredItems, Turn};
use super::{State, StoreError, is_id};

/// Files of one page of an export.
const PAGE: u32 = 100;

/// One line of an archive.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    File { record: FileRecord, content: String },
    Conversation { record: ConversationRecord, items: StoredItems },
    Response { record: ResponseRecord },
}

/// How much went out or came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Files.
    pub files: u64,
    /// Conversations.
    pub conversations: u64,
    /// Responses.
    pub responses: u64,
    /// What was there already, or has expired, and was passed over.
    pub skipped: u64,
}

/// Why an archive was not written or read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The state cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive cannot be read or written.
    #[error("the archive cannot be read or written")]
    Archive(#[from] io::Error),
    /// A line is not of an archive.
    #[error("line {number} is not a line of an archive: {reason}")]
    Line {
        /// Which, from 1.
        number: u64,
        /// What is wrong with it.
        reason: String,
    },
}

impl State {
    /// Writes everything that has not expired by `now` (unix seconds). What changes meanwhile is in it as it was before or after.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`]
    pub async fn export(&self, now: u64, out: &mut dyn io::Write) -> Result<Moved, ArchiveError> {
        let store = self.store();
        let mut moved = Moved::default();
        let mut page = PageQuery { order: Order::Ascending, limit: PAGE, after: None };
        while let Some(files) = store.files(&page, None, now).await? {
            page.after = files.data.last().map(|file| file.id.clone());
            for record in files.data {
                // Deleted meanwhile.
                let Some(bytes) = self.blobs().read(&record.id).await? else { continue };
                write(out, &Line::File { record, content: BASE64.encode(bytes) })?;
                moved.files += 1;
            }
            if !files.has_more {
                break;
            }
        }
        for id in store.conversation_ids().await? {
            let Some(record) = store.conversation(&id).await? else { continue };
            let items = store.all_items(&id, u64::MAX).await?.into();
            write(out, &Line::Conversation { record, items })?;
            moved.conversations += 1;
        }
        for id in store.response_ids().await? {
            let Some(record) = store.response(&id, now).await? else { continue };
            write(out, &Line::Response { record })?;
            moved.responses += 1;
        }
        out.flush()?;
        Ok(moved)
    }

    /// Takes in what an archive holds. What is there under the same id stays as it is.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`]; the lines before the one that failed have been taken in.
    pub async fn import(&self, now: u64, archive: &mut dyn io::BufRead) -> Result<Moved, ArchiveError> {
        let mut moved = Moved::default();
        let (mut text, mut number) = (String::new(), 0);
        loop {
            text.clear();
            if archive.read_line(&mut text)? == 0 {
                return Ok(moved);
            }
            number += 1;
            if text.trim().is_empty() {
                continue;
            }
            let bad = |reason: String| ArchiveError::Line { number, reason };
            match serde_json::from_str(&text).map_err(|error| bad(error.to_string()))? {
                Line::File { record, content } => {
                    let bytes = BASE64.decode(content).map_err(|error| bad(error.to_string()))?;
                    if !is_id("file-", &record.id) || record.bytes != bytes.len() as u64 {
                        return Err(bad("the id or the size of the file is wrong".to_owned()));
                    }
                    let is_new =
                        record.expires_at.is_none_or(|at| at > now) && self.restore_file(record, &bytes, now).await?;
                    count(is_new, &mut moved.files, &mut moved.skipped);
                }
                Line::Conversation { record, items } => {
                    let is_new = self.store().conversation(&record.id).await?.is_none();
                    if is_new {
                        self.store().insert_conversation(record, items).await?;
                    }
                    count(is_new, &mut moved.conversations, &mut moved.skipped);
                }
                Line::Response { record } => {
                    let is_new = record.expires_at > now && self.store().response(&record.id, now).await?.is_none();
                    if is_new {
                        self.store().record_turn(Turn { response: Some(record), conversation: None }).await?;
                    }
                    count(is_new, &mut moved.responses, &mut moved.skipped);
                }
            }
        }
    }

    /// Removes everything.
    ///
    /// # Errors
    ///
    /// [`StoreError`]
    pub async fn purge(&self) -> Result<(), StoreError> {
        for id in self.store().purge().await? {
            self.blobs().remove(&id).await;
        }
        Ok(())
    }

    async fn restore_file(&self, record: FileRecord, bytes: &[u8], now: u64) -> Result<bool, StoreError> {
        if self.store().file(&record.id, now).await?.is_some() {
            return Ok(false);
        }
        let limit = self.settings.max_total_upload_bytes;
        let mut upload = self.blobs().begin(&record.id, self.store().file_bytes().await?, limit).await?;
        upload.write(bytes).await?;
        let sha256 = upload.finish().await?;
        let id = record.id.clone();
        if let Err(error) = self.store().insert_file(FileRecord { sha256, ..record }, limit).await {
            self.blobs().remove(&id).await;
            return Err(error);
        }
        Ok(true)
    }
}

fn count(is_new: bool, moved: &mut u64, skipped: &mut u64) {
    *(if is_new { moved } else { skipped }) += 1;
}

fn write(out: &mut dyn io::Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
