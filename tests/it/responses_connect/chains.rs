//! Which responses a turn on a WebSocket can continue, and what comes before its input.

use serde_json::{Value, json};

use super::{MODEL, assert_error, create, create_after, open, said, sent};
use crate::support::backend::Backend;
use crate::support::relay::Running;
use crate::support::spec::{Document, Spec};

fn unstored(mut frame: Value) -> Value {
    frame["store"] = json!(false);
    frame
}

#[tokio::test]
async fn a_turn_continues_an_earlier_one_with_its_items() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = open(&relay).await;
    let first = socket.ask(&create("demo:text one")).await;
    let second = socket.ask(&create_after(&first, "demo:text two")).await;
    assert_eq!(second["response"]["previous_response_id"], first["response"]["id"]);
    let third = socket.ask(&create_after(&second, "demo:text three")).await;
    assert_eq!(third["type"], "response.completed");
    let fork = socket.ask(&create_after(&first, "demo:text fork")).await;
    assert_eq!(fork["type"], "response.completed");
    let bodies: Vec<Vec<String>> = sent(&backend).iter().map(said).collect();
    assert_eq!(bodies[1], ["demo:text one", "one", "demo:text two"]);
    assert_eq!(bodies[2], ["demo:text one", "one", "demo:text two", "two", "demo:text three"]);
    assert_eq!(bodies[3], ["demo:text one", "one", "demo:text fork"]);
    assert!(sent(&backend).iter().all(|body| body.get("previous_response_id").is_none()));
}

#[tokio::test]
async fn a_tool_loop_sends_only_the_outputs() {
    let relay = Running::demo().await;
    let mut socket = open(&relay).await;
    let mut frame = create("demo:tool");
    frame["tools"] =
        json!([{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]);
    let called = socket.ask(&frame).await;
    let call = called["response"]["output"].as_array().unwrap().last().unwrap().clone();
    let output = json!([{"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]);
    let mut frame = create_after(&called, output);
    frame["tools"] =
        json!([{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]);
    let answer = socket.ask(&frame).await;
    assert!(answer["response"]["output"][0]["content"][0]["text"].as_str().unwrap().contains("sunny"), "{answer}");
}

#[tokio::test]
async fn reasoning_is_continued_too() {
    let relay = Running::demo().await;
    let mut socket = open(&relay).await;
    let first = socket.ask(&create("demo:reasoning")).await;
    let second = socket.ask(&create_after(&first, "demo:request")).await;
    let request = second["response"]["output"][0]["content"][0]["text"].as_str().unwrap();
    assert!(request.contains("encrypted_content"), "{second}");
}

#[tokio::test]
async fn an_unknown_response_cannot_be_continued_and_a_failed_turn_lets_go_of_the_one_it_continued() {
    let relay = Running::demo().await;
    let mut socket = open(&relay).await;
    for id in ["resp_unknown", "../x", ""] {
        let unknown = json!({"response": {"id": id}});
        let refused = socket.ask(&create_after(&unknown, "hi")).await;
        assert_error(&refused, 400, "previous_response_not_found");
        assert_eq!(refused["error"]["param"], "previous_response_id");
    }
    let remembered = socket.ask(&create("demo:text one")).await;
    for broken in [
        json!([{"type": "function_call_output", "call_id": "call_missing", "output": "x"}]),
        json!(7),
        json!("demo:fail"),
        json!("demo:fail-late"),
    ] {
        let held = socket.ask(&unstored(create("demo:text one"))).await;
        for first in [&held, &remembered] {
            let failed = socket.ask(&create_after(first, broken.clone())).await;
            assert_ne!(failed["type"], "response.completed", "{broken}");
        }
        let again = socket.ask(&create_after(&held, "again")).await;
        assert_error(&again, 400, "previous_response_not_found");
        assert_eq!(socket.ask(&create_after(&remembered, "again")).await["type"], "response.completed");
    }
}

#[tokio::test]
async fn a_chain_goes_on_over_http_and_on_another_connection() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let (mut one, mut other) = (open(&relay).await, open(&relay).await);
    let first = one.ask(&create("demo:text one")).await;
    assert_eq!(first["response"]["store"], true);
    let id = first["response"]["id"].as_str().unwrap();
    assert_eq!(relay.get(&format!("/v1/responses/{id}")).await.json(), first["response"]);

    let second = json!({"model": MODEL, "input": "demo:text two", "previous_response_id": id});
    let second = relay.post("/v1/responses", &second).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let third = other.ask(&create_after(&json!({"response": second.json()}), "demo:text three")).await;
    assert_eq!(third["response"]["previous_response_id"], second.json()["id"]);
    let fourth = one.ask(&create_after(&third, "demo:text four")).await;
    assert_eq!(fourth["type"], "response.completed", "{fourth}");

    let bodies = sent(&backend);
    let lines = ["demo:text one", "one", "demo:text two", "two", "demo:text three", "three", "demo:text four"];
    assert_eq!(said(&bodies[3]), lines);
    for request in &backend.captured("/responses")[1..] {
        assert_eq!(request.headers["session-id"], id);
    }
    assert!(bodies[1..].iter().all(|body| body["prompt_cache_key"] == id));

    relay.delete(&format!("/v1/responses/{id}")).await;
    assert_error(&one.ask(&create_after(&fourth, "five")).await, 400, "previous_response_not_found");
}

#[tokio::test]
async fn what_is_not_to_be_remembered_is_known_on_its_own_connection_only() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let (mut one, mut other) = (open(&relay).await, open(&relay).await);
    let first = one.ask(&unstored(create("demo:text one"))).await;
    assert_eq!(first["response"]["store"], false);
    assert_error(&other.ask(&create_after(&first, "hi")).await, 400, "previous_response_not_found");
    let elsewhere = json!({"model": MODEL, "input": "hi", "previous_response_id": first["response"]["id"]});
    let elsewhere = relay.post("/v1/responses", &elsewhere).await;
    assert_eq!(elsewhere.json()["error"]["code"], "previous_response_not_found");

    // What continues it could not be continued elsewhere either, so it is not remembered.
    let second = one.ask(&create_after(&first, "demo:text two")).await;
    assert_eq!(second["response"]["store"], false);
    let third = one.ask(&create_after(&second, "demo:text three")).await;
    assert_eq!(third["type"], "response.completed", "{third}");
    let body = sent(&backend).pop().unwrap();
    assert_eq!(said(&body), ["demo:text one", "one", "demo:text two", "two", "demo:text three"]);
    assert_eq!(body["prompt_cache_key"], first["response"]["id"]);
    let gone = relay.get(&format!("/v1/responses/{}", third["response"]["id"].as_str().unwrap())).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_remembered_chain_goes_on_unremembered() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let (mut one, mut other) = (open(&relay).await, open(&relay).await);
    let first = one.ask(&create("demo:text one")).await;
    let second = other.ask(&unstored(create_after(&first, "demo:text two"))).await;
    let third = other.ask(&create_after(&second, "demo:text three")).await;
    assert_eq!(third["response"]["store"], false);
    let body = sent(&backend).pop().unwrap();
    assert_eq!(said(&body), ["demo:text one", "one", "demo:text two", "two", "demo:text three"]);
    assert_eq!(body["prompt_cache_key"], first["response"]["id"]);
    assert_error(&one.ask(&create_after(&second, "hi")).await, 400, "previous_response_not_found");
}

#[tokio::test]
async fn a_relay_that_remembers_nothing_has_the_latest_of_each_connection() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.state.response_ttl_hours = Some(0);
    })
    .await;
    let (mut one, mut other) = (open(&relay).await, open(&relay).await);
    let first = one.ask(&create("hi")).await;
    assert_eq!(first["response"]["store"], false);
    assert_eq!(one.ask(&create_after(&first, "go on")).await["type"], "response.completed");
    assert_error(&other.ask(&create_after(&first, "go on")).await, 400, "previous_response_not_found");
    assert!(!relay.data_dir().join("state").exists(), "nothing was kept, so nothing was made");
}

#[tokio::test]
async fn a_response_that_cannot_be_written_is_held() {
    let relay = Running::demo().await;
    std::fs::write(relay.data_dir().join("state"), "a file in its place").unwrap();
    let mut socket = open(&relay).await;
    let first = socket.ask(&create("hi")).await;
    assert_eq!((&first["type"], &first["response"]["store"]), (&json!("response.completed"), &json!(false)));
    assert_eq!(socket.ask(&create_after(&first, "go on")).await["type"], "response.completed");
}

#[tokio::test]
async fn a_conversation_is_used_as_over_http() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = open(&relay).await;
    let seed = json!({"items": [{"role": "user", "content": "salve"}]});
    let made = relay.post("/v1/conversations", &seed).await.json();
    let mut frame = create("demo:text ita");
    frame["conversation"] = made["id"].clone();
    let first = socket.ask(&frame).await;
    assert_eq!(first["response"]["conversation"], json!({"id": made["id"]}));
    let second = socket.ask(&unstored(frame.clone())).await;
    assert_eq!(second["type"], "response.completed", "{second}");
    assert_eq!(said(&sent(&backend)[1]), ["salve", "demo:text ita", "ita", "demo:text ita"]);
    let items = format!("/v1/conversations/{}/items", made["id"].as_str().unwrap());
    assert_eq!(relay.get(&items).await.json()["data"].as_array().unwrap().len(), 5);

    for response in [&first, &second] {
        assert_error(&socket.ask(&create_after(response, "x")).await, 400, "previous_response_not_found");
    }
    frame["previous_response_id"] = first["response"]["id"].clone();
    assert_error(&socket.ask(&frame).await, 400, "mutually_exclusive_parameters");
    frame.as_object_mut().unwrap().remove("previous_response_id");
    relay.delete(&format!("/v1/conversations/{}", made["id"].as_str().unwrap())).await;
    assert_error(&socket.ask(&frame).await, 404, "conversation_not_found");
}

#[tokio::test]
async fn uploaded_files_are_put_in_with_every_turn() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = open(&relay).await;
    let id = relay.uploaded("notes.txt", b"cobalt").await;
    let part = json!({"type": "input_file", "file_id": id});
    let input = json!([{"role": "user", "content": [part]}]);
    let expected = json!([{"type": "input_text", "text": "File notes.txt (text/plain):\n\ncobalt"}]);
    let mut firsts = Vec::new();
    for frame in [create(input.clone()), unstored(create(input.clone()))] {
        let first = socket.ask(&frame).await;
        assert_eq!(first["type"], "response.completed", "{first}");
        assert_eq!(socket.ask(&create_after(&first, "and?")).await["type"], "response.completed");
        firsts.push(first);
    }
    for body in sent(&backend) {
        assert_eq!(body["input"][0]["content"], expected);
    }

    relay.delete(&format!("/v1/files/{id}")).await;
    for first in &firsts {
        let refused = socket.ask(&create_after(first, "and?")).await;
        assert_error(&refused, 404, "file_not_found");
        assert_eq!(refused["error"]["param"], "previous_response_id");
    }
    let mut warm_up = create(json!([{"role": "user", "content": "x"}, input[0]]));
    warm_up["generate"] = json!(false);
    let refused = socket.ask(&warm_up).await;
    assert_error(&refused, 404, "file_not_found");
    assert_eq!(refused["error"]["param"], "input[1].content[0].file_id");
}

#[tokio::test]
async fn a_warm_up_generates_nothing_and_can_be_continued() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let mut socket = open(&relay).await;
    let mut frame = create("Remember: cobalt.");
    frame["generate"] = json!(false);
    socket.send(&frame).await;
    let events = socket.response().await;
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["response.created", "response.completed"]);
    let warm = &events[1]["response"];
    assert_eq!((&warm["status"], &warm["output"], &warm["usage"]), (&json!("completed"), &json!([]), &Value::Null));
    Spec::new(Document::OpenResponses, None).check("ResponseResource", warm).unwrap();
    assert_eq!(sent(&backend), Vec::<Value>::new());

    let mut frame = create_after(&events[1], "demo:text What was it?");
    let answer = socket.ask(&frame).await;
    assert_eq!(answer["type"], "response.completed");
    assert_eq!(said(&sent(&backend)[0]), ["Remember: cobalt.", "demo:text What was it?"]);
    frame.as_object_mut().unwrap().remove("input");
    assert_eq!(socket.ask(&frame).await["type"], "response.completed");

    let elsewhere = json!({"model": MODEL, "input": "demo:text And now?", "previous_response_id": warm["id"]});
    assert_eq!(relay.post("/v1/responses", &elsewhere).await.status, 200);
    assert_eq!(said(&sent(&backend)[2]), ["Remember: cobalt.", "demo:text And now?"]);
}

#[tokio::test]
async fn a_chain_is_not_larger_than_a_body() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.server.max_body_bytes = Some(4096);
    })
    .await;
    let mut socket = open(&relay).await;
    let first = create(format!("demo:text ok {}", "x".repeat(1500)));
    for (first, status, code) in [(unstored(first.clone()), 413, "body_too_large"), (first, 400, "history_too_long")] {
        let first = socket.ask(&first).await;
        assert_eq!(first["type"], "response.completed");
        assert_error(&socket.ask(&create_after(&first, "y".repeat(1500))).await, status, code);
    }
}
