//! The writer: one thread that turns records into lines. Requests hand records over and never wait for it.
//!
//! The queue is bounded by records and by bytes; what does not fit is counted and lost. A disk that is full or cannot be written costs records and one
//! warning a minute, and is tried again with every batch.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::Formatter;
use tokio::sync::oneshot;

use super::files::{self, Hour};
use super::record::Record;
use super::redact::{Secrets, redact};
use crate::config::LoggingConfig;

/// Most records that wait.
const QUEUE_RECORDS: usize = 8192;
/// Most memory that waiting records hold on to, in bytes: 64 MiB.
const QUEUE_BYTES: usize = 64 << 20;
/// What a record takes beside its body, in bytes; an estimate.
const RECORD_BYTES: usize = 1024;
/// How much is written at once, in bytes.
const BATCH_BYTES: usize = 1 << 20;
/// How much is written before the size of the whole log is looked at again, in bytes.
const RETAIN_EVERY_BYTES: u64 = 64 << 20;
/// How often somebody is told that records are lost.
const WARN_EVERY: Duration = Duration::from_secs(60);
/// How long the last records may take to be written when the relay stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for room in a full queue before looking again.
const FULL_PAUSE: Duration = Duration::from_millis(10);

/// A record with what all of them have.
pub(super) struct Entry {
    pub(super) request_id: Arc<str>,
    pub(super) logged_at: Timestamp,
    pub(super) record: Record,
    pub(super) secrets: Arc<Secrets>,
    /// Bytes that it holds on to.
    pub(super) held_bytes: usize,
}

enum Message {
    Entry(Box<Entry>),
    /// Everything before this is to be on its way to the disk.
    Flush(oneshot::Sender<()>),
}

/// The way to the writer.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: SyncSender<Message>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queued_bytes: AtomicUsize,
    dropped: AtomicU64,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// When the system gives no thread.
    pub(super) fn start(logs_dir: PathBuf, config: &LoggingConfig) -> io::Result<Self> {
        let (writer, receiver) = Self::queue(QUEUE_RECORDS);
        let thread = Thread::new(logs_dir, config, Arc::clone(&writer.shared));
        std::thread::Builder::new().name("traffic-log".to_owned()).spawn(move || thread.run(&receiver))?;
        Ok(writer)
    }

    /// One whose file of this hour is open already, whatever it is, and whose queue takes so many records.
    #[cfg(all(test, unix))]
    pub(super) fn start_into(file: File, queue_records: usize) -> io::Result<Self> {
        let (writer, receiver) = Self::queue(queue_records);
        let mut thread = Thread::new(PathBuf::new(), &tests::config(), Arc::clone(&writer.shared));
        // An hour that does not end while a test runs.
        let hour = Hour::of(Timestamp::MAX);
        (thread.file, thread.hour) = (Some((hour, file)), Some(hour));
        std::thread::Builder::new().spawn(move || thread.run(&receiver))?;
        Ok(writer)
    }

    fn queue(records: usize) -> (Self, Receiver<Message>) {
        let (queue, receiver) = sync_channel(records);
        (Self { queue, shared: Arc::default() }, receiver)
    }

    /// Hands a record over, or counts it as lost.
    pub(super) fn send(&self, entry: Entry) {
        let bytes = RECORD_BYTES + entry.held_bytes;
        let waiting = self.shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let is_sent = waiting + bytes <= QUEUE_BYTES
            && match self.queue.try_send(Message::Entry(Box::new(entry))) {
                Ok(()) => true,
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
            };
        if !is_sent {
            self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records that were lost.
    pub(super) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was handed over so far is written, but not for ever: a disk may hang.
    pub(super) async fn flush(&self) {
        let flushed = async {
            let (written, when_written) = oneshot::channel();
            let mut message = Message::Flush(written);
            while let Err(TrySendError::Full(refused)) = self.queue.try_send(message) {
                message = refused;
                tokio::time::sleep(FULL_PAUSE).await;
            }
            let _ = when_written.await;
        };
        if tokio::time::timeout(FLUSH_TIMEOUT, flushed).await.is_err() {
            tracing::warn!("the last records of the traffic log could not be written in time");
        }
    }
}

/// What the thread works with.
struct Thread {
    logs_dir: PathBuf,
    retention: Duration,
    max_total_bytes: u64,
    shared: Arc<Shared>,
    file: Option<(Hour, File)>,
    /// The hour of the last records; never goes back.
    hour: Option<Hour>,
    batch: Vec<u8>,
    batch_records: u64,
    /// Bytes written since the size of the log was looked at.
    written_bytes: u64,
    warned_at: Option<Instant>,
    lost_since_warning: u64,
}

impl Thread {
    fn new(logs_dir: PathBuf, config: &LoggingConfig, shared: Arc<Shared>) -> Self {
        Self {
            logs_dir,
            retention: config.retention,
            max_total_bytes: config.max_total_bytes,
            shared,
            file: None,
            hour: None,
            batch: Vec::new(),
            batch_records: 0,
            written_bytes: 0,
            warned_at: None,
            lost_since_warning: 0,
        }
    }

    fn run(mut self, queue: &Receiver<Message>) {
        self.retain(Hour::of(Timestamp::now()));
        loop {
            let message = match queue.try_recv() {
                Ok(message) => message,
                Err(TryRecvError::Empty) => {
                    self.write();
                    // An hour without traffic must not keep old files for ever.
                    match queue.recv_timeout(Duration::from_secs(3600)) {
                        Ok(message) => message,
                        Err(RecvTimeoutError::Timeout) => {
                            self.retain(Hour::of(Timestamp::now()));
                            continue;
                        }
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
                Err(TryRecvError::Disconnected) => return self.write(),
            };
            match message {
                Message::Entry(entry) => self.take(*entry),
                Message::Flush(written) => {
                    self.write();
                    let _ = written.send(());
                }
            }
        }
    }

    fn take(&mut self, entry: Entry) {
        let hour = Hour::of(entry.logged_at);
        if self.hour.is_none_or(|current| hour > current) {
            self.write();
            if self.hour.is_some() {
                self.retain(hour);
            }
            self.hour = Some(hour);
        }
        let bytes = RECORD_BYTES + entry.held_bytes;
        line(entry, &mut self.batch);
        self.batch_records += 1;
        self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        if self.batch.len() >= BATCH_BYTES {
            self.write();
        }
    }

    /// Writes the batch, or counts it as lost.
    fn write(&mut self) {
        let Some(hour) = self.hour.filter(|_| !self.batch.is_empty()) else { return };
        let written = self.try_write(hour);
        match written {
            Ok(()) => self.written_bytes += self.batch.len() as u64,
            Err(error) => {
                self.file = None;
                self.lose(&error);
            }
        }
        self.batch.clear();
        self.batch.shrink_to(BATCH_BYTES);
        self.batch_records = 0;
        if self.written_bytes >= RETAIN_EVERY_BYTES {
            self.retain(hour);
        }
    }

    fn try_write(&mut self, hour: Hour) -> io::Result<()> {
        if self.file.as_ref().is_none_or(|(open, _)| *open != hour) {
            self.file = Some((hour, files::open(&self.logs_dir, hour)?));
        }
        let Some((_, file)) = &mut self.file else { return Ok(()) };
        if file.metadata()?.len() >= self.max_total_bytes {
            return Err(io::Error::other("this hour alone has reached `logging.max_total_mb`"));
        }
        file.write_all(&self.batch)
    }

    fn lose(&mut self, error: &io::Error) {
        self.shared.dropped.fetch_add(self.batch_records, Ordering::Relaxed);
        self.lost_since_warning += self.batch_records;
        if self.warned_at.is_none_or(|at| at.elapsed() >= WARN_EVERY) {
            let (path, records) = (self.logs_dir.display(), self.lost_since_warning);
            tracing::warn!(%path, records, %error, "the traffic log cannot be written; requests go on without it");
            self.warned_at = Some(Instant::now());
            self.lost_since_warning = 0;
        }
    }

    fn retain(&mut self, current: Hour) {
        files::retain(&self.logs_dir, current, self.retention, self.max_total_bytes);
        self.written_bytes = 0;
    }
}

/// Adds a record as one line of JSON without secrets; `request_id` and `logged_at` are its last members.
fn line(entry: Entry, lines: &mut Vec<u8>) {
    let Entry { request_id, logged_at, record, secrets, held_bytes: _ } = entry;
    let mut value = serde_json::to_value(record).unwrap_or_default();
    redact(&mut value, &secrets);
    if let Value::Object(members) = &mut value {
        members.insert("request_id".to_owned(), Value::from(&*request_id));
        members
            .insert("logged_at".to_owned(), Value::from(logged_at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()));
    }
    // Writing into memory does not fail.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut *lines, Harmless));
    lines.push(b'\n');
}

/// Compact JSON without characters that steer a terminal or break lines: those that JSON itself leaves as they are get escaped too.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(steers) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            let found = after.next().unwrap_or_default();
            write!(writer, "\\u{:04x}", u32::from(found))?;
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Control characters, line separators, and marks that turn the direction of writing.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
