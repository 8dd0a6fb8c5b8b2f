//! JSON that is made to hurt whoever reads it.

use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::{Answered, Running, answered, error_of};

const CHAT: &str = "/v1/chat/completions";

async fn send(relay: &Running, path: &str, body: String) -> Answered {
    answered(relay.request("POST", path).header("content-type", "application/json").body(body)).await
}

/// A chat request with one more member, which stands there as it is.
fn chat(member: &str) -> String {
    format!(r#"{{"model": "gpt-5.5", "messages": [{{"role": "user", "content": "hi"}}], {member}}}"#)
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// A function of these parameters.
fn tool(parameters: &str) -> String {
    chat(&format!(r#""tools": [{{"type": "function", "function": {{"name": "f", "parameters": {parameters}}}}}]"#))
}

async fn refuse(relay: &Running, body: String, status: u16, code: &str) {
    for path in [CHAT, "/v1/responses", "/v1/completions"] {
        let beginning = body[..body.len().min(100)].to_owned();
        let answer = send(relay, path, body.clone()).await;
        let error = error_of(&answer);
        assert_eq!((answer.status, error["code"].as_str()), (status, Some(code)), "{path} {beginning}: {error}");
        assert!(answer.text.len() < 64 << 10, "{path} {beginning}: {} bytes", answer.text.len());
    }
}

#[tokio::test]
async fn what_is_too_deep_or_no_json_is_refused() {
    let relay = Running::demo().await;
    for levels in [128, 100_000] {
        refuse(&relay, nested(levels), 400, "invalid_json").await;
        refuse(&relay, "[".repeat(levels), 400, "invalid_json").await;
        refuse(&relay, r#"{"a":"#.repeat(levels), 400, "invalid_json").await;
        refuse(&relay, tool(&nested(levels)), 400, "invalid_json").await;
    }
    for member in [
        r#""seed": 1e400"#,
        r#""seed": 1e999999999"#,
        r#""seed": NaN"#,
        r#""user": "a", "user": "b""#,
        r#""metadata": {"a": "1", "a": "2"}"#,
        r#""user": "\ud800""#,
        r#""user": "a""#,
    ] {
        let body = if member.ends_with(r#""a""#) { format!("{} x", chat(member)) } else { chat(member) };
        refuse(&relay, body, 400, "invalid_json").await;
    }
    assert_eq!(relay.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_million_of_anything_is_answered() {
    let relay = Running::demo().await;
    // The request itself has seven values and five names.
    let most = airelays::contract::MAX_VALUES - 12;
    let zeros = |count: usize| "0,".repeat(count - 1) + "0";
    for member in [format!("\"stop\": [{}]", zeros(1_000_000)), format!("\"stop\": [{}]", zeros(most + 1))] {
        refuse(&relay, chat(&member), 400, "invalid_json").await;
    }

    let keys: String = (0..100_000).map(|n| format!("\"k{n}\":0,")).collect();
    let answer = send(&relay, CHAT, format!("{{{keys}\"model\":\"gpt-5.5\"}}")).await;
    assert_eq!(answer.status, 422, "{}", &answer.text[..answer.text.len().min(500)]);
    assert!(
        answer.text.len() < 64 << 10,
        "the answer names what is wrong and is no bomb itself: {} bytes",
        answer.text.len()
    );

    let name = "n".repeat(10 << 20);
    refuse(&relay, chat(&format!("\"{name}\": 1")), 422, "unknown_parameter").await;

    let answer = send(&relay, CHAT, chat(&format!("\"stop\": [{}]", zeros(most)))).await;
    assert_eq!(answer.status, 422, "{}", &answer.text[..answer.text.len().min(500)]);
    assert!(answer.text.len() < 64 << 10, "{} bytes", answer.text.len());
    let zeros = zeros(100_000);
    let answer = send(&relay, CHAT, format!(r#"{{"model": "gpt-5.5", "messages": [{zeros}]}}"#)).await;
    assert_eq!(answer.status, 422, "{}", &answer.text[..answer.text.len().min(500)]);
    assert!(answer.text.len() < 64 << 10, "{} bytes", answer.text.len());
}

#[tokio::test]
async fn twenty_megabytes_of_prompt_are_passed_on() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("text.sse"));
    let relay = Running::in_front_of(&backend.base).await;
    let words = "x".repeat(20 << 20);
    let answer = relay.post(CHAT, &json!({"model": "gpt-5.5", "messages": [{"role": "user", "content": words}]})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sent = backend.captured("/responses").remove(0);
    assert!(String::from_utf8_lossy(&sent.body).contains(&words));
}

#[tokio::test]
async fn schemas_that_go_round_are_passed_on_and_not_followed() {
    let relay = Running::demo().await;
    let deep =
        (0..40).fold(json!({"type": "string"}), |inner, _| json!({"type": "object", "properties": {"a": inner}}));
    let schemas: [Value; 5] = [
        json!({"$ref": "#"}),
        json!({"type": "object", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}}),
        json!({"type": "object", "$defs": {"n": {"anyOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}]}}, "properties": {"n": {"$ref": "#/$defs/n"}}}),
        json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}),
        deep,
    ];
    for schema in schemas {
        let answer = send(&relay, CHAT, tool(&schema.to_string())).await;
        assert_eq!(answer.status, 200, "{schema}: {}", answer.text);
        let format = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema}});
        let answer = send(&relay, CHAT, chat(&format!("\"response_format\": {format}"))).await;
        assert_eq!(answer.status, 200, "{schema}: {}", answer.text);
    }
}
