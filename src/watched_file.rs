//! Small files that people and other programs change while the relay runs: the relay token, the upstream login.
//!
//! A file is read and understood again when it looks different from outside, so that a change counts at once and an unchanged file costs
//! one look at its metadata.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A file, and what was made of it when it was read last.
#[derive(Debug)]
pub struct WatchedFile<T> {
    path: PathBuf,
    last_read: Mutex<Option<(FileStamp, T)>>,
}

impl<T: Clone> WatchedFile<T> {
    /// A file that has not been read yet; it may be missing.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, last_read: Mutex::default() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What `parse` makes of the file as it is now. Failures are not remembered.
    ///
    /// # Errors
    ///
    /// What `unreadable` makes of a failure to read, or what `parse` says.
    pub async fn get<E>(
        &self,
        unreadable: impl Fn(&Path, io::Error) -> E,
        parse: impl FnOnce(&Path, Vec<u8>) -> Result<T, E>,
    ) -> Result<T, E> {
        let unreadable = |error| unreadable(&self.path, error);
        // Asked for in place: a look costs a microsecond or two, and handing it to another thread ten times as much, for every request.
        // The stamp is taken before the bytes are read: a change in between shows the next time.
        let stamp = FileStamp::of(&std::fs::metadata(&self.path).map_err(unreadable)?);
        if let Some(known) = stamp.and_then(|stamp| self.known(stamp)) {
            return Ok(known);
        }
        let value = parse(&self.path, tokio::fs::read(&self.path).await.map_err(unreadable)?)?;
        *self.last_read.lock().unwrap_or_else(PoisonError::into_inner) = stamp.map(|stamp| (stamp, value.clone()));
        Ok(value)
    }

    fn known(&self, stamp: FileStamp) -> Option<T> {
        let last_read = self.last_read.lock().unwrap_or_else(PoisonError::into_inner);
        last_read.as_ref().filter(|(known, _)| *known == stamp).map(|(_, value)| value.clone())
    }
}

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    modified_at: SystemTime,
    length_bytes: u64,
    /// A file that was renamed into place has another one, even within a tick of the file system's clock.
    inode: u64,
    /// Who may read it; that can change without the file.
    mode: u32,
}

impl FileStamp {
    /// The stamp to remember; `None` while the file is so fresh that a second change could leave the same stamp.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        /// Longer than a tick of any file system's clock.
        const SETTLED: Duration = Duration::from_secs(2);
        let modified_at = metadata.modified().ok()?;
        let age = SystemTime::now().duration_since(modified_at).ok()?;
        let (inode, mode) = inode_and_mode(metadata);
        (age >= SETTLED).then_some(Self { modified_at, length_bytes: metadata.len(), inode, mode })
    }
}

#[cfg(unix)]
fn inode_and_mode(metadata: &Metadata) -> (u64, u32) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.ino(), metadata.mode())
}

#[cfg(not(unix))]
fn inode_and_mode(_: &Metadata) -> (u64, u32) {
    (0, 0)
}

/// What several paths look like from outside, missing files included; `None` while one of them is too fresh to tell, or cannot be looked at.
#[must_use]
pub fn look_at<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Option<Vec<Option<FileStamp>>> {
    let look = |path: &Path| match std::fs::symlink_metadata(path) {
        Ok(metadata) => FileStamp::of(&metadata).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(None),
        Err(_) => None,
    };
    paths.into_iter().map(look).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the file, and says whether it had to be understood anew.
    async fn get(file: &WatchedFile<usize>) -> (usize, bool) {
        let mut was_parsed = false;
        let parse = |_: &Path, bytes: Vec<u8>| {
            was_parsed = true;
            Ok(bytes.len())
        };
        let length = file.get(|_, error| error, parse).await.unwrap();
        (length, was_parsed)
    }

    #[tokio::test]
    async fn a_settled_file_is_read_once_until_it_changes() {
        let temporary = tempfile::NamedTempFile::new().unwrap();
        let age = |seconds| {
            let modified_at = SystemTime::now() - Duration::from_secs(seconds);
            temporary.as_file().set_modified(modified_at).unwrap();
        };
        let file = WatchedFile::new(temporary.path().to_owned());
        assert_eq!([get(&file).await, get(&file).await], [(0, true), (0, true)], "fresh");
        age(60);
        assert_eq!([get(&file).await, get(&file).await], [(0, true), (0, false)], "settled");
        age(30);
        assert_eq!([get(&file).await, get(&file).await], [(0, true), (0, false)], "touched");
        std::fs::write(temporary.path(), b"abc").unwrap();
        age(30);
        assert_eq!([get(&file).await, get(&file).await], [(3, true), (3, false)], "changed");
    }

    #[tokio::test]
    async fn failures_are_not_remembered() {
        let directory = tempfile::tempdir().unwrap();
        let file = WatchedFile::<usize>::new(directory.path().join("file"));
        assert_eq!(file.get(|_, error| error.kind(), |_, _| Ok(0)).await, Err(io::ErrorKind::NotFound));
        std::fs::write(file.path(), b"abc").unwrap();
        assert_eq!(get(&file).await.0, 3);
    }
}
