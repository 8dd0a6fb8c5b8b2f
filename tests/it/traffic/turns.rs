//! What turns of a WebSocket and of a conversation leave in the log.

use serde_json::{Value, json};

use super::phases;
use crate::support::backend::Backend;
use crate::support::relay::{Answered, Running};
use crate::support::socket::Socket;

fn create(said: &str) -> Value {
    json!({"type": "response.create", "model": "gpt-5.5", "input": said, "user": "me"})
}

fn usage(response: &Value) -> [&Value; 2] {
    [&response["usage"]["input_tokens"], &response["usage"]["output_tokens"]]
}

#[tokio::test]
async fn a_turn_on_a_socket_leaves_the_records_of_a_request() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    let frame = create("demo:reasoning");
    let answer = socket.ask(&frame).await;
    let refused = socket.ask(&create("demo:http 400")).await;
    let id = refused["error"]["headers"]["x-request-id"].as_str().unwrap();
    let failed = relay.records(id).await;
    let kinds = ["inbound_request", "compatibility_adaptation", "upstream_request", "upstream_response_error", "end"];
    assert_eq!(phases(&failed), kinds);
    assert_eq!((&failed[4]["outcome"], &failed[4]["status"]), (&json!("refused"), &json!(400)));

    // The turn before has another id; the client knows it by its response.
    let log: Vec<Value> = relay.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = log.iter().find(|record| record["response_id"] == answer["response"]["id"]).unwrap();
    let records = relay.records(told["request_id"].as_str().unwrap()).await;
    let kinds = [
        "inbound_request",
        "compatibility_adaptation",
        "upstream_request",
        "upstream_response",
        "outbound_response",
        "upstream_usage",
        "end",
    ];
    assert_eq!(phases(&records), kinds);
    for inbound in [&records[0], &failed[0]] {
        assert_eq!((&inbound["path"], &inbound["client_ip"]), (&json!("/v1/responses"), &json!("127.0.0.1")));
    }
    assert_eq!(records[0]["body"]["json"], frame);
    assert_eq!(records[1]["ignored_parameters"], json!(["user"]));
    let end = &records[6];
    assert_eq!((&end["outcome"], &end["operation"]), (&json!("completed"), &json!("responses_connect")));
    assert_eq!([&end["input_tokens"], &end["output_tokens"]], usage(&answer["response"]));
    let ends = log.iter().filter(|record| record["phase"] == "end" && record["operation"] == "responses_connect");
    assert_eq!(ends.count(), 2);
}

#[tokio::test]
async fn a_turn_that_could_not_be_recorded_has_failed_for_the_log_too() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = Socket::open(&relay.base_url, &[]).await.unwrap();
    for (turn, how) in ["json", "stream", "socket"].into_iter().enumerate() {
        let made = relay.post("/v1/conversations", &json!({})).await.json();
        let id = made["id"].as_str().unwrap();
        let mut body = json!({"model": "gpt-5.5", "input": "demo:slow 50 20", "conversation": id});
        let asking = async {
            if how == "socket" {
                body["type"] = json!("response.create");
                return Err(socket.ask(&body).await);
            }
            body["stream"] = json!(how == "stream");
            Ok(relay.post("/v1/responses", &body).await)
        };
        let deleting = async {
            while backend.captured("/responses").len() <= turn {
                tokio::task::yield_now().await;
            }
            relay.request("DELETE", &format!("/v1/conversations/{id}")).send().await.unwrap().status()
        };
        let (answer, deleted) = tokio::join!(asking, deleting);
        assert_eq!(deleted, 200);
        let records = relay.records_where(|records| of_turn(records, id)).await;
        let end = records.last().unwrap();
        assert_eq!((&end["outcome"], &end["code"]), (&json!("failed"), &json!("conversation_not_found")), "{how}");
        assert!(end["output_tokens"].is_u64(), "{end}");
        // The backend did nothing wrong.
        assert!(!phases(&records).contains(&"upstream_response_error"), "{how}");
        let last = match answer {
            Ok(answer) if how == "json" => {
                assert_eq!(answer.header("x-request-id"), end["request_id"].as_str());
                assert_eq!(end["status"], answer.status);
                continue;
            }
            Ok(answer) => last_event(&answer),
            Err(event) => event,
        };
        assert_eq!(last["type"], "response.failed", "{last}");
        assert_eq!([&end["input_tokens"], &end["output_tokens"]], usage(&last["response"]));
    }
}

/// The records of the turn that names a conversation.
fn of_turn(records: Vec<Value>, conversation: &str) -> Vec<Value> {
    let turn = records.iter().find(|record| record["body"]["json"]["conversation"] == conversation);
    let Some(id) = turn.map(|turn| turn["request_id"].clone()) else { return Vec::new() };
    records.into_iter().filter(|record| record["request_id"] == id).collect()
}

fn last_event(answer: &Answered) -> Value {
    let line = answer.text.lines().rfind(|line| line.starts_with("data: ")).unwrap();
    serde_json::from_str(&line[6..]).unwrap()
}
