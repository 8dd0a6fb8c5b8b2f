//! The traffic log and the metrics of a whole relay: which records a request leaves, how its end is told, what is never in them.

use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned, fixture};
use crate::support::relay::{Answered, Running, TOKEN, answered};

mod secrets;
mod turns;

fn chat(stream: bool) -> Value {
    json!({"model": "gpt-5.5", "stream": stream, "messages": [{"role": "user", "content": "hello"}]})
}

fn json_request(relay: &Running, path: &str) -> reqwest::RequestBuilder {
    relay.request("POST", path).header("content-type", "application/json")
}

async fn records(relay: &Running, answer: &Answered) -> Vec<Value> {
    relay.records(answer.header("x-request-id").unwrap()).await
}

fn phases(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["phase"].as_str().unwrap()).collect()
}

/// Hides what differs from run to run, after a look at its shape.
fn steady(mut record: Value) -> Value {
    fn hide(value: &mut Value, name: &str, is: &dyn Fn(&Value) -> bool, label: &str) {
        match value {
            Value::Object(members) => {
                for (member, value) in members.iter_mut() {
                    if member == name && !value.is_null() {
                        assert!(is(value), "{member}: {value}");
                        *value = Value::from(label);
                    } else {
                        hide(value, name, is, label);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| hide(item, name, is, label)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let hex = |length: usize| move |value: &Value| value.as_str().is_some_and(|text| text.len() == length);
    hide(&mut record, "request_id", &|id: &Value| id.as_str().is_some_and(|id| id.starts_with("req_")), "[request-id]");
    hide(&mut record, "sha256", &hex(64), "[sha256]");
    hide(&mut record, "logged_at", &hex("2026-11-21T13:00:00.000000+00:00".len()), "[time]");
    for name in ["duration_ms", "first_byte_ms"] {
        hide(&mut record, name, &Value::is_number, "[ms]");
    }
    for name in ["host", "user-agent", "date", "id", "response_id"] {
        hide(&mut record, name, &Value::is_string, "[text]");
    }
    hide(&mut record, "created", &Value::is_number, "[unix-seconds]");
    record
}

#[tokio::test]
async fn a_request_leaves_these_records() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("text.sse"));
    let relay = Running::in_front_of(&backend.base).await;
    let mut body = chat(false);
    body["max_tokens"] = json!(5);
    let answer = relay.post("/v1/chat/completions?api_key=secret", &body).await;
    let records: Vec<_> = records(&relay, &answer).await.into_iter().map(steady).collect();
    insta::assert_json_snapshot!("records", records);
}

#[tokio::test]
async fn names_without_end_make_a_short_record() {
    let relay = Running::with(|raw| raw.contract.profile = Some(airelays::contract::Profile::Lenient)).await;
    let mut body = chat(false);
    let long = "ü".repeat(10_000);
    body[long.as_str()] = json!(1);
    for number in 0..1_000 {
        body[format!("made-up-{number}")] = json!(1);
    }
    let answer = answered(relay.request("POST", "/v1/chat/completions").bearer_auth(TOKEN).json(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let adaptation = &records(&relay, &answer).await[1];
    assert_eq!(adaptation["ignored_count"], 1_001);
    let names: Vec<_> =
        adaptation["ignored_parameters"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[99]), (100, format!("{}…", "ü".repeat(128)).as_str(), "made-up-98"));
}

#[tokio::test]
async fn a_stream_is_told_at_its_beginning_and_at_its_end() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("reasoning-then-text.sse"));
    let relay = Running::in_front_of(&backend.base).await;
    let answer = relay.post("/v1/responses", &json!({"model": "gpt-5.5", "input": "hello", "stream": true})).await;
    let records = records(&relay, &answer).await;
    assert_eq!(
        phases(&records),
        [
            "inbound_request",
            "compatibility_adaptation",
            "upstream_request",
            "upstream_response",
            "outbound_response",
            "upstream_usage",
            "end"
        ]
    );
    let end = &records[6];
    assert_eq!((&end["outcome"], &end["stream"]), (&json!("completed"), &json!(true)));
    assert_eq!(end["bytes_out"], answer.text.len());
    let usage = &records[5]["usage"];
    assert_eq!(end["input_tokens"], usage["input_tokens"]);
    assert_eq!(end["cached_tokens"], usage["input_tokens_details"]["cached_tokens"]);
    assert!(end["reasoning_tokens"].as_u64().unwrap() > 0, "{end}");
}

#[tokio::test]
async fn a_stream_whose_client_leaves_is_aborted() {
    let backend = Backend::start().await;
    let text = fixture("text.sse");
    let until = std::str::from_utf8(&text).unwrap().find("event: response.output_text.done").unwrap();
    backend.then("/responses", Canned::Silent(text.slice(..until)));
    let relay = Running::in_front_of(&backend.base).await;
    let mut response = json_request(&relay, "/v1/chat/completions").body(chat(true).to_string()).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    response.chunk().await.unwrap().unwrap();
    drop(response);
    let end = relay.records(&id).await.pop().unwrap();
    assert_eq!((&end["outcome"], &end["status"]), (&json!("aborted"), &json!(200)));
    assert!(end["bytes_out"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_told_too() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::Hang);
    let relay = Running::in_front_of(&backend.base).await;
    let call = json_request(&relay, "/v1/chat/completions").body(chat(false).to_string()).send();
    #[expect(clippy::disallowed_methods, reason = "ended below")]
    let call = tokio::spawn(call);
    let arrived = async {
        while backend.captured("/responses").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), arrived).await.unwrap();
    call.abort();
    let records = relay.records_where(|records| records.into_iter().skip(1).collect()).await;
    let end = records.last().unwrap();
    assert_eq!(phases(&records), ["inbound_request", "compatibility_adaptation", "upstream_request", "end"]);
    assert_eq!((&end["outcome"], &end["status"]), (&json!("aborted"), &Value::Null));
}

#[tokio::test]
async fn a_stream_that_breaks_has_failed() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("failed.after-text.sse"));
    let relay = Running::in_front_of(&backend.base).await;
    let answer = relay.post("/v1/chat/completions", &chat(true)).await;
    let records = records(&relay, &answer).await;
    let end = records.last().unwrap();
    assert_eq!(
        (&end["outcome"], &end["status"], &end["code"]),
        (&json!("failed"), &json!(200), &json!("server_error"))
    );
    assert!(phases(&records).contains(&"upstream_response_error"));
}

#[tokio::test]
async fn what_the_relay_refuses_is_refused() {
    let relay = Running::with(|_| {}).await;
    let bearer = |request: reqwest::RequestBuilder| request.bearer_auth(TOKEN);
    let refused = chat(false).as_object().map(|chat| {
        let mut chat = chat.clone();
        chat.insert("stop".to_owned(), json!(["x"]));
        Value::Object(chat)
    });
    let post = || json_request(&relay, "/v1/chat/completions").body(refused.clone().unwrap().to_string());
    for (request, code, status, second) in [
        (bearer(post()), "unsupported_parameter", 422, "compatibility_adaptation"),
        (post(), "invalid_api_key", 401, "endpoint_auth_failed"),
        (bearer(post()).header("origin", "http://evil.example"), "origin_not_allowed", 403, "endpoint_rejected"),
        (bearer(relay.request("GET", "/v1/batches")), "unsupported_operation", 501, "outbound_response"),
        (bearer(relay.request("GET", "/nothing")), "unknown_url", 404, "outbound_response"),
    ] {
        let answer = answered(request).await;
        let records = records(&relay, &answer).await;
        let end = records.last().unwrap();
        assert_eq!((&end["outcome"], &end["code"], &end["status"]), (&json!("refused"), &json!(code), &json!(status)));
        assert_eq!((phases(&records)[0], phases(&records)[1]), ("inbound_request", second), "{code}");
        assert_eq!(phases(&records).iter().filter(|phase| **phase == "end").count(), 1);
    }
}

#[tokio::test]
async fn a_retry_is_told() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::json(503, r#"{"error":{"code":"server_error","message":"try again"}}"#));
    let relay = Running::in_front_of(&backend.base).await;
    let answer = relay.post("/v1/chat/completions", &chat(false)).await;
    let records = records(&relay, &answer).await;
    assert_eq!(
        phases(&records),
        [
            "inbound_request",
            "compatibility_adaptation",
            "upstream_request",
            "upstream_response_error",
            "upstream_retry",
            "upstream_request",
            "upstream_response",
            "upstream_usage",
            "outbound_response",
            "end"
        ]
    );
    assert_eq!((&records[3]["status_code"], &records[3]["code"]), (&json!(503), &json!("server_error")));
    assert_eq!((&records[5]["attempt"], &records[9]["attempts"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn events_of_the_backend_are_written_when_asked_for() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.logging.stream_lines = Some(true);
    })
    .await;
    let answer = relay.post("/v1/chat/completions", &chat(false)).await;
    let records = records(&relay, &answer).await;
    let lines: Vec<_> = records.iter().filter(|record| record["phase"] == "upstream_stream_line").collect();
    assert_eq!(lines[0]["event"], "response.created");
    assert_eq!(lines.last().unwrap()["data"]["json"]["type"], "response.completed");
}

#[tokio::test]
async fn bodies_can_be_left_out() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.logging.bodies = Some(false);
        raw.logging.stream_lines = Some(true);
    })
    .await;
    let answer = relay.post("/v1/chat/completions", &chat(false)).await;
    let records = records(&relay, &answer).await;
    assert_eq!(records[0]["body"]["bytes"], chat(false).to_string().len());
    assert!(!relay.log().contains("hello"));
}

#[tokio::test]
async fn the_log_can_be_turned_off() {
    let relay = Running::with(|raw| raw.logging.enabled = Some(false)).await;
    let answer = answered(relay.request("GET", "/metrics").bearer_auth(TOKEN)).await;
    assert_eq!(answer.status, 200);
    assert!(!relay.logs_dir().exists());
}

#[tokio::test]
async fn a_log_that_cannot_be_written_stops_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("logs");
    std::fs::write(&file, "a file in its place").unwrap();
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.paths.logs_dir = Some(file.to_string_lossy().into_owned());
    })
    .await;
    assert_eq!(relay.post("/v1/chat/completions", &chat(false)).await.status, 200);
    let lost = async {
        loop {
            let metrics = relay.get("/metrics").await.text;
            let line = metrics.lines().find(|line| line.starts_with("airelays_log_records_dropped_total")).unwrap();
            if !line.ends_with(" 0") {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), lost).await.unwrap();
}

#[tokio::test]
async fn metrics_need_the_token_unless_they_are_public() {
    let relay = Running::with(|_| {}).await;
    assert_eq!(relay.get("/metrics").await.status, 401);
    let answer = answered(relay.request("GET", "/metrics").bearer_auth(TOKEN)).await;
    assert_eq!(answer.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let rejected = r#"airelays_rejections_total{reason="bad_token"} 1"#;
    assert!(answer.text.lines().any(|line| line == rejected), "{}", answer.text);

    let public = Running::with(|raw| raw.metrics.public = Some(true)).await;
    assert_eq!(public.get("/metrics").await.status, 200);
    assert_eq!(public.get("/v1/models").await.status, 401);
}

#[tokio::test]
async fn figures_of_requests_streams_and_tokens() {
    let relay = Running::demo().await;
    let head = answered(relay.request("HEAD", "/healthz")).await;
    assert_eq!(records(&relay, &head).await.last().unwrap()["outcome"], "completed");
    let answer = relay.post("/v1/chat/completions", &chat(true)).await;
    records(&relay, &answer).await;
    let metrics = relay.get("/metrics").await.text;
    for line in [
        r#"airelays_requests_total{operation="chat_completions_create",status="2xx",outcome="completed"} 1"#,
        r#"airelays_requests_total{operation="health_view",status="2xx",outcome="completed"} 1"#,
        r#"airelays_first_byte_seconds_count{operation="chat_completions_create"} 1"#,
        "airelays_active_streams 0",
        "airelays_active_requests 1",
    ] {
        assert!(metrics.lines().any(|other| other == line), "{line}\n{metrics}");
    }
    assert!(metrics.contains(r#"airelays_tokens_total{kind="output",model="gpt-5.5"}"#));
}

#[tokio::test]
async fn files_that_go_in_and_come_out_are_told() {
    let relay = Running::with(|raw| raw.security.require_bearer_auth = Some(false)).await;
    let made = relay.upload("a.txt", b"what a file holds").await;
    let content = format!("/v1/files/{}/content", made.json()["id"].as_str().unwrap());
    let fetched = relay.get(&content).await;
    for (answer, operation) in [(&made, "files_create"), (&fetched, "files_content")] {
        let records = records(&relay, answer).await;
        let end = records.last().unwrap();
        assert_eq!((&end["outcome"], &end["operation"]), (&json!("completed"), &json!(operation)));
        assert!(!Value::from(records).to_string().contains("what a file holds"), "{operation}");
    }
}
