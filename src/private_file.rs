//! Files that only their owner may read: the relay token, the configuration, the upstream login.
//!
//! A file appears complete or not at all: it is written under a temporary name beside its place, synced, then renamed over it. On Unix it
//! has mode 0600 from its first byte, and directories made on the way have 0700. Elsewhere the user's profile directory protects it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Writes a file in one step, readable by its owner only; its directory is made when missing.
///
/// A symbolic link is followed, so that a file managed elsewhere stays where it is.
///
/// # Errors
///
/// Whatever the file system says; the old file, if any, is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = if path.is_symlink() { fs::canonicalize(path)? } else { path.to_owned() };
    replace(&path, bytes)
}

/// Like [`write`](write()), but a symbolic link is replaced and not followed.
///
/// # Errors
///
/// Whatever the file system says; the old file, if any, is then untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        create_directory(directory)?;
    }
    let temporary = temporary_name(path);
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to report; a file that was never made cannot be removed.
        let _ = fs::remove_file(&temporary);
    }
    written.and_then(|()| sync_directory_of(path))
}

/// Makes a rename or removal in a file's directory survive a loss of power. Elsewhere than on Unix the system does that by itself.
///
/// # Errors
///
/// Whatever the file system says.
pub fn sync_directory_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}

/// Takes away what others may do with a file. Tells the mode it had when it had to be changed; elsewhere than on Unix there is none.
///
/// # Errors
///
/// Whatever the file system says; with the mode, when others keep what they may do.
pub fn tighten(file: &File) -> io::Result<Option<u32>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata()?.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            return Ok(None);
        }
        file.set_permissions(fs::Permissions::from_mode(mode & 0o700)).map_err(|error| {
            let said = format!("others may read it (mode {mode:04o}) and that cannot be changed: {error}");
            io::Error::new(error.kind(), said)
        })?;
        Ok(Some(mode))
    }
    #[cfg(not(unix))]
    {
        file.metadata().map(|_| None)
    }
}

/// How old a temporary file is whose writer cannot be at work any more.
const LEFT_AFTER: Duration = Duration::from_secs(60);

/// Removes what writers of this file left beside it when they were killed more than a minute ago; others may be writing it meanwhile.
pub fn remove_old_leftovers(path: &Path) {
    remove_temporaries(path, |file| file.elapsed().is_ok_and(|age| age > LEFT_AFTER));
}

/// Removes what writers of this file left beside it when they were killed. Nobody may be writing it meanwhile.
pub fn remove_leftovers(path: &Path) {
    remove_temporaries(path, |_| true);
}

/// Those that were last written at such a time.
fn remove_temporaries(path: &Path, is_left: impl Fn(SystemTime) -> bool) {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return };
    let start = format!(".{}.", name.to_string_lossy());
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_temporary = name.starts_with(&start) && name.ends_with(".tmp");
        if is_temporary && entry.metadata().and_then(|file| file.modified()).is_ok_and(&is_left) {
            // Housekeeping: one that stays does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Makes a directory and its missing parents, for their owner only. One that exists keeps its mode.
///
/// # Errors
///
/// Whatever the file system says.
pub fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn temporary_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{:016x}.tmp", rand::random::<u64>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b/token");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(home.path().join("a/b")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/token");
        write(&path, b"one").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&home.path().join("a"))), (0o600, 0o700));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let home = tempfile::tempdir().unwrap();
        let (link, target) = (home.path().join("link"), home.path().join("target"));
        fs::write(&target, b"old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_when_it_is_old() {
        let home = tempfile::tempdir().unwrap();
        let (path, other) = (home.path().join("token"), home.path().join(".other.0.tmp"));
        let (old, new) = (temporary_name(&path), temporary_name(&path));
        for file in [&old, &new, &other, &path] {
            write_new(file, b"x").unwrap();
            let long_ago = SystemTime::now() - 2 * LEFT_AFTER;
            let modified = if file == &new { SystemTime::now() } else { long_ago };
            File::options().write(true).open(file).unwrap().set_modified(modified).unwrap();
        }
        remove_old_leftovers(&path);
        assert_eq!([&old, &new, &other, &path].map(|file| file.exists()), [false, true, true, true]);
        remove_leftovers(&path);
        assert_eq!([&new, &other, &path].map(|file| file.exists()), [false, true, true]);
    }

    #[test]
    fn a_failed_write_says_so() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), b"").unwrap();
        assert!(write(&home.path().join("file/token"), b"x").is_err());
    }
}
