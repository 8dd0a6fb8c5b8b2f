//! `airelays logs`, `contract drift` and `contract record`, over a log that is written here.

use serde_json::{Value, json};

use crate::support::home::Home;

const LOG: &str = ".airelays/logs/2026/11/21-13.log";

fn home(records: &[Value]) -> Home {
    let home = Home::new();
    // A torn line and a foreign one among them.
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    home.write_private(LOG, &format!("{{\"phase\":\"en\nhello\n{lines}"));
    home
}

fn record(phase: &str, members: Value) -> Value {
    let mut record =
        json!({"phase": phase, "request_id": "req_0123456789abcdef", "logged_at": "2026-11-21T13:00:00.5+00:00"});
    record.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    record
}

fn line(data: Value) -> Value {
    let event = data["type"].clone();
    record("upstream_stream_line", json!({"event": event, "data": {"kind": "json", "bytes": 1, "json": data}}))
}

fn exchange() -> Vec<Value> {
    let body = json!({"kind": "json", "bytes": 1, "json": {"model": "gpt-5.5", "instructions": "Be kind to Ann."}});
    let text = json!({"type": "response.output_text.delta", "item_id": "msg_9", "output_index": 0, "content_index": 0, "delta": "Hello, Ann!"});
    let completed = json!({"type": "response.completed", "response": {"id": "resp_9", "status": "completed", "usage": {"input_tokens": 3}}});
    vec![
        record("relay_started", json!({"version": "0.0.0"})),
        record("upstream_request", json!({"method": "POST", "url": "/responses", "body": body})),
        record(
            "upstream_response",
            json!({"url": "/responses", "status_code": 200, "headers": {"x-codex-plan-type": "plus", "cf-ray": "1"}}),
        ),
        line(text),
        line(completed),
        record(
            "end",
            json!({"outcome": "completed", "status": 200, "method": "POST", "path": "/v1/responses", "model": "gpt-5.5", "duration_ms": 12.3, "input_tokens": 3, "output_tokens": 4}),
        ),
    ]
}

#[test]
fn tail_shows_a_request_a_line_or_all_of_one() {
    let home = home(&exchange());
    insta::assert_snapshot!("logs_tail", home.run(&["logs", "tail"]));
    insta::assert_snapshot!("logs_tail_request", home.run(&["logs", "tail", "--request", "req_0123456789abcdef"]));
    let json = home.run(&["logs", "tail", "--json", "-n", "1"]);
    let shown: Value = serde_json::from_str(json.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    assert_eq!(shown, exchange()[5]);
    assert!(
        home.run(&["logs", "tail", "--request", "req_other"])
            .starts_with("exit: 1\n---- stderr\nerror: there is nothing")
    );
}

#[test]
fn stats_add_up_what_is_in_the_period() {
    let home = home(&exchange());
    let json = home.run(&["logs", "stats", "--json", "--since", "36500d"]);
    let stats: Value = serde_json::from_str(json.strip_prefix("exit: 0\n---- stdout\n").unwrap()).unwrap();
    assert_eq!((&stats["total"]["requests"], &stats["models"]["gpt-5.5"]["output_tokens"]), (&json!(1), &json!(4)));
    assert_eq!(stats["lines_passed_over"], 2);
    assert!(home.run(&["logs", "stats", "--since", "soon"]).starts_with("exit: 2\n"));
    assert!(Home::new().run(&["logs", "stats"]).starts_with("exit: 1\n"));
}

#[test]
fn drift_names_what_the_wire_schema_does_not_know() {
    let known = home(&exchange());
    assert!(known.run(&["contract", "drift"]).starts_with("exit: 0\n"));
    let mut records = exchange();
    records.push(line(json!({"type": "response.sparkle", "shine": 1})));
    records.push(line(json!({"type": "response.completed", "glow": 1, "response": {"id": "r", "aura": 1, "error": {"code": "too_bright"}}})));
    records.push(record(
        "upstream_response_error",
        json!({"status_code": 400, "headers": {"x-sparkle": "1"}, "body": {"kind": "json", "json": {"error": {"code": "server_error"}}}}),
    ));
    insta::assert_snapshot!("contract_drift", home(&records).run(&["contract", "drift"]));
    let silent = home(&exchange()[..3]);
    assert!(silent.run(&["contract", "drift"]).contains("warning: the log has no events"));
    let file = known.path(LOG);
    assert!(known.run(&["contract", "drift", file.to_str().unwrap()]).starts_with("exit: 0\n"));
}

#[test]
fn an_exchange_becomes_a_fixture_without_its_words() {
    let home = home(&exchange());
    let arguments = ["contract", "record", "--request", "req_0123456789abcdef"];
    assert!(home.run(&arguments).starts_with("exit: 0\n"));
    let read = |file: &str| std::fs::read_to_string(home.path(&format!("01234567.{file}"))).unwrap();
    insta::assert_snapshot!(
        "contract_record",
        ["request.json", "headers.json", "sse", "manifest.json"].map(read).join("----\n")
    );
    assert!(home.run(&arguments).starts_with("exit: 1\n"), "nothing is overwritten");
}
