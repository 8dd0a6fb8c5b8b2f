use insta::assert_snapshot;
use serde_json::json;

use super::{CompletionAnswer, CompletionSettings, CompletionStream};
use crate::translate::hub::{HubEvent, TextKind};
use crate::translate::samples::{
    completed, created, delta, error, failed, folded, incomplete, message, text, usage, written,
};

fn settings() -> CompletionSettings {
    let (id, model) = ("cmpl-fallback".to_owned(), "asked".to_owned());
    CompletionSettings { id, created_at: 1, model, include_usage: false }
}

fn two_words() -> Vec<HubEvent> {
    let thought = delta(TextKind::ReasoningSummary, 0, 0, "not shown");
    vec![created(), thought, text(1, "Hel"), text(1, "lo"), message(1, "Hello"), completed(json!({"usage": usage()}))]
}

#[test]
fn text_is_streamed_in_chunks() {
    let settings = CompletionSettings { include_usage: true, ..settings() };
    assert_snapshot!(written(CompletionStream::new(settings), two_words()), @r#"
    data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"served","choices":[{"text":"Hel","index":0,"logprobs":null,"finish_reason":null}],"usage":null}
    data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"served","choices":[{"text":"lo","index":0,"logprobs":null,"finish_reason":null}],"usage":null}
    data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"served","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":null}
    data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"served","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
    data: [DONE]
    "#);
}

#[test]
fn json_answer_holds_everything() {
    let expected = json!({
        "id": "cmpl-1", "object": "text_completion", "created": 1_700_000_000, "model": "served",
        "choices": [{"text": "Hello", "index": 0, "logprobs": null, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    });
    assert_eq!(folded(CompletionAnswer::new(settings()), two_words()), Ok(expected));
}

#[test]
fn finish_reason_says_how_it_ended() {
    let refused = vec![delta(TextKind::Refusal, 0, 0, "no"), completed(json!({}))];
    for (events, said, reason) in [
        (refused, "no", "content_filter"),
        (vec![text(0, "Hel"), incomplete("max_output_tokens")], "Hel", "length"),
        (vec![incomplete("content_filter")], "", "content_filter"),
        (vec![completed(json!({}))], "", "stop"),
    ] {
        let answer = folded(CompletionAnswer::new(settings()), events).unwrap();
        assert_eq!(answer["choices"], json!([{"text": said, "index": 0, "logprobs": null, "finish_reason": reason}]));
    }
}

#[test]
fn failure_is_one_error_and_no_end() {
    let events = vec![created(), text(0, "Hel"), failed()];
    assert_snapshot!(written(CompletionStream::new(settings()), events.clone()), @r#"
    data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"served","choices":[{"text":"Hel","index":0,"logprobs":null,"finish_reason":null}]}
    data: {"error":{"message":"busy","type":"server_error","param":null,"code":"server_is_overloaded"}}
    "#);
    assert_eq!(folded(CompletionAnswer::new(settings()), events), Err(Box::new(error())));
}
