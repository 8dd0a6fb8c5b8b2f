//! `auth.json`, read again when it changes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::document::{Damage, Login};
use super::error::{AuthError, StoreError};
use super::status::Place;
use crate::private_file;
use crate::secret::Secret;
use crate::watched_file::FileStamp;

/// No login is longer than this, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// A file that keeps a login.
#[derive(Debug)]
pub(super) struct AuthFile {
    path: PathBuf,
    known: Mutex<Option<(FileStamp, Arc<Login>)>>,
}

impl AuthFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn place(&self) -> Place {
        Place::File(self.path.clone())
    }

    /// The login in the file, or `None` without one.
    pub(super) fn read(&self) -> Result<Option<Arc<Login>>, AuthError> {
        let failed = |error: io::Error| AuthError::Store(StoreError::file("read", &self.path, &error));
        let file = match open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(failed(io::Error::other("it is not a regular file")));
        }
        tighten(&self.path, &file).map_err(failed)?;
        let stamp = FileStamp::of(&metadata);
        if let Some(known) = stamp.and_then(|stamp| self.known(stamp)) {
            return Ok(Some(known));
        }
        let mut text = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut text).map_err(failed)?;
        let login = Login::parse(Secret::new(text).expose()).map_err(|Damage { line, column }| AuthError::Corrupt {
            place: self.place(),
            line,
            column,
        })?;
        let login = Arc::new(login);
        self.remember(stamp.map(|stamp| (stamp, Arc::clone(&login))));
        Ok(Some(login))
    }

    /// Puts a login into the file. One that is damaged is kept aside.
    pub(super) fn write(&self, login: &Login, now: u64) -> Result<(), StoreError> {
        let failed = |error: io::Error| StoreError::file("write", &self.path, &error);
        if matches!(self.read(), Err(AuthError::Corrupt { .. })) {
            let aside = self.path.with_extension(format!("json.corrupt-{now}"));
            fs::rename(&self.path, &aside).map_err(failed)?;
            tracing::warn!(path = %aside.display(), "the damaged upstream login is kept aside");
        }
        private_file::remove_leftovers(&self.path);
        private_file::replace(&self.path, login.write().expose().as_bytes()).map_err(failed)
    }

    /// Removes the file; says whether there was one.
    pub(super) fn delete(&self) -> Result<bool, StoreError> {
        self.remember(None);
        private_file::remove_leftovers(&self.path);
        match fs::remove_file(&self.path) {
            Ok(()) => {
                private_file::sync_directory_of(&self.path)
                    .map_err(|error| StoreError::file("remove", &self.path, &error))?;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::file("remove", &self.path, &error)),
        }
    }

    /// Damaged logins that were kept aside.
    pub(super) fn kept_aside(&self) -> Vec<PathBuf> {
        let entries = self.path.parent().and_then(|directory| fs::read_dir(directory).ok());
        let mut aside: Vec<_> = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("auth.json.corrupt-"))
            .map(|entry| entry.path())
            .collect();
        aside.sort();
        aside
    }

    fn known(&self, stamp: FileStamp) -> Option<Arc<Login>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(known, _)| *known == stamp).map(|(_, login)| Arc::clone(login))
    }

    fn remember(&self, login: Option<(FileStamp, Arc<Login>)>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }
}

/// A symbolic link is not followed: whoever made it may not be whose login this is.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options.open(path).map_err(|error| {
        if path.is_symlink() { io::Error::other("it is a symbolic link; put the file itself there") } else { error }
    })
}

/// Takes away what others may do with the file.
fn tighten(path: &Path, file: &File) -> io::Result<()> {
    if let Some(mode) = private_file::tighten(file)? {
        tracing::warn!(path = %path.display(), "others could read the upstream login (mode {mode:04o}); now only its owner can");
    }
    Ok(())
}
