//! One process at a time: an advisory lock on a file beside the login.
//!
//! The system gives the lock back when the process ends, however it ends. The file stays, because removing a lock that others wait for would let
//! two of them in.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::StoreError;
use crate::private_file;

/// How long to wait between two looks at a lock that another process has.
const PAUSE: Duration = Duration::from_millis(25);

/// The lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock.
    pub(super) async fn acquire(path: &Path, longest: Duration) -> Result<Self, StoreError> {
        let failed = |error: &io::Error| StoreError::file("lock", path, error);
        let opened = tokio::task::spawn_blocking({
            let path = path.to_owned();
            move || open(&path)
        });
        let file = match opened.await {
            Ok(opened) => opened.map_err(|error| failed(&error))?,
            Err(error) => return Err(failed(&io::Error::other(error))),
        };
        let give_up_at = Instant::now() + longest;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < give_up_at => sleep(PAUSE).await,
                Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: path.display().to_string() }),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    tracing::warn!(path = %path.display(), "this file system has no locks; run one process at a time");
                    return Ok(Self { _file: file });
                }
                Err(TryLockError::Error(error)) => return Err(failed(&error)),
            }
        }
    }
}

/// Where the lock of a directory is.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("auth.lock")
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        private_file::create_directory(directory)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options.open(path)
}
