//! The program under clients that misbehave in numbers: nothing leaks, memory stays small, and a good request is answered.

use std::time::Duration;

use futures_util::StreamExt as _;

use super::{asking, serving};
use crate::support::backend::{Backend, Canned, transcript_until};
use crate::support::home::Home;
use crate::support::raw::{Raw, exchange};
use crate::support::serving::{Serving, after};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// One client that leaves, each in another way.
async fn come_and_go(address: &str, number: usize) {
    let mut raw = Raw::connect(address).await;
    match number % 5 {
        0 => {}
        1 => raw.send("POST /v1/chat/comp").await,
        2 => raw.send("POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{").await,
        3 => raw.send(asking("demo:slow 60000 2", true)).await,
        _ => {
            raw.send(HEALTH).await;
            raw.closed().await;
        }
    }
}

#[tokio::test]
async fn ten_thousand_clients_that_come_and_go_leave_nothing_behind() {
    const CYCLES: usize = 10_000;
    let home = Home::new();
    let serving = serving(&home, &[("AIRELAYS_MAX_CONNECTIONS", "32")]);
    exchange(&serving.address, HEALTH).await;
    let before = serving.descriptors();
    let address = serving.address.as_str();
    let cycles = futures_util::stream::iter(0..CYCLES);
    cycles.for_each_concurrent(8, async |number| come_and_go(address, number).await).await;
    let settled = async {
        while serving.descriptors() > before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), settled).await.is_ok(), "descriptors are left open");
    // A slot that leaked would be missing here: all of them are used at the same time.
    let mut busy = Vec::new();
    for _ in 0..32 {
        let mut raw = Raw::connect(&serving.address).await;
        raw.send(asking("demo:slow 60000 2", true)).await;
        raw.until("HTTP/1.1 200 OK").await;
        busy.push(raw);
    }
    drop(busy);
    eprintln!("{CYCLES} cycles: {before} descriptors, {} MiB resident", serving.resident_bytes() >> 20);
}

#[tokio::test]
async fn a_hundred_clients_that_take_nothing_cost_little_memory() {
    let backend = Backend::start().await;
    let home = Home::new();
    home.write_private(".airelays/auth.json", crate::support::relay::AUTH);
    let base = ("AIRELAYS_UPSTREAM_BASE_URL", backend.base.as_str());
    let serving = serving(&home, &[("AIRELAYS_UPSTREAM_KIND", "chatgpt"), ("AIRELAYS_AUTH_STORAGE", "file"), base]);
    let opening = transcript_until("text.sse", "response.output_text.done");
    let delta = "data: {\"type\":\"response.output_text.delta\",\"content_index\":0,\"delta\":\"Hel\",\"item_id\":\"msg_fixture1\",\"output_index\":0}\n\n";
    let flood = bytes::Bytes::from(delta.repeat(1000));
    let mut stalled = Vec::new();
    let mut before = 0;
    for number in 0..101 {
        backend.then("/responses", Canned::Repeating(opening.clone(), flood.clone()));
        let mut raw = Raw::connect(&serving.address).await;
        raw.send(asking("hi", true)).await;
        raw.until("data: ").await;
        stalled.push(raw);
        if number == 0 {
            before = settled(&serving).await;
        }
    }
    let grown = settled(&serving).await.saturating_sub(before);
    eprintln!("100 stalled clients: {} KiB", grown >> 10);
    assert!(grown <= 64 << 20, "{} MiB", grown >> 20);
}

/// JSON of 32 MiB that has as many values as it may, in a shape of its own, and is one text for the rest.
fn dense(opening: &str, value: impl Fn(usize) -> String, values: usize, closing: &str) -> String {
    let values = (0..values).map(value).collect::<Vec<_>>().join(",");
    let text = (32 << 20) - 1024 - opening.len() - values.len() - closing.len();
    format!(
        r#"{{"model": "gpt-5.5", "prompt_cache_key": "k", "instructions": "{}", {opening}{values}{closing}}}"#,
        "x".repeat(text)
    )
}

/// As many values as a body may have.
const MOST: usize = airelays::contract::MAX_VALUES - 50;

fn posting(path: &str, body: &str) -> String {
    let head = "host: localhost\r\nconnection: close\r\ncontent-type: application/json";
    format!("POST {path} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Has a body answered, asserts that the memory it took is at most six times its size, and says how much it was. `body` is told the id of a conversation.
async fn at_most_six_times(name: &str, path: &str, small: &str, body: impl Fn(&str) -> String) -> String {
    let backend = Backend::start().await;
    let home = Home::new();
    home.write_private(".airelays/auth.json", crate::support::relay::AUTH);
    let base = ("AIRELAYS_UPSTREAM_BASE_URL", backend.base.as_str());
    let variables = [("AIRELAYS_UPSTREAM_KIND", "chatgpt"), ("AIRELAYS_AUTH_STORAGE", "file"), base];
    let serving = serving(&home, &variables);
    let made = exchange(&serving.address, posting("/v1/conversations", "{}")).await;
    let (_, made) = made.split_once("\"id\":\"").unwrap();
    let body = body(&made[..made.find('"').unwrap()]);
    backend.then("/responses", Canned::transcript("text.sse"));
    exchange(&serving.address, posting(path, small)).await;
    let before = serving.resident_bytes();
    backend.then("/responses", Canned::transcript("text.sse"));
    let text = exchange(&serving.address, posting(path, &body)).await;
    assert!(text.starts_with("HTTP/1.1 200 "), "{name}: {}", &text[..text.len().min(1000)]);
    let grown = serving.most_resident_bytes().saturating_sub(before);
    let times = grown as f64 / body.len() as f64;
    assert!(times <= 6.0, "{name}: {times:.1} times");
    format!("{name}: {} MiB for {} MiB, {times:.1} times", grown >> 20, body.len() >> 20)
}

#[tokio::test]
async fn a_body_costs_at_most_six_times_its_size_in_memory() {
    let tool = r#""messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": "#;
    for (name, body) in [
        ("messages", dense(r#""messages": ["#, |_| r#"{"role":"user","content":"x"}"#.to_owned(), MOST / 5, "]")),
        ("zeros", dense(&format!("{tool}{{\"enum\": ["), |_| "0".to_owned(), MOST, "]}}}]")),
        (
            "members",
            dense(&format!("{tool}{{"), |number| format!("\"k{number}\":{{\"title\":\"t\"}}"), MOST / 4, "}}}]"),
        ),
    ] {
        let small = r#"{"model": "gpt-5.5", "messages": [{"role": "user", "content": "hi"}]}"#;
        eprintln!("{}", at_most_six_times(name, "/v1/chat/completions", small, |_| body.clone()).await);
    }
}

#[tokio::test]
async fn a_body_that_is_remembered_costs_at_most_six_times_its_size_in_memory() {
    let message = |text: &str| format!(r#"{{"role":"user","content":"{text}"}}"#);
    let small = |opening: &str| dense(opening, |_| message("x"), MOST / 5, "]");
    let kilobytes = |opening: &str| dense(opening, |_| message(&"x".repeat(1000)), 31_000, "]");
    let one_text = |opening: &str| dense(opening, |_| message(&"x".repeat(32_000_000)), 1, "]");
    let asked = r#"{"model": "gpt-5.5", "input": "hi"}"#;
    for (name, dense) in [
        ("small messages", &small as &dyn Fn(&str) -> String),
        ("messages of a kilobyte", &kilobytes),
        ("one text", &one_text),
    ] {
        let stored = format!("{name}, a stored response");
        eprintln!("{}", at_most_six_times(&stored, "/v1/responses", asked, |_| dense(r#""input": ["#)).await);
        let kept = format!("{name}, a turn of a conversation");
        let opening = |id: &str| format!(r#""conversation": "{id}", "input": ["#);
        eprintln!("{}", at_most_six_times(&kept, "/v1/responses", asked, |id| dense(&opening(id))).await);
    }
}

/// The memory in use when it grows no more.
async fn settled(serving: &Serving) -> usize {
    let mut last = serving.resident_bytes();
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = serving.resident_bytes();
        if now <= last + (64 << 10) {
            return now;
        }
        last = now;
    }
}

#[tokio::test]
async fn a_good_request_is_answered_among_a_thousand_half_open_connections() {
    let home = Home::new();
    let serving = serving(&home, &[]);
    let mut half_open = Vec::new();
    for number in 0..1_000 {
        let mut raw = Raw::connect(&serving.address).await;
        if number % 2 == 0 {
            raw.try_send("POST /v1/chat/completions HTTP/1.1\r\nhost: loc").await;
        }
        half_open.push(raw);
    }
    let since = std::time::Instant::now();
    let text =
        exchange(&serving.address, asking("hello", false).replacen("\r\n", "\r\nconnection: close\r\n", 1)).await;
    eprintln!("among 1000 half-open connections: {:?}", since.elapsed());
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("chat.completion"), "{text}");
}

#[tokio::test]
async fn it_lives_on_when_there_are_no_descriptors_left() {
    let home = Home::new();
    let variables = [("AIRELAYS_ALLOWED_HOSTS", "localhost")];
    let program = home.command(&["serve", "--port", "0", "--upstream", "demo", "--no-auth"], &variables);
    let serving = Serving::spawn(after("ulimit -n 40", &program));
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(Raw::connect(&serving.address).await);
    }
    assert!(exchange(&serving.address, HEALTH).await.starts_with("HTTP/1.1 200 "), "the oldest made room");
    drop(open);
    assert!(exchange(&serving.address, HEALTH).await.starts_with("HTTP/1.1 200 "));
}
