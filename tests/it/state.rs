//! Conversations, remembered responses and files in requests, over a real socket and through the demo upstream.

use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned};
use crate::support::relay::{Answered, Running, answered};

const MODEL: &str = "gpt-5.5";

fn ask(said: &str) -> Value {
    json!({"model": MODEL, "input": said})
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

fn code(answer: &Answered) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

/// What the relay sent upstream in its last call.
fn sent(backend: &Backend) -> (Value, Option<String>) {
    let last = backend.captured("/responses").pop().unwrap();
    let session = last.headers.get("session-id").map(|value| value.to_str().unwrap().to_owned());
    (serde_json::from_slice(&last.body).unwrap(), session)
}

/// The texts of an input or output, each with who said it.
fn said(items: &Value) -> Vec<(String, String)> {
    let texts = items.as_array().unwrap().iter().filter(|item| item["type"] == "message").map(|item| {
        let role = item["role"].as_str().unwrap().to_owned();
        let text = item["content"][0]["text"].as_str().or(item["content"].as_str()).unwrap().to_owned();
        (role, text)
    });
    texts.collect()
}

fn line(role: &str, text: &str) -> (String, String) {
    (role.to_owned(), text.to_owned())
}

#[tokio::test]
async fn a_response_is_continued_by_its_id() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let first = relay.post("/v1/responses", &with(ask("My name is Ada."), "instructions", "Be brief.")).await.json();
    assert_eq!((&first["store"], &first["previous_response_id"]), (&json!(true), &Value::Null));
    let (body, session) = sent(&backend);
    assert_eq!((&body["prompt_cache_key"], session), (&Value::Null, None), "nobody knows yet that it goes on");
    let id = first["id"].as_str().unwrap();

    // Streamed, and continued as soon as the end was read.
    let second = with(with(ask("What is my name?"), "previous_response_id", id), "stream", true);
    let second = relay.post("/v1/responses", &second).await;
    let last = second.text.lines().rfind(|line| line.starts_with("data: ")).unwrap();
    let second: Value = serde_json::from_str(&last[6..]).unwrap();
    let second = &second["response"];
    assert_eq!((&second["previous_response_id"], &second["status"]), (&json!(id), &json!("completed")));
    let (body, session) = sent(&backend);
    let answer = |response: &Value| said(&response["output"])[0].1.clone();
    let expected =
        vec![line("user", "My name is Ada."), line("assistant", &answer(&first)), line("user", "What is my name?")];
    assert_eq!(said(&body["input"]), expected);
    assert_eq!(body["instructions"], ".", "instructions belong to one turn");
    assert_eq!((body["prompt_cache_key"].as_str(), session.as_deref()), (Some(id), Some(id)));

    let third =
        with(with(ask("And mine?"), "previous_response_id", second["id"].clone()), "prompt_cache_key", "theirs");
    let third = relay.post("/v1/responses", &third).await.json();
    let (body, session) = sent(&backend);
    assert_eq!(said(&body["input"]).len(), 5);
    assert_eq!((body["prompt_cache_key"].as_str(), session.as_deref()), (Some("theirs"), Some("theirs")));
    assert!(third["usage"]["input_tokens_details"]["cached_tokens"].is_u64(), "{third}");

    assert_eq!(relay.get(&format!("/v1/responses/{id}")).await.json(), first);
    let items = relay.get(&format!("/v1/responses/{}/input_items", second["id"].as_str().unwrap())).await.json();
    assert_eq!(said(&items["data"]), [line("user", "What is my name?")]);
    assert!(items["first_id"].as_str().unwrap().starts_with("msg_"), "{items}");
}

#[tokio::test]
async fn what_is_not_remembered_cannot_be_continued() {
    let relay = Running::demo().await;
    let continued =
        async |id: &str| code(&relay.post("/v1/responses", &with(ask("go on"), "previous_response_id", id)).await);
    let not_found = (400, "previous_response_not_found".to_owned());
    for id in ["resp_unknown", "../x", ""] {
        assert_eq!(continued(id).await, not_found, "{id:?}");
    }
    let forgotten = relay.post("/v1/responses", &with(ask("hi"), "store", false)).await.json();
    assert_eq!(forgotten["store"], false);
    let id = forgotten["id"].as_str().unwrap();
    assert_eq!(continued(id).await, not_found);
    assert_eq!(code(&relay.get(&format!("/v1/responses/{id}")).await), (404, "response_not_found".to_owned()));

    let kept = relay.post("/v1/responses", &ask("hi")).await.json();
    let id = kept["id"].as_str().unwrap();
    let gone = relay.delete(&format!("/v1/responses/{id}")).await.json();
    assert_eq!(gone, json!({"id": id, "object": "response", "deleted": true}));
    assert_eq!(continued(id).await, not_found);
    assert_eq!(code(&relay.delete(&format!("/v1/responses/{id}")).await), (404, "response_not_found".to_owned()));
    assert_eq!(
        code(&relay.post("/v1/responses", &with(ask("hi"), "store", true)).await),
        (422, "unsupported_value".to_owned())
    );
}

#[tokio::test]
async fn a_failed_or_abandoned_turn_leaves_nothing() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let conversation = relay.post("/v1/conversations", &json!({})).await.json();
    let id = conversation["id"].as_str().unwrap();
    let turn = with(with(ask("hi"), "conversation", id), "stream", true);
    backend.then("/responses", Canned::transcript("failed.after-text.sse"));
    assert!(relay.post("/v1/responses", &turn).await.text.contains("response.failed"));
    let start = crate::support::backend::fixture("text.sse");
    let half = start.slice(..start.len() / 2);
    backend.then("/responses", Canned::Silent(half));
    let mut response = relay
        .request("POST", "/v1/responses")
        .header("content-type", "application/json")
        .body(turn.to_string())
        .send()
        .await
        .unwrap();
    assert!(response.chunk().await.unwrap().is_some());

    // While it runs, the conversation is not to be had.
    let busy = relay.post("/v1/responses", &with(ask("me too"), "conversation", id)).await;
    assert_eq!(code(&busy), (409, "conversation_locked".to_owned()));
    drop(response);
    backend.abandoned().await;
    let items = relay.get(&format!("/v1/conversations/{id}/items")).await.json();
    assert_eq!(items["data"], json!([]));
    let again = relay.post("/v1/responses", &with(ask("again"), "conversation", id)).await;
    assert_eq!(again.status, 200, "{}", again.text);
}

#[tokio::test]
async fn a_conversation_holds_what_was_said() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let seed = json!({"items": [{"role": "system", "content": "Speak Latin."}, {"role": "user", "content": "salve"}], "metadata": {"topic": "greetings"}});
    let made = relay.post("/v1/conversations", &seed).await.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["object"], &made["metadata"]), (&json!("conversation"), &json!({"topic": "greetings"})));

    let first = relay.post("/v1/responses", &with(ask("quid agis?"), "conversation", json!({"id": id}))).await.json();
    assert_eq!(first["conversation"], json!({"id": id}));
    let (body, session) = sent(&backend);
    let history = [line("developer", "Speak Latin."), line("user", "salve"), line("user", "quid agis?")];
    assert_eq!((said(&body["input"]), session.as_deref()), (history.to_vec(), Some(id)));

    let chat = json!({"model": MODEL, "conversation": id, "messages": [{"role": "user", "content": "vale"}]});
    assert_eq!(relay.post("/v1/chat/completions", &chat).await.status, 200);
    let (body, _) = sent(&backend);
    assert_eq!(said(&body["input"]).len(), 5);

    let all = relay.get(&format!("/v1/conversations/{id}/items?order=asc&limit=100")).await.json();
    let texts: Vec<String> = said(&all["data"]).into_iter().map(|(_, text)| text).collect();
    assert_eq!((texts.len(), &texts[0][..], &texts[2][..], &texts[4][..]), (6, "Speak Latin.", "quid agis?", "vale"));
    assert!(all["data"].as_array().unwrap().iter().all(|item| item["id"].is_string()), "{all}");

    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = relay.get(&format!("/v1/conversations/{id}/items?limit=4{after}")).await.json();
        seen.extend(page["data"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        if page["has_more"] == false {
            break;
        }
        after = format!("&after={}", page["last_id"].as_str().unwrap());
    }
    seen.reverse();
    let ids: Vec<Value> = all["data"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(seen, ids);

    let previous = with(ask("x"), "previous_response_id", first["id"].clone());
    assert_eq!(code(&relay.post("/v1/responses", &previous).await).1, "previous_response_not_found");
    let both = with(previous, "conversation", id);
    assert_eq!(code(&relay.post("/v1/responses", &both).await), (400, "mutually_exclusive_parameters".to_owned()));
}

#[tokio::test]
async fn conversations_are_changed_and_deleted() {
    let relay = Running::demo().await;
    let made = relay.post("/v1/conversations", &json!({"metadata": {"a": "b"}})).await.json();
    let path = format!("/v1/conversations/{}", made["id"].as_str().unwrap());
    let changed = relay.post(&path, &json!({"metadata": {"c": "d"}})).await.json();
    assert_eq!(changed["metadata"], json!({"c": "d"}));
    assert_eq!(relay.get(&path).await.json(), changed);

    let items = json!({"items": [{"type": "message", "role": "user", "content": "one"}, {"type": "message", "role": "user", "content": "two"}]});
    let appended = relay.post(&format!("{path}/items"), &items).await.json();
    assert_eq!((said(&appended["data"]).len(), &appended["has_more"]), (2, &json!(false)));
    let item = format!("{path}/items/{}", appended["first_id"].as_str().unwrap());
    assert_eq!(relay.get(&item).await.json(), appended["data"][0]);
    assert_eq!(relay.delete(&item).await.json(), changed, "what is left is the conversation");
    assert_eq!(code(&relay.get(&item).await), (404, "item_not_found".to_owned()));

    let many: Vec<Value> = (0..21).map(|_| json!({"role": "user", "content": "x"})).collect();
    let refused = [
        (relay.post("/v1/conversations", &json!({"items": many})).await, "items"),
        (relay.post("/v1/conversations", &json!({"metadata": "x"})).await, "metadata"),
        (relay.post("/v1/conversations", &json!({"metadata": {"a": 1}})).await, "metadata.a"),
        (relay.post("/v1/conversations", &json!({"metadata": {"n".repeat(65): "x"}})).await, "metadata"),
        (relay.post("/v1/conversations", &json!({"metadata": {"a": "x".repeat(513)}})).await, "metadata.a"),
        (
            relay.post("/v1/conversations", &json!({"items": [{"type": "item_reference", "id": "msg_x"}]})).await,
            "items[0]",
        ),
        (relay.post(&path, &json!({})).await, "metadata"),
    ];
    for (answer, param) in refused {
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (422, Some(param)), "{}", answer.text);
    }

    let audio = json!({"items": [{"role": "user", "content": [{"type": "input_audio"}]}]});
    let audio = relay.post("/v1/conversations", &audio).await;
    assert_eq!((audio.status, audio.json()["error"]["param"].as_str()), (501, Some("items[0].content[0]")));

    assert_eq!(
        relay.delete(&path).await.json(),
        json!({"id": made["id"], "object": "conversation.deleted", "deleted": true})
    );
    let not_found = (404, "conversation_not_found".to_owned());
    for answer in [
        relay.get(&path).await,
        relay.delete(&path).await,
        relay.post(&path, &json!({"metadata": {}})).await,
        relay.get(&format!("{path}/items")).await,
        relay.post(&format!("{path}/items"), &items).await,
        relay.get(&item).await,
        relay.delete(&item).await,
        relay.post("/v1/responses", &with(ask("hi"), "conversation", made["id"].clone())).await,
        relay.post("/v1/responses", &with(ask("hi"), "conversation", "conv_../x")).await,
    ] {
        assert_eq!(code(&answer), not_found);
    }
}

#[tokio::test]
async fn a_turn_of_a_conversation_deleted_meanwhile_says_so() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let made = relay.post("/v1/conversations", &json!({})).await.json();
    let id = made["id"].as_str().unwrap();
    for stream in [false, true] {
        let made = if stream { relay.post("/v1/conversations", &json!({})).await.json() } else { made.clone() };
        let id = if stream { made["id"].as_str().unwrap() } else { id };
        let turn = with(with(ask("demo:slow 50 20"), "conversation", id), "stream", stream);
        let asking = relay.post("/v1/responses", &turn);
        let deleting = async {
            while backend.captured("/responses").len() <= usize::from(stream) {
                tokio::task::yield_now().await;
            }
            relay.delete(&format!("/v1/conversations/{id}")).await
        };
        let (answer, deleted) = tokio::join!(asking, deleting);
        assert_eq!(deleted.status, 200);
        assert!(answer.text.contains("could not be added to the conversation"), "{}", answer.text);
    }
}

#[tokio::test]
async fn responses_are_remembered_as_long_as_the_setting_says() {
    let relay = Running::with(|raw| {
        raw.security.require_bearer_auth = Some(false);
        raw.state.response_ttl_hours = Some(0);
    })
    .await;
    let answer = relay.post("/v1/responses", &ask("hi")).await.json();
    assert_eq!(answer["store"], false);
    let refused = relay.post("/v1/responses", &with(ask("hi"), "previous_response_id", answer["id"].clone())).await;
    assert_eq!(code(&refused), (422, "unsupported_parameter".to_owned()));
    assert!(refused.text.contains("state.response_ttl_hours"), "{}", refused.text);
    assert!(!relay.data_dir().join("state").exists(), "nothing was kept, so nothing was made");
}

#[tokio::test]
async fn what_does_not_run_in_the_background_is_not_cancelled() {
    let relay = Running::demo().await;
    let made = relay.post("/v1/responses", &ask("hi")).await.json();
    let path = format!("/v1/responses/{}", made["id"].as_str().unwrap());
    assert_eq!(
        code(&relay.post(&format!("{path}/cancel"), &json!({})).await),
        (409, "response_not_cancellable".to_owned())
    );
    assert_eq!(
        code(&relay.post("/v1/responses/resp_x/cancel", &json!({})).await),
        (404, "response_not_found".to_owned())
    );
    let streamed = relay.get(&format!("{path}?stream=true")).await;
    assert_eq!((streamed.status, streamed.json()["error"]["param"].as_str()), (422, Some("stream")));
    assert_eq!(relay.get(&format!("{path}?stream=false")).await.status, 200);
    assert_eq!(relay.post("/v1/responses/input_tokens", &json!({})).await.status, 501);
}

#[tokio::test]
async fn files_are_put_in_the_place_of_their_ids() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let image = relay.uploaded("cat.png", b"\x89PNG\r\n\x1a\nx").await;
    let pdf = relay.uploaded("a.pdf", b"%PDF-1.7").await;
    let notes = relay.uploaded("notes.json", b"{\"a\": 1}").await;
    let parts = json!([
        {"type": "input_image", "file_id": image}, {"type": "input_file", "file_id": pdf}, {"type": "input_file", "file_id": notes},
    ]);
    let first = relay.post("/v1/responses", &with(ask(""), "input", json!([{"role": "user", "content": parts}]))).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let expected = json!([
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgp4"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjc="},
        {"type": "input_text", "text": "File notes.json (text/plain):\n\n{\"a\": 1}"},
    ]);
    assert_eq!(sent(&backend).0["input"][0]["content"], expected);

    // What is kept is the id, and it is put in again with every turn.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let items = relay.get(&format!("/v1/responses/{id}/input_items")).await.json();
    assert_eq!(items["data"][0]["content"], parts);
    let second = with(ask("and now?"), "previous_response_id", id);
    assert_eq!(relay.post("/v1/responses", &second).await.status, 200);
    assert_eq!(sent(&backend).0["input"][0]["content"], expected);

    for path in ["/v1/chat/completions", "/no-tools/v1/chat/completions"] {
        let chat = json!({"model": MODEL, "messages": [{"role": "user", "content": [{"type": "file", "file": {"file_id": pdf}}]}]});
        assert_eq!(relay.post(path, &chat).await.status, 200);
        assert_eq!(sent(&backend).0["input"][0]["content"], json!([expected[1]]));
    }

    relay.delete(&format!("/v1/files/{pdf}")).await;
    let cases = [
        ("/v1/responses", second, 404, "previous_response_id"),
        (
            "/v1/responses",
            with(ask(""), "input", json!([{"role": "user", "content": "x"}, {"role": "user", "content": parts}])),
            404,
            "input[1].content[1].file_id",
        ),
        (
            "/v1/responses",
            with(ask(""), "input", json!([{"role": "user", "content": [{"type": "input_image", "file_id": notes}]}])),
            422,
            "input[0].content[0].file_id",
        ),
        (
            "/v1/chat/completions",
            json!({"model": MODEL, "messages": [{"role": "system", "content": "x"}, {"role": "user", "content": [{"type": "file", "file": {"file_id": pdf}}]}]}),
            404,
            "messages[1].content[0].file.file_id",
        ),
    ];
    for (path, body, status, param) in cases {
        let answer = relay.post(path, &body).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (status, Some(param)), "{}", answer.text);
    }
}

#[tokio::test]
async fn items_of_a_tool_loop_are_sent_again_as_they_were() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    backend.then("/responses", Canned::transcript("function-call.sse"));
    let tools =
        json!([{"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}]);
    let first = relay.post("/v1/responses", &with(ask("weather?"), "tools", tools.clone())).await.json();
    let output = first["output"].as_array().unwrap();
    let call = output.iter().find(|item| item["type"] == "function_call").unwrap();
    let result = json!([{"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]);
    let second = json!({"model": MODEL, "input": result, "tools": tools, "previous_response_id": first["id"]});
    let second = relay.post("/v1/responses", &second).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let input = sent(&backend).0["input"].clone();
    let kinds: Vec<&str> = input.as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
    let mut expected = vec!["message"];
    expected.extend(output.iter().map(|item| item["type"].as_str().unwrap()));
    expected.push("function_call_output");
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_stateless_request_opens_nothing() {
    let relay = Running::demo().await;
    relay.post("/v1/responses", &with(ask("hi"), "store", false)).await;
    relay.post("/v1/chat/completions", &json!({"model": MODEL, "messages": [{"role": "user", "content": "hi"}]})).await;
    assert!(!relay.data_dir().join("state").exists());
    let answer = answered(relay.request("GET", "/v1/files")).await;
    assert_eq!(answer.json()["data"], json!([]));
    assert!(relay.data_dir().join("state/state.sqlite3").exists());
}
