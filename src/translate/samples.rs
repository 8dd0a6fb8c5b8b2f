//! Hand-made hub events, and ways to run them, for the tests of the dialects.

use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::answer::{AnswerFold, AnswerStream};
use super::hub::{ErrorClass, HubEvent, Lifecycle, Outcome, Place, RawJson, ResponseObject, TextKind, UpstreamError};

pub(crate) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("not an object: {value}") };
    object
}

pub(crate) fn created() -> HubEvent {
    let response = json!({"id": "resp_1", "created_at": 1_700_000_000, "model": "served", "status": "in_progress"});
    HubEvent::Lifecycle { state: Lifecycle::Created, response: object(response).into() }
}

pub(crate) fn added(output_index: u32, item: Value) -> HubEvent {
    HubEvent::ItemAdded { output_index, item: object(item) }
}

pub(crate) fn done(output_index: u32, item: Value) -> HubEvent {
    HubEvent::ItemDone { output_index, item: object(item) }
}

pub(crate) fn message(output_index: u32, text: &str) -> HubEvent {
    done(output_index, json!({"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": text}]}))
}

pub(crate) fn function(output_index: u32, arguments: &str) -> Value {
    let (id, call_id) = (format!("fc_{output_index}"), format!("call_{output_index}"));
    json!({"type": "function_call", "id": id, "call_id": call_id, "name": "lookup", "arguments": arguments})
}

pub(crate) fn place(output_index: u32, part_index: u32) -> Place {
    Place { item_id: RawJson::from_text("item_1"), output_index, part_index }
}

pub(crate) fn delta(kind: TextKind, output_index: u32, part_index: u32, text: &str) -> HubEvent {
    let (place, delta) = (place(output_index, part_index), RawJson::from_text(text));
    HubEvent::Delta { kind, place, delta, logprobs: None, obfuscation: Some(RawJson::from_text("xx")) }
}

pub(crate) fn text(output_index: u32, text: &str) -> HubEvent {
    delta(TextKind::OutputText, output_index, 0, text)
}

pub(crate) fn text_done(kind: TextKind, output_index: u32, text: &str) -> HubEvent {
    HubEvent::TextDone { kind, place: place(output_index, 0), text: RawJson::from_text(text), logprobs: None }
}

pub(crate) fn usage() -> Value {
    json!({"input_tokens": 3, "output_tokens": 2, "total_tokens": 5})
}

pub(crate) fn completed(response: Value) -> HubEvent {
    HubEvent::Terminal { outcome: Outcome::Completed, response: object(response).into(), error: None }
}

pub(crate) fn incomplete(reason: &str) -> HubEvent {
    let response = object(json!({"incomplete_details": {"reason": reason}})).into();
    HubEvent::Terminal { outcome: Outcome::Incomplete, response, error: None }
}

pub(crate) fn error() -> UpstreamError {
    UpstreamError {
        class: ErrorClass::Overload,
        status: 503,
        kind: "server_error".to_owned(),
        code: Some("server_is_overloaded".to_owned()),
        message: "busy".to_owned(),
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable: true,
    }
}

pub(crate) fn failed() -> HubEvent {
    HubEvent::Terminal { outcome: Outcome::Failed, response: ResponseObject::default(), error: Some(error()) }
}

/// What a stream writes, blank lines left out.
pub(crate) fn written(mut stream: impl AnswerStream, events: Vec<HubEvent>) -> String {
    let mut out = BytesMut::new();
    for event in events {
        stream.push(event, &mut out);
    }
    stream.finish(&mut out);
    let text = String::from_utf8(out.to_vec()).unwrap();
    assert!(text.ends_with("\n\n"), "an event is not closed: {text}");
    text.replace("\n\n", "\n")
}

pub(crate) fn folded(mut fold: impl AnswerFold, events: Vec<HubEvent>) -> Result<Value, Box<UpstreamError>> {
    for event in events {
        fold.push(event);
    }
    fold.finish().map(|body| json!(body))
}
