//! The bytes of uploaded files: one file each, named by its id, in a directory that only the owner can read.
//!
//! A file is written under another name, synced and renamed, so under its id it is whole. Writers hold a lock on what they write; what nobody holds was left by a process that was
//! killed.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::error::StoreError;
use crate::private_file;

/// Ending of files that are being written.
const PARTIAL: &str = ".partial";

/// The directory.
#[derive(Debug)]
pub struct Blobs {
    directory: PathBuf,
    /// Bytes of uploads under way in this process.
    pending: AtomicU64,
}

impl Blobs {
    /// The files of a directory. It is made with the first upload.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, pending: AtomicU64::new(0) }
    }

    /// Where they are.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Begins an upload. `stored` bytes are there already and all together may be `limit`, those of other uploads under way included.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`]
    pub async fn begin(self: &Arc<Self>, id: &str, stored: u64, limit: u64) -> Result<Upload, StoreError> {
        let path = self.directory.join(format!("{id}{PARTIAL}"));
        let opened = tokio::task::spawn_blocking({
            let path = path.clone();
            move || create_locked(&path)
        });
        let file = match opened.await {
            Ok(opened) => opened,
            Err(error) => Err(io::Error::other(error)),
        };
        let file = file.map_err(StoreError::file("create", &path))?;
        Ok(Upload {
            blobs: Arc::clone(self),
            id: id.to_owned(),
            path: Some(path),
            file: tokio::fs::File::from_std(file),
            hash: Sha256::new(),
            bytes: 0,
            stored,
            limit,
        })
    }

    /// Opens a file for reading. None when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`]
    pub async fn open(&self, id: &str) -> Result<Option<tokio::fs::File>, StoreError> {
        let path = self.directory.join(id);
        match tokio::fs::File::open(&path).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::file("read", &path)(error)),
        }
    }

    /// Reads a file whole. None when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`]
    pub async fn read(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.directory.join(id);
        match tokio::fs::read(&path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::file("read", &path)(error)),
        }
    }

    /// Removes a file whose record is gone. One that is being read stays readable to its reader.
    pub async fn remove(&self, id: &str) {
        let path = self.directory.join(id);
        if let Err(error) = tokio::fs::remove_file(&path).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "an uploaded file cannot be removed; it is tried again at the next start");
        }
    }

    /// Removes what is not `known` and nobody is writing; tells how many, and which of the known ones are missing.
    ///
    /// # Errors
    ///
    /// Whatever the file system says of the directory.
    pub(super) fn sweep(&self, known: &HashSet<String>) -> io::Result<(usize, Vec<String>)> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, known.iter().cloned().collect())),
            Err(error) => return Err(error),
        };
        let (mut removed, mut missing) = (0, known.clone());
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !missing.remove(&name) && !is_held(&entry.path()) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok((removed, missing.into_iter().collect()))
    }
}

/// Whether somebody is writing a file.
fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

fn create_locked(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        private_file::create_directory(directory)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // Nobody else knows the name.
    let _ = file.try_lock();
    Ok(file)
}

/// A file that is being written; dropped before [`Upload::finish`], it leaves nothing.
#[derive(Debug)]
pub struct Upload {
    blobs: Arc<Blobs>,
    id: String,
    /// Gone when the file has got its name.
    path: Option<PathBuf>,
    file: tokio::fs::File,
    hash: Sha256,
    bytes: u64,
    stored: u64,
    limit: u64,
}

impl Upload {
    /// Bytes so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes more.
    ///
    /// # Errors
    ///
    /// [`StoreError::TotalExceeded`] before anything is written, [`StoreError::File`] when the disk does not take it.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), StoreError> {
        let more = chunk.len() as u64;
        let before = self.blobs.pending.fetch_add(more, Ordering::AcqRel);
        self.bytes += more;
        if before.saturating_add(more).saturating_add(self.stored) > self.limit {
            return Err(StoreError::TotalExceeded { limit: self.limit });
        }
        self.hash.update(chunk);
        let path = self.blobs.directory.join(&self.id);
        self.file.write_all(chunk).await.map_err(StoreError::file("write", &path))
    }

    /// Gives the file its name. What comes back is its SHA-256; the upload counts as under way until it is dropped, which is after its record was written.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`]
    pub async fn finish(&mut self) -> Result<String, StoreError> {
        let path = self.blobs.directory.join(&self.id);
        let failed = StoreError::file("write", &path);
        let written = async {
            self.file.flush().await?;
            self.file.sync_all().await?;
            if let Some(partial) = &self.path {
                tokio::fs::rename(partial, &path).await?;
            }
            let path = path.clone();
            tokio::task::spawn_blocking(move || private_file::sync_directory_of(&path))
                .await
                .map_err(io::Error::other)?
        };
        written.await.map_err(failed)?;
        self.path = None;
        let digest = std::mem::take(&mut self.hash).finalize();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.blobs.pending.fetch_sub(self.bytes, Ordering::AcqRel);
        if let Some(partial) = self.path.take() {
            // Removing a name is quick; what stays is found at the next start.
            let _ = fs::remove_file(partial);
        }
    }
}
