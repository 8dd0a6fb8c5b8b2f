//! A backend that answers with more than it should, or in a form nobody asked for.

use airelays::translate::hub::{ErrorClass, UpstreamError};
use airelays::upstream::{RequestContext, Upstream as _};
use bytes::Bytes;
use serde_json::json;

use crate::support::backend::{Backend, Canned, fixture};
use crate::support::relay::Running;

/// `{}` as gzip has it; what is in there is never looked at.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";

fn compressed(status: u16, body: impl Into<Bytes>) -> Canned {
    Canned::Whole(status, vec![("content-encoding", "gzip")], body.into())
}

fn assert_protocol(error: &UpstreamError, words: &str) {
    assert_eq!(
        (error.class, error.status, error.code.as_deref()),
        (ErrorClass::Protocol, 502, Some("upstream_protocol_error"))
    );
    assert!(error.message.contains(words), "{error}");
}

#[tokio::test]
async fn compressed_answers_are_refused_by_name() {
    let backend = Backend::start().await;
    let encoded = "content encoding";
    backend.then("/wham/usage", compressed(200, GZIP));
    assert_protocol(&backend.upstream().usage(false, RequestContext::default()).await.unwrap_err(), encoded);

    backend.then("/models", compressed(200, GZIP));
    let catalog = backend.upstream().models(RequestContext::default()).await.unwrap();
    assert!(catalog.source.to_string().contains("bundled"), "{}", catalog.source);

    let relay = Running::in_front_of(&backend.base).await;
    for stream in [true, false] {
        backend.then("/responses", compressed(200, fixture("text.sse")));
        let answer = relay.post("/v1/responses", &json!({"model": "gpt-5.5", "input": "hi", "stream": stream})).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (502, Some("upstream_protocol_error")));
        assert!(answer.text.contains(encoded), "{}", answer.text);
    }
    backend.then("/compact", compressed(200, GZIP));
    let answer = relay.post("/v1/responses/compact", &json!({"model": "gpt-5.5", "input": "hi"})).await;
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (502, Some("upstream_protocol_error")));
}

#[tokio::test]
async fn a_compressed_refusal_is_still_a_refusal() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    backend.then("/responses", compressed(400, GZIP));
    let answer = relay.post("/v1/responses", &json!({"model": "gpt-5.5", "input": "hi"})).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    backend.then("/wham/usage", compressed(403, GZIP));
    let error = backend.upstream().usage(false, RequestContext::default()).await.unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (403, "the backend answered status 403 and gave no reason"));
}

#[tokio::test]
async fn documents_without_end_are_given_up() {
    let backend = Backend::start().await;
    backend.then("/wham/usage", Canned::Endless(200));
    let error = backend.upstream().usage(false, RequestContext::default()).await.unwrap_err();
    assert_protocol(&error, "larger than any");
    backend.abandoned_times(1).await;
    backend.then("/models", Canned::Endless(200));
    backend.upstream().models(RequestContext::default()).await.unwrap();
    backend.abandoned_times(2).await;
}

#[tokio::test]
async fn a_document_as_large_as_it_may_be_is_read() {
    let backend = Backend::start().await;
    let padding = "x".repeat((8 << 20) - 64);
    for (more, is_read) in [(0, true), (100, false)] {
        let body = json!({"plan_type": "plus", "padding": format!("{padding}{}", "x".repeat(more))}).to_string();
        backend.then("/wham/usage", Canned::json(200, &body));
        assert_eq!(backend.upstream().usage(false, RequestContext::default()).await.is_ok(), is_read, "{}", body.len());
    }
}

#[tokio::test]
async fn a_long_wait_is_told_to_the_client() {
    let backend = Backend::start().await;
    let relay = Running::in_front_of(&backend.base).await;
    let limited = json!({"error": {"code": "rate_limit_exceeded", "message": "later"}}).to_string();
    backend.then("/responses", Canned::Whole(429, vec![("retry-after", "3600")], limited.into()));
    let answer = relay
        .post("/v1/chat/completions", &json!({"model": "gpt-5.5", "messages": [{"role": "user", "content": "hi"}]}))
        .await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("3600")), "{}", answer.text);
    assert_eq!(backend.captured("/responses").len(), 1, "it is not made again");
}
