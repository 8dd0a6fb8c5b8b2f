use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, PipeReader};
use std::os::fd::OwnedFd;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::config::{RawConfig, UpstreamKind};

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// Most records that wait for the disk.
const QUEUE: usize = 16;

/// An open relay whose log goes into a pipe, which takes nothing more when it is full and nobody reads: a disk that hangs.
async fn on_a_hanging_disk(home: &std::path::Path) -> (Relay, PipeReader) {
    let environment = BTreeMap::from([("HOME".to_owned(), home.to_str().unwrap().to_owned())]);
    let mut raw = RawConfig::default();
    raw.server.port = Some(0);
    raw.upstream.kind = Some(UpstreamKind::Demo);
    raw.security.require_bearer_auth = Some(false);
    raw.security.rate_limit_burst = Some(1_000_000);
    let config = Config::load(raw, None, &environment).unwrap().config;
    let mut relay = Relay::bind(&config).await.unwrap();
    let (reader, disk) = std::io::pipe().unwrap();
    relay.traffic = Traffic::into_file(File::from(OwnedFd::from(disk)), QUEUE).unwrap();
    relay.app = Arc::new(Arc::into_inner(relay.app).unwrap().with_traffic(relay.traffic.clone()));
    (relay, reader)
}

#[tokio::test]
async fn a_disk_that_hangs_stops_no_request() {
    let home = tempfile::tempdir().unwrap();
    let (relay, reader) = on_a_hanging_disk(home.path()).await;
    let (traffic, base_url) = (relay.traffic.clone(), relay.base_url().to_owned());
    let running = relay.run(std::future::pending());
    let asking = async {
        crate::tls::install_crypto_provider();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let ask = async || {
            let chat = json!({"model": "gpt-5.5", "messages": [{"role": "user", "content": "x".repeat(10_000)}]});
            let answer = client.post(format!("{base_url}/chat/completions")).json(&chat).send().await.unwrap();
            let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            assert_eq!(answer.json::<Value>().await.unwrap()["object"], "chat.completion");
            id
        };
        for _ in 0..100 {
            ask().await;
        }
        let dropped = traffic.records_dropped();
        assert!(dropped > 0, "the disk took all of it");
        let figures = client.get(base_url.replace("/v1", "/metrics")).send().await.unwrap().text().await.unwrap();
        let told = figures.lines().find_map(|line| line.strip_prefix("airelays_log_records_dropped_total "));
        assert!(told.unwrap().parse::<u64>().unwrap() >= dropped, "{figures}");

        // The disk goes on, and so does the log.
        let (lines, mut written) = tokio::sync::mpsc::unbounded_channel();
        std::thread::spawn(move || {
            BufReader::new(reader).lines().map_while(Result::ok).try_for_each(|line| lines.send(line))
        });
        traffic.flush().await;
        let id = ask().await;
        while let Some(line) = written.recv().await {
            let record: Value = serde_json::from_str(&line).unwrap();
            if (&record["request_id"], &record["phase"]) == (&json!(id), &json!("end")) {
                return;
            }
        }
    };
    tokio::select! {
        () = running => panic!("it ended"),
        done = tokio::time::timeout(LONG, asking) => done.unwrap(),
    }
}
