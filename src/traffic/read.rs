//! The log read again, by the subcommands: as loose JSON, so that records of other releases, torn lines and foreign ones do no harm.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::files::{LogFile, find};

/// The longest line that is read, in bytes: 16 MiB. A longer one was not written by the relay.
const MAX_LINE_BYTES: usize = 16 << 20;

/// A record that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged(pub Value);

impl Logged {
    /// A line as a record; nothing when it is none: an object with a `phase`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(line.trim_ascii()).ok()?;
        value.get("phase").is_some_and(Value::is_string).then_some(Self(value))
    }

    /// Which record it is.
    #[must_use]
    pub fn phase(&self) -> &str {
        self.text("phase").unwrap_or_default()
    }

    /// The request it belongs to.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.text("request_id").unwrap_or_default()
    }

    /// When it was made.
    #[must_use]
    pub fn logged_at(&self) -> Option<Timestamp> {
        self.text("logged_at")?.parse().ok()
    }

    /// A member that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A member that is a whole number.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    /// A member that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }
}

/// Calls `each` with every record of a file, in order; what is no record is passed over and counted.
///
/// # Errors
///
/// A failure to read.
pub fn records(path: &Path, mut each: impl FnMut(Logged)) -> io::Result<usize> {
    let mut lines = Lines::new(BufReader::new(File::open(path)?));
    let mut passed_over = 0;
    while let Some(line) = lines.next()? {
        match Logged::parse(&line.bytes) {
            Some(record) => each(record),
            None => passed_over += usize::from(!line.bytes.trim_ascii().is_empty()),
        }
    }
    Ok(passed_over)
}

/// A line, and whether it had its end.
#[derive(Debug)]
pub struct Line {
    /// Its bytes, without the line feed.
    pub bytes: Vec<u8>,
    /// Whether it had a line feed.
    pub is_whole: bool,
}

/// The lines of a file of the log, with a bound on their length.
#[derive(Debug)]
pub struct Lines<R>(R);

impl<R: io::BufRead> Lines<R> {
    /// Of what a reader gives.
    pub fn new(reader: R) -> Self {
        Self(reader)
    }

    /// The next line; nothing at the end. Of a line that is too long the beginning.
    ///
    /// # Errors
    ///
    /// A failure to read.
    #[expect(clippy::should_implement_trait, reason = "an iterator of results would go on after a failure")]
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        loop {
            let read = self.0.fill_buf()?;
            if read.is_empty() {
                return Ok((!bytes.is_empty()).then_some(Line { bytes, is_whole: false }));
            }
            let end = memchr::memchr(b'\n', read);
            let piece = &read[..end.unwrap_or(read.len())];
            bytes.extend_from_slice(&piece[..piece.len().min(MAX_LINE_BYTES.saturating_sub(bytes.len()))]);
            let used = end.map_or(read.len(), |end| end + 1);
            self.0.consume(used);
            if end.is_some() {
                return Ok(Some(Line { bytes, is_whole: true }));
            }
        }
    }
}

/// Reads what is added to the log, across the change of the hour.
#[derive(Debug)]
pub struct Follower {
    logs_dir: PathBuf,
    /// The file that is read, and how far.
    at: Option<(LogFile, u64)>,
    /// A line whose end has not come yet.
    begun: Vec<u8>,
}

impl Follower {
    /// Of what comes after the end of the log as it is now.
    #[must_use]
    pub fn at_the_end(logs_dir: &Path) -> Self {
        let last = find(logs_dir).pop();
        Self { logs_dir: logs_dir.to_owned(), at: last.map(|file| (file.clone(), file.bytes)), begun: Vec::new() }
    }

    /// The lines that have come since.
    pub fn poll(&mut self) -> Vec<Vec<u8>> {
        // Looked for before the current file is read to its end: what is not there then is in the newer one.
        let newer: Vec<_> = find(&self.logs_dir)
            .into_iter()
            .filter(|file| self.at.as_ref().is_none_or(|(current, _)| file.hour > current.hour))
            .collect();
        let mut lines = Vec::new();
        self.read(&mut lines);
        for file in newer {
            self.begun.clear();
            self.at = Some((file, 0));
            self.read(&mut lines);
        }
        lines
    }

    /// Reads the current file on. One that cannot be read, or that is gone, has no more lines.
    fn read(&mut self, lines: &mut Vec<Vec<u8>>) {
        let Some((file, offset)) = &mut self.at else { return };
        let mut added = Vec::new();
        let read = File::open(&file.path).and_then(|mut opened| {
            opened.seek(SeekFrom::Start(*offset))?;
            opened.take(MAX_LINE_BYTES as u64).read_to_end(&mut added)
        });
        let Ok(read) = read else { return };
        *offset += read as u64;
        self.begun.extend_from_slice(&added);
        while let Some(end) = memchr::memchr(b'\n', &self.begun) {
            let rest = self.begun.split_off(end + 1);
            self.begun.truncate(end);
            lines.push(std::mem::replace(&mut self.begun, rest));
        }
        if self.begun.len() > MAX_LINE_BYTES {
            self.begun.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn following_goes_on_with_the_next_hour() {
        let home = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = home.path().join("2026/11").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let mut file = File::options().create(true).append(true).open(path).unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        };
        put("21-13.log", "old\n");
        let mut follower = Follower::at_the_end(home.path());
        assert_eq!(follower.poll(), Vec::<Vec<u8>>::new());
        put("21-13.log", "one\ntw");
        assert_eq!(follower.poll(), [b"one"]);
        put("21-13.log", "o\n");
        put("21-14.log", "three\n");
        assert_eq!(follower.poll(), [&b"two"[..], b"three"]);
        put("21-14.log", "four\n");
        assert_eq!(follower.poll(), [b"four"]);
        std::fs::remove_dir_all(home.path().join("2026")).unwrap();
        assert_eq!(follower.poll(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn torn_and_foreign_lines_are_passed_over() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "{\"phase\":\"end\",\"request_id\":\"req_1\"}\n{\"phase\":\"e\n\nnot json\n[1]\n{\"phase\":\"end\",\"request_id\":\"req_2\"}\n\u{0}\u{0}";
        std::fs::write(file.path(), text).unwrap();
        let mut ids = Vec::new();
        let passed_over = records(file.path(), |record| ids.push(record.request_id().to_owned())).unwrap();
        assert_eq!((ids, passed_over), (vec!["req_1".to_owned(), "req_2".to_owned()], 4));
    }
}
