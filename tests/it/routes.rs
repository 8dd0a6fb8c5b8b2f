//! The HTTP surface over a real socket: who is let in, what every route answers, and what errors look like.

use airelays::contract::tables::{BOUNDARIES, OPERATIONS};
use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::{Running, answered, concrete, error_of};

const MODEL: &str = "gpt-5.5";

fn chat(said: &str) -> Value {
    json!({"model": MODEL, "messages": [{"role": "user", "content": said}]})
}

#[tokio::test]
async fn every_published_operation_is_served_or_answers_501() {
    let relay = Running::demo().await;
    let mut unserved = 0;
    for operation in OPERATIONS {
        let answer = answered(relay.request(operation.method, &concrete(operation.path)).body("{}")).await;
        let row = BOUNDARIES[0].operation(operation.id).unwrap();
        if row.supported {
            assert!(![404, 405, 501].contains(&answer.status) || operation.path.contains('{'), "{}", operation.id);
            continue;
        }
        unserved += 1;
        assert_eq!(answer.status, 501, "{}", operation.id);
        let error = error_of(&answer);
        assert_eq!(error["type"], "unsupported_error");
        assert!(error["message"].as_str().unwrap().contains(row.reason), "{error}");
        assert_eq!(answer.header("x-should-retry"), Some("false"), "{}", operation.id);
    }
    assert!(unserved > 200, "only {unserved} operations are unserved");
}

#[tokio::test]
async fn unknown_routes_and_methods_say_so() {
    let relay = Running::demo().await;
    let answer = relay.get("/v1/nothing/here").await;
    assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (404, Some("unknown_url")));
    let answer = answered(relay.request("PUT", "/v1/responses")).await;
    assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (405, Some("method_not_allowed")));
    assert_eq!(answer.header("allow"), Some("POST,GET,HEAD"));
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.server.max_body_bytes = Some(1000);
    })
    .await;
    let post = || relay.request("POST", "/v1/responses").header("content-type", "application/json");
    let cases = [
        (post().body("{"), 400, "invalid_json"),
        (post().body(""), 400, "invalid_json"),
        (post().body("x".repeat(1001)), 413, "body_too_large"),
        (
            post().body(reqwest::Body::wrap_stream(futures_util::stream::iter(
                (0..100).map(|_| Ok::<_, std::io::Error>("x".repeat(100))),
            ))),
            413,
            "body_too_large",
        ),
        (post().header("content-encoding", "gzip").body("x"), 415, "unsupported_content_encoding"),
        (post().header("x-airelays-profile", "loose").body("{}"), 400, "invalid_value"),
    ];
    for (request, status, code) in cases {
        let answer = answered(request).await;
        assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (status, Some(code)));
    }
}

#[tokio::test]
async fn refusals_name_every_field_and_drops_are_disclosed() {
    let relay = Running::demo().await;
    let mut request = chat("hi");
    request["n"] = json!(2);
    request["max_completion_tokens"] = json!(10);
    request["temperature"] = json!(0.5);
    let answer = relay.post("/v1/chat/completions", &request).await;
    assert_eq!(answer.status, 422);
    let error = error_of(&answer);
    assert_eq!((error["param"].as_str(), error["type"].as_str()), (Some("n"), Some("invalid_request_error")));
    let params: Vec<&str> =
        error["errors"].as_array().unwrap().iter().map(|problem| problem["param"].as_str().unwrap()).collect();
    assert_eq!(params, ["n", "max_completion_tokens"]);
    assert_eq!(answer.header("x-airelays-ignored-parameters"), Some("temperature"));

    request["n"] = json!(1);
    let lenient = relay.request("POST", "/v1/chat/completions").header("x-airelays-profile", "lenient");
    let answer = answered(lenient.json(&request)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("x-airelays-ignored-parameters"), Some("max_completion_tokens,temperature"));
}

#[tokio::test]
async fn names_of_unknown_members_cannot_break_the_header() {
    let relay = Running::demo().await;
    let mut request = chat("hi");
    request["messages"][0]["bad\r\nname,ü"] = json!(1);
    for index in 0..400 {
        request["messages"][0][format!("filler_number_{index}")] = json!(1);
    }
    let answer = relay.post("/v1/chat/completions", &request).await;
    assert_eq!(answer.status, 200);
    let header = answer.header("x-airelays-ignored-parameters").unwrap();
    assert!(header.starts_with("messages[0].bad??name??") && header.ends_with("-more"), "{header}");
    assert!(header.len() < 4200);
}

#[tokio::test]
async fn no_tools_routes_refuse_tools_and_nothing_else() {
    let relay = Running::demo().await;
    let mut request = chat("hi");
    assert_eq!(relay.post("/no-tools/v1/chat/completions", &request).await.status, 200);
    request["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
    request["tool_choice"] = json!("required");
    let answer = relay.post("/no-tools/v1/chat/completions", &request).await;
    let error = error_of(&answer);
    let params: Vec<&str> =
        error["errors"].as_array().unwrap().iter().map(|problem| problem["param"].as_str().unwrap()).collect();
    assert_eq!((answer.status, params), (422, vec!["tools", "tool_choice"]));
    assert_eq!(relay.post("/v1/chat/completions", &request).await.status, 200);
}

#[tokio::test]
async fn the_three_generation_routes_answer_in_their_own_words() {
    let relay = Running::demo().await;
    let said = "This is the airelays demo upstream, not a model. You said: hi";
    let answer = relay.post("/v1/chat/completions", &chat("hi")).await.json();
    assert_eq!(answer["choices"][0]["message"]["content"], said);
    let answer = relay.post("/v1/completions", &json!({"model": MODEL, "prompt": "hi"})).await.json();
    assert_eq!(answer["choices"][0]["text"], said);
    let answer =
        relay.post("/v1/responses", &json!({"model": MODEL, "input": "hi", "metadata": {"a": "b"}})).await.json();
    assert_eq!(answer["output"][0]["content"][0]["text"], said);
    assert_eq!((&answer["instructions"], &answer["metadata"]), (&Value::Null, &json!({"a": "b"})));
}

#[tokio::test]
async fn a_stream_has_its_headers_and_its_end() {
    let relay = Running::demo().await;
    for (path, mut request, end) in [
        ("/v1/chat/completions", chat("hi"), "data: [DONE]\n\n"),
        ("/v1/completions", json!({"model": MODEL, "prompt": "hi"}), "data: [DONE]\n\n"),
        ("/v1/responses", json!({"model": MODEL, "input": "hi"}), "}\n\n"),
    ] {
        request["stream"] = json!(true);
        let answer = relay.post(path, &request).await;
        assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert!(answer.text.ends_with(end), "{path}: {}", answer.text);
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn failures_before_the_first_event_have_a_real_status_when_streaming_too() {
    let relay = Running::demo().await;
    for (directive, status, code, retry) in [
        ("demo:fail context_length_exceeded", 400, "context_length_exceeded", Some("false")),
        ("demo:429", 429, "usage_limit_reached", Some("false")),
        ("demo:fail server_is_overloaded", 503, "server_is_overloaded", None),
        ("demo:html", 502, "upstream_blocked", None),
    ] {
        for stream in [false, true] {
            for (path, mut request) in [
                ("/v1/chat/completions", chat(directive)),
                ("/v1/completions", json!({"model": MODEL, "prompt": directive})),
                ("/v1/responses", json!({"model": MODEL, "input": directive})),
            ] {
                request["stream"] = json!(stream);
                let answer = relay.post(path, &request).await;
                let error = error_of(&answer);
                assert_eq!((answer.status, error["code"].as_str()), (status, Some(code)), "{path} {directive}");
                assert_eq!(answer.header("x-should-retry"), retry, "{path} {directive}");
                assert!(!answer.text.contains('<'), "markup in {}", answer.text);
            }
        }
    }
}

#[tokio::test]
async fn failures_after_the_first_event_are_one_error_and_no_clean_end() {
    let relay = Running::demo().await;
    for directive in ["demo:cut", "demo:fail-late", "demo:error"] {
        let mut request = chat(directive);
        assert_eq!(relay.post("/v1/chat/completions", &request).await.status, 502, "{directive}");
        request["stream"] = json!(true);
        let answer = relay.post("/v1/chat/completions", &request).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.text.matches("\"error\"").count(), 1, "{directive}: {}", answer.text);
        assert!(!answer.text.contains("[DONE]") && !answer.text.contains("\"finish_reason\":\"stop\""), "{directive}");
        let request = json!({"model": MODEL, "input": directive, "stream": true});
        let answer = relay.post("/v1/responses", &request).await;
        assert_eq!(answer.text.matches("event: response.failed").count(), 1, "{directive}: {}", answer.text);
        assert!(!answer.text.contains("event: response.completed"), "{directive}");
    }
}

#[tokio::test]
async fn reasoning_is_remembered_between_requests() {
    let relay = Running::demo().await;
    let first = relay.post("/v1/responses", &json!({"model": MODEL, "input": "demo:reasoning"})).await.json();
    let reasoning = &first["output"][0];
    assert_eq!(reasoning["type"], "reasoning");
    let bare = json!({"type": "reasoning", "id": reasoning["id"], "summary": []});
    let reference = json!({"type": "item_reference", "id": reasoning["id"]});
    for item in [bare, reference] {
        let request = json!({"model": MODEL, "input": [{"role": "user", "content": "demo:reasoning"}, item, {"role": "user", "content": "go on"}]});
        let answer = relay.post("/v1/responses", &request).await;
        assert_eq!((answer.status, answer.header("x-airelays-ignored-parameters")), (200, None), "{}", answer.text);
    }
    let forgotten = json!({"type": "reasoning", "id": "rs_never_seen", "summary": []});
    let request = json!({"model": MODEL, "input": [forgotten, {"role": "user", "content": "go on"}]});
    let answer = relay.post("/v1/responses", &request).await;
    assert_eq!((answer.status, answer.header("x-airelays-ignored-parameters")), (200, Some("input[0]")));
    let request = json!({"model": MODEL, "input": [{"type": "item_reference", "id": "msg_never_seen"}]});
    let answer = relay.post("/v1/responses", &request).await;
    assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (422, Some("item_not_found")));
}

#[tokio::test]
async fn models_are_listed_and_found() {
    let relay = Running::demo().await;
    for prefix in ["/v1", "/no-tools/v1"] {
        let list = relay.get(&format!("{prefix}/models")).await.json();
        let ids: Vec<&str> =
            list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&MODEL) && !ids.contains(&"codex-auto-review"), "{ids:?}");
        let model = relay.get(&format!("{prefix}/models/{MODEL}")).await.json();
        assert_eq!((&model["object"], &model["owned_by"]), (&json!("model"), &json!("airelays-upstream")));
    }
    let answer = relay.get("/v1/models/gpt-1").await;
    assert_eq!((answer.status, error_of(&answer)["code"].as_str()), (404, Some("model_not_found")));
}

#[tokio::test]
async fn the_relays_own_routes_answer() {
    let relay = Running::demo().await;
    assert_eq!(relay.get("/healthz").await.json()["ok"], true);
    assert_eq!(relay.get("/openapi.json").await.json()["openapi"], "3.1.0");
    let page = relay.get("/").await;
    assert!(page.text.contains(&relay.base_url) && page.header("content-security-policy").is_some());
    let page = relay.get("/compatibility").await;
    assert!(page.text.contains("max_output_tokens"));
    assert!(!relay.get("/compatibility?q=temperature").await.text.contains("max_output_tokens"));
    let status = relay.get("/v1/relay/status").await.json();
    assert_eq!((&status["object"], &status["ready"]["upstream_auth"]), (&json!("relay.status"), &json!(true)));
    for path in ["/v1/subscription/status", "/v1/account/rate_limits"] {
        assert_eq!(relay.get(path).await.json()["object"], "subscription_status");
        assert!(relay.get(path).await.json().get("raw").is_none());
        assert!(relay.get(&format!("{path}?raw=YES")).await.json().get("raw").is_some());
        assert_eq!(relay.get(&format!("{path}?raw=maybe")).await.status, 422);
    }
}

#[tokio::test]
async fn the_backend_gets_an_honest_and_complete_request() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut request = chat("hi");
    request["temperature"] = json!(1);
    assert_eq!(relay.post("/v1/chat/completions", &request).await.status, 200);
    let captured = backend.captured("/responses");
    let [captured] = captured.as_slice() else { panic!("{} calls", captured.len()) };
    assert_eq!(captured.headers["authorization"], "Bearer upstream-token");
    assert_eq!(captured.headers["chatgpt-account-id"], "account-1");
    assert_eq!(captured.headers["originator"], "airelays");
    assert!(captured.headers["user-agent"].to_str().unwrap().starts_with("airelays/"));
    let body: Value = serde_json::from_slice(&captured.body).unwrap();
    assert_eq!((&body["store"], &body["stream"], &body["instructions"]), (&json!(false), &json!(true), &json!(".")));
    assert!(body.get("temperature").is_none());
}

#[tokio::test]
async fn a_client_that_leaves_takes_the_upstream_call_with_it() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let opening =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/upstream/truncated.no-terminal.sse")).unwrap();
    for stream in [true, false] {
        backend.then("/responses", Canned::Silent(opening.clone().into()));
        let mut request = chat("hi");
        request["stream"] = json!(stream);
        let call = relay.request("POST", "/v1/chat/completions").json(&request).send();
        if stream {
            let mut response = call.await.unwrap();
            assert!(response.chunk().await.unwrap().is_some());
            drop(response);
        } else {
            // The answer never comes; the call is dropped once the backend has seen it.
            let seen = async {
                while backend.captured("/responses").len() < 2 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                answer = call => panic!("answered {:?}", answer.map(|answer| answer.status())),
                () = seen => {}
            }
        }
        backend.abandoned_times(if stream { 1 } else { 2 }).await;
    }
}

#[tokio::test]
async fn without_a_login_every_route_says_503_and_what_to_do() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.upstream.kind = Some(airelays::config::UpstreamKind::Chatgpt);
        raw.upstream.base_url = Some("http://127.0.0.1:1/backend-api/codex".to_owned());
        raw.paths.data_dir = Some(std::env::temp_dir().join("airelays-has-no-login-here").to_str().unwrap().to_owned());
    })
    .await;
    for stream in [false, true] {
        let mut request = chat("hi");
        request["stream"] = json!(stream);
        let answer = relay.post("/v1/chat/completions", &request).await;
        assert_eq!((answer.status, answer.header("x-airelays-upstream-auth")), (503, Some("missing")));
        assert_eq!(error_of(&answer)["code"], "upstream_auth_missing");
    }
    assert_eq!(relay.get("/v1/models").await.status, 503);
    assert_eq!(relay.get("/").await.status, 200);
    assert_eq!(relay.get("/v1/relay/status").await.json()["ready"]["upstream_auth"], false);
}

/// A turn that reasons, says something and calls a tool.
const REASONED_CALL: &str = concat!(
    "data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"}}\n\n",
    "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"gAAA\"}}\n\n",
    "data: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"I look it up.\",\"annotations\":[]}]}}\n\n",
    "data: {\"type\":\"response.output_item.done\",\"output_index\":2,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"f\",\"arguments\":\"{}\"}}\n\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\"}}\n\n",
);

#[tokio::test]
async fn a_chat_tool_loop_goes_on_with_the_reasoning_that_led_to_its_call() {
    for stream in [false, true] {
        let backend = Backend::start().await;
        let relay = Running::in_front_of(&backend.base).await;
        backend.then("/responses", Canned::Whole(200, Vec::new(), REASONED_CALL.into()));
        let mut request = chat("hi");
        request["stream"] = json!(stream);
        assert_eq!(relay.post("/v1/chat/completions", &request).await.status, 200);
        let call = json!({"role": "assistant", "content": "I look it up.", "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]});
        let messages = json!([{"role": "user", "content": "hi"}, call, {"role": "tool", "tool_call_id": "call_1", "content": "found"}]);
        assert_eq!(
            relay.post("/v1/chat/completions", &json!({"model": MODEL, "messages": messages})).await.status,
            200
        );
        let sent: Value = serde_json::from_slice(&backend.captured("/responses")[1].body).unwrap();
        let kinds: Vec<&str> =
            sent["input"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["message", "reasoning", "message", "function_call", "function_call_output"]);
        assert_eq!(sent["input"][1]["encrypted_content"], "gAAA");
    }
}
