//! `POST /v1/responses/compact`, through the demo upstream and in front of a backend.

use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::Running;
use crate::support::spec::{Document, Spec};

const PATH: &str = "/v1/responses/compact";

fn conversation() -> Value {
    json!([
        {"type": "message", "role": "user", "content": "Remember: cobalt."},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Noted."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Thanks."}]}
    ])
}

#[tokio::test]
async fn a_conversation_is_shortened_and_goes_on_from_there() {
    let relay = Running::demo().await;
    let compacted = relay.post(PATH, &json!({"model": "gpt-5.5", "input": conversation()})).await;
    assert_eq!(compacted.status, 200, "{}", compacted.text);
    let compacted = compacted.json();
    assert_eq!(compacted["object"], "response.compaction");
    let kinds: Vec<&Value> = compacted["output"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, ["message", "message", "compaction"]);
    assert!(compacted["usage"]["total_tokens"].as_u64().unwrap() > 0);

    let mut input = compacted["output"].as_array().cloned().unwrap();
    input.push(json!({"type": "message", "role": "user", "content": "demo:request"}));
    let answer = relay.post("/v1/responses", &json!({"model": "gpt-5.5", "input": input})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sent = answer.json()["output"][0]["content"][0]["text"].as_str().unwrap().to_owned();
    let sent: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent["input"][2]["encrypted_content"], compacted["output"][2]["encrypted_content"]);
}

#[tokio::test]
async fn the_answer_has_the_published_shape() {
    let relay = Running::demo().await;
    let compacted = relay.post(PATH, &json!({"model": "gpt-5.5", "input": "hi"})).await.json();
    Spec::new(Document::OpenResponses, None).check("CompactResource", &compacted).unwrap();
}

#[tokio::test]
async fn the_backend_gets_what_it_takes_and_nothing_else() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let tools = json!([{"type": "function", "name": "a", "parameters": {"type": "object"}}]);
    let body = json!({
        "model": "gpt-5.5", "input": "hi", "instructions": "Be kind.", "tools": tools, "parallel_tool_calls": false,
        "reasoning": {"effort": "low"}, "text": {"verbosity": "low"}, "service_tier": "fast",
        "prompt_cache_key": "thread-1", "prompt_cache_retention": "24h"
    });
    let answer = relay.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("x-airelays-ignored-parameters"), Some("prompt_cache_retention"));
    let captured = backend.captured("/responses/compact");
    let [request] = captured.as_slice() else { panic!("{captured:?}") };
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers["session-id"], "thread-1");
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    insta::assert_json_snapshot!("compact_body", sent);
}

#[tokio::test]
async fn the_lite_form_is_used_where_the_model_wants_it() {
    let relay = Running::demo().await;
    let answer = relay.post(PATH, &json!({"model": "gpt-5.6-sol", "input": "hi", "instructions": "Be kind."})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn failures_are_told_in_the_backends_words_and_tried_again_where_that_helps() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let body = json!({"model": "gpt-5.5", "input": "hi"});

    backend.then("/compact", Canned::json(404, r#"{"detail": "Not Found"}"#));
    let refused = relay.post(PATH, &body).await;
    assert_eq!((refused.status, &refused.json()["error"]["message"]), (404, &json!("Not Found")));

    backend.then("/compact", Canned::json(500, r#"{"error": {"message": "boom", "type": "server_error"}}"#));
    let answer = relay.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(backend.captured("/responses/compact").len(), 3);

    for unlike in ["{}", "<html>", r#"{"output": "x"}"#] {
        backend.then("/compact", Canned::json(200, unlike));
        let answer = relay.post(PATH, &body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (502, &json!("upstream_protocol_error")),
            "{unlike}"
        );
    }
}

#[tokio::test]
async fn what_the_backend_leaves_out_is_not_made_up() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    backend
        .then("/compact", Canned::json(200, r#"{"output": [{"type": "compaction", "encrypted_content": "gAAAA1"}]}"#));
    let object = relay.post(PATH, &json!({"model": "gpt-5.5", "input": "hi"})).await.json();
    assert_eq!(object["usage"], Value::Null);
    assert!(object["id"].as_str().unwrap().starts_with("resp_"));
    assert!(object["output"][0]["id"].as_str().unwrap().starts_with("cmp_"));
}

#[tokio::test]
async fn uploaded_files_are_put_in() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let id = relay.uploaded("notes.txt", b"cobalt").await;
    let body =
        json!({"model": "gpt-5.5", "input": [{"role": "user", "content": [{"type": "input_file", "file_id": id}]}]});
    let answer = relay.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sent: Value = serde_json::from_slice(&backend.captured("/responses/compact")[0].body).unwrap();
    let expected = json!([{"type": "input_text", "text": "File notes.txt (text/plain):\n\ncobalt"}]);
    assert_eq!(sent["input"][0]["content"], expected);

    relay.delete(&format!("/v1/files/{id}")).await;
    let refused = relay.post(PATH, &body).await;
    let error = &refused.json()["error"];
    assert_eq!((refused.status, &error["code"]), (404, &json!("file_not_found")));
    assert_eq!(error["param"], "input[0].content[0].file_id");
}
