//! Opening the database: alone with care, beside others without.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqlSafeStr as _};

use crate::private_file;
use crate::store::Blobs;
use crate::store::error::StoreError;

/// How long a writer waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection, which is a thread, outlives its last use.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Connections that read at the same time.
const READERS: u32 = 3;

/// An open database.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    pub(super) housekeeping: Housekeeping,
    /// Held as long as the database is in use, shared with other processes.
    _lock: File,
}

/// What was found when the database was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Housekeeping {
    /// Whether no other process had it open, so that it could be looked over.
    pub is_alone: bool,
    /// The name the damaged database has now.
    pub set_aside: Option<PathBuf>,
    /// Half-written or unknown files that were removed.
    pub removed_files: usize,
}

pub(super) fn database_path(directory: &Path) -> PathBuf {
    directory.join("state.sqlite3")
}

/// Opens the database, made when it is missing.
pub(super) async fn open(directory: &Path, blobs: &Arc<Blobs>) -> Result<Database, StoreError> {
    let path = database_path(directory);
    let lock_path = directory.join("state.lock");
    let (lock, is_alone) = blocking({
        let path = lock_path.clone();
        move || lock(&path)
    })
    .await
    .map_err(StoreError::file("lock", &lock_path))?;
    let mut housekeeping = Housekeeping { is_alone, ..Housekeeping::default() };
    if is_alone {
        housekeeping.set_aside = set_aside_if_damaged(&path, blobs.directory()).await?;
        create(&path).map_err(StoreError::file("create", &path))?;
    }
    let writer = pool(1).connect_lazy_with(options(&path).auto_vacuum(SqliteAutoVacuum::Incremental));
    migrations().run(&writer).await?;
    if is_alone {
        housekeeping.removed_files = sweep(&writer, blobs).await?;
    }
    let lock =
        blocking(move || lock.lock_shared().map(|()| lock)).await.map_err(StoreError::file("lock", &lock_path))?;
    let readers = pool(READERS).connect_lazy_with(options(&path).pragma("query_only", "on"));
    Ok(Database { writer, readers, housekeeping, _lock: lock })
}

/// Takes the lock alone when nobody has it, else together with those who have, once none of them is opening.
fn lock(path: &Path) -> std::io::Result<(File, bool)> {
    if let Some(directory) = path.parent() {
        private_file::create_directory(directory)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok((file, true)),
        Err(TryLockError::WouldBlock) => file.lock_shared().map(|()| (file, false)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// SQLite gives its other files the mode of this one.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if let Some(mode) = private_file::tighten(&file)? {
        tracing::warn!(path = %path.display(), "others could read the state (mode {mode:04o}); now only its owner can");
    }
    Ok(())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit is on the disk before its request is answered, so that an id a client was given survives a loss of power too.
        // That costs one sync per upload or turn, which is little beside either.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What was deleted is overwritten.
        .pragma("secure_delete", "on")
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(0)
        .idle_timeout(IDLE_TIMEOUT)
        .acquire_timeout(BUSY_TIMEOUT)
        // After a failed write SQLite ends a transaction by itself, which the connection does not learn; it is replaced.
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
}

/// The steps that lead from nothing to today's tables; a step that was released is never changed.
fn migrations() -> Migrator {
    let first = Migration::new(
        1,
        "state".into(),
        MigrationType::Simple,
        include_str!("../migrations/0001_state.sql").into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![first])
}

/// Gives a damaged database another name, with what belongs to it, and says which. The uploaded files go with it: without their records nobody knows what they are.
async fn set_aside_if_damaged(path: &Path, files: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let verdict = match check(path).await {
        Ok(verdict) if verdict == "ok" => return Ok(None),
        Ok(verdict) => verdict,
        Err(error) if is_damage(&error) => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let aside = path.with_file_name(format!("state.sqlite3.corrupt-{seconds}"));
    let belongings = ["", "-wal", "-shm"].map(|suffix| (with_suffix(path, suffix), with_suffix(&aside, suffix)));
    let files = (files.to_owned(), files.with_file_name(format!("files.corrupt-{seconds}")));
    for (from, to) in belongings.into_iter().chain([files]) {
        if from.exists() {
            std::fs::rename(&from, &to).map_err(StoreError::file("rename", &from))?;
        }
    }
    tracing::warn!(
        path = %path.display(), set_aside = %aside.display(), verdict,
        "the state database is damaged and was set aside with the uploaded files; files, conversations and remembered responses begin anew"
    );
    Ok(Some(aside))
}

async fn check(path: &Path) -> Result<String, sqlx::Error> {
    let mut connection = options(path).create_if_missing(false).connect().await?;
    let (verdict,): (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(verdict)
}

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`, with their extended codes.
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xFF, 11 | 26))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Removes the bytes of files that have no record, and records whose bytes are gone.
async fn sweep(writer: &SqlitePool, blobs: &Arc<Blobs>) -> Result<usize, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM files").fetch_all(writer).await?;
    let known: std::collections::HashSet<String> = rows.into_iter().map(|(id,)| id).collect();
    let blobs = Arc::clone(blobs);
    let directory = blobs.directory().to_owned();
    let (removed, missing) =
        blocking(move || blobs.sweep(&known)).await.map_err(StoreError::file("clean up", &directory))?;
    for id in missing {
        tracing::warn!(id, "the bytes of an uploaded file are gone; so is its record now");
        sqlx::query("DELETE FROM files WHERE id = ?").bind(id).execute(writer).await?;
    }
    Ok(removed)
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(run: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(run).await.map_err(std::io::Error::other)?
}
