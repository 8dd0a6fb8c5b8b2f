use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{ChatAnswer, ChatSettings, ChatStream, ReasoningStyle};
use crate::translate::hub::{HubEvent, TextKind};
use crate::translate::samples::{
    added, completed, created, delta, done, error, failed, folded, function, incomplete, message, object, text,
    text_done, usage, written,
};

fn settings() -> ChatSettings {
    ChatSettings {
        id: "chatcmpl-fallback".to_owned(),
        created_at: 1,
        model: "asked".to_owned(),
        include_usage: false,
        reasoning: ReasoningStyle::ReasoningContent,
        legacy_functions: false,
    }
}

fn stream(settings: ChatSettings, events: Vec<HubEvent>) -> String {
    written(ChatStream::new(settings), events)
}

/// The deltas and finish reasons of a stream, one per line.
fn deltas(settings: ChatSettings, events: Vec<HubEvent>) -> String {
    let written = stream(settings, events);
    let lines = written.lines().map(|line| {
        let data = line.strip_prefix("data: ").unwrap();
        let Ok(chunk) = serde_json::from_str::<Value>(data) else { return data.to_owned() };
        let Some(choice) = chunk.pointer("/choices/0") else { return data.to_owned() };
        let shown = if choice["finish_reason"].is_null() { &choice["delta"] } else { &choice["finish_reason"] };
        shown.to_string()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn answer(settings: ChatSettings, events: Vec<HubEvent>) -> Value {
    folded(ChatAnswer::new(settings), events).unwrap()
}

fn message_of(settings: ChatSettings, events: Vec<HubEvent>) -> Value {
    answer(settings, events)["choices"][0]["message"].clone()
}

fn two_words() -> Vec<HubEvent> {
    let response = json!({"usage": usage(), "service_tier": "default"});
    vec![created(), text(0, "Hel"), text(0, "lo\n"), message(0, "Hello\n"), completed(response)]
}

#[test]
fn text_is_streamed_in_chunks() {
    assert_snapshot!(stream(settings(), two_words()), @r#"
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"content":"Hel"},"logprobs":null,"finish_reason":null}]}
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"content":"lo\n"},"logprobs":null,"finish_reason":null}]}
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"service_tier":"default"}
    data: [DONE]
    "#);
}

#[test]
fn usage_is_streamed_when_asked_for() {
    let settings = ChatSettings { include_usage: true, ..settings() };
    let events = vec![created(), completed(json!({"usage": usage()}))];
    assert_snapshot!(stream(settings, events), @r#"
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
    data: [DONE]
    "#);
}

#[test]
fn json_answer_holds_everything() {
    let expected = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "served",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": "Hello\n", "refusal": null},
            "logprobs": null, "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}, "service_tier": "default",
    });
    assert_eq!(answer(settings(), two_words()), expected);
}

#[test]
fn settings_speak_where_the_vendor_does_not() {
    let answer = answer(settings(), vec![completed(json!({}))]);
    assert_eq!(
        (&answer["id"], &answer["created"], &answer["model"]),
        (&json!("chatcmpl-fallback"), &json!(1), &json!("asked"))
    );
    assert_eq!(answer["choices"][0]["message"], json!({"role": "assistant", "content": "", "refusal": null}));
    assert_eq!(answer.get("usage"), None);
}

#[test]
fn parallel_calls_do_not_interleave() {
    let arguments = TextKind::FunctionArguments;
    let events = vec![
        added(0, function(0, "")),
        added(1, function(1, "")),
        delta(arguments, 1, 0, "{\"b\""),
        delta(arguments, 0, 0, "{\"a\""),
        delta(arguments, 1, 0, ":2}"),
        done(1, function(1, "{\"b\":2}")),
        delta(arguments, 0, 0, ":1}"),
        done(0, function(0, "{\"a\":1}")),
        completed(json!({})),
    ];
    assert_snapshot!(deltas(settings(), events.clone()), @r#"
    {"role":"assistant","content":""}
    {"tool_calls":[{"index":0,"id":"call_0","type":"function","function":{"name":"lookup","arguments":""}}]}
    {"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}
    {"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}
    {"tool_calls":[{"index":1,"id":"call_1","type":"function","function":{"name":"lookup","arguments":""}}]}
    {"tool_calls":[{"index":1,"function":{"arguments":"{\"b\":2}"}}]}
    "tool_calls"
    [DONE]
    "#);
    let expected = json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [
        {"id": "call_0", "type": "function", "function": {"name": "lookup", "arguments": "{\"a\":1}"}},
        {"id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": "{\"b\":2}"}},
    ]});
    assert_eq!(message_of(settings(), events), expected);
}

#[test]
fn call_without_deltas_has_the_arguments_of_the_item() {
    let events = vec![added(0, function(0, "")), done(0, function(0, "{}")), completed(json!({}))];
    assert_snapshot!(deltas(settings(), events), @r#"
    {"role":"assistant","content":""}
    {"tool_calls":[{"index":0,"id":"call_0","type":"function","function":{"name":"lookup","arguments":""}}]}
    {"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}
    "tool_calls"
    [DONE]
    "#);
}

#[test]
fn custom_tool_call_has_input() {
    let item = json!({"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_1", "name": "patch", "input": ""});
    let events = vec![
        added(0, item),
        delta(TextKind::CustomToolInput, 0, 0, "*** "),
        text_done(TextKind::CustomToolInput, 0, "*** "),
        completed(json!({})),
    ];
    assert_snapshot!(deltas(settings(), events.clone()), @r#"
    {"role":"assistant","content":""}
    {"tool_calls":[{"index":0,"id":"call_1","type":"custom","custom":{"name":"patch","input":""}}]}
    {"tool_calls":[{"index":0,"custom":{"input":"*** "}}]}
    "tool_calls"
    [DONE]
    "#);
    let call = json!([{"id": "call_1", "type": "custom", "custom": {"name": "patch", "input": "*** "}}]);
    assert_eq!(message_of(settings(), events)["tool_calls"], call);
}

#[test]
fn call_of_a_legacy_request_is_a_function_call() {
    let settings = ChatSettings { legacy_functions: true, ..settings() };
    let events = vec![
        added(0, function(0, "")),
        delta(TextKind::FunctionArguments, 0, 0, "{}"),
        done(0, function(0, "{}")),
        completed(json!({})),
    ];
    assert_snapshot!(deltas(settings.clone(), events.clone()), @r#"
    {"role":"assistant","content":""}
    {"function_call":{"name":"lookup","arguments":""}}
    {"function_call":{"arguments":"{}"}}
    "function_call"
    [DONE]
    "#);
    let call = json!({"name": "lookup", "arguments": "{}"});
    let expected = json!({"role": "assistant", "content": null, "refusal": null, "function_call": call});
    assert_eq!(message_of(settings, events), expected);
}

#[test]
fn messages_are_separated_and_parts_are_not() {
    let events = vec![text(0, "A"), delta(TextKind::OutputText, 0, 1, "B"), text(1, "C"), completed(json!({}))];
    assert_eq!(message_of(settings(), events)["content"], "AB\n\nC");
}

#[test]
fn text_without_deltas_is_shown_once() {
    let part = json!({"type": "output_text", "text": "Hi"});
    let item = json!({"type": "message", "content": [part]});
    for events in [
        vec![text_done(TextKind::OutputText, 0, "Hi"), message(0, "Hi"), completed(json!({}))],
        vec![message(0, "Hi"), completed(json!({"output": [item]}))],
        vec![completed(json!({"output": [item]}))],
        vec![text(0, "Hi"), completed(json!({"output": [item]}))],
    ] {
        assert_eq!(message_of(settings(), events)["content"], "Hi");
    }
}

#[test]
fn refusal_is_its_own_member() {
    let events =
        vec![delta(TextKind::Refusal, 0, 0, "I can"), delta(TextKind::Refusal, 0, 0, "'t"), completed(json!({}))];
    assert_snapshot!(deltas(settings(), events.clone()), @r#"
    {"role":"assistant","content":""}
    {"refusal":"I can"}
    {"refusal":"'t"}
    "stop"
    [DONE]
    "#);
    let expected = json!({"role": "assistant", "content": null, "refusal": "I can't"});
    assert_eq!(message_of(settings(), events), expected);
}

fn reasoning() -> Vec<HubEvent> {
    let summary = TextKind::ReasoningSummary;
    vec![
        delta(summary, 0, 0, "one"),
        delta(summary, 0, 1, "two"),
        delta(TextKind::ReasoningText, 0, 0, "not shown"),
        delta(TextKind::ReasoningText, 1, 0, "three"),
        text(2, "so"),
        completed(json!({})),
    ]
}

#[test]
fn reasoning_goes_where_the_caller_wants_it() {
    let with = |reasoning| ChatSettings { reasoning, ..settings() };
    let beside = message_of(with(ReasoningStyle::ReasoningContent), reasoning());
    assert_eq!((&beside["content"], &beside["reasoning_content"]), (&json!("so"), &json!("one\n\ntwo\n\nthree")));
    let tags = message_of(with(ReasoningStyle::ThinkTags), reasoning());
    let expected = json!("<think>one\n\ntwo\n\nthree</think>\n\nso");
    assert_eq!((&tags["content"], tags.get("reasoning_content")), (&expected, None));
    let off = message_of(with(ReasoningStyle::Off), reasoning());
    assert_eq!((&off["content"], off.get("reasoning_content")), (&json!("so"), None));
}

#[test]
fn think_tags_are_closed_before_tools_and_the_end() {
    let settings = ChatSettings { reasoning: ReasoningStyle::ThinkTags, ..settings() };
    let events = vec![delta(TextKind::ReasoningSummary, 0, 0, "hm"), done(1, function(1, "{}")), completed(json!({}))];
    assert_snapshot!(deltas(settings, events), @r#"
    {"role":"assistant","content":""}
    {"content":"<think>"}
    {"content":"hm"}
    {"content":"</think>"}
    {"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"lookup","arguments":""}}]}
    {"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}
    "tool_calls"
    [DONE]
    "#);
}

#[test]
fn citations_point_into_the_whole_content() {
    let citation =
        json!({"type": "url_citation", "start_index": 0, "end_index": 2, "title": "T", "url": "https://example.test/"});
    let data = json!({"item_id": "msg_1", "output_index": 1, "content_index": 0, "annotation_index": 0, "annotation": citation});
    let kind = "response.output_text.annotation.added";
    let part = json!({"type": "output_text", "text": "so", "annotations": [citation, {"type": "file_citation"}]});
    let events = vec![
        text(0, "é😀"),
        text(1, "so"),
        HubEvent::Other { kind, data: object(data) },
        done(1, json!({"type": "message", "content": [part]})),
        completed(json!({})),
    ];
    let inner = json!({"start_index": 4, "end_index": 6, "title": "T", "url": "https://example.test/"});
    let expected = json!([{"type": "url_citation", "url_citation": inner}]);
    assert_eq!(message_of(settings(), events.clone())["annotations"], expected);
    assert_eq!(deltas(settings(), events).matches("annotations").count(), 1);
}

#[test]
fn cut_answers_say_why() {
    for (reason, expected) in
        [("max_output_tokens", "length"), ("content_filter", "content_filter"), ("something_new", "length")]
    {
        let events = vec![text(0, "Hel"), incomplete(reason)];
        assert_eq!(answer(settings(), events)["choices"][0]["finish_reason"], expected);
    }
    let events = vec![
        added(0, function(0, "")),
        delta(TextKind::FunctionArguments, 0, 0, "{\"a"),
        incomplete("max_output_tokens"),
    ];
    let choice = answer(settings(), events)["choices"][0].clone();
    assert_eq!(choice["finish_reason"], "length");
    assert_eq!(choice["message"]["tool_calls"][0]["function"]["arguments"], "{\"a");
}

#[test]
fn failure_is_one_error_and_no_end() {
    for end in [failed(), HubEvent::Error(error())] {
        let events = vec![created(), text(0, "Hel"), end, text(0, "late"), completed(json!({}))];
        let expected = [
            r#"{"role":"assistant","content":""}"#,
            r#"{"content":"Hel"}"#,
            r#"{"error":{"message":"busy","type":"server_error","param":null,"code":"server_is_overloaded"}}"#,
        ];
        assert_eq!(deltas(settings(), events.clone()), expected.join("\n"));
        assert_eq!(folded(ChatAnswer::new(settings()), events), Err(Box::new(error())));
    }
}

#[test]
fn answer_without_an_end_is_an_error() {
    assert_snapshot!(deltas(settings(), vec![created(), text(0, "Hel")]), @r#"
    {"role":"assistant","content":""}
    {"content":"Hel"}
    {"error":{"message":"the upstream answer ended before it was complete","type":"server_error","param":null,"code":"incomplete_stream"}}
    "#);
    let error = folded(ChatAnswer::new(settings()), vec![text(0, "Hel")]).unwrap_err();
    assert_eq!(error.code.as_deref(), Some("incomplete_stream"));
}
