//! The end of a relay: who is let go at once, who may finish, and what is said to those who cannot.

use std::time::Duration;

use airelays::serve::Limits;
use serde_json::{Value, json};

use super::{asking, before};
use crate::support::answers::data;
use crate::support::backend::{Backend, Canned, transcript_until};
use crate::support::raw::Raw;
use crate::support::relay::{Answered, Beyond, Running, answered};

const CODE: &str = "server_shutting_down";

async fn in_front_of(backend: &Backend, limit: fn(&mut Limits)) -> Running {
    Running::beyond(before(&backend.base), Beyond { limit: Some(limit), ..Beyond::default() }).await
}

fn impatient(limits: &mut Limits) {
    limits.shutdown = Duration::from_millis(100);
}

/// The stream of an answer from its first event to its end.
async fn stream(relay: &Running, path: &str, mut body: Value) -> reqwest::Response {
    body["stream"] = json!(true);
    let mut response = relay
        .request("POST", path)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.chunk().await.unwrap().is_some());
    response
}

fn chat() -> Value {
    json!({"model": "gpt-5.5", "messages": [{"role": "user", "content": "hi"}]})
}

#[tokio::test]
async fn streams_that_cannot_finish_end_with_an_error_in_their_dialect() {
    let backend = Backend::start().await;
    let mut relay = in_front_of(&backend, impatient).await;
    let mut streams = Vec::new();
    for number in 0..51 {
        let opening = transcript_until("text.sse", "response.output_text.done");
        backend.then("/responses", Canned::Silent(opening));
        let (path, body) = match number % 3 {
            0 => ("/v1/chat/completions", chat()),
            1 => ("/v1/responses", json!({"model": "gpt-5.5", "input": "hi"})),
            _ => ("/v1/completions", json!({"model": "gpt-5.5", "prompt": "hi"})),
        };
        streams.push((path, stream(&relay, path, body).await));
    }
    relay.stop();
    for (path, response) in streams {
        let events = data(&response.text().await.unwrap());
        let last = events.last().unwrap();
        let error = if path == "/v1/responses" { &last["response"]["error"] } else { &last["error"] };
        assert_eq!(error["code"], CODE, "{path}: {last}");
        let errors = events.iter().filter(|event| event.to_string().contains(CODE)).count();
        assert!(errors == 1 && !events.contains(&"[DONE]".into()), "{path}: {events:?}");
    }
    backend.abandoned_times(51).await;
    relay.stopped().await;
}

#[tokio::test]
async fn what_has_no_answer_yet_gets_503() {
    let backend = Backend::start().await;
    let mut relay = in_front_of(&backend, impatient).await;
    for _ in 0..2 {
        backend.then("/responses", Canned::Hang);
    }
    let mut upload = Raw::connect(relay.address()).await;
    upload.send("POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{").await;
    let call = |stream: bool| {
        let mut body = chat();
        body["stream"] = json!(stream);
        answered(
            relay
                .request("POST", "/v1/chat/completions")
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
    };
    let mut calls = Box::pin(futures_util::future::join(call(true), call(false)));
    let asked = async {
        while backend.captured("/responses").len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut calls => panic!("answered too early"),
        () = asked => {}
    }
    relay.stop();
    let (first, second) = calls.await;
    let check = |answer: &Answered| {
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (503, Some(CODE)));
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(answer.header("x-request-id").is_some());
    };
    check(&first);
    check(&second);
    let text = upload.rest().await;
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains(CODE), "{text}");
    relay.stopped().await;
}

#[tokio::test]
async fn running_answers_finish_and_idle_connections_do_not_wait() {
    let backend = Backend::start().await;
    let mut relay = in_front_of(&backend, |_| {}).await;
    let mut idle = Raw::connect(relay.address()).await;
    idle.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    idle.until("\"version\"").await;
    let fresh = Raw::connect(relay.address()).await;
    let mut half = Raw::connect(relay.address()).await;
    half.send("GET /he").await;
    let mut running = Raw::connect(relay.address()).await;
    running.send(asking("demo:slow 100 10", true)).await;
    running.until("data: ").await;

    relay.stop();
    for waiting in [idle, fresh, half] {
        assert_eq!(waiting.rest().await, "");
    }
    while tokio::net::TcpStream::connect(relay.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(running.rest().await.contains("data: [DONE]\n\n"), "it was let to its end");
    relay.stopped().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_does_not_keep_it_from_ending() {
    let backend = Backend::start().await;
    let mut relay = in_front_of(&backend, |limits| {
        impatient(limits);
        limits.last_words = Duration::from_millis(100);
    })
    .await;
    let opening = transcript_until("text.sse", "response.output_text.done");
    let delta = "data: {\"type\":\"response.output_text.delta\",\"content_index\":0,\"delta\":\"Hel\",\"item_id\":\"msg_fixture1\",\"output_index\":0}\n\n";
    backend.then("/responses", Canned::Repeating(opening, delta.repeat(100).into()));
    let mut raw = Raw::connect(relay.address()).await;
    raw.send(asking("hi", true)).await;
    raw.until("data: ").await;
    relay.stop();
    relay.stopped().await;
    backend.abandoned().await;
}

#[cfg(unix)]
mod process {
    use std::io::Read as _;

    use super::super::{asking, serving};
    use crate::support::home::Home;
    use crate::support::raw::{Raw, exchange};

    #[tokio::test]
    async fn a_signal_ends_the_program_and_a_second_one_at_once() {
        let cases = [("TERM", false, 0), ("INT", false, 0), ("TERM", true, 143), ("INT", true, 130)];
        for (signal, is_answering, expected) in cases {
            let home = Home::new();
            let mut relay = serving(&home, &[]);
            // It is told that it listens before it listens for signals.
            exchange(&relay.address, "GET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n").await;
            let mut raw = Raw::connect(&relay.address).await;
            if is_answering {
                raw.send(asking("demo:slow 1000 100", true)).await;
                raw.until("data: ").await;
                relay.signal(signal);
                // The first signal has been taken when nobody is let in any more.
                while tokio::net::TcpStream::connect(&relay.address).await.is_ok() {}
            }
            relay.signal(signal);
            assert_eq!(relay.ended().code(), Some(expected), "{signal}");
            let mut said = String::new();
            relay.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert_eq!(said.contains("stopped at once"), is_answering, "{said}");
        }
    }

    #[tokio::test]
    async fn the_end_is_told_on_streams_that_outlast_it() {
        let home = Home::new();
        let mut relay = serving(&home, &[("AIRELAYS_SHUTDOWN_TIMEOUT_SECONDS", "0.1")]);
        let mut raw = Raw::connect(&relay.address).await;
        raw.send(asking("demo:slow 1000 100", true)).await;
        raw.until("data: ").await;
        relay.signal("TERM");
        let text = raw.rest().await;
        assert!(text.contains("server_shutting_down") && !text.contains("[DONE]"), "{text}");
        assert_eq!(relay.ended().code(), Some(0));
    }
}
