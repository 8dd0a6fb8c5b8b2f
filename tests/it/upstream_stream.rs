//! The transcripts of the subscription backend, through framing and translation: what comes out, and that a strict client can follow it.

pub(crate) mod strict;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use airelays::sse::{Frame, FrameError, Framer, MAX_EVENT_BYTES};
use airelays::translate::chatgpt::{Stream, error};
use airelays::translate::hub::{ErrorClass, HubEvent, Outcome, TextKind};
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use self::strict::Client;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/upstream")
}

fn read(file: &str) -> Bytes {
    Bytes::from(std::fs::read(fixtures().join(file)).unwrap())
}

/// `(file, expect)` of every transcript.
fn manifest() -> Vec<(String, Value)> {
    let rows: Vec<Value> = serde_json::from_slice(&read("manifest.json")).unwrap();
    rows.into_iter().map(|row| (row["file"].as_str().unwrap().to_owned(), row["expect"].clone())).collect()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_738_888_000)
}

fn frames(bytes: &Bytes, chunk_bytes: usize) -> Vec<Frame> {
    let mut framer = Framer::new(MAX_EVENT_BYTES);
    let mut frames = Vec::new();
    for start in (0..bytes.len()).step_by(chunk_bytes) {
        framer.push(&bytes.slice(start..bytes.len().min(start + chunk_bytes)), &mut frames).unwrap();
    }
    frames
}

fn translate(frames: &[Frame]) -> (Vec<HubEvent>, Stream) {
    let mut stream = Stream::new(now());
    let mut events = Vec::new();
    for frame in frames {
        stream.push(frame, &mut events);
    }
    stream.finish(&mut events);
    (events, stream)
}

/// The events of a stream made of these data lines.
fn translate_data(data: &[Value]) -> (Vec<HubEvent>, Stream) {
    let frames: Vec<Frame> = data.iter().map(|data| Frame { event: None, data: data.to_string().into() }).collect();
    translate(&frames)
}

fn transcript(file: &str) -> (Vec<HubEvent>, Stream) {
    translate(&frames(&read(file), usize::MAX))
}

#[test]
fn every_transcript_is_listed() {
    let mut listed: Vec<String> = manifest().into_iter().map(|(file, _)| file).collect();
    let mut present: Vec<String> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".sse"))
        .collect();
    listed.sort();
    present.sort();
    assert_eq!(listed, present);
}

#[test]
fn every_transcript_gives_what_it_is_expected_to() {
    for (file, expect) in manifest() {
        let (events, stream) = transcript(&file);
        let client = Client::follow(&events);
        for (name, expected) in expect.as_object().unwrap() {
            check_expectation(name, expected, &client, &stream).unwrap_or_else(|got| panic!("{file}: {name}: {got}"));
        }
    }
}

fn check_expectation(name: &str, expected: &Value, client: &Client, stream: &Stream) -> Result<(), String> {
    let response = client.response();
    let got = match name {
        "terminal" => json!(client.end()),
        "text" | "partial_text" => json!(client.texts(TextKind::OutputText).concat()),
        "messages" => json!(client.texts(TextKind::OutputText)),
        "refusal" => json!(client.texts(TextKind::Refusal).concat()),
        "reasoning_summary" => json!(client.texts(TextKind::ReasoningSummary)),
        "output_items" => json!(client.items().len()),
        "custom_calls" => json!(client.items_of("custom_tool_call").len()),
        "images" => json!(client.items_of("image_generation_call").len()),
        "image_tokens" => response["tool_usage"]["image_gen"]["total_tokens"].clone(),
        "calls" if expected.is_number() => json!(client.items_of("function_call").len()),
        "calls" => client.items_of("function_call").into_iter().map(call).collect(),
        "annotations" => json!(client.items_of("message")[0]["content"][0]["annotations"].as_array().unwrap().len()),
        "usage" => return check_usage(expected, &response["usage"]),
        "end_turn" => response["end_turn"].clone(),
        "reason" => response["incomplete_details"]["reason"].clone(),
        "served_model" => json!(stream.facts().served_model),
        "rate_limits" => {
            let limits = &stream.facts().rate_limits[0];
            let used = |window: Option<airelays::translate::chatgpt::RateWindow>| window.unwrap().used_percent as u64;
            json!({"primary_used": used(limits.primary), "secondary_used": used(limits.secondary)})
        }
        "code" => json!(client.error().code),
        // A wrapped error names its type only, which is as good as a code.
        "type" => json!(client.error().code),
        "status" => json!(client.error().status),
        "error" => json!(client.error().message),
        // What the vendor's own client makes of it: see `failed_responses_are_classified`.
        "class" => expected.clone(),
        _ => panic!("an expectation nobody checks: {name}"),
    };
    if got == *expected { Ok(()) } else { Err(format!("{got}")) }
}

fn call(item: &Map<String, Value>) -> Value {
    let arguments: Value = serde_json::from_str(item["arguments"].as_str().unwrap()).unwrap();
    json!({"name": item["name"], "arguments": arguments, "call_id": item["call_id"]})
}

fn check_usage(expected: &Value, usage: &Value) -> Result<(), String> {
    let Some(expected) = expected.as_object() else {
        return if usage.is_null() { Ok(()) } else { Err(usage.to_string()) };
    };
    for (name, count) in expected {
        let places = [&usage[name], &usage["input_tokens_details"][name], &usage["output_tokens_details"][name]];
        if !places.contains(&count) {
            return Err(usage.to_string());
        }
    }
    Ok(())
}

#[test]
fn chunk_sizes_do_not_matter() {
    for (file, _) in manifest() {
        let bytes = read(&file);
        let whole = frames(&bytes, usize::MAX);
        for size in 1..bytes.len() {
            assert_eq!(frames(&bytes, size), whole, "{file} in chunks of {size}");
        }
        let (events, _) = translate(&whole);
        for size in [1, 2, 3, 5, 7, 16, 61, 1000] {
            assert_eq!(translate(&frames(&bytes, size)).0, events, "{file} in chunks of {size}");
        }
    }
}

#[test]
fn a_cut_stream_never_looks_finished() {
    for (file, expect) in manifest() {
        let bytes = read(&file);
        let whole = frames(&bytes, usize::MAX);
        // What the first frames give, for each number of frames.
        let ends: Vec<bool> = (0..=whole.len()).map(|count| ends_well(&file, &whole[..count])).collect();
        let mut framer = Framer::new(MAX_EVENT_BYTES);
        let mut read_frames = Vec::new();
        let mut ended_at = None;
        for cut in 0..=bytes.len() {
            if cut > 0 {
                framer.push(&bytes.slice(cut - 1..cut), &mut read_frames).unwrap();
            }
            if ends[read_frames.len()] && ended_at.is_none() {
                ended_at = Some(cut);
            }
            assert_eq!(ends[read_frames.len()], ended_at.is_some(), "{file} cut at {cut}");
        }
        let terminal = expect["terminal"].as_str().filter(|end| *end != "error");
        assert_eq!(ended_at.is_some(), terminal.is_some(), "{file}");
        if let (Some(ended_at), Some(terminal)) = (ended_at, terminal) {
            let data = format!(r#"{{"type":"response.{terminal}""#);
            let begin = memchr::memmem::find(&bytes, data.as_bytes()).unwrap();
            let length = memchr::memchr2(b'\r', b'\n', &bytes[begin..]).unwrap();
            assert!(ended_at > begin + length + 1, "{file}: ended at {ended_at}, before its last event was complete");
        }
    }
}

/// Whether the stream ends with a terminal event; one that does not has to end with exactly one error.
fn ends_well(file: &str, frames: &[Frame]) -> bool {
    let (events, _) = translate(frames);
    let client = Client::follow(&events);
    let well = client.end() != Some("error") && client.end().is_some();
    let error_frame = frames.iter().any(|frame| frame.event.as_deref() == Some("error"));
    if !well && !error_frame {
        let error = client.error();
        assert_eq!(error.message, "stream closed before response.completed", "{file}");
        assert_eq!((error.class, error.status), (ErrorClass::Protocol, 502), "{file}");
    }
    well
}

#[test]
fn clients_can_follow_whatever_event_is_missing_or_doubled() {
    for (file, expect) in manifest() {
        let whole = frames(&read(&file), usize::MAX);
        let text = Client::follow(&translate(&whole).0).texts(TextKind::OutputText);
        for skipped in 0..whole.len() {
            let rest: Vec<Frame> = [&whole[..skipped], &whole[skipped + 1..]].concat();
            Client::follow(&translate(&rest).0);
            let doubled: Vec<Frame> = [&whole[..=skipped], &whole[skipped..]].concat();
            let client = Client::follow(&translate(&doubled).0);
            let delta = whole[skipped].event.as_deref().is_some_and(|name| name.ends_with(".delta"));
            if !delta {
                assert_eq!(client.texts(TextKind::OutputText), text, "{file} with frame {skipped} twice");
            }
        }
        // With nothing but what the vendor's own client reads, the answer is the same.
        let acted_on = |frame: &&Frame| {
            let data = frame.data.to_string();
            ["created", "output_item.done", "completed"]
                .iter()
                .any(|name| data.contains(&format!("\"response.{name}\"")))
        };
        let sparse: Vec<Frame> = whole.iter().filter(acted_on).cloned().collect();
        if expect["terminal"] == "completed" {
            assert_eq!(Client::follow(&translate(&sparse).0).texts(TextKind::OutputText), text, "{file}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    /// Events of all transcripts in any order are nonsense, but no nonsense that breaks a client.
    #[test]
    fn clients_can_follow_any_sequence_of_events(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        static POOL: LazyLock<Vec<Frame>> = LazyLock::new(|| {
            let all = manifest().into_iter().flat_map(|(file, _)| frames(&read(&file), usize::MAX));
            let is_end = |frame: &Frame| {
                let data = frame.data.to_string();
                ["completed", "failed", "error"].iter().any(|end| data.contains(&format!("\"status\":\"{end}\",\"background")))
            };
            let mut pool: Vec<Frame> = all.filter(|frame| !is_end(frame)).collect();
            pool.sort_by(|a, b| a.data.cmp(&b.data));
            pool.dedup();
            pool
        });
        let completed = Frame { event: None, data: r#"{"type":"response.completed","response":{"id":"resp_1"}}"#.into() };
        let sequence: Vec<Frame> =
            picks.iter().map(|pick| pick.get(&POOL).clone()).chain(std::iter::once(completed)).collect();
        Client::follow_nonsense(&translate(&sequence).0);
    }
}

#[test]
fn whole_transcripts_leave_nothing_over() {
    for (file, _) in manifest() {
        let (_, stream) = transcript(&file);
        assert_eq!(stream.stats().late, 0, "{file}");
    }
}

#[test]
fn what_is_not_passed_on_is_counted() {
    let stats = |file: &str| transcript(file).1.stats().clone();
    assert_eq!(stats("unknown-events.sse").unknown, [("response.new_tool_event".to_owned(), 1)].into());
    assert_eq!(stats("bad-json-then-ok.sse").malformed, 1);
    assert_eq!(stats("preamble-vendor-events.sse").private, 3);
    assert_eq!(stats("response-metadata.sse").private, 2);
    assert!(stats("keepalive.sse").private > 0);
    let (_, stream) = translate(&[
        Frame { event: None, data: "[DONE]".into() },
        Frame { event: None, data: r#"["response.completed"]"#.into() },
        Frame { event: None, data: "7".into() },
        Frame { event: None, data: r#"{"type":7}"#.into() },
        Frame { event: None, data: r#"{"type":"codex.something.new"}"#.into() },
        Frame { event: None, data: r#"{"type":"new\u0041"}"#.into() },
        Frame { event: None, data: r#"{"type":"newA"}"#.into() },
    ]);
    assert_eq!((stream.stats().malformed, stream.stats().private), (4, 1));
    assert_eq!(stream.stats().unknown, [("newA".to_owned(), 2)].into());
}

#[test]
fn facts_are_learned_from_events_clients_never_see() {
    let (_, stream) = transcript("preamble-vendor-events.sse");
    let facts = stream.facts();
    assert_eq!(facts.plan_type.as_deref(), Some("plus"));
    assert_eq!(facts.request_id.as_deref(), Some("req_fixture_1"));
    assert_eq!(facts.models_etag.as_deref(), Some("W/\"0\""));
    assert_eq!(facts.turn_state.as_deref(), Some("opaque"));
    let limits = &facts.rate_limits[0];
    assert_eq!((limits.id.as_str(), limits.allowed, limits.limit_reached), ("codex", Some(true), Some(false)));
    let secondary = limits.secondary.unwrap();
    assert_eq!((secondary.window_minutes, secondary.reset_after_secs), (Some(10080), Some(516_852)));
    assert_eq!(secondary.reset_at, Some(1_782_380_758));
}

#[test]
fn private_members_end_here() {
    for (file, _) in manifest() {
        let (events, _) = transcript(&file);
        for event in &events {
            let members = if let HubEvent::Lifecycle { response, .. } | HubEvent::Terminal { response, .. } = event {
                response.members()
            } else if let HubEvent::Other { data, .. } = event {
                data.clone()
            } else {
                continue;
            };
            for name in ["safety_buffering", "headers", "safety_identifier", "user", "sequence_number", "instructions"]
            {
                assert!(!members.contains_key(name), "{file}: {name}");
            }
            if let Some(usage) = members.get("usage").and_then(Value::as_object) {
                assert!(!usage.contains_key("codex_rollout_budget_units"), "{file}");
            }
        }
    }
}

#[test]
fn the_event_name_stands_in_for_a_missing_type() {
    let frame = |event: &'static str, data: &'static str| Frame { event: Some(event.into()), data: data.into() };
    let (events, _) = translate(&[
        frame("response.created", r#"{"response":{"id":"resp_1"}}"#),
        frame("response.failed", r#"{"type":"response.output_text.delta","delta":"x"}"#),
        frame("response.completed", r#"{"response":{"id":"resp_1"}}"#),
    ]);
    let client = Client::follow(&events);
    assert_eq!((client.end(), client.texts(TextKind::OutputText)), (Some("completed"), vec!["x".to_owned()]));
}

#[test]
fn nothing_follows_an_end() {
    let failed = json!({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "b"}}});
    let error = json!({"type": "error", "code": "server_error", "message": "a", "param": null});
    let (events, mut stream) = translate_data(&[error.clone(), failed.clone()]);
    assert!(matches!(&events[..], [HubEvent::Error(error)] if error.message == "a"));
    assert!(stream.is_ended());
    let mut more = Vec::new();
    stream.fail(error::from_transport(error::TransportFailure::Reset), &mut more);
    stream.finish(&mut more);
    assert!(more.is_empty());
    let (events, _) = translate_data(&[failed, error]);
    assert!(matches!(&events[..], [HubEvent::Terminal { outcome: Outcome::Failed, error: Some(_), .. }]));
}

#[test]
fn bytes_that_cannot_be_read_end_the_stream_once() {
    let mut stream = Stream::new(now());
    let mut events = Vec::new();
    stream.fail(error::from_frame(FrameError::NotUtf8), &mut events);
    stream.finish(&mut events);
    let [HubEvent::Error(error)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((error.class, error.status, error.retryable), (ErrorClass::Protocol, 502, false));
    assert_eq!(error.message, "the backend's stream cannot be read: an event is not valid UTF-8");
}

/// One line per event, short enough to read in a snapshot.
fn render(events: &[HubEvent]) -> String {
    let lines = events.iter().map(|event| match event {
        HubEvent::Lifecycle { state, response } => format!("{state:?} {}", response.members()["id"]),
        HubEvent::ItemAdded { output_index, item } => format!("item added {output_index} {}", json!(item)),
        HubEvent::ItemDone { output_index, item } => format!("item done {output_index} {}", json!(item)),
        HubEvent::Part { done, kind, place, part } => {
            let what = if *done { "done" } else { "added" };
            format!("  {kind:?} part {what} {:?} {} {} {part}", place.item_id, place.output_index, place.part_index)
        }
        HubEvent::Delta { kind, place, delta, .. } => {
            format!("    {kind:?} {:?} {} {} += {delta:?}", place.item_id, place.output_index, place.part_index)
        }
        HubEvent::TextDone { kind, place, text, .. } => {
            format!("    {kind:?} {:?} {} {} == {text:?}", place.item_id, place.output_index, place.part_index)
        }
        HubEvent::Other { kind, data } => format!("{kind} {}", json!(data)),
        HubEvent::Terminal { outcome, error, .. } => format!("{outcome:?} {error:?}"),
        HubEvent::Error(error) => format!("error {error:?}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_the_backend_leaves_out_is_filled_in() {
    let cases = [
        ("minimal", transcript("text.minimal.sse").0),
        ("raw_reasoning", transcript("reasoning-raw-text.sse").0),
        ("item_without_id", transcript("tool-search-call.sse").0),
        ("cut_short", transcript("incomplete.max-output.sse").0),
        ("call_named_late", translate_data(&call_named_late()).0),
        ("only_in_the_final_response", translate_data(&only_in_the_final_response()).0),
    ];
    for (name, events) in cases {
        insta::assert_snapshot!(name, render(&events));
    }
}

fn call_named_late() -> Vec<Value> {
    let delta =
        |delta: &str| json!({"type": "response.function_call_arguments.delta", "output_index": 0, "delta": delta});
    let item = json!({"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{\"a\":1}"});
    vec![
        json!({"type": "response.created", "response": {"id": "resp_1"}}),
        delta("{\"a\""),
        delta(":1"),
        json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
        json!({"type": "response.completed", "response": {"id": "resp_1"}}),
    ]
}

fn only_in_the_final_response() -> Vec<Value> {
    let reasoning = json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "so"}]});
    let message = json!({"type": "message", "content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}]});
    vec![
        json!({"type": "response.created", "response": {"id": "resp_1"}}),
        json!({"type": "response.output_item.added", "item": {"type": "reasoning", "id": "rs_1"}}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "output": [reasoning, message]}}),
    ]
}

#[test]
fn a_call_that_never_gets_a_name_is_no_answer() {
    let mut data = call_named_late();
    data.remove(3);
    let (events, _) = translate_data(&data);
    let [HubEvent::Lifecycle { .. }, HubEvent::Error(error)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(error.class, ErrorClass::Protocol);
}

#[test]
fn text_said_at_the_beginning_counts() {
    let item = json!({"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "He"}]});
    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{"});
    let (events, _) = translate_data(&[
        json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
        json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "llo"}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": call}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "}"}),
        json!({"type": "response.completed", "response": {}}),
    ]);
    let client = Client::follow(&events);
    assert_eq!(client.texts(TextKind::OutputText), ["Hello"]);
    assert_eq!(client.items_of("function_call")[0]["arguments"], "{}");
}

#[test]
fn text_keeps_the_bytes_it_came_in() {
    let bytes =
        br#"data: {"type":"response.output_text.delta","delta":"\u00e9\/\ud83d","logprobs":[ ],"obfuscation":"x"}

data: {"type":"response.output_text.delta","delta":"\ude00","logprobs":[{"token":"a"}]}

data: {"type":"response.completed","response":{"id":"resp_1"}}

"#;
    let (events, _) = translate(&frames(&Bytes::from_static(bytes), usize::MAX));
    let mut deltas = Vec::new();
    for event in &events {
        if let HubEvent::Delta { delta, logprobs, .. } = event {
            deltas.push((format!("{delta:?}"), logprobs.as_ref().map(|raw| format!("{raw:?}"))));
        }
    }
    assert_eq!(deltas[0], (r#""\u00e9\/\ud83d""#.to_owned(), None));
    assert_eq!(deltas[1], (r#""\ude00""#.to_owned(), Some(r#"[{"token":"a"}]"#.to_owned())));
    let HubEvent::ItemDone { item, .. } = &events[events.len() - 2] else { panic!("{events:?}") };
    assert_eq!(item["content"][0]["text"], "\u{e9}/\u{1f600}");
}
