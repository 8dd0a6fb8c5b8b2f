//! How long the relay waits for whom. The clock is paused: it jumps to the next timer whenever nothing else can happen, so what is compared are the
//! limits themselves.

use std::time::Duration;

use airelays::serve::Limits;
use tokio::net::TcpSocket;
use tokio::time::{Instant, sleep};

use super::{asking, before, demo};
use crate::support::backend::{Backend, Canned, transcript_until};
use crate::support::raw::Raw;
use crate::support::relay::{Beyond, Running};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
const HALF: &str = "GET /healthz HTTP/1.1\r\nhost: local";
const BODY: &str =
    "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";

fn seconds(since: Instant) -> u64 {
    (since.elapsed() + Duration::from_millis(500)).as_secs()
}

/// Writes a byte every so often until the relay ends the connection; what it said, and when.
async fn dribbled(address: &str, start: &str, every: Duration) -> (String, u64) {
    let mut raw = Raw::connect(address).await;
    let since = Instant::now();
    raw.send(start).await;
    let text = raw.rest_dribbling(every).await;
    (text, seconds(since))
}

#[tokio::test(start_paused = true)]
async fn a_head_takes_ten_seconds_at_most() {
    let relay = demo().await;
    for start in ["", "G", HALF] {
        let mut raw = Raw::connect(relay.address()).await;
        let since = Instant::now();
        raw.send(start).await;
        assert_eq!((raw.rest().await.as_str(), seconds(since)), ("", 10), "{start:?}");
    }
    let (text, seconds) = dribbled(relay.address(), HALF, Duration::from_secs(1)).await;
    assert_eq!((text.as_str(), seconds), ("", 10));
}

#[tokio::test(start_paused = true)]
async fn a_connection_waits_75_seconds_for_its_next_request() {
    let relay = demo().await;
    let mut raw = Raw::connect(relay.address()).await;
    raw.send(HEALTH).await;
    raw.until("\"version\"").await;
    sleep(Duration::from_secs(74)).await;
    raw.send(HEALTH).await;
    raw.until("\"version\"").await;
    let since = Instant::now();
    assert_eq!((raw.rest().await.as_str(), seconds(since)), ("", 75));

    let mut raw = Raw::connect(relay.address()).await;
    raw.send(HEALTH).await;
    raw.until("\"version\"").await;
    sleep(Duration::from_secs(33)).await;
    let since = Instant::now();
    raw.send(HALF).await;
    assert_eq!((raw.rest().await.as_str(), seconds(since)), ("", 10), "a head that has begun has its own time");
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_longer_than_a_head() {
    let relay = demo().await;
    let mut raw = Raw::connect(relay.address()).await;
    raw.send(asking("demo:slow 40000 5", true)).await;
    let text = raw.until("[DONE]").await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains(": keep-alive\n\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_body_may_be_silent_for_30_seconds_and_take_300() {
    let relay = demo().await;
    let mut raw = Raw::connect(relay.address()).await;
    let since = Instant::now();
    raw.send(BODY).await;
    let text = raw.rest().await;
    assert_eq!(seconds(since), 30);
    assert_timed_out(&text, "nothing of the request's body arrived for 30 seconds");

    let (text, seconds) = dribbled(relay.address(), BODY, Duration::from_secs(10)).await;
    assert_eq!(seconds, 300);
    assert_timed_out(&text, "the request's body took longer than 300 seconds");
}

fn assert_timed_out(text: &str, message: &str) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{head}");
    assert!(head.contains("\r\nconnection: close") && head.contains("\r\nx-request-id: req_"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["error"]["code"], &body["error"]["message"]), (&"request_timeout".into(), &message.into()));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off_and_so_is_the_call_upstream() {
    let backend = Backend::start().await;
    let delta = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"content_index\":0,\"delta\":\"Hel\",\"item_id\":\"msg_fixture1\",\"output_index\":0}\n\n";
    let opening = transcript_until("text.sse", "response.output_text.done");
    backend.then("/responses", Canned::Repeating(opening, delta.repeat(100).into()));
    let limit = |limits: &mut Limits| limits.write_stall = Duration::from_millis(200);
    let relay = Running::beyond(before(&backend.base), Beyond { limit: Some(limit), ..Beyond::default() }).await;

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut raw = Raw::on(socket.connect(relay.address().parse().unwrap()).await.unwrap());
    raw.send(asking("hi", true)).await;
    backend.abandoned().await;
    raw.closed().await;
}
