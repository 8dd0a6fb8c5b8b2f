//! What the relay remembers between requests: output items of recent answers in memory, and files, conversations and responses on disk.

mod archive;
mod blobs;
mod error;
mod ids;
mod items;
mod local;
mod records;
mod sqlite;
mod state;

pub use archive::{ArchiveError, Moved};
pub use blobs::{Blobs, Upload};
pub use error::StoreError;
pub use ids::{is_id, new_id};
pub use items::{ItemStore, ItemStoreLimits};
pub use local::{ConversationLock, State, StateSettings, prune};
pub use records::{
    Chain, ConversationRecord, FileRecord, Order, Page, PageQuery, ResponseRecord, StateUsage, StoredItem, Turn,
};
pub use sqlite::{Housekeeping, SqliteStore};
pub use state::{StateStore, Stored};
