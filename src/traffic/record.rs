//! The records of the log: one line each, told apart by `phase`.
//!
//! The names are those of the Python 0.2.4 where it had the record. A record is made on the request's way out of what is at hand (bytes are shared, not
//! copied) and becomes text in the writer.

use std::net::IpAddr;

use http::HeaderMap;
use serde::{Serialize, Serializer};

use super::body::Body;
use crate::translate::hub::TokenCounts;

/// One record. docs/logs.md says what each field is.
#[derive(Debug, Serialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Record {
    /// The relay listens.
    RelayStarted(RelayStarted),
    /// The relay has stopped and will write no more.
    RelayStopped(RelayStopped),
    /// A request, with its body once that was read.
    InboundRequest(InboundRequest),
    /// A caller did not show the relay token.
    EndpointAuthFailed(EndpointAuthFailed),
    /// A request was turned away before its body was read.
    EndpointRejected(EndpointRejected),
    /// Fields of a request were left out or forwarded in another shape.
    CompatibilityAdaptation(CompatibilityAdaptation),
    /// A call went to the backend.
    UpstreamRequest(UpstreamRequest),
    /// The backend answered with success; the body of a stream is not here.
    UpstreamResponse(UpstreamResponse),
    /// The backend refused or failed: with a status, without an answer, or within its stream.
    UpstreamResponseError(UpstreamResponseError),
    /// A failed call is made again.
    UpstreamRetry(UpstreamRetry),
    /// One event of the backend's stream, with `logging.stream_lines`.
    UpstreamStreamLine(UpstreamStreamLine),
    /// What a generation cost, told by the backend at its end.
    UpstreamUsage(UpstreamUsage),
    /// The answer; written at its end, or at its beginning when it is a stream.
    OutboundResponse(OutboundResponse),
    /// The one last record of every request.
    End(End),
}

/// `relay_started`
#[derive(Debug, Serialize)]
pub struct RelayStarted {
    /// Version of the program.
    pub version: &'static str,
    /// Base URL of clients.
    pub base_url: String,
    /// Name of the upstream.
    pub upstream: String,
    /// Profile of requests that choose none.
    pub profile: &'static str,
    /// Whether callers need the relay token.
    pub require_bearer_auth: bool,
    /// Whether bodies are written.
    pub bodies: bool,
    /// Whether events of streams are written.
    pub stream_lines: bool,
}

/// `relay_stopped`
#[derive(Debug, Serialize)]
pub struct RelayStopped {
    /// Records that were lost since the start.
    pub records_dropped: u64,
}

/// `inbound_request`
#[derive(Debug, Serialize)]
pub struct InboundRequest {
    /// HTTP method.
    pub method: String,
    /// Path as it came.
    pub path: String,
    /// Query string as it came, without its secrets.
    pub query: Option<String>,
    /// Headers.
    pub headers: Headers,
    /// Address of the caller; null for one that came by a Unix socket.
    pub client_ip: Option<IpAddr>,
    /// The body; null when it was not read.
    pub body: Option<Body>,
}

/// `endpoint_auth_failed`
#[derive(Debug, Serialize)]
pub struct EndpointAuthFailed {
    /// HTTP method.
    pub method: String,
    /// Path as it came.
    pub path: String,
    /// Address of the caller.
    pub client_ip: Option<IpAddr>,
    /// First 12 hex digits of the SHA-256 of what was shown; null when nothing was.
    pub token_fingerprint: Option<String>,
}

/// `endpoint_rejected`
#[derive(Debug, Serialize)]
pub struct EndpointRejected {
    /// Address of the caller.
    pub client_ip: Option<IpAddr>,
    /// Why, as a code.
    pub reason: &'static str,
    /// Status of the answer.
    pub status_code: u16,
    /// How long the caller was told to wait, in seconds.
    pub retry_after_seconds: Option<u64>,
}

/// `compatibility_adaptation`
#[derive(Debug, Serialize)]
pub struct CompatibilityAdaptation {
    /// Fields that were left out, in OpenAI's notation: the first hundred, and the beginning of a long name.
    pub ignored_parameters: Vec<String>,
    /// How many fields were left out.
    pub ignored_count: usize,
    /// Fields that were forwarded in another shape.
    pub adapted: Vec<Adapted>,
}

/// A field that was forwarded in another shape.
#[derive(Debug, Serialize)]
pub struct Adapted {
    /// Where it was, in OpenAI's notation; the first of its kind.
    pub param: String,
    /// Where the backend gets it.
    pub to: Option<&'static str>,
    /// How many such fields there were.
    pub count: usize,
}

/// `upstream_request`
#[derive(Debug, Serialize)]
pub struct UpstreamRequest {
    /// HTTP method.
    pub method: &'static str,
    /// Path below the backend's base URL.
    pub url: &'static str,
    /// Which call of this request it is, from 1.
    pub attempt: u32,
    /// Headers.
    pub headers: Headers,
    /// The conversation's name, when there is one.
    pub session_id: Option<String>,
    /// The body.
    pub body: Option<Body>,
}

/// `upstream_response`
#[derive(Debug, Serialize)]
pub struct UpstreamResponse {
    /// HTTP method.
    pub method: &'static str,
    /// Path below the backend's base URL.
    pub url: &'static str,
    /// HTTP status.
    pub status_code: u16,
    /// Headers.
    pub headers: Headers,
    /// From the call to these headers, in milliseconds.
    pub duration_ms: f64,
    /// The body, where it is no stream.
    pub body: Option<Body>,
}

/// `upstream_response_error`
#[derive(Debug, Serialize)]
pub struct UpstreamResponseError {
    /// HTTP status; null when there was no answer.
    pub status_code: Option<u16>,
    /// Headers, when there was an answer.
    pub headers: Option<Headers>,
    /// What the backend wrote, when there was an answer.
    pub body: Option<Body>,
    /// Class of the failure.
    pub class: &'static str,
    /// The backend's code, or the relay's for a failure without an answer.
    pub code: Option<String>,
    /// The words that clients get.
    pub message: String,
}

/// `upstream_retry`
#[derive(Debug, Serialize)]
pub struct UpstreamRetry {
    /// Calls made so far.
    pub attempts: u32,
    /// Pause before the next one, in milliseconds.
    pub pause_ms: u64,
    /// Class of the failure.
    pub class: &'static str,
    /// Code of the failure.
    pub code: Option<String>,
}

/// `upstream_stream_line`
#[derive(Debug, Serialize)]
pub struct UpstreamStreamLine {
    /// Its `event:` line.
    pub event: Option<String>,
    /// Its data: JSON, or text when it is none.
    pub data: Body,
}

/// `upstream_usage`
#[derive(Debug, Serialize)]
pub struct UpstreamUsage {
    /// The backend's id of the response.
    pub response_id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// How the generation ended.
    pub status: &'static str,
    /// The backend's figures as they came.
    pub usage: serde_json::Map<String, serde_json::Value>,
}

/// `outbound_response`
#[derive(Debug, Serialize)]
pub struct OutboundResponse {
    /// HTTP status.
    pub status_code: u16,
    /// Headers.
    pub headers: Headers,
    /// The body, where it is JSON.
    pub body: Body,
}

/// `end`
#[derive(Debug, Serialize)]
pub struct End {
    /// How it ended.
    pub outcome: Outcome,
    /// Status of the answer; null when the caller left before there was one.
    pub status: Option<u16>,
    /// `error.code` of an answer that is an error, or of the failure that ended a stream.
    pub code: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path as it came.
    pub path: String,
    /// Operation of the contract.
    pub operation: Option<&'static str>,
    /// Whether the answer was a stream.
    pub stream: bool,
    /// The model asked for.
    pub model: Option<String>,
    /// Name of the upstream, when it was called.
    pub upstream: Option<&'static str>,
    /// How often it was called.
    pub attempts: u32,
    /// From the arrival of the request to the end of the answer, in milliseconds.
    pub duration_ms: f64,
    /// To the first byte of the answer's body, in milliseconds.
    pub first_byte_ms: Option<f64>,
    /// Bytes of the request's body.
    pub bytes_in: u64,
    /// Bytes of the answer's body.
    pub bytes_out: u64,
    /// The backend's figures.
    #[serde(flatten)]
    pub tokens: Tokens,
}

/// Tokens of a generation; null when the backend told none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// Of the request, cached ones included.
    pub input_tokens: Option<u64>,
    /// Of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// Of the request, taken from the backend's cache.
    pub cached_tokens: Option<u64>,
    /// Of the answer, spent on reasoning.
    pub reasoning_tokens: Option<u64>,
}

impl From<TokenCounts> for Tokens {
    fn from(counts: TokenCounts) -> Self {
        let TokenCounts { input, cached, cache_write: _, output, reasoning, total: _ } = counts;
        Self { input_tokens: input, output_tokens: output, cached_tokens: cached, reasoning_tokens: reasoning }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The caller got all of an answer that is no error.
    Completed,
    /// The relay or the backend failed: status 5xx, or an error within the answer.
    Failed,
    /// The caller left before the end.
    Aborted,
    /// The relay or the backend said no: status 4xx or 501.
    Refused,
    /// The relay was stopped before the end.
    Shutdown,
}

impl Outcome {
    /// The word in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::Refused => "refused",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Headers as a JSON object: names in lower case, a list where a name comes several times.
#[derive(Debug, Clone, Default)]
pub struct Headers(pub HeaderMap);

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.keys().map(|name| {
            let mut values = self.0.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let (first, rest) = (values.next().unwrap_or_default(), values.collect::<Vec<_>>());
            let value = if rest.is_empty() {
                serde_json::Value::from(first)
            } else {
                std::iter::once(first).chain(rest).collect()
            };
            (name.as_str(), value)
        }))
    }
}
