//! Many answers at the same time, each with something of its own in it.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::backend::Backend;
use crate::support::relay::Running;

/// How many answers run at the same time.
const STREAMS: usize = 240;

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_holds_words_of_another() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let canary = |number: usize| format!("canary-{number:04}-{}", "z".repeat(number % 7));
    let calls = (0..STREAMS).map(|number| {
        let (relay, canary) = (&relay, canary(number));
        async move {
            let (path, body) = match number % 4 {
                0 => ("/v1/responses", json!({"model": "gpt-5.5", "input": canary, "stream": true})),
                1 => ("/v1/responses", json!({"model": "gpt-5.5", "input": canary})),
                2 => ("/v1/completions", json!({"model": "gpt-5.5", "prompt": canary, "stream": true})),
                _ => (
                    "/v1/chat/completions",
                    json!({"model": "gpt-5.5", "stream": true, "messages": [{"role": "user", "content": canary}]}),
                ),
            };
            (number, relay.post(path, &body).await)
        }
    });
    for (number, answer) in join_all(calls).await {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let of_others: Vec<_> = answer
            .text
            .match_indices("canary-")
            .filter(|(at, _)| !answer.text[*at..].starts_with(&canary(number)[..11]))
            .collect();
        assert!(of_others.is_empty(), "{number}: {}", answer.text);
    }
    let sent = backend.captured("/responses");
    assert_eq!(sent.len(), STREAMS);
    for request in sent {
        assert_eq!(String::from_utf8_lossy(&request.body).matches("canary-").count(), 1);
    }
}
