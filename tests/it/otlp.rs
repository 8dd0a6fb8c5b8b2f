//! Spans, as a collector gets them. Bodies are protobuf; names and ids are looked for as bytes.

use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::backend::{Backend, Canned};
use crate::support::home::Home;
use crate::support::relay::AUTH;
use crate::support::serving::Serving;

/// In every place of a request that no span may show.
const CANARY: &str = "canary0123456789";

/// Far longer than the program takes to end.
const LONG: Duration = Duration::from_secs(60);

type Posted = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A collector that takes everything; dropping it stops it.
struct Collector {
    endpoint: String,
    posted: Posted,
    server: JoinHandle<()>,
}

impl Collector {
    async fn start() -> Self {
        async fn take(State(posted): State<Posted>, headers: HeaderMap, body: Bytes) {
            posted.lock().unwrap().push((headers, body));
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let posted = Posted::default();
        let router = Router::new().route("/v1/traces", axum::routing::post(take)).with_state(Arc::clone(&posted));
        #[expect(clippy::disallowed_methods, reason = "the collector lives as long as its test")]
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { endpoint, posted, server }
    }

    fn bytes(&self) -> Vec<u8> {
        self.posted.lock().unwrap().iter().flat_map(|(_, body)| body.to_vec()).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn serve(home: &Home, variables: &[(&str, &str)]) -> Serving {
    home.run(&["init"]);
    Serving::spawn(home.command(&["serve", "--port", "0"], variables))
}

async fn send(serving: &Serving, token: &str, path: &str, body: &Value) -> reqwest::Response {
    airelays::upstream::install_crypto_provider();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let request = client.post(format!("http://{}{path}?api_key={CANARY}", serving.address)).bearer_auth(token);
    request.header("x-canary", CANARY).json(body).send().await.unwrap()
}

async fn post(serving: &Serving, token: &str, path: &str, body: &Value) -> (u16, String) {
    let answer = send(serving, token, path, body).await;
    let (status, id) = (answer.status().as_u16(), answer.headers()["x-request-id"].to_str().unwrap().to_owned());
    answer.text().await.unwrap();
    (status, id)
}

/// Ends it as an operator does.
async fn end(mut serving: Serving) {
    serving.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || serving.ended());
    assert!(tokio::time::timeout(LONG, ended).await.unwrap().unwrap().success());
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A span's id and its parent's, found by its name: in the encoding of `opentelemetry.proto.trace.v1.Span`, field 2 is its id, 4 its parent's, 5 its name.
fn ids(bytes: &[u8], name: &str) -> (Vec<u8>, Option<Vec<u8>>) {
    let field = [&[0x2a, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
    let at = bytes.windows(field.len()).position(|window| window == field).unwrap_or_else(|| panic!("no span {name}"));
    let id = |number: u8, end: usize| {
        let is_there = bytes[end - 10..end - 8] == [number << 3 | 2, 8];
        is_there.then(|| bytes[end - 8..end].to_vec())
    };
    match id(4, at) {
        Some(parent) => (id(2, at - 10).unwrap(), Some(parent)),
        None => (id(2, at).unwrap(), None),
    }
}

#[tokio::test]
async fn a_request_and_its_calls_arrive_without_what_was_said() {
    let (collector, backend, home) = (Collector::start().await, Backend::start().await, Home::new());
    let failure = format!(r#"{{"error": {{"code": "server_error", "message": "{CANARY}"}}}}"#);
    backend.then("/responses", Canned::json(503, &failure));
    home.write(".airelays/auth.json", AUTH);
    let serving = serve(
        &home,
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=key%201"),
            ("AIRELAYS_UPSTREAM_BASE_URL", &backend.base),
            ("AIRELAYS_AUTH_STORAGE", "file"),
        ],
    );
    let token = home.token();
    let chat = chat(CANARY, true);
    let (status, id) = post(&serving, &token, "/v1/chat/completions", &chat).await;
    assert_eq!(status, 200);
    assert_eq!(post(&serving, CANARY, &format!("/v1/{CANARY}"), &chat).await.0, 401);
    end(serving).await;

    let bytes = collector.bytes();
    for told in [
        "airelays",
        "chat gpt-5.5",
        "http.request.resend_count",
        "transient",
        "gen_ai.usage.input_tokens",
        "/v1/chat/completions",
        "completed",
        "127.0.0.1",
        "refused",
        &id,
    ] {
        assert!(holds(&bytes, told), "`{told}` is not told");
    }
    let (request, none) = ids(&bytes, "POST /v1/chat/completions");
    assert_eq!(none, None);
    let (_, parent) = ids(&bytes, "chat gpt-5.5");
    assert_eq!(parent, Some(request));
    for secret in [CANARY, &token, "upstream-token", "account-1"] {
        assert!(!holds(&bytes, secret), "`{secret}` went to the collector");
    }
    let posted = collector.posted.lock().unwrap();
    assert_eq!(posted[0].0["content-type"], "application/x-protobuf");
    assert_eq!(posted[0].0["x-collector-key"], "key 1");
}

/// A program whose collector has been called once and says nothing.
async fn before_silence(home: &Home) -> (Serving, impl Sized) {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
        ("AIRELAYS_UPSTREAM_KIND", "demo"),
    ];
    let serving = serve(home, &variables);
    assert_eq!(post(&serving, &home.token(), "/v1/chat/completions", &chat("hello", false)).await.0, 200);
    let call = tokio::time::timeout(LONG, silent.accept()).await.unwrap().unwrap();
    (serving, (silent, call))
}

fn chat(prompt: &str, stream: bool) -> Value {
    json!({"model": "gpt-5.5", "stream": stream, "messages": [{"role": "user", "content": prompt}]})
}

#[tokio::test]
async fn a_collector_that_does_not_answer_holds_nobody_up() {
    let home = Home::new();
    let (serving, _silence) = before_silence(&home).await;
    for _ in 0..3 {
        assert_eq!(post(&serving, &home.token(), "/v1/chat/completions", &chat("hello", false)).await.0, 200);
    }
    end(serving).await;
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_the_collector() {
    let home = Home::new();
    let (mut serving, _silence) = before_silence(&home).await;
    let running = send(&serving, &home.token(), "/v1/chat/completions", &chat("demo:slow 1000 100", true)).await;
    serving.signal("TERM");
    while TcpStream::connect(&serving.address).await.is_ok() {}
    serving.signal("TERM");
    let ended = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        serving.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (serving.ended().code(), said)
    });
    let (code, said) = tokio::time::timeout(LONG, ended).await.unwrap().unwrap();
    assert_eq!(code, Some(143), "{said}");
    assert!(said.contains("stopped at once") && !said.contains("spans"), "{said}");
    drop(running);
}

#[test]
fn a_collector_that_is_no_address_is_refused() {
    let home = Home::new();
    home.run(&["init"]);
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")];
    insta::assert_snapshot!(home.run_with(&["serve", "--upstream", "demo"], &variables), @"
    exit: 1
    ---- stderr
    error: `OTEL_EXPORTER_OTLP_ENDPOINT`: expected an address that begins with `http://` or `https://`
    ");
}
