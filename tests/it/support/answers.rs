//! Runs the upstream transcripts through the vendor's stream and a client dialect.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use airelays::sse::{Framer, MAX_EVENT_BYTES};
use airelays::translate::chat_completions::{ChatAnswer, ChatSettings, ChatStream, ReasoningStyle};
use airelays::translate::chatgpt::Stream;
use airelays::translate::completions::{CompletionAnswer, CompletionSettings, CompletionStream};
use airelays::translate::hub::{HubEvent, UpstreamError};
use airelays::translate::responses::{ResponseEcho, ResponsesAnswer, ResponsesSettings, ResponsesStream, tools_text};
use airelays::translate::{AnswerFold, AnswerStream};
use bytes::{Bytes, BytesMut};
use serde_json::{Value, json};

/// The body of an answer, or the failure it ended in.
pub(crate) type Answer = Result<Value, Box<UpstreamError>>;

/// All transcripts, by name.
pub(crate) fn transcripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/upstream");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "sse")).collect();
    files.sort();
    assert!(files.len() >= 50, "{} transcripts", files.len());
    files
}

/// The hub events of a transcript that arrives in chunks of this many bytes.
pub(crate) fn hub_events(path: &Path, chunk_bytes: usize) -> Vec<HubEvent> {
    let (mut framer, mut stream) = (Framer::new(MAX_EVENT_BYTES), Stream::new(SystemTime::UNIX_EPOCH));
    let mut events = Vec::new();
    for chunk in fs::read(path).unwrap().chunks(chunk_bytes) {
        let mut frames = Vec::new();
        framer.push(&Bytes::copy_from_slice(chunk), &mut frames).unwrap();
        for frame in &frames {
            stream.push(frame, &mut events);
        }
    }
    stream.finish(&mut events);
    events
}

/// What a stream writes.
pub(crate) fn streamed(mut stream: impl AnswerStream, events: Vec<HubEvent>) -> String {
    let mut out = BytesMut::new();
    for event in events {
        stream.push(event, &mut out);
    }
    stream.finish(&mut out);
    String::from_utf8(out.to_vec()).unwrap()
}

fn folded(mut fold: impl AnswerFold, events: Vec<HubEvent>) -> Answer {
    for event in events {
        fold.push(event);
    }
    fold.finish().map(|body| serde_json::json!(body))
}

pub(crate) fn chat_settings() -> ChatSettings {
    ChatSettings {
        id: "chatcmpl-fallback".to_owned(),
        created_at: 1_700_000_000,
        model: "asked".to_owned(),
        include_usage: true,
        reasoning: ReasoningStyle::ReasoningContent,
        legacy_functions: false,
    }
}

/// A chat answer in both modes.
pub(crate) fn chat(settings: ChatSettings, events: &[HubEvent]) -> (String, Answer) {
    let stream = streamed(ChatStream::new(settings.clone()), events.to_vec());
    (stream, folded(ChatAnswer::new(settings), events.to_vec()))
}

/// A completion in both modes.
pub(crate) fn completion(events: &[HubEvent]) -> (String, Answer) {
    let (id, model) = ("cmpl-fallback".to_owned(), "asked".to_owned());
    let settings = CompletionSettings { id, created_at: 1_700_000_000, model, include_usage: true };
    let stream = streamed(CompletionStream::new(settings.clone()), events.to_vec());
    (stream, folded(CompletionAnswer::new(settings), events.to_vec()))
}

pub(crate) fn responses_settings() -> ResponsesSettings {
    let echo = ResponseEcho::new("asked");
    ResponsesSettings {
        id: "resp_fallback".to_owned(),
        created_at: 1_700_000_000,
        include_obfuscation: true,
        echo,
        ignored: Vec::new(),
    }
}

/// The settings of a request that used everything a response repeats.
pub(crate) fn full_responses_settings() -> ResponsesSettings {
    let object = |value: Value| value.as_object().cloned().unwrap();
    let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let format = json!({"type": "json_schema", "name": "shape", "schema": schema});
    let echo = ResponseEcho {
        instructions: Some("be brief".into()),
        tools: tools_text(&[
            json!({"type": "function", "name": "lookup", "parameters": schema}),
            json!({"type": "web_search"}),
            json!({"type": "custom", "name": "patch"}),
        ])
        .unwrap(),
        tool_choice: Some(json!({"type": "custom", "name": "patch"})),
        text: Some(object(json!({"format": format, "verbosity": "low"}))),
        reasoning: Some(object(json!({"effort": "minimal"}))),
        metadata: Some(object(json!({"trace": "1"}))),
        previous_response_id: Some("resp_0".to_owned()),
        conversation: Some("conv_1".to_owned()),
        prompt_cache_key: Some("mine".to_owned()),
        safety_identifier: Some("caller".to_owned()),
        user: Some("caller".to_owned()),
        ..ResponseEcho::new("asked")
    };
    ResponsesSettings { echo, include_obfuscation: false, ..responses_settings() }
}

/// A response in both modes.
pub(crate) fn response(settings: ResponsesSettings, events: &[HubEvent]) -> (String, Answer) {
    let stream = streamed(ResponsesStream::new(settings.clone()), events.to_vec());
    (stream, folded(ResponsesAnswer::new(settings), events.to_vec()))
}

/// The JSON of every `data:` line; `[DONE]` as a string. Checks the framing on the way: one line of data per event, closed by a blank line.
pub(crate) fn data(stream: &str) -> Vec<Value> {
    let events = stream.strip_suffix("\n\n").unwrap().split("\n\n").map(|event| {
        let (name, data) = event.split_once('\n').map_or((None, event), |(name, data)| (Some(name), data));
        let data = data.strip_prefix("data: ").unwrap();
        assert!(!data.contains(['\n', '\r']), "more than one line: {event}");
        if data == "[DONE]" {
            return Value::from(data);
        }
        let data: Value = serde_json::from_str(data).unwrap();
        if let Some(name) = name {
            assert_eq!(name.strip_prefix("event: "), data["type"].as_str());
        }
        data
    });
    events.collect()
}

/// A failure as clients see it.
pub(crate) fn error_members(error: &UpstreamError) -> Value {
    json!({"message": error.message, "type": error.kind, "param": error.param, "code": error.code})
}
