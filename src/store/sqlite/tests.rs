//! The store on disk, without the relay around it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::*;
use crate::store::records::Order;
use crate::store::{StateStore, new_id};

struct Place {
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("state")
    }

    fn blobs(&self) -> Arc<Blobs> {
        Arc::new(Blobs::new(self.path().join("files")))
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::new(&self.path(), self.blobs())
    }
}

fn file(id: &str, bytes: u64) -> FileRecord {
    FileRecord {
        id: id.to_owned(),
        created_at: 100,
        expires_at: None,
        bytes,
        filename: "../../a;\"\r\n.txt".to_owned(),
        purpose: "user_data".to_owned(),
        content_type: "text/plain".to_owned(),
        sha256: String::new(),
    }
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn item(id: &str) -> StoredItem {
    StoredItem { id: id.to_owned(), item: map(json!({"type": "message", "id": id})) }
}

fn response(id: &str, previous_id: Option<&str>, expires_at: u64) -> ResponseRecord {
    ResponseRecord {
        id: id.to_owned(),
        created_at: 100,
        expires_at,
        previous_id: previous_id.map(str::to_owned),
        conversation_id: None,
        session: "s".to_owned(),
        response: map(json!({"id": id, "output": [{"type": "message", "id": format!("msg_{id}")}]})).into(),
        input: vec![item(&format!("in_{id}"))].into(),
    }
}

fn turn(response: ResponseRecord) -> Turn {
    Turn { response: Some(response), conversation: None }
}

fn query(limit: u32, after: Option<String>) -> PageQuery {
    PageQuery { order: Order::Descending, limit, after }
}

#[tokio::test]
async fn files_come_back_as_they_were_and_in_pages_that_end() {
    let place = Place::new();
    let store = place.store();
    for n in 0..7 {
        store.insert_file(file(&format!("file-{n}"), 1), 100).await.unwrap();
    }
    assert_eq!(store.file("file-3", 100).await.unwrap(), Some(file("file-3", 1)));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.files(&query(3, after), None, 100).await.unwrap().unwrap();
        after = page.data.last().map(|file| file.id.clone());
        seen.extend(page.data.iter().map(|file| file.id.clone()));
        // Deleting what was seen does not lose the place.
        for file in &page.data {
            assert!(store.delete_file(&file.id).await.unwrap());
        }
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen, ["file-6", "file-5", "file-4", "file-3", "file-2", "file-1", "file-0"]);
    assert_eq!(store.files(&query(3, Some("file-x".to_owned())), None, 100).await.unwrap(), None);
    assert!(!store.delete_file("file-0").await.unwrap());
}

#[tokio::test]
async fn the_sum_of_files_is_kept_by_the_database() {
    let place = Place::new();
    let (one, other) = (place.store(), place.store());
    one.insert_file(file("file-1", 60), 100).await.unwrap();
    let refused = other.insert_file(file("file-2", 41), 100).await;
    assert!(matches!(refused, Err(StoreError::TotalExceeded { limit: 100 })), "{refused:?}");
    other.insert_file(file("file-2", 40), 100).await.unwrap();
    assert_eq!(one.file_bytes().await.unwrap(), 100);
}

#[tokio::test]
async fn what_expires_is_gone_at_once_and_removed_later() {
    let place = Place::new();
    let store = place.store();
    store.insert_file(FileRecord { expires_at: Some(200), ..file("file-1", 1) }, 100).await.unwrap();
    store.record_turn(turn(response("resp_1", None, 200))).await.unwrap();
    assert!(
        store.file("file-1", 199).await.unwrap().is_some() && store.response("resp_1", 199).await.unwrap().is_some()
    );
    assert!(
        store.file("file-1", 200).await.unwrap().is_none() && store.response("resp_1", 200).await.unwrap().is_none()
    );
    assert_eq!(store.prune(200).await.unwrap(), ["file-1"]);
    let usage = store.usage().await.unwrap();
    assert_eq!((usage.files, usage.responses), (0, 0));
}

#[tokio::test]
async fn a_chain_is_whole_or_not_there_and_lives_as_long_as_its_end() {
    let place = Place::new();
    let store = place.store();
    store.record_turn(turn(response("resp_1", None, 200))).await.unwrap();
    store.record_turn(turn(response("resp_2", Some("resp_1"), 300))).await.unwrap();
    store.record_turn(turn(response("resp_3", Some("resp_2"), 400))).await.unwrap();
    let chain = store.chain("resp_3", 350, 10_000).await.unwrap().unwrap();
    let ids: Vec<_> = chain.responses.iter().map(|response| response.id.as_str()).collect();
    assert_eq!(ids, ["resp_1", "resp_2", "resp_3"]);
    let too_long = store.chain("resp_3", 350, 10).await;
    assert!(matches!(too_long, Err(StoreError::ChainTooLong { unit: "bytes", .. })), "{too_long:?}");
    store.delete_response("resp_2").await.unwrap();
    assert_eq!(store.chain("resp_3", 350, 10_000).await.unwrap(), None);
    assert_eq!(store.chain("resp_1", 350, 10_000).await.unwrap().unwrap().responses.len(), 1);
}

#[tokio::test]
async fn a_turn_of_a_deleted_conversation_leaves_nothing() {
    let place = Place::new();
    let store = place.store();
    let conversation = ConversationRecord { id: "conv_1".to_owned(), created_at: 1, metadata: map(json!({"a": "b"})) };
    store.insert_conversation(conversation.clone(), vec![item("msg_1")].into()).await.unwrap();
    assert_eq!(store.conversation("conv_1").await.unwrap(), Some(conversation));
    let items = vec![vec![item("msg_2")].into(), vec![item("msg_1")].into()];
    let both = Turn { response: Some(response("resp_1", None, 200)), conversation: Some(("conv_1".to_owned(), items)) };
    store.record_turn(both.clone()).await.unwrap();
    let all = store.all_items("conv_1", 10_000).await.unwrap();
    assert_eq!(all.len(), 3);
    assert!(all[2].id.starts_with("msg_1_") && all[2].item["id"] == all[2].id.as_str(), "{all:?}");
    assert!(store.delete_conversation("conv_1").await.unwrap());
    assert_eq!(store.usage().await.unwrap().conversation_items, 0);
    store.delete_response("resp_1").await.unwrap();
    assert!(matches!(store.record_turn(both).await, Err(StoreError::ConversationGone)));
    assert_eq!(store.response("resp_1", 100).await.unwrap(), None);
}

#[tokio::test]
async fn a_damaged_database_is_set_aside() {
    let place = Place::new();
    let store = place.store();
    for n in 0..200 {
        store.record_turn(turn(response(&format!("resp_{n}"), None, 200))).await.unwrap();
    }
    store.close().await;
    drop(store);
    let path = place.path().join("state.sqlite3");
    for damage in ["pages", "header"] {
        let mut bytes = std::fs::read(&path).unwrap();
        let range = if damage == "pages" { 4096..bytes.len() } else { 0..16 };
        bytes[range].fill(0x5A);
        std::fs::write(&path, bytes).unwrap();
        let store = place.store();
        let housekeeping = store.open().await.unwrap().clone();
        let aside = housekeeping.set_aside.unwrap();
        assert!(aside.exists() && aside.file_name().unwrap().to_string_lossy().starts_with("state.sqlite3.corrupt-"));
        assert_eq!(store.usage().await.unwrap().responses, 0);
        store.record_turn(turn(response("resp_new", None, 200))).await.unwrap();
        store.close().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_anything() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let store = place.store();
    let blobs = place.blobs();
    let mut upload = blobs.begin("file-1", 0, 100).await.unwrap();
    upload.write(b"abc").await.unwrap();
    upload.finish().await.unwrap();
    store.insert_file(file("file-1", 3), 100).await.unwrap();
    let mut seen = 0;
    for path in walk(&place.path()) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}

fn walk(path: &Path) -> Vec<PathBuf> {
    let mut all = vec![path.to_owned()];
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(walk(&path)) } else { all.push(path) }
    }
    all
}

#[tokio::test]
async fn what_killed_uploads_left_is_removed_and_what_runs_is_not() {
    let place = Place::new();
    let blobs = place.blobs();
    let id = new_id("file-");
    let running = blobs.begin("file-running", 0, 100).await.unwrap();
    for left in ["file-killed.partial", "file-unrecorded"] {
        std::fs::write(blobs.directory().join(left), b"x").unwrap();
    }
    let store = place.store();
    store.insert_file(file(&id, 3), 100).await.unwrap();
    assert_eq!(store.open().await.unwrap().removed_files, 2);
    assert!(blobs.directory().join("file-running.partial").exists());
    drop(running);
    store.close().await;
    drop(store);
    // A record without bytes is no file.
    let store = place.store();
    assert_eq!(store.file(&id, 100).await.unwrap(), None);
}

#[tokio::test]
async fn uploads_under_way_count_together() {
    let place = Place::new();
    let blobs = place.blobs();
    let mut one = blobs.begin("file-1", 10, 100).await.unwrap();
    let mut other = blobs.begin("file-2", 10, 100).await.unwrap();
    one.write(&[0; 50]).await.unwrap();
    let refused = other.write(&[0; 41]).await;
    assert!(matches!(refused, Err(StoreError::TotalExceeded { limit: 100 })), "{refused:?}");
    drop(other);
    one.write(&[0; 40]).await.unwrap();
    assert_eq!(one.finish().await.unwrap().len(), 64);
    drop(one);
    assert_eq!(blobs.read("file-1").await.unwrap().unwrap().len(), 90);
    assert_eq!(std::fs::read_dir(blobs.directory()).unwrap().count(), 1);
}
