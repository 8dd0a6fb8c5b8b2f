use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{ResponseEcho, ResponsesAnswer, ResponsesSettings, ResponsesStream, tools_text};
use crate::translate::hub::{HubEvent, Lifecycle, PartKind, RawJson, TextKind};
use crate::translate::samples::{
    added, completed, created, delta, done, error, failed, folded, function, incomplete, message, object, place, text,
    text_done, usage, written,
};

fn settings() -> ResponsesSettings {
    let echo = ResponseEcho::new("asked");
    ResponsesSettings {
        id: "resp_fallback".to_owned(),
        created_at: 1,
        include_obfuscation: true,
        echo,
        ignored: Vec::new(),
    }
}

fn stream(settings: ResponsesSettings, events: Vec<HubEvent>) -> String {
    written(ResponsesStream::new(settings), events)
}

/// The events of a stream, one per line, response objects shortened. Checks what is true of every event.
fn events(settings: ResponsesSettings, events: Vec<HubEvent>) -> String {
    let written = stream(settings, events);
    let lines: Vec<&str> = written.lines().collect();
    let events = lines.chunks(2).enumerate().map(|(number, event)| {
        let kind = event[0].strip_prefix("event: ").unwrap();
        let data = event[1].strip_prefix("data: ").unwrap();
        assert!(data.starts_with(&format!("{{\"type\":\"{kind}\",")), "{data}");
        let mut event: Value = serde_json::from_str(data).unwrap();
        assert_eq!(event["sequence_number"], number);
        match event.get_mut("response") {
            None => data.to_owned(),
            Some(response) => {
                let members = ["id", "model", "status", "output", "error"].map(|name| response[name].take());
                format!("{kind} {}", Value::from(members.to_vec()))
            }
        }
    });
    events.collect::<Vec<_>>().join("\n")
}

fn answer(settings: ResponsesSettings, events: Vec<HubEvent>) -> Value {
    folded(ResponsesAnswer::new(settings), events).unwrap()
}

#[test]
fn events_are_numbered_and_spliced() {
    let part = json!({"type": "output_text", "annotations": [], "text": ""});
    let searching = object(json!({"item_id": "ws_1", "output_index": 1}));
    let written = events(
        settings(),
        vec![
            created(),
            HubEvent::Lifecycle { state: Lifecycle::InProgress, response: object(json!({})).into() },
            added(0, json!({"type": "message", "id": "item_1"})),
            HubEvent::Part { done: false, kind: PartKind::Content, place: place(0, 0), part },
            text(0, "Hé\n"),
            text_done(TextKind::OutputText, 0, "Hé\n"),
            delta(TextKind::ReasoningSummary, 1, 2, "a"),
            delta(TextKind::Refusal, 1, 0, "b"),
            text_done(TextKind::Refusal, 1, "b"),
            HubEvent::Other { kind: "response.web_search_call.searching", data: searching },
            done(0, json!({"type": "message", "id": "item_1"})),
            completed(json!({})),
        ],
    );
    assert_snapshot!(written, @r#"
    response.created ["resp_1","served","in_progress",[],null]
    response.in_progress ["resp_1","served","in_progress",[],null]
    {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"item_1"},"sequence_number":2}
    {"type":"response.content_part.added","item_id":"item_1","output_index":0,"content_index":0,"part":{"type":"output_text","annotations":[],"text":""},"sequence_number":3}
    {"type":"response.output_text.delta","item_id":"item_1","output_index":0,"content_index":0,"delta":"Hé\n","logprobs":[],"obfuscation":"xx","sequence_number":4}
    {"type":"response.output_text.done","item_id":"item_1","output_index":0,"content_index":0,"text":"Hé\n","logprobs":[],"sequence_number":5}
    {"type":"response.reasoning_summary_text.delta","item_id":"item_1","output_index":1,"summary_index":2,"delta":"a","obfuscation":"xx","sequence_number":6}
    {"type":"response.refusal.delta","item_id":"item_1","output_index":1,"content_index":0,"delta":"b","obfuscation":"xx","sequence_number":7}
    {"type":"response.refusal.done","item_id":"item_1","output_index":1,"content_index":0,"refusal":"b","sequence_number":8}
    {"type":"response.web_search_call.searching","item_id":"ws_1","output_index":1,"sequence_number":9}
    {"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"item_1"},"sequence_number":10}
    response.completed ["resp_1","served","completed",[{"type":"message","id":"item_1"}],null]
    "#);
}

#[test]
fn finished_arguments_name_their_function() {
    let settings = ResponsesSettings { include_obfuscation: false, ..settings() };
    let arguments = TextKind::FunctionArguments;
    let events = vec![
        created(),
        added(0, function(0, "")),
        delta(arguments, 0, 0, "{}"),
        text_done(arguments, 0, "{}"),
        failed(),
    ];
    assert_snapshot!(self::events(settings, events), @r#"
    response.created ["resp_1","served","in_progress",[],null]
    {"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_0","call_id":"call_0","name":"lookup","arguments":""},"sequence_number":1}
    {"type":"response.function_call_arguments.delta","item_id":"item_1","output_index":0,"delta":"{}","sequence_number":2}
    {"type":"response.function_call_arguments.done","item_id":"item_1","output_index":0,"arguments":"{}","name":"lookup","sequence_number":3}
    response.failed ["resp_1","served","failed",[],{"code":"server_is_overloaded","message":"busy"}]
    "#);
}

#[test]
fn stream_is_opened_when_the_vendor_does_not() {
    let response = json!({"id": "resp_9", "usage": usage(), "output": [{"type": "message"}]});
    assert_snapshot!(events(settings(), vec![completed(response)]), @r#"
    response.created ["resp_9","asked","in_progress",[],null]
    response.completed ["resp_9","asked","completed",[{"type":"message"}],null]
    "#);
    assert_snapshot!(events(settings(), vec![text(0, "Hi"), incomplete("max_output_tokens")]), @r#"
    response.created ["resp_fallback","asked","in_progress",[],null]
    {"type":"response.output_text.delta","item_id":"item_1","output_index":0,"content_index":0,"delta":"Hi","logprobs":[],"obfuscation":"xx","sequence_number":1}
    response.incomplete ["resp_fallback","asked","incomplete",[],null]
    "#);
}

#[test]
fn broken_stream_has_exactly_one_end() {
    let late = completed(json!({}));
    assert_snapshot!(events(settings(), vec![created(), HubEvent::Error(error()), late.clone()]), @r#"
    response.created ["resp_1","served","in_progress",[],null]
    response.failed ["resp_1","served","failed",[],{"code":"server_is_overloaded","message":"busy"}]
    "#);
    assert_snapshot!(events(settings(), vec![created()]), @r#"
    response.created ["resp_1","served","in_progress",[],null]
    response.failed ["resp_1","served","failed",[],{"code":"incomplete_stream","message":"the upstream answer ended before it was complete"}]
    "#);
    assert_snapshot!(events(settings(), vec![HubEvent::Error(error()), late]), @r#"{"type":"error","code":"server_is_overloaded","message":"busy","param":null,"error":{"type":"server_error","code":"server_is_overloaded","message":"busy","param":null},"sequence_number":0}"#);
    assert_eq!(folded(ResponsesAnswer::new(settings()), vec![created(), failed()]), Err(Box::new(error())));
    let cut = folded(ResponsesAnswer::new(settings()), vec![created()]).unwrap_err();
    assert_eq!(cut.code.as_deref(), Some("incomplete_stream"));
}

#[test]
fn identity_does_not_change() {
    let other = json!({"id": "resp_other", "created_at": 7, "model": "another"});
    for (first, id) in [(created(), "resp_1"), (text(0, "Hi"), "resp_fallback")] {
        let answer = answer(settings(), vec![first.clone(), completed(other.clone())]);
        assert_eq!((&answer["id"], &answer["model"]), (&json!(id), &json!("another")));
        let written = stream(settings(), vec![first, completed(other.clone())]);
        assert_eq!(written.lines().last().unwrap().matches(id).count(), 1, "{written}");
        assert!(!written.contains("resp_other"), "{written}");
    }
}

#[test]
fn output_is_in_order_and_never_doubled() {
    let events = vec![created(), message(1, "b"), message(0, "a"), completed(json!({"output": [{"type": "message"}]}))];
    let output = answer(settings(), events)["output"].clone();
    let texts: Vec<&Value> = output.as_array().unwrap().iter().map(|item| &item["content"][0]["text"]).collect();
    assert_eq!(texts, ["a", "b"]);
}

#[test]
fn sparse_response_is_completed() {
    let usage = json!({"input_tokens": 3, "input_tokens_details": null, "output_tokens": 2, "total_tokens": 5});
    let answer = answer(settings(), vec![completed(json!({"id": "resp_1", "usage": usage}))]);
    let expected = json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "background": false,
        "completed_at": null, "error": null, "incomplete_details": null, "instructions": null,
        "max_output_tokens": null, "max_tool_calls": null, "model": "asked", "output": [],
        "parallel_tool_calls": true, "previous_response_id": null, "prompt_cache_key": null,
        "reasoning": {"effort": null, "summary": null}, "safety_identifier": null, "service_tier": null,
        "store": false, "temperature": null, "text": {"format": {"type": "text"}}, "tool_choice": "auto",
        "tools": [], "top_logprobs": null, "top_p": null, "presence_penalty": null, "frequency_penalty": null,
        "truncation": "disabled", "metadata": {},
        "usage": {
            "input_tokens": 3, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 2,
            "total_tokens": 5, "output_tokens_details": {"reasoning_tokens": 0},
        },
    });
    assert_eq!(answer, expected);
}

#[test]
fn caller_sees_what_the_caller_gave() {
    let echo = ResponseEcho {
        instructions: Some("be brief".into()),
        tools: tools_text(&[json!({"type": "function", "name": "lookup"}), json!({"type": "web_search"})]).unwrap(),
        metadata: Some(object(json!({"a": "b"}))),
        text: Some(object(json!({"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"}))),
        previous_response_id: Some("resp_0".to_owned()),
        conversation: Some("conv_1".to_owned()),
        store: true,
        safety_identifier: Some("mine".to_owned()),
        user: Some("me".to_owned()),
        service_tier: Some("auto".to_owned()),
        ..ResponseEcho::new("asked")
    };
    let vendor = json!({
        "instructions": ".", "tools": [], "metadata": {}, "previous_response_id": null,
        "safety_identifier": "user-secret", "prompt_cache_key": "thread-secret", "prompt_cache_retention": "24h",
        "user": "user-secret", "headers": {"x": "y"}, "service_tier": "default", "text": {"verbosity": "high"},
        "reasoning": {"effort": "low"}, "temperature": 1.0, "tool_usage": {"web_search": {"num_requests": 1}},
    });
    let answer = answer(ResponsesSettings { echo, ..settings() }, vec![completed(vendor)]);
    let expected = json!({
        "instructions": "be brief", "metadata": {"a": "b"}, "previous_response_id": "resp_0",
        "conversation": {"id": "conv_1"}, "store": true, "safety_identifier": "mine", "user": "me",
        "prompt_cache_key": null, "service_tier": "default", "temperature": 1.0,
        "reasoning": {"effort": "low", "summary": null},
        "text": {
            "format": {"type": "json_schema", "name": "n", "schema": {}, "description": null, "strict": false},
            "verbosity": "high",
        },
        "tools": [
            {"type": "function", "name": "lookup", "description": null, "parameters": null, "strict": null},
            {"type": "web_search"},
        ],
        "tool_usage": {"web_search": {"num_requests": 1}},
    });
    for (name, expected) in object(expected) {
        assert_eq!(answer[&name], expected, "{name}");
    }
    assert!(!answer.to_string().contains("secret"));
    assert_eq!((answer.get("headers"), answer.get("prompt_cache_retention")), (None, None));
}

#[test]
fn log_probabilities_are_forwarded() {
    let logprobs = Some(RawJson::from_parsed("[{\"token\":\"a\"}]"));
    let delta = RawJson::from_text("a");
    let event = HubEvent::Delta { kind: TextKind::OutputText, place: place(0, 0), delta, logprobs, obfuscation: None };
    let written = stream(settings(), vec![created(), event]);
    assert!(written.contains(r#""delta":"a","logprobs":[{"token":"a"}],"sequence_number":1}"#), "{written}");
}
