//! Whether a small file has changed since it was last read.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// What a file looked like from outside when it was read. Equal stamps mean that it need not be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    modified_at: SystemTime,
    length_bytes: u64,
    /// A file that was renamed into place has another one, even within a tick of the file system's clock.
    inode: u64,
}

impl FileStamp {
    /// The stamp to remember; `None` while the file is so fresh that a second change could leave the same stamp.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Option<Self> {
        /// Longer than a tick of any file system's clock.
        const SETTLED: Duration = Duration::from_secs(2);
        let modified_at = metadata.modified().ok()?;
        let age = SystemTime::now().duration_since(modified_at).ok()?;
        (age >= SETTLED).then(|| Self { modified_at, length_bytes: metadata.len(), inode: inode(metadata) })
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_file_has_a_stamp_that_changes_with_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let age = |seconds| {
            let modified_at = SystemTime::now() - Duration::from_secs(seconds);
            file.as_file().set_modified(modified_at).unwrap();
            FileStamp::of(&file.as_file().metadata().unwrap())
        };
        assert_eq!(age(0), None);
        let old = age(60).unwrap();
        assert_eq!(FileStamp::of(&file.as_file().metadata().unwrap()), Some(old));
        assert_ne!(age(30), Some(old));
    }
}
