//! The pipeline over a real socket: what goes out, what is tried again, what is held back, what a dropped answer cancels.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use airelays::contract::models::InputItem;
use airelays::translate::hub::{ErrorClass, HubEvent, HubRequest, Outcome, UpstreamError};
use airelays::upstream::chatgpt::{ChatGpt, Credential, CredentialSource, HttpWire, Timeouts, subscription_status};
use airelays::upstream::{Answer, CatalogSource, LoginState, RequestContext, Upstream};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, join_all, ready};
use serde_json::{Value, json};

use crate::support::backend::{Backend, Canned, credential, fixture, transcript_until};

/// A request for a plain-form model.
pub(crate) fn request(said: &str) -> HubRequest {
    let message: InputItem = serde_json::from_value(json!({
        "type": "message", "role": "user", "content": [{"type": "input_text", "text": said}]
    }))
    .unwrap();
    HubRequest {
        model: "gpt-5.5".to_owned(),
        instructions: None,
        input: vec![message],
        tools: Vec::new(),
        tool_choice: None,
        parallel_tool_calls: None,
        reasoning: None,
        text: None,
        include: Vec::new(),
        service_tier: None,
        prompt_cache_key: None,
        client_metadata: std::collections::BTreeMap::new(),
    }
}

async fn send(upstream: &ChatGpt, said: &str) -> Result<Answer, UpstreamError> {
    upstream
        .send(request(said), RequestContext { request_id: "req_test".to_owned(), ..RequestContext::default() })
        .await
}

pub(crate) async fn events(answer: Answer) -> Vec<HubEvent> {
    answer.events.collect::<Vec<_>>().await.concat()
}

fn impatient() -> Timeouts {
    let soon = Duration::from_millis(200);
    Timeouts { first_byte: soon, idle: soon, ..Timeouts::default() }
}

async fn impatient_upstream(backend: &Backend) -> ChatGpt {
    let upstream = backend.upstream_with(impatient(), Arc::new(credential("test-token")));
    // Makes the client, which would count against the short timeouts.
    upstream.models(RequestContext::default()).await.unwrap();
    upstream
}

#[tokio::test]
async fn a_request_goes_out_as_the_backend_wants_it() {
    let backend = Backend::start().await;
    let request = HubRequest { prompt_cache_key: Some("chat-1".to_owned()), ..request("hello") };
    let answer = backend.upstream().send(request, RequestContext::default()).await.unwrap();

    let captured = backend.captured("/responses").remove(0);
    assert_eq!(captured.body, answer.sent);
    assert_eq!(serde_json::from_slice::<Value>(&captured.body).unwrap()["store"], false);
    let mut headers: Vec<String> = captured
        .headers
        .iter()
        .map(|(name, value)| {
            format!("{name}: {}", value.to_str().unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]"))
        })
        .filter(|line| !line.starts_with("host:") && !line.starts_with("content-length:"))
        .collect();
    headers.sort();
    insta::assert_snapshot!(headers.join("\n").replace(std::env::consts::OS, "[os]").replace(std::env::consts::ARCH, "[arch]"), @r"
    accept-encoding: identity
    accept: text/event-stream
    authorization: Bearer test-token
    chatgpt-account-id: test-account
    content-type: application/json
    originator: airelays
    session-id: chat-1
    session_id: chat-1
    user-agent: airelays/[version] ([os]; [arch])
    ");
    assert_eq!(answer.facts.attempts, 1);
    assert_eq!(answer.facts.upstream_request_id.as_deref(), Some("req_demo"));
    assert!(answer.facts.rate_limits.contains(&("x-codex-primary-used-percent".to_owned(), "1".to_owned())));
    assert!(matches!(events(answer).await.last(), Some(HubEvent::Terminal { outcome: Outcome::Completed, .. })));
}

#[tokio::test]
async fn a_lite_model_gets_the_lite_form_and_its_header() {
    let backend = Backend::start().await;
    let request = HubRequest { model: "gpt-5.6-sol".to_owned(), ..request("hello") };
    let answer = backend.upstream().send(request, RequestContext::default()).await.unwrap();
    assert!(matches!(events(answer).await.last(), Some(HubEvent::Terminal { outcome: Outcome::Completed, .. })));
    let captured = backend.captured("/responses").remove(0);
    assert_eq!(captured.headers["x-openai-internal-codex-responses-lite"], "true");
}

#[tokio::test]
async fn overload_is_tried_again_until_it_passes() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::json(503, ""));
    backend.then("/responses", Canned::Whole(502, vec![], Bytes::from_static(b"<html>502</html>")));
    let answer = send(&backend.upstream(), "hello").await.unwrap();
    assert_eq!((answer.facts.attempts, backend.captured("/responses").len()), (3, 3));
}

#[tokio::test]
async fn retries_come_to_an_end() {
    let backend = Backend::start().await;
    (0..4).for_each(|_| backend.then("/responses", Canned::json(500, "")));
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!((error.class, error.status, backend.captured("/responses").len()), (ErrorClass::Transient, 502, 3));
}

#[tokio::test]
async fn a_refused_request_is_not_sent_again() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::json(400, r#"{"detail":"Unsupported parameter: top_p"}"#));
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!(
        (error.class, error.status, error.message.as_str()),
        (ErrorClass::Client, 400, "Unsupported parameter: top_p")
    );
    assert_eq!(backend.captured("/responses").len(), 1);
}

#[tokio::test]
async fn a_long_wait_is_passed_on_and_not_slept() {
    let backend = Backend::start().await;
    let limited = || Canned::Whole(429, vec![("retry-after", "30")], Bytes::from_static(b"{}"));
    backend.then("/responses", limited());
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!((error.status, error.retry_after), (429, Some(Duration::from_secs(30))));
    assert_eq!(backend.captured("/responses").len(), 1);
}

#[tokio::test]
async fn a_stream_that_fails_at_its_start_is_an_error_with_a_status() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("failed.context-length.sse"));
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (400, Some("context_length_exceeded")));
}

#[tokio::test]
async fn a_passing_failure_at_the_start_is_tried_again() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("failed.unknown.sse"));
    backend.then("/responses", Canned::Broken(transcript_until("text.sse", "response.output_item.added")));
    let answer = send(&backend.upstream(), "hello").await.unwrap();
    assert_eq!(answer.facts.attempts, 3);
}

#[tokio::test]
async fn the_handshake_comes_with_the_first_generated_event() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("text.sse"));
    let mut answer = send(&backend.upstream(), "hello").await.unwrap();
    let first = answer.events.next().await.unwrap();
    assert!(matches!(first[..2], [HubEvent::Lifecycle { .. }, HubEvent::Lifecycle { .. }]), "{first:?}");
    assert!(matches!(first[2], HubEvent::ItemAdded { .. }), "{first:?}");
}

#[tokio::test]
async fn a_failure_after_text_is_an_event() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::transcript("failed.after-text.sse"));
    let events = events(send(&backend.upstream(), "hello").await.unwrap()).await;
    assert!(matches!(events.last(), Some(HubEvent::Terminal { outcome: Outcome::Failed, .. })), "{events:?}");
    assert_eq!(backend.captured("/responses").len(), 1);
}

#[tokio::test]
async fn a_break_after_text_is_an_event() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::Broken(transcript_until("text.sse", "response.output_text.done")));
    let events = events(send(&backend.upstream(), "hello").await.unwrap()).await;
    let Some(HubEvent::Error(error)) = events.last() else { panic!("{events:?}") };
    assert_eq!((error.class, error.code.as_deref()), (ErrorClass::Transient, Some("upstream_disconnected")));
}

#[tokio::test]
async fn dropping_the_answer_cancels_the_call() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::Silent(transcript_until("text.sse", "response.output_text.done")));
    let mut answer = send(&backend.upstream(), "hello").await.unwrap();
    assert!(answer.events.next().await.is_some());
    drop(answer);
    backend.abandoned().await;
}

#[tokio::test]
async fn no_answer_in_time_is_an_error_and_not_tried_again() {
    let backend = Backend::start().await;
    let upstream = impatient_upstream(&backend).await;
    backend.then("/responses", Canned::Hang);
    let error = send(&upstream, "hello").await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (504, Some("upstream_timeout")));
    assert_eq!(backend.captured("/responses").len(), 1);
}

#[tokio::test]
async fn silence_before_the_first_generated_event_is_an_error() {
    let backend = Backend::start().await;
    let upstream = impatient_upstream(&backend).await;
    backend.then("/responses", Canned::Silent(transcript_until("text.sse", "response.output_item.added")));
    let error = send(&upstream, "hello").await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (504, Some("upstream_timeout")));
    backend.abandoned().await;
}

#[tokio::test]
async fn silence_in_the_middle_is_an_event() {
    let backend = Backend::start().await;
    let upstream = impatient_upstream(&backend).await;
    backend.then("/responses", Canned::Silent(transcript_until("text.sse", "response.output_text.done")));
    let events = events(send(&upstream, "hello").await.unwrap()).await;
    let Some(HubEvent::Error(error)) = events.last() else { panic!("{events:?}") };
    assert_eq!(error.code.as_deref(), Some("upstream_timeout"));
    backend.abandoned().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (backend, elsewhere) = (Backend::start().await, Backend::start().await);
    let location: &'static str = format!("{}/responses", elsewhere.base).leak();
    backend.then("/responses", Canned::Whole(307, vec![("location", location)], Bytes::new()));
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Protocol, 502));
    assert!(elsewhere.captured("").is_empty());
}

#[tokio::test]
async fn a_page_of_the_edge_is_not_repeated() {
    let backend = Backend::start().await;
    let page = fixture("errors/cloudflare-challenge.html");
    backend.then(
        "/responses",
        Canned::Whole(403, vec![("content-type", "text/html"), ("cf-mitigated", "challenge")], page),
    );
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (502, Some("upstream_blocked")));
    assert!(!error.message.contains('<'), "{error}");
}

#[tokio::test]
async fn of_an_endless_error_only_the_beginning_is_read() {
    let backend = Backend::start().await;
    backend.then("/responses", Canned::Endless(400));
    let error = send(&backend.upstream(), "hello").await.unwrap_err();
    assert_eq!(error.status, 400);
    assert!(error.message.len() < 64 * 1024);
    backend.abandoned().await;
}

#[tokio::test]
async fn nobody_at_the_address() {
    let closed = {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        format!("http://{}/backend-api/codex", listener.local_addr().unwrap())
    };
    let wire = HttpWire::new(&closed, Timeouts::default()).unwrap();
    let upstream = ChatGpt::new(Arc::new(wire), Arc::new(credential("test-token")));
    let error = send(&upstream, "hello").await.unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (502, Some("upstream_unreachable")));
}

/// A login that another process renews once.
struct Renewing {
    renewals: AtomicUsize,
    changes: bool,
}

impl CredentialSource for Renewing {
    fn state(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(ready(LoginState::Ready))
    }

    fn credential(&self) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        let renewed = self.changes && self.renewals.load(Ordering::SeqCst) > 0;
        Box::pin(ready(Ok(credential(if renewed { "new" } else { "old" }))))
    }

    fn renewed(&self, refused: Credential) -> BoxFuture<'_, Result<Credential, UpstreamError>> {
        assert_eq!(refused.access_token.expose(), "old");
        self.renewals.fetch_add(1, Ordering::SeqCst);
        self.credential()
    }
}

#[tokio::test]
async fn a_refused_login_is_read_again_once() {
    for changes in [true, false] {
        let backend = Backend::start().await;
        let login = Arc::new(Renewing { renewals: AtomicUsize::new(0), changes });
        let upstream = backend.upstream_with(Timeouts::default(), login);
        upstream.models(RequestContext::default()).await.unwrap();
        backend.then("/responses", Canned::json(401, r#"{"error":{"code":"token_expired"}}"#));
        let sent = send(&upstream, "hello").await;
        let tokens: Vec<_> =
            backend.captured("/responses").iter().map(|call| call.headers["authorization"].clone()).collect();
        if changes {
            assert_eq!(
                (sent.unwrap().facts.attempts, tokens),
                (1, vec!["Bearer old".parse().unwrap(), "Bearer new".parse().unwrap()])
            );
        } else {
            let error = sent.unwrap_err();
            assert_eq!((error.class, error.status, tokens.len()), (ErrorClass::Auth, 503, 1));
        }
    }
}

#[tokio::test]
async fn the_model_list_is_fetched_once_for_all() {
    let backend = Backend::start().await;
    backend.then("/models", Canned::Whole(200, vec![("etag", "\"1\"")], fixture("models/models.response.json")));
    let upstream = backend.upstream();
    let lists = join_all((0..8).map(|_| upstream.models(RequestContext::default()))).await;
    assert!(lists.iter().all(Result::is_ok));
    let again = upstream.models(RequestContext::default()).await.unwrap();
    assert_eq!((again.source.clone(), again.etag.as_deref()), (CatalogSource::Cached, Some("\"1\"")));
    assert_eq!(again.preferred().map(|model| model.slug.as_str()), Some("gpt-5.6-sol"));
    assert!(!again.find("gpt-5.4-mini").unwrap().is_listed());

    let captured = backend.captured("/models");
    assert_eq!(captured.len(), 1);
    assert!(captured[0].target.ends_with("/backend-api/codex/models?client_version=0.147.0"), "{captured:?}");
    assert_eq!(captured[0].headers["authorization"], "Bearer test-token");
    assert_eq!(captured[0].headers["originator"], "airelays");
    assert!(!captured[0].headers.contains_key("api-version"));
}

#[tokio::test]
async fn an_answer_that_names_another_list_makes_the_list_old() {
    let backend = Backend::start().await;
    backend.then("/models", Canned::Whole(200, vec![("etag", "\"1\"")], fixture("models/models.response.json")));
    let upstream = backend.upstream();
    assert_eq!(upstream.models(RequestContext::default()).await.unwrap().etag.as_deref(), Some("\"1\""));
    // The simulator's answer names the simulator's list.
    drop(send(&upstream, "hello").await.unwrap());
    let list = upstream.models(RequestContext::default()).await.unwrap();
    assert_eq!((list.source.clone(), list.etag.as_deref()), (CatalogSource::Live, Some("W/\"demo\"")));
    drop(send(&upstream, "hello").await.unwrap());
    assert_eq!(upstream.models(RequestContext::default()).await.unwrap().source, CatalogSource::Cached);
    assert_eq!(backend.captured("/models").len(), 2);
}

#[tokio::test]
async fn without_the_backends_list_there_is_a_bundled_one_that_says_so() {
    let backend = Backend::start().await;
    backend.then("/models", Canned::json(500, ""));
    let list = backend.upstream().models(RequestContext::default()).await.unwrap();
    let CatalogSource::Fallback { name, reason } = &list.source else { panic!("{list:?}") };
    assert!(name.starts_with("bundled fallback") && !reason.is_empty(), "{name}: {reason}");
    assert!(list.find("gpt-5.5").is_some());
}

#[tokio::test]
async fn a_refused_login_has_no_models() {
    let backend = Backend::start().await;
    backend.then("/models", Canned::json(401, r#"{"detail":"Unauthorized"}"#));
    let error = backend.upstream().models(RequestContext::default()).await.unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Auth, 503));
}

#[tokio::test]
async fn usage_is_asked_for_beside_codex() {
    let backend = Backend::start().await;
    let status = backend.upstream().usage(true, RequestContext::default()).await.unwrap();
    assert_eq!((&status["account"]["plan_type"], &status["raw"]["plan_type"]), (&json!("demo"), &json!("demo")));
    let captured = backend.captured("/wham/usage");
    assert_eq!(captured[0].target, "/backend-api/wham/usage");
    assert!(!captured[0].headers.contains_key("api-version"));

    backend.then("/wham/usage", Canned::json(200, "[]"));
    let error = backend.upstream().usage(false, RequestContext::default()).await.unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Protocol, 502));
}

#[test]
fn usage_in_steady_names() {
    insta::glob!("../../fixtures/usage", "*.json", |path| {
        let raw: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        insta::assert_json_snapshot!("subscription_status", subscription_status(&raw, 1_782_757_782, false));
    });
}
