use std::fs;
use std::path::Path;

use super::*;
use crate::traffic::body::Body;
use crate::traffic::record::{OutboundResponse, RelayStopped};

pub(super) fn config() -> LoggingConfig {
    LoggingConfig {
        enabled: true,
        bodies: true,
        stream_lines: false,
        retention: Duration::from_secs(86_400 * 30),
        max_total_bytes: 1 << 30,
    }
}

fn entry_at(logged_at: &str, number: u64) -> Entry {
    Entry {
        request_id: Arc::from("relay"),
        logged_at: logged_at.parse().unwrap(),
        record: Record::RelayStopped(RelayStopped { records_dropped: number }),
        secrets: Arc::default(),
        held_bytes: 0,
    }
}

fn entry(number: u64) -> Entry {
    entry_at("2026-11-21T13:00:00Z", number)
}

fn thread(logs_dir: &Path, config: &LoggingConfig) -> Thread {
    Thread::new(logs_dir.to_owned(), config, Arc::default())
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line() {
    let mut bytes = Vec::new();
    line(entry_at("2026-11-21T13:00:00.0000015Z", 3), &mut bytes);
    let expected = r#"{"phase":"relay_stopped","records_dropped":3,"request_id":"relay","logged_at":"2026-11-21T13:00:00.000001+00:00"}"#;
    assert_eq!(std::str::from_utf8(&bytes).unwrap(), format!("{expected}\n"));
}

#[test]
fn control_characters_stay_in_their_line() {
    let mut bytes = Vec::new();
    let record = Record::OutboundResponse(OutboundResponse {
        status_code: 200,
        headers: crate::traffic::record::Headers::default(),
        body: Body::new("a\nb\u{1b}[31m\u{7f}\u{9b}\u{2028}".into(), true),
    });
    line(Entry { record, ..entry(0) }, &mut bytes);
    let text = std::str::from_utf8(&bytes).unwrap().strip_suffix('\n').unwrap();
    assert!(!text.contains(steers), "{text}");
    let read: Value = serde_json::from_str(text).unwrap();
    assert_eq!(read["body"]["text"], "a\nb\u{1b}[31m\u{7f}\u{9b}\u{2028}");
}

#[tokio::test]
async fn what_was_sent_is_there_after_a_flush() {
    let home = tempfile::tempdir().unwrap();
    let writer = Writer::start(home.path().join("logs"), &config()).unwrap();
    for number in 0..100 {
        writer.send(entry_at(&Timestamp::now().to_string(), number));
    }
    writer.flush().await;
    let written: usize = files::find(&home.path().join("logs")).iter().map(|file| lines(&file.path).len()).sum();
    assert_eq!((written, writer.dropped()), (100, 0));
    assert_eq!(writer.shared.queued_bytes.load(Ordering::Relaxed), 0);
}

#[test]
fn a_full_queue_loses_records_and_counts_them() {
    let (writer, receiver) = Writer::queue(10);
    for number in 0..15 {
        writer.send(entry(number));
    }
    assert_eq!((receiver.try_iter().count(), writer.dropped()), (10, 5));
}

#[test]
fn waiting_bodies_are_bounded_too() {
    let (writer, _receiver) = Writer::queue(10);
    for _ in 0..3 {
        writer.send(Entry { held_bytes: QUEUE_BYTES / 2 - RECORD_BYTES, ..entry(0) });
    }
    assert_eq!((writer.dropped(), writer.shared.queued_bytes.load(Ordering::Relaxed)), (1, QUEUE_BYTES));
}

#[test]
fn every_hour_has_its_file() {
    let home = tempfile::tempdir().unwrap();
    let mut thread = thread(home.path(), &config());
    // The third was made before the second, and waited longer for its turn.
    for (number, time) in
        ["2026-11-21T13:59:59.9Z", "2026-11-21T14:00:00Z", "2026-11-21T13:59:59.99Z"].iter().enumerate()
    {
        thread.take(entry_at(time, number as u64));
    }
    thread.write();
    let count = |name: &str| lines(&home.path().join("2026/11").join(name)).len();
    assert_eq!((count("21-13.log"), count("21-14.log")), (1, 2));
}

#[test]
fn a_directory_that_cannot_be_written_costs_records_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let logs_dir = home.path().join("logs");
    fs::write(&logs_dir, "a file in its place").unwrap();
    let mut thread = thread(&logs_dir, &config());
    let dropped = |thread: &Thread| thread.shared.dropped.load(Ordering::Relaxed);
    for number in 0..3 {
        thread.take(entry(number));
        thread.write();
    }
    assert_eq!((dropped(&thread), thread.lost_since_warning), (3, 2), "one warning, then silence");
    fs::remove_file(&logs_dir).unwrap();
    thread.take(entry(3));
    thread.write();
    assert_eq!((dropped(&thread), lines(&logs_dir.join("2026/11/21-13.log")).len()), (3, 1), "it recovers by itself");
}

#[test]
fn an_hour_that_is_too_large_ends_early() {
    let home = tempfile::tempdir().unwrap();
    let mut thread = thread(home.path(), &LoggingConfig { max_total_bytes: 1, ..config() });
    for number in 0..3 {
        thread.take(entry(number));
        thread.write();
    }
    assert_eq!(lines(&home.path().join("2026/11/21-13.log")).len(), 1);
    assert_eq!(thread.shared.dropped.load(Ordering::Relaxed), 2);
}

/// `/dev/full` refuses every write like a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_records_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let mut thread = thread(home.path(), &config());
    thread.file = Some((Hour::of(entry(0).logged_at), fs::OpenOptions::new().write(true).open("/dev/full").unwrap()));
    thread.take(entry(0));
    thread.write();
    assert_eq!(thread.shared.dropped.load(Ordering::Relaxed), 1);
    thread.take(entry(1));
    thread.write();
    assert_eq!(lines(&home.path().join("2026/11/21-13.log")).len(), 1, "the file is opened anew");
}
