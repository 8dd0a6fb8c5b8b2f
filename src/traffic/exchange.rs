//! One request as it goes through the relay: whoever handles it tells its exchange, which writes records, counts, and writes the one `end`.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};
use serde_json::{Map, Value};

use super::Traffic;
use super::body::Body;
use super::metrics::Ended;
use super::record::{
    Adapted, CompatibilityAdaptation, End, EndpointAuthFailed, EndpointRejected, Headers, InboundRequest,
    OutboundResponse, Outcome, Record, Tokens, UpstreamRequest, UpstreamResponse, UpstreamResponseError, UpstreamRetry,
    UpstreamStreamLine, UpstreamUsage,
};
use super::redact::{Secrets, redact_query, secrets_in_query};
use crate::contract::Fired;
use crate::contract::table::Verdict;
use crate::secret::{Secret, fingerprint};
use crate::translate::hub::{self, HubEvent, UpstreamError};

/// Most adapted fields that one record lists.
const MOST_ADAPTED: usize = 64;

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
    /// Whether the request was turned away before anything was made of it.
    pub is_rejection: bool,
}

/// The record of one request. Cheap to clone; the default one records nothing.
#[derive(Debug, Clone, Default)]
pub struct Exchange(Option<Arc<State>>);

#[derive(Debug)]
struct State {
    traffic: Traffic,
    id: Arc<str>,
    method: String,
    path: String,
    client_ip: Option<String>,
    begun: Instant,
    secrets: Arc<Secrets>,
    first_byte: OnceLock<Duration>,
    bytes_in: AtomicU64,
    has_ended: AtomicBool,
    facts: Mutex<Facts>,
}

/// What becomes known on the way.
#[derive(Debug, Default)]
struct Facts {
    /// Query and headers, until the request is written.
    head: Option<(Option<String>, HeaderMap)>,
    /// What the caller showed as its token.
    shown: Option<Secret<String>>,
    operation: Option<&'static str>,
    model: Option<String>,
    served_model: Option<String>,
    upstream: Option<&'static str>,
    attempts: u32,
    status: Option<u16>,
    code: Option<String>,
    stream: bool,
    /// The stream's last event has been made; whether it was a good one.
    is_good: Option<bool>,
    tokens: Tokens,
}

impl Exchange {
    pub(super) fn begin(traffic: Traffic, arrival: Arrival<'_>) -> Self {
        let Arrival { id, method, uri, headers, client_ip } = arrival;
        traffic.0.metrics.begun();
        let secrets = Secrets::default();
        let mut facts = Facts::default();
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
            client_ip: client_ip.map(|ip| ip.to_string()),
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
        self.with(|facts| facts.operation = Some(operation));
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
            let record = CompatibilityAdaptation { ignored_parameters: ignored.to_vec(), adapted };
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
            facts.attempts.max(1)
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
        let Some(state) = self.0.as_ref().filter(|state| state.traffic.is_logged()) else { return };
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
    pub fn upstream_line(&self, event: Option<&Bytes>, data: &Bytes) {
        let Some(state) = &self.0 else { return };
        let event = event.map(|event| String::from_utf8_lossy(event).into_owned());
        // Copied: the bytes may be a small part of a large read.
        let data = Body::new(Bytes::copy_from_slice(data), true);
        let held = data.held_bytes();
        state.send(Record::UpstreamStreamLine(UpstreamStreamLine { event, data }), held);
    }

    /// The last event of a read of the generation; only one that ends it is of interest.
    pub fn generated(&self, event: &HubEvent) {
        match event {
            HubEvent::Terminal { outcome, response, error } => {
                self.generation_ended(*outcome, response);
                self.stream_ended(error.as_ref());
            }
            HubEvent::Error(error) => self.stream_ended(Some(error)),
            HubEvent::Lifecycle { .. }
            | HubEvent::ItemAdded { .. }
            | HubEvent::ItemDone { .. }
            | HubEvent::Part { .. }
            | HubEvent::Delta { .. }
            | HubEvent::TextDone { .. }
            | HubEvent::Other { .. } => {}
        }
    }

    fn generation_ended(&self, outcome: hub::Outcome, response: &Map<String, Value>) {
        let Some(state) = &self.0 else { return };
        let text = |name: &str| response.get(name).and_then(Value::as_str).map(str::to_owned);
        let usage = response.get("usage").filter(|usage| usage.is_object());
        let model = {
            let mut facts = state.facts();
            facts.tokens = usage.map(tokens).unwrap_or_default();
            facts.served_model = text("model").or_else(|| facts.model.clone());
            facts.served_model.clone()
        };
        if let Some(usage) = usage.filter(|_| state.traffic.is_logged()) {
            let status = match outcome {
                hub::Outcome::Completed => "completed",
                hub::Outcome::Incomplete => "incomplete",
                hub::Outcome::Failed => "failed",
            };
            let record = UpstreamUsage { response_id: text("id"), model, status, usage: usage.clone() };
            state.send(Record::UpstreamUsage(record), 0);
        }
    }

    fn stream_ended(&self, error: Option<&UpstreamError>) {
        self.with(|facts| {
            facts.is_good = Some(error.is_none());
            facts.code = error.and_then(|error| error.code.clone());
        });
        if let Some(error) = error {
            self.upstream_failed(error, None);
        }
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
        if let Some(code) = failure.filter(|failure| failure.is_rejection).and_then(|failure| failure.code) {
            state.rejected(status, code, headers);
        }
        if is_stream && state.traffic.is_logged() {
            let record =
                OutboundResponse { status_code: status, headers: Headers(headers.clone()), body: Body::Stream };
            state.send(Record::OutboundResponse(record), 0);
        }
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

/// Writes the end of an exchange when it is dropped, which is when the answer has been sent or given up.
#[derive(Debug)]
pub struct Ending {
    exchange: Exchange,
    headers: Option<HeaderMap>,
    body: Kept,
    bytes_out: u64,
    is_complete: bool,
}

/// What is kept of an answer's body for the log.
#[derive(Debug)]
enum Kept {
    /// The pieces so far.
    Pieces(Vec<Bytes>),
    Nothing,
}

impl Ending {
    /// Of an exchange that has no answer yet.
    #[must_use]
    pub fn new(exchange: Exchange) -> Self {
        Self { exchange, headers: None, body: Kept::Nothing, bytes_out: 0, is_complete: false }
    }

    /// The answer, which is no stream, has these headers; with `keep`, its body goes into the log.
    pub fn whole(&mut self, headers: &HeaderMap, keep: bool) {
        if self.exchange.is_logged() {
            self.headers = Some(headers.clone());
            self.body = if keep { Kept::Pieces(Vec::new()) } else { Kept::Nothing };
        }
    }

    /// A piece of the body goes out.
    pub fn piece(&mut self, piece: &Bytes) {
        if self.bytes_out == 0
            && let Some(state) = &self.exchange.0
        {
            let _ = state.first_byte.set(state.begun.elapsed());
        }
        self.bytes_out += piece.len() as u64;
        if let Kept::Pieces(pieces) = &mut self.body {
            pieces.push(piece.clone());
        }
    }

    /// All of the body has gone out.
    pub fn complete(&mut self) {
        self.is_complete = true;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let Some(state) = &self.exchange.0 else { return };
        if state.has_ended.swap(true, Ordering::Relaxed) {
            return;
        }
        state.write_request(None);
        if let Some(headers) = self.headers.take() {
            state.write_answer(headers, std::mem::replace(&mut self.body, Kept::Nothing), self.bytes_out);
        }
        state.end(self.bytes_out, self.is_complete);
    }
}

impl State {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, record: Record, held_bytes: usize) {
        self.traffic.send(&self.id, &self.secrets, record, held_bytes);
    }

    /// A body as it is to be logged, and what it holds on to.
    fn body(&self, body: Option<&Bytes>) -> (usize, Option<Body>) {
        let keep = self.traffic.0.log.as_ref().is_some_and(|log| log.bodies);
        let body = body.map(|body| Body::new(body.clone(), keep));
        (body.as_ref().map_or(0, Body::held_bytes), body)
    }

    /// Writes the request, unless it has been.
    fn write_request(&self, body: Option<&Bytes>) {
        let Some((query, headers)) = self.facts().head.take() else { return };
        let (held, body) = self.body(body);
        let record = InboundRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: query.map(|query| redact_query(&query, &self.secrets)),
            headers: Headers(headers),
            client_ip: self.client_ip.clone(),
            body,
        };
        self.send(Record::InboundRequest(record), held);
    }

    fn rejected(&self, status_code: u16, code: String, headers: &HeaderMap) {
        self.traffic.0.metrics.rejected(&code);
        if !self.traffic.is_logged() {
            return;
        }
        let number = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok()?.parse().ok());
        let record = if status_code == 401 {
            Record::EndpointAuthFailed(EndpointAuthFailed {
                method: self.method.clone(),
                path: self.path.clone(),
                client_ip: self.client_ip.clone(),
                token_fingerprint: self.facts().shown.as_ref().map(|shown| fingerprint(shown.expose())),
                reason: Some(code),
                blocked: false,
                block_seconds: None,
            })
        } else {
            Record::EndpointRejected(EndpointRejected {
                client_ip: self.client_ip.clone(),
                reason: code,
                status_code,
                retry_after_seconds: number(header::RETRY_AFTER),
            })
        };
        self.send(record, 0);
    }

    fn write_answer(&self, headers: HeaderMap, kept: Kept, bytes_out: u64) {
        let status_code = self.facts().status.unwrap_or_default();
        let keep = self.traffic.0.log.as_ref().is_some_and(|log| log.bodies);
        let body = match kept {
            Kept::Pieces(mut pieces) if pieces.len() <= 1 => Body::new(pieces.pop().unwrap_or_default(), keep),
            Kept::Pieces(pieces) => Body::new(pieces.concat().into(), keep),
            Kept::Nothing if bytes_out == 0 => Body::Empty,
            Kept::Nothing => Body::Skipped(bytes_out),
        };
        let held = body.held_bytes();
        self.send(Record::OutboundResponse(OutboundResponse { status_code, headers: Headers(headers), body }), held);
    }

    fn end(&self, bytes_out: u64, is_complete: bool) {
        let facts = std::mem::take(&mut *self.facts());
        let outcome = self.outcome(&facts, is_complete);
        let (duration, first_byte) = (self.begun.elapsed(), self.first_byte.get().copied());
        let Facts { operation, model, served_model, upstream, attempts, status, code, stream, tokens, .. } = facts;
        let figures = Ended { operation, status, outcome, duration, first_byte, stream, tokens, served_model };
        self.traffic.0.metrics.ended(&figures);
        if !self.traffic.is_logged() {
            return;
        }
        let end = End {
            outcome,
            status,
            code,
            method: self.method.clone(),
            path: self.path.clone(),
            operation,
            stream,
            model,
            upstream,
            attempts,
            duration_ms: milliseconds(duration),
            first_byte_ms: first_byte.map(milliseconds),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out,
            tokens,
        };
        self.send(Record::End(end), 0);
    }

    fn outcome(&self, facts: &Facts, is_complete: bool) -> Outcome {
        match (facts.status, facts.is_good) {
            (_, Some(false)) => Outcome::Failed,
            (Some(501 | 400..500), _) => Outcome::Refused,
            (Some(500..), _) => Outcome::Failed,
            (Some(_), _) if is_complete => Outcome::Completed,
            // Clients hang up as soon as they have read the last event.
            (Some(_), Some(true)) if facts.stream => Outcome::Completed,
            _ if self.traffic.0.is_stopping.load(Ordering::Relaxed) => Outcome::Shutdown,
            _ => Outcome::Aborted,
        }
    }
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

fn tokens(usage: &Value) -> Tokens {
    Tokens {
        input_tokens: usage["input_tokens"].as_u64(),
        output_tokens: usage["output_tokens"].as_u64(),
        cached_tokens: usage["input_tokens_details"]["cached_tokens"].as_u64(),
        reasoning_tokens: usage["output_tokens_details"]["reasoning_tokens"].as_u64(),
    }
}

/// With microseconds.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
