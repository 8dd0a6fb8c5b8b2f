//! What the relay remembers between requests: output items of recent answers and the latest unstored responses of each WebSocket in memory, and files,
//! conversations and responses on disk.

mod archive;
mod blobs;
mod chain;
mod error;
mod ids;
mod items;
mod local;
mod records;
mod sqlite;
mod state;

pub use archive::{ArchiveError, Moved};
pub use blobs::{Blobs, Upload};
pub use chain::{Chain, ChainLimits, History};
pub use error::StoreError;
pub use ids::{is_id, new_id};
pub use items::{ItemStore, ItemStoreLimits};
pub use local::{ConversationLock, State, StateSettings, prune};
pub use records::{
    ConversationRecord, FileRecord, Order, Page, PageQuery, ResponseChain, ResponseRecord, StateUsage, StoredItem,
    StoredItems, StoredObject, StoredText, Turn,
};
pub use sqlite::{Housekeeping, SqliteStore};
pub use state::{StateStore, Stored};
