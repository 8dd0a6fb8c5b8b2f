//! `GET /v1/responses` as a WebSocket.

use std::time::Duration;

use airelays::http::SocketLimits;
use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::support::backend::{Backend, Canned, fixture};
use crate::support::relay::{Running, TOKEN};
use crate::support::socket::{Came, Limited, Socket};
use crate::support::spec::{Document, Spec};

mod chains;

const MODEL: &str = "gpt-5.5";

fn create(input: impl Into<Value>) -> Value {
    json!({"type": "response.create", "model": MODEL, "input": input.into()})
}

fn create_after(previous: &Value, input: impl Into<Value>) -> Value {
    let mut frame = create(input);
    frame["previous_response_id"] = previous["response"]["id"].clone();
    frame
}

async fn open(relay: &Running) -> Socket {
    Socket::open(&relay.base_url, &[]).await.unwrap()
}

/// The bodies that went upstream.
fn sent(backend: &Backend) -> Vec<Value> {
    backend.captured("/responses").iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

/// The texts of a body's input, oldest first.
fn said(body: &Value) -> Vec<String> {
    let items = body["input"].as_array().unwrap().iter();
    items
        .map(|item| item["content"][0]["text"].as_str().unwrap_or(item["content"].as_str().unwrap_or("?")).to_owned())
        .collect()
}

/// The beginning of an answer that has begun to generate.
fn unfinished() -> bytes::Bytes {
    let mut transcript = fixture("text.sse");
    let at = memchr::memmem::find(&transcript, b"event: response.output_text.done").unwrap();
    transcript.split_to(at)
}

#[track_caller]
fn assert_error(frame: &Value, status: u16, code: &str) {
    assert_eq!((&frame["type"], &frame["status"]), (&json!("error"), &json!(status)), "{frame}");
    assert_eq!(frame["error"]["code"], code, "{frame}");
    assert!(frame["error"]["headers"]["x-request-id"].as_str().unwrap().starts_with("req_"), "{frame}");
    Spec::new(Document::OpenResponses, None).check("WebSocketErrorEvent", frame).unwrap();
}

#[tokio::test]
async fn events_are_those_of_an_event_stream() {
    for said in ["demo:reasoning", "demo:fail-late", "demo:incomplete", "demo:vendor-events", "demo:unicode"] {
        let (one, other) = (Backend::start().await, Backend::start().await);
        let (one, other) = (Running::in_front_of(&one.base).await, Running::in_front_of(&other.base).await);
        let mut socket = open(&one).await;
        socket.send(&create(said)).await;
        let frames = socket.response().await;
        let request = json!({"model": MODEL, "input": said, "stream": true});
        let stream = other.post("/v1/responses", &request).await;
        let events: Vec<Value> =
            stream.text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect();
        assert!(events.len() > 3, "{}", stream.text);
        assert_eq!(frames, events, "{said}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_frame_is_told_and_the_connection_goes_on() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.server.max_body_bytes = Some(4096);
    })
    .await;
    let mut socket = open(&relay).await;
    let cases: [(&str, u16, &str); 9] = [
        ("{", 400, "invalid_json"),
        ("", 400, "invalid_json"),
        ("[]", 400, "invalid_json"),
        ("{}", 422, "missing_required_parameter"),
        (r#"{"type": "response.create", "model": "gpt-5.5"}"#, 422, "invalid_value"),
        (r#"{"type": "response.steer", "input": "x"}"#, 400, "unsupported_event"),
        (r#"{"type": "response.create", "model": "gpt-5.5", "input": "x", "store": true}"#, 422, "unsupported_value"),
        (r#"{"type": "response.create", "model": "gpt-5.5", "input": "x", "nonsense": 1}"#, 422, "unknown_parameter"),
        (r#"{"type": "response.create", "model": "no-such-model", "input": "x"}"#, 400, ""),
    ];
    for (frame, status, code) in cases {
        socket.0.send(Message::Text(frame.into())).await.unwrap();
        let refused = socket.response().await.pop().unwrap();
        if code.is_empty() {
            assert_eq!(refused["status"], status, "{refused}");
        } else {
            assert_error(&refused, status, code);
        }
    }
    socket.0.send(Message::Binary(vec![1, 2, 3].into())).await.unwrap();
    assert_error(&socket.frame().await, 400, "unsupported_event");
    socket.send(&create("x".repeat(5000))).await;
    assert_error(&socket.frame().await, 413, "body_too_large");
    assert_eq!(socket.ask(&create("still here")).await["type"], "response.completed");

    socket.0.send(Message::Text("x".repeat(3 * 4096).into())).await.unwrap();
    assert_eq!(socket.next().await, Came::Closed(Some(1009)));
}

#[tokio::test]
async fn ignored_fields_are_named_in_the_response_and_in_errors() {
    let relay = Running::demo().await;
    let mut socket = open(&relay).await;
    let mut frame = create("hi");
    frame["temperature"] = json!(0.5);
    frame["user"] = json!("me");
    socket.send(&frame).await;
    let events = socket.response().await;
    for event in [&events[0], events.last().unwrap()] {
        assert_eq!(event["response"]["airelays"], json!({"ignored_parameters": ["temperature", "user"]}), "{event}");
    }
    let plain = socket.ask(&create("hi")).await;
    assert_eq!(plain["response"].get("airelays"), None);

    frame["input"] = json!("demo:http 400");
    let refused = socket.ask(&frame).await;
    assert_eq!(refused["error"]["headers"]["x-airelays-ignored-parameters"], "temperature,user", "{refused}");
}

#[tokio::test]
async fn requests_wait_for_their_turn_and_their_stream_id_comes_back() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = open(&relay).await;
    for (lane, said) in [("a", "demo:text one"), ("b", "demo:http 400"), ("a", "demo:text three")] {
        let mut frame = create(said);
        frame["stream_id"] = json!(lane);
        socket.send(&frame).await;
    }
    for (lane, kind) in [("a", "response.completed"), ("b", "error"), ("a", "response.completed")] {
        let events = socket.response().await;
        assert!(events.iter().all(|event| event["stream_id"] == lane), "{events:?}");
        assert_eq!(events.last().unwrap()["type"], kind);
        assert!(kind == "error" || events[0]["sequence_number"] == 0);
    }
    assert_eq!(sent(&backend).len(), 3);
}

#[tokio::test]
async fn no_more_wait_than_may() {
    let backend = Backend::start().await;
    let relay = Limited::start(backend.upstream(), SocketLimits { waiting: 2, ..SocketLimits::default() }).await;
    backend.then("/responses", Canned::Silent(unfinished()));
    let mut socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    socket.send(&create("first")).await;
    assert_eq!(socket.frame().await["type"], "response.created");
    for _ in 0..3 {
        socket.send(&create("next")).await;
    }
    loop {
        let frame = socket.frame().await;
        if frame["type"] == "error" {
            assert_error(&frame, 429, "too_many_waiting");
            break;
        }
    }
}

#[tokio::test]
async fn who_goes_away_takes_the_call_upstream_along() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    for close in [true, false] {
        backend.then("/responses", Canned::Silent(unfinished()));
        let mut socket = open(&relay).await;
        socket.send(&create("hi")).await;
        assert_eq!(socket.frame().await["type"], "response.created");
        if close {
            socket.0.close(None).await.unwrap();
        }
        drop(socket);
        backend.abandoned_times(if close { 1 } else { 2 }).await;
    }
}

#[tokio::test]
async fn a_socket_needs_the_token_an_own_origin_and_an_upgrade() {
    let relay = Running::with(|_| {}).await;
    let bearer = format!("Bearer {TOKEN}");
    let status = async |headers: &[(&'static str, &str)]| match Socket::open(&relay.base_url, headers).await {
        Ok(_) => 101,
        Err(error) => {
            let Error::Http(response) = *error else { panic!("{error}") };
            response.status().as_u16()
        }
    };
    assert_eq!(status(&[]).await, 401);
    assert_eq!(status(&[("authorization", "Bearer wrong-token-of-twenty-characters")]).await, 401);
    assert_eq!(status(&[("authorization", &bearer)]).await, 101);
    assert_eq!(status(&[("authorization", &bearer), ("origin", "https://evil.example")]).await, 403);
    assert_eq!(status(&[("authorization", &bearer), ("x-airelays-profile", "loose")]).await, 400);

    let request = relay.request("GET", "/v1/responses").header("authorization", bearer);
    let plain = crate::support::relay::answered(request).await;
    assert_eq!((plain.status, plain.header("upgrade")), (426, Some("websocket")));
    assert_eq!(plain.json()["error"]["code"], "upgrade_required");
}

#[tokio::test]
async fn every_turn_counts_as_a_request() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.security.rate_limit_burst = Some(3);
        raw.security.rate_limit_per_minute = Some(1);
    })
    .await;
    // One for the upgrade.
    let mut socket = open(&relay).await;
    for _ in 0..2 {
        assert_eq!(socket.ask(&create("hi")).await["type"], "response.completed");
    }
    let refused = socket.ask(&create("hi")).await;
    assert_eq!(refused["status"], 429, "{refused}");
    assert!(refused["error"]["headers"]["retry-after"].is_string(), "{refused}");
}

#[tokio::test]
async fn the_mount_without_tools_has_none_here_either() {
    let relay = Running::demo().await;
    let base_url = relay.url("/no-tools/v1");
    let mut socket = Socket::open(&base_url, &[("x-airelays-profile", "lenient")]).await.unwrap();
    let mut frame = create("hi");
    frame["tools"] = json!([{"type": "web_search"}]);
    assert_error(&socket.ask(&frame).await, 422, "unsupported_parameter");
    frame["tools"] = json!([]);
    frame["max_output_tokens"] = json!(100);
    let answer = socket.ask(&frame).await;
    assert_eq!(answer["response"]["airelays"]["ignored_parameters"], json!(["max_output_tokens"]), "{answer}");
}

#[tokio::test]
async fn an_old_connection_ends_after_its_last_response() {
    let backend = Backend::start().await;
    let limits = SocketLimits { lifetime: Duration::from_secs(1), ..SocketLimits::default() };
    let relay = Limited::start(backend.upstream(), limits).await;
    let mut socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    socket.send(&create("demo:slow 150 10")).await;
    let events = socket.response().await;
    assert_eq!(events.last().unwrap()["type"], "response.completed");
    assert_error(&socket.frame().await, 400, "websocket_connection_limit_reached");
    assert_eq!(socket.next().await, Came::Closed(Some(1000)));
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_at_work_is_not() {
    let backend = Backend::start().await;
    let limits = SocketLimits { idle: Duration::from_secs(1), ..SocketLimits::default() };
    let relay = Limited::start(backend.upstream(), limits).await;
    let mut socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    let answer = socket.ask(&create("demo:slow 150 10")).await;
    assert_eq!(answer["type"], "response.completed");
    assert_eq!(socket.next().await, Came::Closed(Some(1000)));
}

#[tokio::test]
async fn a_client_that_answers_no_pings_is_gone() {
    let backend = Backend::start().await;
    let limits = SocketLimits { ping: Duration::from_millis(20), ..SocketLimits::default() };
    let relay = Limited::start(backend.upstream(), limits).await;
    let socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    // The library answers pings while it is asked for frames, which nobody does here.
    tokio::time::timeout(Duration::from_secs(60), relay.app.sockets_closed()).await.unwrap();
    drop(socket);
}

#[tokio::test]
async fn no_more_are_open_than_may() {
    let backend = Backend::start().await;
    let relay = Limited::start(backend.upstream(), SocketLimits { most: 1, ..SocketLimits::default() }).await;
    let first = Socket::open(&relay.base_url, &[]).await.unwrap();
    let Err(refused) = Socket::open(&relay.base_url, &[]).await else { panic!("opened") };
    let Error::Http(response) = *refused else { panic!("{refused}") };
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "10"));
    drop(first);
    relay.app.stop_sockets();
    relay.app.sockets_closed().await;
}

#[tokio::test]
async fn a_relay_that_stops_finishes_the_running_response_only() {
    let backend = Backend::start().await;
    let relay = Limited::start(backend.upstream(), SocketLimits::default()).await;
    let mut idle = Socket::open(&relay.base_url, &[]).await.unwrap();
    let mut busy = Socket::open(&relay.base_url, &[]).await.unwrap();
    busy.send(&create("demo:slow 150 10")).await;
    assert_eq!(busy.frame().await["type"], "response.created");
    busy.send(&create("too late")).await;
    relay.app.stop_sockets();
    assert_eq!(idle.next().await, Came::Closed(Some(1001)));
    let end = loop {
        let event = busy.response().await.pop().unwrap();
        if event["type"] == "response.completed" {
            break event;
        }
        assert_error(&event, 503, "relay_stopping");
    };
    assert_eq!(end["response"]["status"], "completed");
    assert!(matches!(busy.next().await, Came::Closed(Some(1001)) | Came::Frame(_)));
    drop((idle, busy));
    relay.app.sockets_closed().await;
    assert_eq!(sent(&backend).len(), 1);
}
