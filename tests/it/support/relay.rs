//! A whole relay on a free loopback port, made from a configuration as the program makes it, and a client for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use airelays::config::{Config, RawConfig, UpstreamKind};
use airelays::serve::{Limits, Relay};
use airelays::upstream::Upstream;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The token of relays that ask for one.
pub(crate) const TOKEN: &str = "relay-token-of-the-tests-0123456789";

/// An upstream login that does not end soon; unsigned, like all tokens here.
pub(crate) const AUTH: &str = r#"{"tokens": {"id_token": "", "access_token": "upstream-token", "refresh_token": "r", "account_id": "account-1"}}"#;

/// A running relay; dropping it stops it.
pub(crate) struct Running {
    /// Ends in `/v1`.
    pub(crate) base_url: String,
    client: reqwest::Client,
    server: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
    home: tempfile::TempDir,
}

/// What a relay is to be beyond its settings.
#[derive(Default)]
pub(crate) struct Beyond {
    /// Instead of the upstream of the settings.
    pub(crate) upstream: Option<Arc<dyn Upstream>>,
    /// Changes of the limits.
    pub(crate) limit: Option<fn(&mut Limits)>,
}

/// An answer that has arrived.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Running {
    /// An open relay with the demo upstream.
    pub(crate) async fn demo() -> Self {
        Self::with(|raw| raw.security.require_bearer_auth = Some(false)).await
    }

    /// An open relay in front of a backend that is reached over HTTP.
    pub(crate) async fn in_front_of(base: &str) -> Self {
        Self::beyond(open_before(base), Beyond::default()).await
    }

    /// A relay with the demo upstream and [`TOKEN`], but for these settings.
    pub(crate) async fn with(set: impl FnOnce(&mut RawConfig)) -> Self {
        Self::beyond(set, Beyond::default()).await
    }

    /// The same, and more.
    pub(crate) async fn beyond(set: impl FnOnce(&mut RawConfig), beyond: Beyond) -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join(".airelays");
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(data.join("auth.json"), AUTH).unwrap();
        let environment = BTreeMap::from([
            ("HOME".to_owned(), home.path().to_str().unwrap().to_owned()),
            ("USERPROFILE".to_owned(), home.path().to_str().unwrap().to_owned()),
            ("AIRELAYS_BEARER_TOKEN".to_owned(), TOKEN.to_owned()),
        ]);
        let mut raw = RawConfig::default();
        raw.server.port = Some(0);
        raw.upstream.kind = Some(UpstreamKind::Demo);
        // Tests call often; those of the limits set them.
        raw.security.rate_limit_burst = Some(1_000_000);
        raw.security.concurrent_requests_per_ip = Some(1_000_000);
        raw.security.failed_auth_max_attempts = Some(1_000_000);
        set(&mut raw);
        let config = Config::load(raw, None, &environment).unwrap().config;
        let relay = match beyond.upstream {
            Some(upstream) => Relay::bind_before(&config, upstream).await.unwrap(),
            None => Relay::bind(&config).await.unwrap(),
        };
        let mut limits = relay.limits();
        beyond.limit.into_iter().for_each(|limit| limit(&mut limits));
        let relay = relay.with_limits(limits);
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            // Never told means to go on.
            if stopped.await.is_err() {
                std::future::pending().await
            }
        };
        let base_url = relay.base_url().to_owned();
        #[expect(clippy::disallowed_methods, reason = "the relay lives as long as its test")]
        let server = tokio::spawn(async move { relay.run(stopped).await });
        airelays::upstream::install_crypto_provider();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { base_url, client, server, stop: Some(stop), home }
    }

    /// Where it keeps things.
    pub(crate) fn data_dir(&self) -> std::path::PathBuf {
        self.home.path().join(".airelays")
    }

    /// Where it listens: address and port.
    pub(crate) fn address(&self) -> &str {
        let authority = self.base_url.split_once("://").unwrap().1;
        authority.trim_end_matches("/v1")
    }

    /// Tells it to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub(crate) async fn stopped(&mut self) {
        (&mut self.server).await.unwrap();
    }

    /// Where its traffic log is.
    pub(crate) fn logs_dir(&self) -> std::path::PathBuf {
        self.home.path().join(".airelays/logs")
    }

    /// Everything in its traffic log.
    pub(crate) fn log(&self) -> String {
        let files = airelays::traffic::find(&self.logs_dir());
        files.iter().map(|file| std::fs::read_to_string(&file.path).unwrap()).collect()
    }

    /// The records of a request, once it has ended.
    pub(crate) async fn records(&self, request_id: &str) -> Vec<Value> {
        self.records_where(|records| {
            records.into_iter().filter(|record| record["request_id"] == request_id).collect::<Vec<_>>()
        })
        .await
    }

    /// The records that are chosen, once the last of them is an end.
    pub(crate) async fn records_where(&self, choose: impl Fn(Vec<Value>) -> Vec<Value>) -> Vec<Value> {
        let written = async {
            loop {
                let log = self.log();
                let chosen = choose(log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect());
                if chosen.last().is_some_and(|record| record["phase"] == "end") {
                    return chosen;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), written).await.unwrap()
    }

    /// The full URL of a path such as `/v1/models`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches("/v1"))
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url(path))
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        answered(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answered {
        answered(self.request("POST", path).json(body)).await
    }
}

impl Running {
    /// Sends a request byte for byte and reads until the relay closes; status and the whole answer. `{authority}` in it becomes the address that is
    /// listened on. For what clients would not send.
    pub(crate) async fn raw(&self, request: &str) -> (u16, String) {
        let url = self.url("");
        let authority = url.trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(authority).await.unwrap();
        stream.write_all(request.replace("{authority}", authority).as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap_or_else(|| panic!("no status: {answer}"));
        (status.parse().unwrap(), answer)
    }
}

/// The settings of an open relay in front of a backend that is reached over HTTP.
pub(crate) fn open_before(base: &str) -> impl FnOnce(&mut RawConfig) {
    move |raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.upstream.kind = Some(UpstreamKind::Chatgpt);
        raw.upstream.base_url = Some(base.to_owned());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn answered(request: reqwest::RequestBuilder) -> Answered {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answered { status, headers, text: response.text().await.unwrap() }
}

/// A path of the contract with something in the place of its parameters.
pub(crate) fn concrete(path: &str) -> String {
    path.split('/').map(|step| if step.starts_with('{') { "x1" } else { step }).collect::<Vec<_>>().join("/")
}

/// Every error has OpenAI's shape, a copy of its message in `detail`, and a request id.
pub(crate) fn error_of(answer: &Answered) -> Value {
    let body = answer.json();
    let error = &body["error"];
    for member in ["message", "type", "param", "code"] {
        assert!(error.get(member).is_some(), "no `{member}` in {body}");
    }
    assert_eq!(body["detail"], error["message"]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let id = answer.header("x-request-id").unwrap();
    assert!(id.starts_with("req_") && id.len() == 36, "{id}");
    error.clone()
}
