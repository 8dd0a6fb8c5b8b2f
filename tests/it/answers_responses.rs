//! Every upstream transcript as a response.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::answers::{data, full_responses_settings, hub_events, response, responses_settings, transcripts};
use crate::support::client::assemble_output;

/// One line per event; of response objects, what differs from event to event.
#[test]
fn responses() {
    insta::glob!("../../fixtures/upstream", "*.sse", |path| {
        let (stream, answer) = response(responses_settings(), &hub_events(path, usize::MAX));
        let mut lines: Vec<String> = data(&stream).into_iter().map(shorten).collect();
        if let Err(error) = answer {
            lines.push(format!("\nerror {} {}", error.status, error.message));
        }
        assert_snapshot!("response", lines.join("\n"));
    });
}

fn shorten(mut event: Value) -> String {
    if let Some(response) = event.get_mut("response") {
        let names = ["id", "model", "status", "output", "usage", "error", "incomplete_details"];
        let members = names.map(|name| (name.to_owned(), response[name].take()));
        *response = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
    }
    event.to_string()
}

/// The whole object, from a full and from the sparsest transcript.
#[test]
fn response_bodies() {
    let cases =
        [("text", "body_full", responses_settings()), ("text.minimal", "body_sparse", full_responses_settings())];
    for (name, snapshot, settings) in cases {
        let path = transcripts().into_iter().find(|path| path.file_stem().unwrap() == name).unwrap();
        let (_, answer) = response(settings, &hub_events(&path, usize::MAX));
        assert_snapshot!(snapshot, serde_json::to_string_pretty(&answer.unwrap()).unwrap());
    }
}

#[test]
fn stream_and_body_agree() {
    for path in transcripts() {
        let (stream, answer) = response(responses_settings(), &hub_events(&path, usize::MAX));
        let events = data(&stream);
        let numbers: Vec<u64> = events.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
        assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "{}: {numbers:?}", path.display());
        let (first, last) = (&events[0], events.last().unwrap());
        assert_eq!(first["type"], "response.created", "{}", path.display());
        let ids: Vec<&Value> = events.iter().filter_map(|event| event.pointer("/response/id")).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{}: {ids:?}", path.display());
        let ends = ["response.completed", "response.incomplete", "response.failed"].map(Value::from);
        let count = events.iter().filter(|event| ends.contains(&event["type"])).count();
        assert_eq!((count, ends.contains(&last["type"])), (1, true), "{}", path.display());
        assert_eq!(last["response"]["output"], json!(assemble_output(&events)), "{}", path.display());
        match answer {
            Ok(body) => assert_eq!(last["response"], body, "{}", path.display()),
            Err(error) => {
                assert_eq!(last["type"], "response.failed");
                assert_eq!(last["response"]["error"]["message"], error.message);
            }
        }
    }
}

#[test]
fn nothing_private_is_shown() {
    // Values that the transcripts have in private members only.
    let private =
        ["user-fixture", "cache-key-1", "codex.", "rollout_budget", "safety_buffering", "\"headers\"", "\".\""];
    for path in transcripts() {
        let (stream, _) = response(full_responses_settings(), &hub_events(&path, usize::MAX));
        for value in private {
            assert!(!stream.contains(value), "{value} in {}", path.display());
        }
        assert!(!stream.contains("obfuscation"), "padding in {}", path.display());
    }
}

#[test]
fn chunk_sizes_do_not_matter() {
    for path in transcripts() {
        let whole = response(responses_settings(), &hub_events(&path, usize::MAX));
        for chunk_bytes in [1, 7, 64, 1000] {
            let cut = response(responses_settings(), &hub_events(&path, chunk_bytes));
            assert_eq!(cut, whole, "{} in chunks of {chunk_bytes}", path.display());
        }
    }
}
