//! Text of the backend that tries to be more than text: other events, other headers.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::{Answered, Running};

/// What would begin another event, or another header, if it came through as it is.
const EVIL: &str = "x\r\n\r\nevent: forged\r\ndata: {\"forged\": true}\r\n\r\n\u{2028}\u{2029}\u{0}\u{85}data: [DONE]\n\n\rdata: {}\r\r";

/// A whole answer in which every name and text is [`EVIL`].
fn hostile() -> Bytes {
    let response =
        |status: &str| json!({"id": EVIL, "object": "response", "status": status, "model": EVIL, "output": []});
    let call = json!({"type": "function_call", "id": format!("fc_{EVIL}"), "call_id": format!("c_{EVIL}"), "name": EVIL, "arguments": EVIL, "status": "completed"});
    let message = json!({"type": "message", "id": EVIL, "role": "assistant", "status": "completed", "phase": EVIL, "content": [{"type": "output_text", "text": EVIL, "annotations": []}]});
    let events = [
        json!({"type": "response.created", "response": response("in_progress")}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": EVIL, "role": "assistant", "status": "in_progress", "content": []}}),
        json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "item_id": EVIL, "delta": EVIL}),
        json!({"type": "response.output_item.done", "output_index": 0, "item": message}),
        json!({"type": EVIL, "item_id": EVIL}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": call}),
        json!({"type": "response.output_item.done", "output_index": 1, "item": call}),
        json!({"type": "response.completed", "response": response("completed")}),
    ];
    let frames = events.iter().map(|event| {
        format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap().split('\r').next().unwrap())
    });
    frames.collect::<String>().into()
}

/// The data of all events, as a client reads them that takes every line end of the standard: CR, LF and both.
fn events(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut read = Vec::new();
    for block in text.split("\n\n").filter(|block| !block.is_empty()) {
        let (mut name, mut data) = (String::new(), Vec::new());
        for line in block.split('\n').filter(|line| !line.starts_with(':')) {
            match line.split_once(": ") {
                Some(("event", value)) => value.clone_into(&mut name),
                Some(("data", value)) => data.push(value),
                other => panic!("no line of ours: {line:?} {other:?}"),
            }
        }
        if !data.is_empty() {
            read.push((name, data.join("\n")));
        }
    }
    read
}

async fn asked(relay: &Running, path: &str, stream: bool) -> Answered {
    let mut body = match path {
        "/v1/responses" => json!({"model": "gpt-5.5", "input": "hi"}),
        "/v1/completions" => json!({"model": "gpt-5.5", "prompt": "hi"}),
        _ => json!({"model": "gpt-5.5", "messages": [{"role": "user", "content": "hi"}]}),
    };
    body["stream"] = json!(stream);
    relay.post(path, &body).await
}

#[tokio::test]
async fn text_of_the_backend_forges_no_event() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    for path in ["/v1/chat/completions", "/v1/responses", "/v1/completions"] {
        backend.then("/responses", Canned::Whole(200, Vec::new(), hostile()));
        let answer = asked(&relay, path, true).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let events = events(&answer.text);
        assert!(events.len() > 2, "{path}: {}", answer.text);
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte));
        let mut ends = 0;
        for (name, data) in &events {
            assert!(is_name(name) && name != "forged", "{path}: {name}");
            if data == "[DONE]" {
                ends += 1;
                continue;
            }
            let event: Value = serde_json::from_str(data).unwrap_or_else(|_| panic!("{path}: {data}"));
            assert!(event.get("forged").is_none() && event != json!({}), "{path}: {data}");
        }
        assert_eq!(ends, usize::from(path != "/v1/responses"), "{path}");
        assert!(!answer.text.contains('\r'), "{path}");
    }
}

#[tokio::test]
async fn text_of_the_backend_becomes_no_header() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    for path in ["/v1/chat/completions", "/v1/responses", "/v1/completions"] {
        backend.then("/responses", Canned::Whole(200, Vec::new(), hostile()));
        let answer = asked(&relay, path, false).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.json().get("forged").is_none());
        for (name, value) in &answer.headers {
            assert!(!value.as_bytes().windows(6).any(|piece| piece == b"forged"), "{name}: {value:?}");
        }
    }
}

#[tokio::test]
async fn only_known_headers_of_the_backend_reach_clients() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let headers = vec![
        ("set-cookie", "leaked=1"),
        ("server", "leaked"),
        ("cf-ray", "leaked"),
        ("alt-svc", "leaked"),
        ("strict-transport-security", "leaked"),
        ("openai-organization", "leaked"),
        ("x-forged", "leaked"),
        ("access-control-allow-origin", "*"),
        // Bytes that are a header's, but no text.
        ("x-codex-plan-type", "leaked\u{e9}"),
    ];
    for (status, body) in [(200, crate::support::backend::fixture("text.sse")), (400, Bytes::from_static(b"{}"))] {
        for stream in [true, false] {
            backend.then("/responses", Canned::Whole(status, headers.clone(), body.clone()));
            let answer = asked(&relay, "/v1/chat/completions", stream).await;
            assert_eq!(answer.status, status);
            let shown: Vec<_> = answer
                .headers
                .iter()
                .filter(|(name, value)| {
                    let leaks = value.as_bytes().windows(6).any(|piece| piece == b"leaked");
                    (leaks && !name.as_str().starts_with("x-airelays")) || name.as_str().starts_with("access-control")
                })
                .collect();
            assert!(shown.is_empty(), "{shown:?}");
        }
    }
}
