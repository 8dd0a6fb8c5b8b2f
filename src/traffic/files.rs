//! The files of the log: `YYYY/MM/DD-HH.log` (UTC) below the logs directory, for their owner only, and how long they stay.
//!
//! Links below the logs directory are not followed, neither to write nor to delete, and nothing is deleted that is not named like a log.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// An hour of the log, in UTC; hours compare by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour(DateTime);

impl Hour {
    /// The hour of a moment.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        let time = moment.to_zoned(TimeZone::UTC).datetime();
        Self(DateTime::constant(time.year(), time.month(), time.day(), time.hour(), 0, 0, 0))
    }

    /// Its file below the logs directory: `2026/11/21-13.log`.
    #[must_use]
    pub fn file(self, logs_dir: &Path) -> PathBuf {
        logs_dir
            .join(self.0.strftime("%Y").to_string())
            .join(self.0.strftime("%m").to_string())
            .join(self.0.strftime("%d-%H.log").to_string())
    }

    /// The hour of a file by its names; nothing for one that is no log.
    fn parse(year: &str, month: &str, file: &str) -> Option<Self> {
        let (day, hour) = file.strip_suffix(".log")?.split_once('-')?;
        let number = |text: &str, length: usize| {
            let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<i16>().ok()).flatten()
        };
        let two = |text| i8::try_from(number(text, 2)?).ok();
        DateTime::new(number(year, 4)?, two(month)?, two(day)?, two(hour)?, 0, 0, 0).ok().map(Self)
    }

    /// The moment it begins; nothing beyond what a calendar has.
    fn begins_at(self) -> Option<Timestamp> {
        self.0.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp())
    }
}

/// A file of the log that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its hour.
    pub hour: Hour,
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// All files of the log, oldest first. What cannot be read or is not named like a log is passed over.
#[must_use]
pub fn find(logs_dir: &Path) -> Vec<LogFile> {
    let mut found = Vec::new();
    for (year, path) in directories(logs_dir) {
        for (month, path) in directories(&path) {
            for entry in entries(&path) {
                let name = entry.file_name();
                let hour = name.to_str().and_then(|name| Hour::parse(&year, &month, name));
                // Not of what a link points to.
                let metadata = entry.path().symlink_metadata().ok().filter(fs::Metadata::is_file);
                if let (Some(hour), Some(metadata)) = (hour, metadata) {
                    found.push(LogFile { hour, path: entry.path(), bytes: metadata.len() });
                }
            }
        }
    }
    found.sort_by_key(|file| file.hour);
    found
}

fn directories(path: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    entries(path).filter_map(|entry| {
        let name =
            entry.file_name().into_string().ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))?;
        entry.file_type().is_ok_and(|kind| kind.is_dir()).then(|| (name, entry.path()))
    })
}

fn entries(path: &Path) -> impl Iterator<Item = fs::DirEntry> {
    fs::read_dir(path).into_iter().flatten().flatten()
}

/// Deletes files that are too old, then the oldest ones until the rest fits. The file of `current` stays.
pub(super) fn retain(logs_dir: &Path, current: Hour, longest: Duration, most_bytes: u64) {
    let files = find(logs_dir);
    let mut total_bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let first = current.begins_at().and_then(|now| now.checked_sub(longest).ok());
    for file in files.into_iter().filter(|file| file.hour != current) {
        let is_old = file.hour.begins_at() < first;
        if !is_old && total_bytes <= most_bytes {
            continue;
        }
        match fs::remove_file(&file.path) {
            Ok(()) => {
                total_bytes = total_bytes.saturating_sub(file.bytes);
                // Of month and year, when nothing else is in them.
                for directory in file.path.ancestors().skip(1).take(2) {
                    let _ = fs::remove_dir(directory);
                }
            }
            Err(error) => {
                tracing::warn!(path = %file.path.display(), %error, "an old file of the traffic log cannot be deleted")
            }
        }
    }
}

/// Opens the file of an hour to write at its end, on a new line; it and its directories are made for their owner only.
///
/// # Errors
///
/// Whatever the file system says, and [`io::ErrorKind::InvalidInput`] for a link or anything else that is no ordinary file.
pub(super) fn open(logs_dir: &Path, hour: Hour) -> io::Result<File> {
    let path = hour.file(logs_dir);
    make_directories(logs_dir, &path)?;
    let mut options = OpenOptions::new();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe in its place must not stop the writer.
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    let mut file = options.open(&path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(not_ordinary(&path));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // One of an earlier release, or made by somebody else.
        if metadata.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    if metadata.len() > 0 {
        // A line that was cut by a crash or a full disk must not swallow the next one.
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

fn make_directories(logs_dir: &Path, file: &Path) -> io::Result<()> {
    crate::private_file::create_directory(logs_dir)?;
    for directory in file.ancestors().skip(1).take(2).collect::<Vec<_>>().into_iter().rev() {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        if !directory.symlink_metadata()?.is_dir() {
            return Err(not_ordinary(directory));
        }
    }
    Ok(())
}

fn not_ordinary(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{} is a link or no ordinary file", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(text: &str) -> Hour {
        Hour::of(text.parse().unwrap())
    }

    fn put(logs_dir: &Path, hour: Hour, bytes: usize) {
        open(logs_dir, hour).unwrap().write_all(&vec![b'x'; bytes]).unwrap();
    }

    fn left(logs_dir: &Path) -> Vec<String> {
        find(logs_dir).iter().map(|file| file.path.strip_prefix(logs_dir).unwrap().display().to_string()).collect()
    }

    #[test]
    fn files_are_named_by_the_hour_in_utc() {
        let file = hour("2026-11-21T01:59:59.999+02:00").file(Path::new("/logs"));
        assert_eq!(file, Path::new("/logs/2026/11/20-23.log"));
        for (year, month, name) in [
            ("2026", "13", "01-00.log"),
            ("2026", "11", "31-00.log"),
            ("2026", "11", "01-24.log"),
            ("2026", "11", "1-00.log"),
            ("2026", "11", "01-00.txt"),
            ("26", "11", "01-00.log"),
        ] {
            assert_eq!(Hour::parse(year, month, name), None, "{year}/{month}/{name}");
        }
    }

    #[test]
    fn old_files_go_and_everything_else_stays() {
        let home = tempfile::tempdir().unwrap();
        let logs_dir = home.path();
        for time in ["2026-09-30T23:00:00Z", "2026-10-22T12:00:00Z", "2026-10-22T13:00:00Z", "2026-11-21T13:00:00Z"] {
            put(logs_dir, hour(time), 10);
        }
        let kept = ["2026/09/notes.txt", "2026/09/30-23.log.gz", "2025/01.log", "diary.log"];
        for name in kept {
            fs::create_dir_all(logs_dir.join(name).parent().unwrap()).unwrap();
            fs::write(logs_dir.join(name), "mine").unwrap();
        }
        retain(logs_dir, hour("2026-11-21T13:20:00Z"), Duration::from_secs(30 * 86_400), u64::MAX);
        assert_eq!(left(logs_dir), ["2026/10/22-13.log", "2026/11/21-13.log"]);
        assert!(kept.iter().all(|name| logs_dir.join(name).exists()));
    }

    #[test]
    fn the_oldest_files_go_until_the_rest_fits_and_empty_directories_with_them() {
        let home = tempfile::tempdir().unwrap();
        let logs_dir = home.path();
        for time in ["2026-10-01T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z", "2026-11-21T00:00:00Z"] {
            put(logs_dir, hour(time), 100);
        }
        let longest = Duration::from_secs(100 * 86_400);
        retain(logs_dir, hour("2026-11-21T00:00:00Z"), longest, 250);
        assert_eq!(left(logs_dir), ["2026/11/20-01.log", "2026/11/21-00.log"]);
        assert!(!logs_dir.join("2026/10").exists());
        retain(logs_dir, hour("2026-11-21T00:00:00Z"), longest, 0);
        assert_eq!(left(logs_dir), ["2026/11/21-00.log"], "the one in use stays");
    }

    #[test]
    fn a_cut_line_is_ended_before_the_next_one() {
        let home = tempfile::tempdir().unwrap();
        let now = hour("2026-11-21T13:00:00Z");
        open(home.path(), now).unwrap().write_all(b"{\"cut").unwrap();
        open(home.path(), now).unwrap().write_all(b"{}\n").unwrap();
        open(home.path(), now).unwrap().write_all(b"{}\n").unwrap();
        assert_eq!(fs::read_to_string(now.file(home.path())).unwrap(), "{\"cut\n{}\n{}\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let home = tempfile::tempdir().unwrap();
        let logs_dir = home.path().join("logs");
        let (now, next) = (hour("2026-11-21T13:00:00Z"), hour("2026-11-21T14:00:00Z"));
        put(&logs_dir, now, 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(now.file(&logs_dir).ancestors().take(4).map(mode).collect::<Vec<_>>(), [0o600, 0o700, 0o700, 0o700]);

        let target = home.path().join("target");
        fs::write(&target, "mine").unwrap();
        symlink(&target, next.file(&logs_dir)).unwrap();
        assert!(open(&logs_dir, next).is_err());
        retain(&logs_dir, now, Duration::ZERO, 0);
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");

        fs::create_dir(home.path().join("elsewhere")).unwrap();
        symlink(home.path().join("elsewhere"), logs_dir.join("2027")).unwrap();
        assert!(open(&logs_dir, hour("2027-01-01T00:00:00Z")).is_err());
    }
}
