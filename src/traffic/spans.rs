//! The spans of a request: one for the request, and within it one for each call to the backend.
//!
//! They are `tracing` spans with a target of their own, so that what may leave this machine is what stands here and nothing else: no path, query,
//! header, body or message. Without a subscriber that wants them they cost a comparison. Names and attributes are those of OpenTelemetry's semantic
//! conventions where there are any.
//!
//! Source: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/> and <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>, verified
//! 2026-11-21.

use std::net::IpAddr;

use tracing::Span;
use tracing::field::Empty;

use super::record::{Outcome, Tokens};
use crate::contract::tables;

/// Target of these spans.
pub const TARGET: &str = "spans";

/// Path of the calls that generate.
const GENERATION: &str = "/responses";

/// A longer name of a model, in bytes, is no name.
const MAX_MODEL_BYTES: usize = 128;

/// The spans of one request that are open.
#[derive(Debug, Default)]
pub(super) struct Spans {
    request: Option<Span>,
    call: Option<Span>,
    /// Calls that generate, so far.
    calls: u32,
    /// Class of the last failure of the backend.
    class: Option<&'static str>,
}

impl Spans {
    pub(super) fn begin(id: &str, method: &str, client_ip: Option<IpAddr>) -> Self {
        let method = known(method);
        let request = tracing::info_span!(
            target: TARGET,
            parent: None,
            "request",
            "otel.name" = if method == "_OTHER" { "HTTP" } else { method },
            "otel.kind" = "server",
            "otel.status_code" = Empty,
            "http.request.method" = method,
            "http.route" = Empty,
            "http.response.status_code" = Empty,
            "client.address" = client_ip.map(display),
            "error.type" = Empty,
            "airelays.request_id" = id,
            "airelays.operation" = Empty,
            "airelays.outcome" = Empty,
        );
        Self { request: Some(request), ..Self::default() }
    }

    /// Names the request; only before its first call.
    pub(super) fn operation(&self, id: &'static str) {
        let Some(span) = self.request.as_ref().filter(|span| !span.is_disabled()) else { return };
        span.record("airelays.operation", id);
        if let Some(operation) = tables::OPERATIONS.iter().find(|operation| operation.id == id) {
            span.record("http.route", operation.path);
            span.record("otel.name", format!("{} {}", operation.method, operation.path));
        }
    }

    /// A call goes to the backend. One that is still open was answered by a refusal of the login, which has been renewed.
    pub(super) fn call(&mut self, method: &'static str, url: &'static str, model: Option<&str>) {
        self.failed("auth", None);
        let Some(request) = self.request.as_ref().filter(|span| !span.is_disabled()) else { return };
        let is_generation = url == GENERATION;
        let model = model.filter(|model| is_generation && model.len() <= MAX_MODEL_BYTES);
        let resent = is_generation.then_some(i64::from(self.calls)).filter(|resent| *resent > 0);
        self.calls += u32::from(is_generation);
        let name =
            if is_generation { format!("chat {}", model.unwrap_or_default()) } else { format!("{method} {url}") };
        self.call = Some(tracing::info_span!(
            target: TARGET,
            parent: request,
            "call",
            "otel.name" = name.trim_end(),
            "otel.kind" = "client",
            "otel.status_code" = Empty,
            "http.request.method" = method,
            "http.request.resend_count" = resent,
            "http.response.status_code" = Empty,
            "url.template" = url,
            "error.type" = Empty,
            "gen_ai.operation.name" = is_generation.then_some("chat"),
            "gen_ai.provider.name" = is_generation.then_some("openai"),
            "gen_ai.request.model" = model,
            "gen_ai.response.model" = Empty,
            "gen_ai.usage.input_tokens" = Empty,
            "gen_ai.usage.output_tokens" = Empty,
            "gen_ai.usage.cache_read.input_tokens" = Empty,
            "gen_ai.usage.reasoning.output_tokens" = Empty,
        ));
    }

    /// The open call was answered with success; `is_whole` when nothing comes after.
    pub(super) fn answered(&mut self, status: u16, is_whole: bool) {
        if let Some(call) = &self.call {
            call.record("http.response.status_code", i64::from(status));
        }
        if is_whole {
            self.call = None;
        }
    }

    /// The open call, if there is one, failed.
    pub(super) fn failed(&mut self, class: &'static str, status: Option<u16>) {
        let Some(call) = self.call.take() else { return };
        self.class = Some(class);
        call.record("otel.status_code", "ERROR");
        call.record("error.type", class);
        if let Some(status) = status {
            call.record("http.response.status_code", i64::from(status));
        }
    }

    /// The backend told what was generated.
    pub(super) fn generated(&self, model: Option<&str>, tokens: &Tokens) {
        let Some(call) = &self.call else { return };
        if let Some(model) = model.filter(|model| model.len() <= MAX_MODEL_BYTES) {
            call.record("gen_ai.response.model", model);
        }
        for (name, count) in [
            ("gen_ai.usage.input_tokens", tokens.input_tokens),
            ("gen_ai.usage.output_tokens", tokens.output_tokens),
            ("gen_ai.usage.cache_read.input_tokens", tokens.cached_tokens),
            ("gen_ai.usage.reasoning.output_tokens", tokens.reasoning_tokens),
        ] {
            if let Some(count) = count.and_then(|count| i64::try_from(count).ok()) {
                call.record(name, count);
            }
        }
    }

    /// The generation has ended, and with it the open call.
    pub(super) fn call_ended(&mut self) {
        self.call = None;
    }

    /// The request has ended, and all of it with it.
    pub(super) fn end(self, status: Option<u16>, outcome: Outcome) {
        let Some(request) = self.request.filter(|span| !span.is_disabled()) else { return };
        if let Some(call) = self.call {
            call.record("error.type", outcome.name());
        }
        request.record("airelays.outcome", outcome.name());
        if let Some(status) = status {
            request.record("http.response.status_code", i64::from(status));
        }
        if outcome == Outcome::Failed {
            request.record("otel.status_code", "ERROR");
            match (self.class, status) {
                (Some(class), _) => request.record("error.type", class),
                (None, Some(status)) => request.record("error.type", status.to_string()),
                (None, None) => &request,
            };
        }
    }
}

/// A method as the conventions name it: one that nobody knows could be anything.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}
