//! What can go wrong with the state, apart from there being nothing of that name.

use std::path::{Path, PathBuf};

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer or refuses.
    #[error("the state database failed")]
    Database(#[from] sqlx::Error),
    /// The database was made by a newer release, or its scheme cannot be brought up to date.
    #[error("the state database cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file beside the database cannot be read or written.
    #[error("cannot {action} {path}")]
    File {
        /// What was tried, as a verb: `read`, `write`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row holds what no release of this program writes.
    #[error("the state database holds a damaged {what}")]
    Damaged {
        /// The kind of row.
        what: &'static str,
    },
    /// The uploaded files would be larger together than is allowed.
    #[error("the uploaded files would be larger together than {limit} bytes")]
    TotalExceeded {
        /// `uploads.max_total_upload_bytes`
        limit: u64,
    },
    /// The conversation was deleted while it was used.
    #[error("the conversation was deleted meanwhile")]
    ConversationGone,
    /// A chain of responses is longer than can be replayed.
    #[error("the chain of responses is longer than {limit} {unit}")]
    ChainTooLong {
        /// The limit.
        limit: u64,
        /// What it counts: `responses`, `bytes`.
        unit: &'static str,
    },
}

impl StoreError {
    /// A failed file operation.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// Whether the disk is full, which the user can do something about.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match self {
            Self::File { source, .. } => matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge),
            // SQLITE_FULL
            Self::Database(sqlx::Error::Database(error)) => error.code().as_deref() == Some("13"),
            Self::Database(_)
            | Self::Migration(_)
            | Self::Damaged { .. }
            | Self::TotalExceeded { .. }
            | Self::ConversationGone
            | Self::ChainTooLong { .. } => false,
        }
    }
}
