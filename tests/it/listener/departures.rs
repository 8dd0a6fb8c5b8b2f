//! Clients that leave, and handlers that panic: neither leaves anything behind.

use std::sync::Arc;

use airelays::translate::hub::{HubRequest, UpstreamError};
use airelays::upstream::{Answer, LoginState, ModelCatalog, RequestContext, Upstream};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::{asking, before, open};
use crate::support::backend::{Backend, Canned, transcript_until};
use crate::support::raw::Raw;
use crate::support::relay::{Beyond, Running};

#[tokio::test]
async fn a_client_that_closes_its_connection_ends_the_call_upstream() {
    let backend = Backend::start().await;
    let relay = Running::with(before(&backend.base)).await;
    let opened = || Canned::Silent(transcript_until("text.sse", "response.output_text.done"));
    let cases = [(Canned::Hang, false), (Canned::Hang, true), (opened(), false), (opened(), true)];
    for (number, (canned, stream)) in cases.into_iter().enumerate() {
        let is_answered = stream && !matches!(canned, Canned::Hang);
        backend.then("/responses", canned);
        let mut raw = Raw::connect(relay.address()).await;
        raw.send(asking("hi", stream)).await;
        if is_answered {
            raw.until("data: ").await;
        }
        while backend.captured("/responses").len() <= number {
            tokio::task::yield_now().await;
        }
        drop(raw);
        backend.abandoned_times(number + 1).await;
    }
}

/// An upstream that is broken inside.
struct Panicking;

impl Upstream for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn vendor(&self) -> &'static str {
        "chatgpt"
    }

    fn login(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(async { LoginState::NotNeeded })
    }

    fn send(&self, _: HubRequest, _: RequestContext) -> BoxFuture<'_, Result<Answer, UpstreamError>> {
        Box::pin(async { panic!("on purpose, while sending") })
    }

    fn compact(&self, _: HubRequest, _: RequestContext) -> BoxFuture<'_, Result<Map<String, Value>, UpstreamError>> {
        Box::pin(async { panic!("on purpose, while compacting") })
    }

    fn models(&self, _: RequestContext) -> BoxFuture<'_, Result<Arc<ModelCatalog>, UpstreamError>> {
        Box::pin(async { panic!("on purpose, while listing") })
    }

    fn usage(&self, _: bool, _: RequestContext) -> BoxFuture<'_, Result<Value, UpstreamError>> {
        Box::pin(async { panic!("on purpose, while counting") })
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_connection_goes_on() {
    let beyond = Beyond { upstream: Some(Arc::new(Panicking)), ..Beyond::default() };
    let set = |raw: &mut airelays::config::RawConfig| {
        open(raw);
        raw.server.max_connections = Some(1);
    };
    let relay = Running::beyond(set, beyond).await;
    for _ in 0..3 {
        let mut raw = Raw::connect(relay.address()).await;
        for request in
            [asking("hi", true), asking("hi", false), "GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned()]
        {
            raw.send(request).await;
            let text = raw.until("its log says why\"}").await;
            assert!(text.starts_with("HTTP/1.1 500 ") && text.contains("internal_error"), "{text}");
        }
        raw.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
        assert!(raw.rest().await.starts_with("HTTP/1.1 200 "));
    }
}
