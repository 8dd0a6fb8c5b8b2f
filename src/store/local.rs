//! The state of a running relay: the store, the bytes beside it, and what has to be known of them in this process only.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::{Blobs, SqliteStore, StateStore, StateUsage, StoreError};

/// Least time between two removals of what has expired, in seconds.
const PRUNE_PAUSE: u64 = 60 * 60;

/// What the configuration says of state.
#[derive(Debug, Clone)]
pub struct StateSettings {
    /// Where it is; made when something is kept.
    pub directory: PathBuf,
    /// Largest file, in bytes.
    pub max_upload_bytes: u64,
    /// Largest sum of all files, in bytes.
    pub max_total_upload_bytes: u64,
    /// How long a response can be fetched and continued. Zero: not at all.
    pub response_ttl: Duration,
    /// Most history that is put before a request, in bytes of JSON.
    pub max_replay_bytes: u64,
}

/// The state of a relay. Nothing is opened before it is used.
pub struct State {
    /// What it may take in.
    pub settings: StateSettings,
    store: Arc<dyn StateStore>,
    blobs: Arc<Blobs>,
    busy: Arc<Mutex<HashSet<String>>>,
    tasks: TaskTracker,
    pruned_at: AtomicU64,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl State {
    /// The state in a directory.
    #[must_use]
    pub fn new(settings: StateSettings) -> Self {
        let blobs = Arc::new(Blobs::new(settings.directory.join("files")));
        let store = Arc::new(SqliteStore::new(&settings.directory, Arc::clone(&blobs)));
        Self { settings, store, blobs, busy: Arc::default(), tasks: TaskTracker::new(), pruned_at: AtomicU64::new(0) }
    }

    /// The records.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn StateStore> {
        &self.store
    }

    /// The bytes of files.
    #[must_use]
    pub fn blobs(&self) -> &Arc<Blobs> {
        &self.blobs
    }

    /// What there is, without making anything; none where it cannot be told.
    pub async fn usage_if_any(&self) -> Option<StateUsage> {
        if !SqliteStore::exists(&self.settings.directory) {
            return None;
        }
        self.store.usage().await.inspect_err(|error| tracing::warn!(%error, "the state cannot be looked at")).ok()
    }

    /// Keeps other turns of this relay away from a conversation. None while there is one.
    #[must_use]
    pub fn lock_conversation(&self, id: &str) -> Option<ConversationLock> {
        let is_free = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        is_free.then(|| ConversationLock { id: id.to_owned(), busy: Arc::clone(&self.busy) })
    }

    /// Does something that goes on when the client goes away, and that [`State::settled`] waits for.
    pub fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tasks.spawn(task)
    }

    /// Removes what has expired, in the background and not more often than once an hour. Called with every write.
    pub fn prune_in_time(&self, now: u64) {
        let before = self.pruned_at.load(Ordering::Relaxed);
        let is_due = now.saturating_sub(before) >= PRUNE_PAUSE;
        if !is_due || self.pruned_at.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let (store, blobs) = (Arc::clone(&self.store), Arc::clone(&self.blobs));
        self.spawn(async move {
            if let Err(error) = prune(store.as_ref(), &blobs, now).await {
                tracing::warn!(%error, "what has expired cannot be removed; it is tried again in an hour");
            }
        });
    }

    /// Waits for what is being written, and closes the store.
    pub async fn settled(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
    }
}

/// Removes what has expired by `now` (unix seconds), records and bytes. Tells how many files that were.
///
/// # Errors
///
/// [`StoreError`]
pub async fn prune(store: &dyn StateStore, blobs: &Blobs, now: u64) -> Result<usize, StoreError> {
    let files = store.prune(now).await?;
    for id in &files {
        blobs.remove(id).await;
    }
    Ok(files.len())
}

/// A conversation that has a turn under way; free again when this is dropped.
#[derive(Debug)]
pub struct ConversationLock {
    id: String,
    busy: Arc<Mutex<HashSet<String>>>,
}

impl Drop for ConversationLock {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
