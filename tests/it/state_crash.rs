//! State that outlives its process: killed at any moment, out of space, shared with another process, moved elsewhere.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use airelays::store::{Order, PageQuery, State, StateSettings};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::form::{BOUNDARY, body, file, text};
use crate::support::home::Home;

const MODEL: &str = "gpt-5.5";

const SERVE: [&str; 6] = ["serve", "--port", "0", "--upstream", "demo", "--no-auth"];

/// How much one caller may do is not what is tried here.
const UNLIMITED: [(&str, &str); 3] = [
    ("AIRELAYS_RATE_LIMIT_PER_MINUTE", "1000000"),
    ("AIRELAYS_RATE_LIMIT_BURST", "1000000"),
    ("AIRELAYS_CONCURRENT_REQUESTS_PER_IP", "1000"),
];

/// A relay in a process of its own; dropping it kills it.
struct Process {
    child: Child,
    base: String,
}

impl Process {
    fn start(home: &Home) -> Self {
        Self::run(home.command(&SERVE, &UNLIMITED))
    }

    /// One that may not write a file of more than about a megabyte.
    fn cramped(home: &Home) -> Self {
        let program = home.command(&SERVE, &UNLIMITED);
        let mut command = Command::new("sh");
        // The signal would end the process; ignored, writing fails as it does on a full disk.
        command.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""]).arg(program.get_program());
        command.args(program.get_args()).envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| line.strip_prefix("  Address:").map(|rest| rest.trim().to_owned()));
        let base = format!("http://{}", address.unwrap());
        Self { child, base }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn client() -> reqwest::Client {
    airelays::upstream::install_crypto_provider();
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

async fn upload(client: &reqwest::Client, base: &str, bytes: &[u8]) -> Option<(u16, Value)> {
    let form = body(&[text("purpose", "user_data"), file("a.bin", bytes)]);
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = client.post(format!("{base}/v1/files")).header("content-type", content_type).body(form);
    let response = request.send().await.ok()?;
    Some((response.status().as_u16(), response.json().await.ok()?))
}

async fn post(client: &reqwest::Client, url: String, body: &Value) -> Option<(u16, Value)> {
    let request = client.post(url).header("content-type", "application/json").body(body.to_string());
    let response = request.send().await.ok()?;
    Some((response.status().as_u16(), response.json().await.ok()?))
}

/// The state a relay of this home keeps.
fn state(home: &Home) -> State {
    State::new(StateSettings {
        directory: home.path(".airelays/state"),
        max_upload_bytes: 32 << 20,
        max_total_upload_bytes: 256 << 20,
        response_ttl: Duration::from_secs(24 * 60 * 60),
        max_replay_bytes: 32 << 20,
    })
}

/// What clients were told is kept.
#[derive(Default)]
struct Told {
    files: Vec<String>,
    responses: Vec<String>,
}

/// Uploads files and continues a chain and a conversation until the relay is gone.
async fn work(base: String, conversation: String, told: Arc<Mutex<Told>>) {
    let client = client();
    let mut previous = Value::Null;
    loop {
        let bytes: Vec<u8> = (0..rand::random_range(1..60_000_u32)).map(|n| n as u8).collect();
        let Some((status, file)) = upload(&client, &base, &bytes).await else { return };
        assert_eq!(status, 200, "{file}");
        told.lock().unwrap().files.push(file["id"].as_str().unwrap().to_owned());
        let turn = json!({"model": MODEL, "input": "again", "previous_response_id": previous});
        let Some((status, response)) = post(&client, format!("{base}/v1/responses"), &turn).await else { return };
        assert_eq!(status, 200, "{response}");
        previous = response["id"].clone();
        told.lock().unwrap().responses.push(previous.as_str().unwrap().to_owned());
        let turn = json!({"model": MODEL, "input": "again", "conversation": conversation});
        let Some((status, response)) = post(&client, format!("{base}/v1/responses"), &turn).await else { return };
        assert!(status == 200 || status == 409, "{response}");
    }
}

/// Opens the state alone and looks at all of it.
async fn check(home: &Home, conversation: &str, told: &Told) {
    let state = state(home);
    let store = state.store();
    let query = PageQuery { order: Order::Ascending, limit: 10_000, after: None };
    let files = store.files(&query, None, 0).await.unwrap().unwrap().data;
    for file in &files {
        let bytes = state.blobs().read(&file.id).await.unwrap();
        let Some(bytes) = bytes else { panic!("{} has no bytes", file.id) };
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((bytes.len() as u64, digest), (file.bytes, file.sha256.clone()), "half a file");
    }
    let on_disk = std::fs::read_dir(state.blobs().directory()).map_or(0, Iterator::count);
    assert_eq!(on_disk, files.len(), "nothing lies there that nobody knows");
    for id in &told.files {
        assert!(files.iter().any(|file| file.id == *id), "{id} was promised");
    }
    for id in &told.responses {
        assert!(store.chain(id, 0, u64::MAX).await.unwrap().is_some(), "{id} was promised");
    }
    let items = store.all_items(conversation, u64::MAX).await.unwrap();
    let roles: Vec<&str> = items.iter().map(|item| item.item["role"].as_str().unwrap()).collect();
    assert!(roles.chunks(2).all(|turn| turn == ["user", "assistant"]), "half a turn: {roles:?}");
    assert!(!home.path(".airelays/state").join("state.sqlite3.corrupt").exists());
    let names = std::fs::read_dir(home.path(".airelays/state")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("corrupt")));
    state.settled().await;
}

async fn survives(kills: u32) {
    let home = Home::new();
    let first = Process::start(&home);
    let made = post(&client(), format!("{}/v1/conversations", first.base), &json!({})).await.unwrap().1;
    let conversation = made["id"].as_str().unwrap().to_owned();
    drop(first);
    let told = Arc::new(Mutex::new(Told::default()));
    for _ in 0..kills {
        let mut process = Process::start(&home);
        let workers: Vec<_> = (0..3)
            .map(|_| {
                #[expect(clippy::disallowed_methods, reason = "the workers end with the relay")]
                tokio::spawn(work(process.base.clone(), conversation.clone(), Arc::clone(&told)))
            })
            .collect();
        let enough = rand::random_range(0..8);
        while told.lock().unwrap().files.len() < enough {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..20_000))).await;
        process.kill();
        for worker in workers {
            worker.await.unwrap();
        }
        let told = std::mem::take(&mut *told.lock().unwrap());
        check(&home, &conversation, &told).await;
    }
    let state = state(&home);
    let usage = state.store().usage().await.unwrap();
    assert!(usage.files > 0 && usage.responses > 0 && usage.conversation_items > 0, "it did nothing: {usage:?}");
}

#[tokio::test]
async fn a_killed_relay_leaves_whole_state() {
    survives(40).await;
}

#[tokio::test]
#[ignore = "takes minutes; the same as above, more often"]
async fn a_relay_killed_200_times_leaves_whole_state() {
    survives(200).await;
}

#[tokio::test]
async fn a_full_disk_refuses_an_upload_and_keeps_the_rest() {
    let home = Home::new();
    let process = Process::cramped(&home);
    let client = client();
    let (status, kept) = upload(&client, &process.base, &[1; 1000]).await.unwrap();
    assert_eq!(status, 200, "{kept}");
    let (status, refused) = upload(&client, &process.base, &[1; 4 << 20]).await.unwrap();
    assert_eq!((status, refused["error"]["code"].as_str()), (507, Some("storage_full")));
    let (status, again) = upload(&client, &process.base, &[2; 1000]).await.unwrap();
    assert_eq!(status, 200, "{again}");
    let files = std::fs::read_dir(home.path(".airelays/state/files")).unwrap().count();
    assert_eq!(files, 2, "nothing is left of what was refused");
}

#[tokio::test]
async fn a_turn_that_cannot_be_kept_says_so() {
    let home = Home::new();
    let process = Process::cramped(&home);
    let client = client();
    let responses = format!("{}/v1/responses", process.base);
    let (_, conversation) = post(&client, format!("{}/v1/conversations", process.base), &json!({})).await.unwrap();
    let turn = json!({"model": MODEL, "input": "x".repeat(4 << 20)});
    let (status, answer) = post(&client, responses.clone(), &turn).await.unwrap();
    assert_eq!((status, &answer["status"], &answer["store"]), (200, &json!("completed"), &json!(false)));
    let turn = json!({"model": MODEL, "input": "x".repeat(4 << 20), "conversation": conversation["id"]});
    let (status, answer) = post(&client, responses.clone(), &turn).await.unwrap();
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(status >= 500 && message.starts_with("the answer could not be added to the conversation"), "{answer}");
    let turn = json!({"model": MODEL, "input": "small", "conversation": conversation["id"]});
    let (_, answer) = post(&client, responses, &turn).await.unwrap();
    assert_eq!(answer["store"], true, "what fits is kept again: {answer}");
}

#[tokio::test]
async fn two_processes_share_a_directory() {
    let home = Home::new();
    let relays = [Process::start(&home), Process::start(&home)];
    let client = client();
    let uploads = (0..40).map(|n| {
        let (client, base) = (&client, &relays[n % 2].base);
        async move { upload(client, base, &[7; 5000]).await.unwrap() }
    });
    let answers = futures_util::future::join_all(uploads).await;
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    let first = post(&client, format!("{}/v1/responses", relays[0].base), &json!({"model": MODEL, "input": "hi"}))
        .await
        .unwrap()
        .1;
    let second = json!({"model": MODEL, "input": "go on", "previous_response_id": first["id"]});
    let (status, second) = post(&client, format!("{}/v1/responses", relays[1].base), &second).await.unwrap();
    assert_eq!(status, 200, "{second}");
    for relay in &relays {
        let listed: Value = client.get(format!("{}/v1/files", relay.base)).send().await.unwrap().json().await.unwrap();
        assert_eq!(listed["data"].as_array().unwrap().len(), 40);
    }
}

#[tokio::test]
async fn the_state_is_shown_moved_and_deleted() {
    let (home, other) = (Home::new(), Home::new());
    assert!(home.run(&["state"]).contains("0 (0 bytes)"));
    assert!(!home.path(".airelays/state").exists(), "looking makes nothing");
    let process = Process::start(&home);
    let client = client();
    let (_, file) = upload(&client, &process.base, b"hello").await.unwrap();
    let (_, conversation) = post(
        &client,
        format!("{}/v1/conversations", process.base),
        &json!({"items": [{"role": "user", "content": "hi"}]}),
    )
    .await
    .unwrap();
    let turn = json!({"model": MODEL, "input": "hi", "conversation": conversation["id"]});
    let (_, response) = post(&client, format!("{}/v1/responses", process.base), &turn).await.unwrap();

    // While the relay runs.
    let shown: Value = json_of(&home.run(&["state", "--json"]));
    assert_eq!((&shown["files"], &shown["file_bytes"], &shown["responses"]), (&json!(1), &json!(5), &json!(1)));
    assert_eq!((&shown["conversations"], &shown["conversation_items"]), (&json!(1), &json!(3)));
    let archive = home.path("archive.jsonl");
    let archive = archive.to_str().unwrap();
    let moved = json!({"files": 1, "conversations": 1, "responses": 1, "skipped": 0});
    assert_eq!(json_of(&home.run(&["state", "export", archive, "--json"]))["exported"], moved);
    assert!(home.run(&["state", "export", archive]).contains("cannot create"), "an archive is not overwritten");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(archive).unwrap().permissions().mode() & 0o777, 0o600);

    assert_eq!(json_of(&other.run(&["state", "import", archive, "--json"]))["imported"], moved);
    let again = json_of(&other.run(&["state", "import", archive, "--json"]));
    assert_eq!(again["imported"], json!({"files": 0, "conversations": 0, "responses": 0, "skipped": 3}));
    let second = Process::start(&other);
    for path in [
        format!("/v1/files/{}", file["id"].as_str().unwrap()),
        format!("/v1/responses/{}", response["id"].as_str().unwrap()),
    ] {
        let both = [&process.base, &second.base].map(|base| client.get(format!("{base}{path}")).send());
        let [one, other] = both;
        let (one, other): (Value, Value) =
            (one.await.unwrap().json().await.unwrap(), other.await.unwrap().json().await.unwrap());
        assert_eq!(one, other, "{path}");
    }

    assert!(home.run(&["state", "purge"]).starts_with("exit: 1\n"));
    assert!(home.run(&["state", "prune"]).starts_with("exit: 0\n"));
    assert_eq!(json_of(&home.run(&["state", "--json"]))["files"], 1, "nothing had expired");
    assert!(home.run(&["state", "purge", "--yes"]).starts_with("exit: 0\n"));
    let listed: Value = client.get(format!("{}/v1/files", process.base)).send().await.unwrap().json().await.unwrap();
    assert_eq!(listed["data"], json!([]));
    assert_eq!(std::fs::read_dir(home.path(".airelays/state/files")).unwrap().count(), 0);

    std::fs::write(home.path("bad.jsonl"), "{\"kind\": \"spoon\"}\n").unwrap();
    let bad = home.run(&["state", "import", home.path("bad.jsonl").to_str().unwrap()]);
    assert!(bad.contains("line 1 is not a line of an archive"), "{bad}");
}

fn json_of(output: &str) -> Value {
    let json = output.split_once("---- stdout\n").unwrap_or_else(|| panic!("{output}")).1;
    serde_json::from_str(json.split("\n---- stderr").next().unwrap()).unwrap()
}
