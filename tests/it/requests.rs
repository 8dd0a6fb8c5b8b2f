//! Client requests to upstream bodies: one snapshot per file of `fixtures/{chat_completions,completions,responses}/`.
//!
//! Every body must pass the schema of what the backend accepts.

use airelays::contract::models::{
    ChatCompletionsCreateRequest, CompletionsCreateRequest, InputItem, ReasoningItem, ResponsesCreateRequest,
};
use airelays::contract::table::RequestBody;
use airelays::contract::{Decoded, Profile, Reading, chatgpt_wire_violations, decode, tables};
use airelays::translate::chat_completions::{ChatRequestOptions, chat_to_hub};
use airelays::translate::chatgpt::hub_to_chatgpt;
use airelays::translate::completions::completions_to_hub;
use airelays::translate::hub::{HubRequest, ItemMemory};
use airelays::translate::responses::responses_to_hub;
use serde_json::{Value, json};

/// Knows one reasoning item.
struct OneItem;

impl ItemMemory for OneItem {
    fn recall(&self, id: &str) -> Option<InputItem> {
        (id == "rs_known").then(|| {
            InputItem::Reasoning(ReasoningItem {
                content: Vec::new(),
                encrypted_content: Some("remembered".to_owned()),
                id: Some(id.to_owned()),
                status: None,
                summary: Vec::new(),
            })
        })
    }

    fn recall_reasoning(&self, _call_id: &str) -> Option<InputItem> {
        None
    }
}

fn decoded<T: RequestBody>(body: &[u8]) -> Decoded<T> {
    let operation = tables::BOUNDARIES[0].operation(T::OPERATION).unwrap();
    decode(body, Reading { operation, profile: Profile::Strict, no_tools: false, explain: false }).unwrap()
}

fn upstream(mut hub: HubRequest, mut ignored: Vec<String>) -> Value {
    hub.recall(&OneItem, &mut ignored).unwrap();
    let lite = hub.model.starts_with("gpt-5.6");
    let prepared = hub_to_chatgpt(hub, lite).unwrap();
    let body: Value = serde_json::from_slice(&prepared.body).unwrap();
    let violations: Vec<String> =
        chatgpt_wire_violations(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(violations, Vec::<String>::new(), "{body:#}");
    json!({"ignored": ignored, "lite": prepared.lite, "body": body})
}

#[test]
fn chat_requests_become_upstream_bodies() {
    insta::glob!("../../fixtures/chat_completions", "*.json", |path| {
        let Decoded { request, ignored, .. } = decoded::<ChatCompletionsCreateRequest>(&std::fs::read(path).unwrap());
        let hub = chat_to_hub(request, ChatRequestOptions { reasoning_summaries: true }).unwrap();
        insta::assert_json_snapshot!("chat_completions", upstream(hub, ignored));
    });
}

#[test]
fn responses_requests_become_upstream_bodies() {
    insta::glob!("../../fixtures/responses", "*.json", |path| {
        let Decoded { request, ignored, .. } = decoded::<ResponsesCreateRequest>(&std::fs::read(path).unwrap());
        insta::assert_json_snapshot!("responses", upstream(responses_to_hub(request), ignored));
    });
}

#[test]
fn completions_requests_become_upstream_bodies() {
    insta::glob!("../../fixtures/completions", "*.json", |path| {
        let Decoded { request, ignored, .. } = decoded::<CompletionsCreateRequest>(&std::fs::read(path).unwrap());
        insta::assert_json_snapshot!("completions", upstream(completions_to_hub(request).unwrap(), ignored));
    });
}

#[test]
fn what_does_not_fit_together_is_refused_by_name() {
    let cases = [
        (
            "a tool message without its call",
            json!([{"role": "user", "content": "x"}, {"role": "tool", "tool_call_id": "call_7", "content": "y"}]),
            json!([]),
        ),
        ("a function message without its call", json!([{"role": "function", "name": "f", "content": "y"}]), json!([])),
        ("a function tool without a name", json!([{"role": "user", "content": "x"}]), json!([{"type": "function"}])),
        ("a custom tool without a name", json!([{"role": "user", "content": "x"}]), json!([{"type": "custom"}])),
        (
            "a file without one",
            json!([{"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "file", "file": {"filename": "a.pdf"}}]}]),
            json!([]),
        ),
    ];
    let mut report = String::new();
    for (name, messages, tools) in cases {
        let body = json!({"model": "m", "messages": messages, "tools": tools}).to_string();
        let Decoded { request, .. } = decoded::<ChatCompletionsCreateRequest>(body.as_bytes());
        let error = chat_to_hub(request, ChatRequestOptions { reasoning_summaries: false }).unwrap_err();
        report.push_str(&format!("{name}: {} | {error}\n", error.param()));
    }
    let said = |parts: Value| json!({"role": "user", "content": parts});
    let output = json!([{"type": "input_image", "detail": "low"}]);
    for (name, item) in [
        ("an unknown reference", json!({"type": "item_reference", "id": "msg_gone"})),
        ("a file part without one", said(json!([{"type": "input_text", "text": "x"}, {"type": "input_file"}]))),
        ("an image without one", json!({"type": "function_call_output", "call_id": "call_1", "output": output})),
    ] {
        let body = json!({"model": "m", "input": [item]}).to_string();
        let mut hub = responses_to_hub(decoded::<ResponsesCreateRequest>(body.as_bytes()).request);
        let error = hub.recall(&OneItem, &mut Vec::new()).unwrap_err();
        report.push_str(&format!("{name}: {} | {error}\n", error.param()));
    }
    insta::assert_snapshot!("requests_that_do_not_fit_together", report);
}
