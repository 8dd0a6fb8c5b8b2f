//! One request as it goes through the relay: whoever handles it tells its exchange, which writes records, counts, and writes the one `end`.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};

use super::Traffic;
use super::body::Body;
use super::record::{
    Adapted, CompatibilityAdaptation, EndpointAuthFailed, EndpointRejected, Headers, InboundRequest, OutboundResponse,
    Record, Tokens, UpstreamRequest, UpstreamResponse, UpstreamResponseError, UpstreamRetry, UpstreamStreamLine,
    UpstreamUsage,
};
use super::redact::{Secrets, redact_query, secrets_in_query};
use super::spans::Spans;
use crate::contract::Fired;
use crate::contract::table::Verdict;
use crate::secret::{Secret, fingerprint};
use crate::translate::hub::{self, HubEvent, ResponseObject, UpstreamError};

/// Most adapted fields that one record lists.
const MOST_ADAPTED: usize = 64;
/// Most fields left out that one record names; clients make up as many as they like.
const MOST_IGNORED: usize = 100;
/// Most of such a name, in bytes.
const MOST_NAME_BYTES: usize = 256;

/// A request as it arrives.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// Its id, which is also its `x-request-id`.
    pub id: &'a str,
    /// HTTP method.
    pub method: &'a Method,
    /// Target.
    pub uri: &'a Uri,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Address of the caller, where there is one.
    pub client_ip: Option<IpAddr>,
}

/// Why an answer is an error.
#[derive(Debug, Clone)]
pub struct Failure {
    /// `error.code`
    pub code: Option<String>,
}

/// The record of one request. Cheap to clone; the default one records nothing.
#[derive(Debug, Clone, Default)]
pub struct Exchange(Option<Arc<State>>);

#[derive(Debug)]
pub(super) struct State {
    pub(super) traffic: Traffic,
    id: Arc<str>,
    pub(super) method: String,
    pub(super) path: String,
    client_ip: Option<IpAddr>,
    pub(super) begun: Instant,
    secrets: Arc<Secrets>,
    pub(super) first_byte: OnceLock<Duration>,
    pub(super) bytes_in: AtomicU64,
    pub(super) has_ended: AtomicBool,
    facts: Mutex<Facts>,
}

/// What becomes known on the way.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Query and headers, until the request is written.
    head: Option<(Option<String>, HeaderMap)>,
    /// What the caller showed as its token.
    shown: Option<Secret<String>>,
    pub(super) operation: Option<&'static str>,
    pub(super) model: Option<String>,
    pub(super) served_model: Option<String>,
    pub(super) upstream: Option<&'static str>,
    pub(super) attempts: u32,
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) stream: bool,
    /// The stream's last event has been made; whether it was a good one.
    pub(super) is_good: Option<bool>,
    pub(super) tokens: Tokens,
    pub(super) spans: Spans,
}

impl Exchange {
    pub(super) fn begin(traffic: Traffic, arrival: Arrival<'_>) -> Self {
        let Arrival { id, method, uri, headers, client_ip } = arrival;
        traffic.0.metrics.begun();
        let secrets = Secrets::default();
        let mut facts = Facts { spans: Spans::begin(id, method.as_str(), client_ip), ..Facts::default() };
        if traffic.is_logged() {
            let shown = shown(headers);
            shown.iter().for_each(|shown| secrets.add(shown.expose()));
            uri.query().into_iter().flat_map(secrets_in_query).for_each(|secret| secrets.add(&secret));
            facts.shown = shown.into_iter().next();
            facts.head = Some((uri.query().map(str::to_owned), headers.clone()));
        }
        Self(Some(Arc::new(State {
            traffic,
            id: Arc::from(id),
            method: method.as_str().to_owned(),
            path: uri.path().to_owned(),
            client_ip,
            begun: Instant::now(),
            secrets: Arc::new(secrets),
            first_byte: OnceLock::new(),
            bytes_in: AtomicU64::new(0),
            has_ended: AtomicBool::new(false),
            facts: Mutex::new(facts),
        })))
    }

    /// Whether records of it are written.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        self.0.as_ref().is_some_and(|state| state.traffic.is_logged())
    }

    /// Whether the events of the backend's stream are written.
    #[must_use]
    pub fn has_stream_lines(&self) -> bool {
        self.0.as_ref().and_then(|state| state.traffic.0.log.as_ref()).is_some_and(|log| log.stream_lines && log.bodies)
    }

    /// A secret that belongs to it: no record of it shows that.
    pub fn secret(&self, secret: &str) {
        if let Some(state) = self.0.as_ref().filter(|state| state.traffic.is_logged()) {
            state.secrets.add(secret);
        }
    }

    /// The operation of the contract that answers it.
    pub fn operation(&self, operation: &'static str) {
        self.with(|facts| {
            facts.operation = Some(operation);
            facts.spans.operation(operation);
        });
    }

    /// Its body has been read.
    pub fn received(&self, body: &Bytes) {
        if let Some(state) = &self.0 {
            state.bytes_in.store(body.len() as u64, Ordering::Relaxed);
            state.write_request(Some(body));
        }
    }

    /// What the contract made of its fields.
    pub fn adapted(&self, ignored: &[String], fired: &[Fired]) {
        let Some(state) = &self.0 else { return };
        ignored.iter().for_each(|field| state.traffic.0.metrics.ignored(field));
        if !state.traffic.is_logged() {
            return;
        }
        let mut adapted: Vec<(*const u8, Adapted)> = Vec::new();
        for Fired { param, row, .. } in fired.iter().filter(|fired| fired.verdict == Verdict::Adapt) {
            let same = adapted.iter().position(|(pointer, _)| *pointer == row.pointer.as_ptr());
            if let Some(at) = same {
                adapted[at].1.count += 1;
            } else if adapted.len() < MOST_ADAPTED {
                adapted.push((row.pointer.as_ptr(), Adapted { param: param.clone(), to: row.to, count: 1 }));
            }
        }
        if !ignored.is_empty() || !adapted.is_empty() {
            let adapted = adapted.into_iter().map(|(_, adapted)| adapted).collect();
            let ignored_parameters = ignored.iter().take(MOST_IGNORED).map(|name| shortened(name)).collect();
            let record = CompatibilityAdaptation { ignored_parameters, ignored_count: ignored.len(), adapted };
            state.send(Record::CompatibilityAdaptation(record), 0);
        }
    }

    /// It is about to go upstream.
    pub fn sent(&self, upstream: &'static str, model: &str) {
        self.with(|facts| {
            facts.upstream = Some(upstream);
            facts.model = Some(model.to_owned());
        });
    }

    /// A call goes to the backend.
    pub fn upstream_request(&self, method: &'static str, url: &'static str, headers: &HeaderMap, body: Option<&Bytes>) {
        let Some(state) = &self.0 else { return };
        let attempt = {
            let mut facts = state.facts();
            facts.attempts += u32::from(body.is_some());
            let Facts { spans, model, attempts, .. } = &mut *facts;
            spans.call(method, url, model.as_deref());
            (*attempts).max(1)
        };
        if state.traffic.is_logged() {
            let session_id = headers.get("session-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
            let (held, body) = state.body(body);
            let headers = Headers(headers.clone());
            state.send(
                Record::UpstreamRequest(UpstreamRequest { method, url, attempt, headers, session_id, body }),
                held,
            );
        }
    }

    /// The backend answered with success.
    pub fn upstream_response(&self, call: &UpstreamCall, status_code: u16, headers: &HeaderMap, body: Option<&Bytes>) {
        let Some(state) = &self.0 else { return };
        state.facts().spans.answered(status_code, body.is_some());
        if !state.traffic.is_logged() {
            return;
        }
        let (held, body) = state.body(body);
        let (headers, duration_ms) = (Headers(headers.clone()), milliseconds(call.begun.elapsed()));
        let UpstreamCall { method, url, .. } = *call;
        let record = UpstreamResponse { method, url, status_code, headers, duration_ms, body };
        state.send(Record::UpstreamResponse(record), held);
    }

    /// A call failed: with an answer, when there is one, or without.
    pub fn upstream_failed(&self, error: &UpstreamError, answer: Option<(u16, &HeaderMap, &Bytes)>) {
        let Some(state) = &self.0 else { return };
        let class = error.class.name();
        state.traffic.0.metrics.upstream_failed(class);
        state.facts().spans.failed(class, answer.map(|(status, _, _)| status));
        if state.traffic.is_logged() {
            let (held, body) = state.body(answer.map(|(_, _, body)| body));
            let record = UpstreamResponseError {
                status_code: answer.map(|(status, _, _)| status),
                headers: answer.map(|(_, headers, _)| Headers(headers.clone())),
                body,
                class,
                code: error.code.clone(),
                message: error.message.clone(),
            };
            state.send(Record::UpstreamResponseError(record), held);
        }
    }

    /// A failed call is made again after a pause.
    pub fn upstream_retried(&self, error: &UpstreamError, attempts: u32, pause: Duration) {
        let Some(state) = &self.0 else { return };
        let class = error.class.name();
        state.traffic.0.metrics.upstream_retried(class);
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        let record = UpstreamRetry { attempts, pause_ms, class, code: error.code.clone() };
        state.send(Record::UpstreamRetry(record), 0);
    }

    /// An event of the backend's stream; only to be called with [`Exchange::has_stream_lines`].
    pub fn upstream_line(&self, event: Option<&str>, data: &str) {
        let Some(state) = &self.0 else { return };
        let event = event.map(str::to_owned);
        // Copied: the bytes may be a small part of a large read.
        let data = Body::new(Bytes::copy_from_slice(data.as_bytes()), true);
        let held = data.held_bytes();
        state.send(Record::UpstreamStreamLine(UpstreamStreamLine { event, data }), held);
    }

    /// The last event of a read of the generation; only one that ends it is of interest.
    pub fn generated(&self, event: &HubEvent) {
        if let HubEvent::Terminal { outcome, response, .. } = event {
            self.generation_ended(*outcome, response);
        }
        match event.end() {
            Some(Ok(())) => self.with(|facts| facts.spans.call_ended()),
            Some(Err(error)) => self.upstream_failed(error, None),
            None => {}
        }
    }

    fn generation_ended(&self, outcome: hub::Outcome, response: &ResponseObject) {
        let Some(state) = &self.0 else { return };
        let head = response.head();
        let model = {
            let mut facts = state.facts();
            facts.tokens = head.tokens().into();
            facts.served_model = head.model().map(Cow::into_owned).or_else(|| facts.model.clone());
            facts.spans.generated(facts.served_model.as_deref(), &facts.tokens);
            facts.served_model.clone()
        };
        if state.traffic.is_logged()
            && let Some(usage) = head.usage()
        {
            let status = match outcome {
                hub::Outcome::Completed => "completed",
                hub::Outcome::Incomplete => "incomplete",
                hub::Outcome::Failed => "failed",
            };
            let response_id = head.id().map(Cow::into_owned);
            let record = UpstreamUsage { response_id, model, status, usage };
            state.send(Record::UpstreamUsage(record), 0);
        }
    }

    /// The last event of what goes to the client at once; only one that ends it is of interest. It may be another than was generated: a turn that
    /// cannot be recorded fails.
    pub fn given(&self, event: &HubEvent) {
        let Some(end) = event.end() else { return };
        self.with(|facts| {
            facts.is_good = Some(end.is_ok());
            facts.code = end.err().and_then(|error| error.code.clone());
        });
    }

    /// It was turned away before its body was read.
    pub fn rejected(&self, status_code: u16, reason: &'static str, retry_after: Option<Duration>) {
        let Some(state) = &self.0 else { return };
        state.traffic.0.metrics.rejected(reason);
        if !state.traffic.is_logged() {
            return;
        }
        state.write_request(None);
        let client_ip = state.client_ip;
        let record = if status_code == 401 {
            let token_fingerprint = state.facts().shown.as_ref().map(|shown| fingerprint(shown.expose()));
            let (method, path) = (state.method.clone(), state.path.clone());
            Record::EndpointAuthFailed(EndpointAuthFailed { method, path, client_ip, token_fingerprint })
        } else {
            let retry_after_seconds = retry_after.map(|wait| wait.as_secs_f64().ceil() as u64);
            Record::EndpointRejected(EndpointRejected { client_ip, reason, status_code, retry_after_seconds })
        };
        state.send(record, 0);
    }

    /// The answer is about to go out. `body` is what is known of its body; a stream is written at once, anything else at its end.
    pub fn answered(&self, status: u16, headers: &HeaderMap, failure: Option<Failure>, is_stream: bool) {
        let Some(state) = &self.0 else { return };
        state.write_request(None);
        {
            let mut facts = state.facts();
            facts.status = Some(status);
            facts.stream = is_stream;
            if let Some(failure) = &failure {
                facts.code.clone_from(&failure.code);
            }
        }
        if is_stream {
            state.traffic.0.metrics.stream_begun();
        }
        if is_stream && state.traffic.is_logged() {
            let record =
                OutboundResponse { status_code: status, headers: Headers(headers.clone()), body: Body::Stream };
            state.send(Record::OutboundResponse(record), 0);
        }
    }

    pub(super) fn state(&self) -> Option<&State> {
        self.0.as_deref()
    }

    fn with(&self, set: impl FnOnce(&mut Facts)) {
        if let Some(state) = &self.0 {
            set(&mut state.facts());
        }
    }
}

/// A call to the backend that is under way.
#[derive(Debug, Clone, Copy)]
pub struct UpstreamCall {
    /// HTTP method.
    pub method: &'static str,
    /// Path below the backend's base URL.
    pub url: &'static str,
    /// When it was made.
    pub begun: Instant,
}

impl State {
    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send(&self, record: Record, held_bytes: usize) {
        self.traffic.send(&self.id, &self.secrets, record, held_bytes);
    }

    /// A body as it is to be logged, and what it holds on to.
    fn body(&self, body: Option<&Bytes>) -> (usize, Option<Body>) {
        let keep = self.traffic.0.log.as_ref().is_some_and(|log| log.bodies);
        let body = body.map(|body| Body::new(body.clone(), keep));
        (body.as_ref().map_or(0, Body::held_bytes), body)
    }

    /// Writes the request, unless it has been.
    pub(super) fn write_request(&self, body: Option<&Bytes>) {
        let Some((query, headers)) = self.facts().head.take() else { return };
        let (held, body) = self.body(body);
        let record = InboundRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: query.map(|query| redact_query(&query, &self.secrets)),
            headers: Headers(headers),
            client_ip: self.client_ip,
            body,
        };
        self.send(Record::InboundRequest(record), held);
    }
}

/// A name that a client may have made up.
fn shortened(name: &str) -> String {
    let kept = &name[..name.floor_char_boundary(MOST_NAME_BYTES)];
    if kept.len() == name.len() { kept.to_owned() } else { format!("{kept}…") }
}

/// What a caller shows to be let in: bearer tokens and keys.
fn shown(headers: &HeaderMap) -> Vec<Secret<String>> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    let tokens = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let value = text(value);
        value.split_once(' ').map_or(value.clone(), |(_, token)| token.trim().to_owned())
    });
    let keys = headers.get_all("x-api-key").iter().map(text);
    tokens.chain(keys).filter(|shown| !shown.is_empty()).map(Secret::new).collect()
}

/// With microseconds.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
