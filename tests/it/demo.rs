//! The embedded upstream: refuses what the backend refuses, and plays what a prompt asks for in events a strict client can follow.

use airelays::translate::hub::{HubEvent, HubRequest, Outcome, TextKind, UpstreamError};
use airelays::upstream::chatgpt::Retry;
use airelays::upstream::demo::{DIRECTIVES, DemoWire, upstream};
use airelays::upstream::wire::Wire;
use airelays::upstream::{CatalogSource, LoginState, RequestContext, Upstream};
use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::backend::{Backend, CREATED_AT, fixture};
use crate::upstream_send::{events, request};
use crate::upstream_stream::strict::Client;

/// Status and body of an answer of the bare wire.
async fn post(body: &Value, lite: bool) -> (u16, Bytes) {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("Bearer test-token"));
    if lite {
        headers.insert("x-openai-internal-codex-responses-lite", HeaderValue::from_static("true"));
    }
    let answer = DemoWire::new(|| CREATED_AT).post_responses(headers, body.to_string().into()).await.unwrap();
    let reads: Vec<Bytes> = answer.body.map(|read| read.unwrap_or_default()).collect().await;
    (answer.status.as_u16(), reads.concat().into())
}

fn json_fixture(file: &str) -> Value {
    serde_json::from_slice(&fixture(file)).unwrap()
}

/// What comes of a request: the events, or the error that came before any.
async fn ask(request: HubRequest) -> Result<Vec<HubEvent>, UpstreamError> {
    let once = Retry { most: 0, ..Retry::default() };
    let answer = upstream().with_retry(once).send(request, RequestContext::default()).await?;
    Ok(events(answer).await)
}

/// A request that offers one tool of every kind a directive may need.
fn equipped(said: &str) -> HubRequest {
    let tools = json!([
        {"type": "function", "name": "get_weather", "strict": false, "parameters": {
            "type": "object", "required": ["city"], "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}
        }},
        {"type": "custom", "name": "apply_patch"},
        {"type": "web_search"},
        {"type": "image_generation"}
    ]);
    HubRequest { tools: serde_json::from_value(tools).unwrap(), ..request(said) }
}

/// The items that are done, as they can be sent back.
fn items(events: &[HubEvent]) -> impl Iterator<Item = Value> {
    events.iter().filter_map(|event| {
        let HubEvent::ItemDone { item, .. } = event else { return None };
        Some(Value::Object(item.clone()))
    })
}

/// What was said, a line for each part.
fn text(events: &[HubEvent]) -> String {
    let said = events.iter().filter_map(|event| {
        let HubEvent::TextDone { kind: TextKind::OutputText, text, .. } = event else { return None };
        Some(text.to_text())
    });
    said.collect::<Vec<_>>().join("\n")
}

/// The items and the end of an answer, in a line.
fn outline(answer: &Result<Vec<HubEvent>, UpstreamError>) -> String {
    let events = match answer {
        Ok(events) => events,
        Err(error) => return format!("refused: {} {}", error.status, error.code.as_deref().unwrap_or("-")),
    };
    let mut words: Vec<String> = items(events).map(|item| item["type"].as_str().unwrap().to_owned()).collect();
    let code = |error: &UpstreamError| error.code.clone().unwrap_or_default();
    words.push(match events.last() {
        Some(HubEvent::Terminal { outcome, error: Some(error), .. }) => format!("{outcome:?} {}", code(error)),
        Some(HubEvent::Terminal { outcome, .. }) => format!("{outcome:?}"),
        Some(HubEvent::Error(error)) => format!("Error {}", code(error)),
        other => format!("{other:?} at the end"),
    });
    words.join(", ")
}

#[tokio::test]
async fn every_refusal_the_backend_is_known_for() {
    let minimal = json_fixture("responses.minimal.json");
    assert_eq!(post(&minimal, false).await.0, 200);
    for row in json_fixture("rejections.json").as_array().unwrap() {
        let mut body = minimal.clone();
        for (member, value) in row["body_patch"].as_object().unwrap() {
            match value.as_str() {
                Some("<absent>" | "<absent or empty>") => body.as_object_mut().unwrap().remove(member),
                _ => body.as_object_mut().unwrap().insert(member.clone(), value.clone()),
            };
        }
        let (status, answer) = post(&body, false).await;
        if row.get("until").is_some() {
            assert_eq!(status, 200, "{row}");
            continue;
        }
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((&json!(status), &answer), (&row["status"], &row["body"]), "{row}");
    }
    let empty = json!({"model": "gpt-5.5", "instructions": "", "input": [], "store": false, "stream": true});
    assert_eq!(post(&empty, false).await.1, r#"{"detail":"Instructions are required"}"#);
}

#[tokio::test]
async fn what_breaks_the_wire_schema_is_refused_where_it_breaks() {
    let minimal = json_fixture("responses.minimal.json");
    for (pointer, value, param) in [
        ("/input/0/content/0/type", json!("input_audio"), "input[0].content[0].type"),
        ("/input/0/type", json!("item_reference"), "input[0].type"),
        ("/tool_choice", json!("sometimes"), "tool_choice"),
        ("/tools", json!([{"type": "web_search_preview"}]), "tools[0].type"),
        ("/reasoning", json!({"effort": "minimal"}), "reasoning.effort"),
    ] {
        let mut body = minimal.clone();
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body[&pointer[1..]] = value,
        }
        let (status, answer) = post(&body, false).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((status, &answer["error"]["param"]), (400, &json!(param)), "{answer}");
    }
}

#[tokio::test]
async fn each_model_takes_its_own_form_only() {
    let (plain, lite) = (json_fixture("responses.minimal.json"), json_fixture("responses.lite.json"));
    assert_eq!(post(&lite, true).await.0, 200);
    for (body, header) in [(&lite, false), (&plain, true)] {
        let (status, answer) = post(body, header).await;
        assert!(status == 400 && answer.starts_with(b"{\"detail\":\"demo upstream: "), "{answer:?}");
    }
    let mut mixed = plain.clone();
    mixed["model"] = json!("gpt-5.6-sol");
    assert_eq!(post(&mixed, true).await.0, 400);
}

#[tokio::test]
async fn a_call_without_a_login_stops_at_the_edge() {
    let body = fixture("responses.minimal.json");
    let answer = DemoWire::default().post_responses(HeaderMap::new(), body).await.unwrap();
    assert_eq!(answer.status.as_u16(), 401);
}

#[tokio::test]
async fn its_events_are_those_of_the_backend() {
    let (_, played) = post(&json_fixture("responses.minimal.json"), false).await;
    let recorded = fixture("text.sse");
    let data = |transcript: &Bytes| -> Vec<Value> {
        let text = std::str::from_utf8(transcript).unwrap();
        text.lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    };
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let (played, recorded) = (data(&played), data(&recorded));
    for event in &played {
        let same = recorded.iter().find(|other| other["type"] == event["type"]);
        let same = same.unwrap_or_else(|| panic!("{} is not in the transcript", event["type"]));
        let sorted = |value: &Value| {
            let mut keys = keys(value);
            keys.sort();
            keys
        };
        assert_eq!(sorted(event), sorted(same));
        if event["response"].is_object() {
            assert_eq!(keys(&event["response"]), keys(&same["response"]));
        }
    }
    let numbers: Vec<_> = played.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..played.len() as u64).collect::<Vec<_>>());
    assert_eq!(played.last().unwrap()["response"]["output"], json!([]));
    assert_eq!(played[0]["response"]["created_at"], json!(CREATED_AT));
}

#[tokio::test]
async fn every_directive_plays_what_it_says() {
    let mut lines = Vec::new();
    for (name, _, _) in DIRECTIVES {
        let argument = match name {
            "text" => "two words",
            "http" => "503",
            "slow" => "1 3",
            _ => "",
        };
        let answer = ask(equipped(&format!("demo:{name} {argument}"))).await;
        if let Ok(events) = &answer {
            Client::follow(events);
        }
        lines.push(format!("{name}: {}", outline(&answer)));
    }
    insta::assert_snapshot!("directives", lines.join("\n"));
}

#[tokio::test]
async fn without_a_directive_it_says_what_it_is_and_what_it_got() {
    let events = ask(equipped("hello there")).await.unwrap();
    assert_eq!(
        text(&events),
        "This is the airelays demo upstream, not a model. You said: hello there \
         You offered these tools: get_weather, apply_patch."
    );
    let deltas = events.iter().filter(|event| matches!(event, HubEvent::Delta { .. })).count();
    assert!(deltas > 3, "{deltas} deltas");
}

#[tokio::test]
async fn a_tool_loop_goes_round() {
    let first = ask(equipped("demo:tools")).await.unwrap();
    let calls: Vec<Value> = items(&first).collect();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["arguments"], json!(r#"{"city":"demo"}"#));

    let mut second = equipped("demo:tools");
    let outputs =
        calls.iter().map(|call| json!({"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}));
    let turn: Vec<Value> = calls.iter().cloned().chain(outputs).collect();
    second.input.extend(turn.into_iter().map(|item| serde_json::from_value(item).unwrap()));
    let second = ask(second).await.unwrap();
    assert_eq!(text(&second).matches("returned: sunny").count(), 2, "{}", text(&second));
}

#[tokio::test]
async fn reasoning_has_to_come_back_encrypted() {
    let first = ask(request("demo:reasoning")).await.unwrap();
    let mut reasoning = items(&first).find(|item| item["type"] == "reasoning").unwrap();
    let follow_up = |reasoning: &Value| {
        let mut follow_up = request("and now?");
        follow_up.input.insert(0, serde_json::from_value(reasoning.clone()).unwrap());
        follow_up
    };
    assert!(ask(follow_up(&reasoning)).await.is_ok());
    reasoning.as_object_mut().unwrap().remove("encrypted_content");
    let error = ask(follow_up(&reasoning)).await.unwrap_err();
    assert_eq!(error.status, 404);
    assert!(error.message.contains("not found. Items are not persisted when `store` is set to false."), "{error}");
}

#[tokio::test]
async fn over_a_socket_it_says_the_same() {
    let backend = Backend::start().await;
    let cx = RequestContext::default();
    for said in ["hello", "demo:reasoning", "demo:vendor-events", "demo:crlf", "demo:huge 64"] {
        let near = ask(request(said)).await.unwrap();
        let far = events(backend.upstream().send(request(said), cx.clone()).await.unwrap()).await;
        assert_eq!((text(&near), outline(&Ok(near))), (text(&far), outline(&Ok(far))), "{said}");
    }
}

#[tokio::test]
async fn a_broken_connection_looks_the_same_near_and_far() {
    let backend = Backend::start().await;
    let far = events(backend.upstream().send(request("demo:reset"), RequestContext::default()).await.unwrap()).await;
    assert_eq!(outline(&Ok(far)), outline(&ask(request("demo:reset")).await));
}

#[tokio::test]
async fn its_account_is_made_up() {
    let demo = upstream();
    assert_eq!((demo.name(), demo.vendor(), demo.login().await), ("demo", "chatgpt", LoginState::NotNeeded));
    let list = demo.models(RequestContext::default()).await.unwrap();
    assert_eq!((list.source.clone(), list.models.len()), (CatalogSource::Live, 8));
    let usage = demo.usage(false, RequestContext::default()).await.unwrap();
    assert_eq!(usage["account"]["plan_type"], json!("demo"));
    assert!(usage.get("raw").is_none());
    let answer = demo.send(request("hello"), RequestContext::default()).await.unwrap();
    let Some(HubEvent::Terminal { outcome: Outcome::Completed, response, .. }) = events(answer).await.pop() else {
        panic!("no end")
    };
    assert!(response.head().usage().unwrap()["total_tokens"].as_u64().unwrap() > 0);
}

#[test]
fn the_page_lists_every_directive() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo-upstream.md");
    let page = std::fs::read_to_string(page).unwrap();
    for (name, argument, meaning) in DIRECTIVES {
        let row = format!("| `{}` | {meaning} |", format!("demo:{name} {argument}").trim_end());
        assert!(page.contains(&row), "docs/demo-upstream.md lacks this line:\n{row}");
    }
}
