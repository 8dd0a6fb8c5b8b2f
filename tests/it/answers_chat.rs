//! Every upstream transcript as a chat answer.

use airelays::translate::chat_completions::{ChatSettings, ReasoningStyle};
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::answers::{chat, chat_settings, data, error_members, hub_events, transcripts};
use crate::support::client::assemble_chat;

/// One line per chunk, without what all chunks repeat, then the JSON body.
#[test]
fn chat_answers() {
    insta::glob!("../../fixtures/upstream", "*.sse", |path| {
        let (stream, answer) = chat(chat_settings(), &hub_events(path, usize::MAX));
        let mut lines: Vec<String> = data(&stream).iter().map(shorten).collect();
        lines.push(String::new());
        lines.push(match answer {
            Ok(body) => body.to_string(),
            Err(error) => format!("error {} {}", error.status, error_members(&error)),
        });
        assert_snapshot!("chat", lines.join("\n"));
    });
}

fn shorten(chunk: &Value) -> String {
    match chunk.get("choices").map(|choices| (choices.get(0), &chunk["usage"])) {
        None => chunk.to_string(),
        Some((None, usage)) => format!("usage {usage}"),
        Some((Some(choice), _)) => match choice["finish_reason"].as_str() {
            None => choice["delta"].to_string(),
            Some(reason) => format!("finish {reason}"),
        },
    }
}

#[test]
fn stream_and_body_agree() {
    let styles = [ReasoningStyle::ReasoningContent, ReasoningStyle::ThinkTags, ReasoningStyle::Off];
    for path in transcripts() {
        let events = hub_events(&path, usize::MAX);
        for (reasoning, legacy_functions) in styles.into_iter().flat_map(|style| [(style, false), (style, true)]) {
            let (stream, answer) = chat(ChatSettings { reasoning, legacy_functions, ..chat_settings() }, &events);
            let answer = answer.map_err(|error| error_members(&error));
            assert_eq!(assemble_chat(&data(&stream)), answer, "{}", path.display());
        }
    }
}

#[test]
fn chunk_sizes_do_not_matter() {
    for path in transcripts() {
        let whole = chat(chat_settings(), &hub_events(&path, usize::MAX));
        for chunk_bytes in [1, 7, 64, 1000] {
            let cut = chat(chat_settings(), &hub_events(&path, chunk_bytes));
            assert_eq!(cut, whole, "{} in chunks of {chunk_bytes}", path.display());
        }
    }
}
