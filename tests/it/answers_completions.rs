//! Every upstream transcript as a text completion.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::answers::{completion, data, error_members, hub_events, transcripts};
use crate::support::client::assemble_completion;

/// One line per chunk, without what all chunks repeat, then the JSON body.
#[test]
fn completions() {
    insta::glob!("../../fixtures/upstream", "*.sse", |path| {
        let (stream, answer) = completion(&hub_events(path, usize::MAX));
        let mut lines: Vec<String> = data(&stream).iter().map(shorten).collect();
        lines.push(String::new());
        lines.push(match answer {
            Ok(body) => body.to_string(),
            Err(error) => format!("error {} {}", error.status, error_members(&error)),
        });
        assert_snapshot!("completion", lines.join("\n"));
    });
}

fn shorten(chunk: &Value) -> String {
    match chunk.get("choices").map(|choices| (choices.get(0), &chunk["usage"])) {
        None => chunk.to_string(),
        Some((None, usage)) => format!("usage {usage}"),
        Some((Some(choice), _)) => format!("{} {}", choice["text"], choice["finish_reason"]),
    }
}

#[test]
fn stream_and_body_agree() {
    for path in transcripts() {
        let (stream, answer) = completion(&hub_events(&path, usize::MAX));
        let answer = answer.map_err(|error| error_members(&error));
        assert_eq!(assemble_completion(&data(&stream)), answer, "{}", path.display());
    }
}

#[test]
fn chunk_sizes_do_not_matter() {
    for path in transcripts() {
        let whole = completion(&hub_events(&path, usize::MAX));
        for chunk_bytes in [1, 13] {
            assert_eq!(completion(&hub_events(&path, chunk_bytes)), whole, "{}", path.display());
        }
    }
}
