//! The one place where a failure of the backend becomes an [`UpstreamError`], wherever in the exchange it happened.
//!
//! Each entry point reads its source into a report; one function decides what that means. A known code decides most (`CHATGPT_ERRORS`), then
//! the HTTP status. The client reads the backend's own words, unwrapped from whatever envelope they came in and never as markup.
//!
//! Source: openai/codex `codex-api/src/api_bridge.rs` and `sse/responses.rs`, release 0.147.0, verified 2026-08-06; the statuses for clients are
//! this relay's choice.

mod delay;
mod report;

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::{Map, Value};

use self::report::Report;
use crate::contract::tables::CHATGPT_ERRORS;
use crate::contract::wire::ErrorRow;
use crate::sse::FrameError;
use crate::translate::hub::{ErrorClass, UpstreamError};

/// Longest delay, asked for by the backend, after which sending again is still the relay's business and not the client's.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(60);

const SERVER_ERROR: &str = "server_error";
const INVALID_REQUEST: &str = "invalid_request_error";

/// A failure below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportFailure {
    /// No connection: name resolution, refusal, TLS.
    Connect,
    /// No connection in time.
    ConnectTimeout,
    /// Connected and sent, but no answer in time.
    FirstByteTimeout,
    /// The answer began and then went silent for too long.
    IdleTimeout,
    /// The connection broke before the answer was complete.
    Reset,
    /// The answer is compressed, though nobody asked for that.
    Encoded,
    /// The answer is longer than any that is known.
    TooLarge,
}

/// Reads an answer whose status is not a success. `now` turns dates into delays.
#[must_use]
pub fn from_http(status: u16, headers: &HeaderMap, body: &[u8], now: SystemTime) -> UpstreamError {
    classify(Report::from_http(status, headers, body, now))
}

/// Reads the `error` of a `response.failed` event's response object: `{"code": string, "message": string}`.
#[must_use]
pub fn from_failed_response(response: &Map<String, Value>, now: SystemTime) -> UpstreamError {
    classify(Report::from_failed_response(response, now))
}

/// Reads an `error` event, flat (`{"code", "message", "param"}`) or wrapped (`{"error": {…}, "status": integer, "headers": {…}}`).
#[must_use]
pub fn from_error_event(event: &Map<String, Value>, now: SystemTime) -> UpstreamError {
    classify(Report::from_error_event(event, now))
}

/// Names a failure below HTTP. Sending again is offered only where the backend cannot have begun to work for long.
#[must_use]
pub fn from_transport(failure: TransportFailure) -> UpstreamError {
    let (status, code, message, retryable) = match failure {
        TransportFailure::Encoded => {
            return protocol("the backend answered in a content encoding that was not asked for");
        }
        TransportFailure::TooLarge => return protocol("the backend's answer is larger than any that is known"),
        TransportFailure::Connect => (502, "upstream_unreachable", "could not connect to the backend", true),
        TransportFailure::ConnectTimeout => (504, "upstream_timeout", "connecting to the backend took too long", true),
        TransportFailure::FirstByteTimeout => (504, "upstream_timeout", "the backend did not answer in time", false),
        TransportFailure::IdleTimeout => (504, "upstream_timeout", "the backend stopped sending", false),
        TransportFailure::Reset => (502, "upstream_disconnected", "the connection to the backend broke", true),
    };
    own(ErrorClass::Transient, status, code, message.to_owned(), retryable)
}

/// Names bytes that are no event stream.
#[must_use]
pub fn from_frame(error: FrameError) -> UpstreamError {
    let message = format!("the backend's stream cannot be read: {error}");
    own(ErrorClass::Protocol, 502, "upstream_protocol_error", message, false)
}

/// A stream that ended without saying how the generation did. It may be sent again as long as the client has seen nothing of it.
pub(super) fn closed_early() -> UpstreamError {
    let message = "stream closed before response.completed".to_owned();
    own(ErrorClass::Protocol, 502, "incomplete_stream", message, true)
}

/// A stream that contradicts itself.
pub(super) fn protocol(message: &str) -> UpstreamError {
    own(ErrorClass::Protocol, 502, "upstream_protocol_error", message.to_owned(), false)
}

fn own(class: ErrorClass, status: u16, code: &str, message: String, retryable: bool) -> UpstreamError {
    UpstreamError {
        class,
        status,
        kind: SERVER_ERROR.to_owned(),
        code: Some(code.to_owned()),
        message,
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable,
    }
}

/// What is decided of a report; the rest is the backend's own words.
struct Verdict {
    class: ErrorClass,
    status: u16,
    kind: String,
    code: Option<String>,
    retry: bool,
}

fn classify(report: Report) -> UpstreamError {
    let verdict = known(&report).unwrap_or_else(|| match report.status {
        Some(status) => by_status(status, &report),
        None => unknown_event(&report),
    });
    let Verdict { class, status, kind, code, retry } = verdict;
    let message = report.text(&code);
    let Report { param, delay, request_id, .. } = report;
    // A limit says when to come back or it is not worth a try.
    let soon = delay.map_or(status != 429, |delay| delay <= MAX_RETRY_DELAY);
    UpstreamError {
        class,
        status,
        kind,
        code,
        message,
        param,
        retry_after: delay,
        upstream_request_id: request_id,
        retryable: retry && soon,
    }
}

/// A verdict from the table, by code or else by type.
fn known(report: &Report) -> Option<Verdict> {
    if report.status == Some(401) {
        return Some(auth());
    }
    let by_code = report.code.as_deref().and_then(row);
    let row =
        by_code.or_else(|| report.kind.as_deref().and_then(row).filter(|row| type_decides(row, report.status)))?;
    if row.class == ErrorClass::Auth {
        return Some(auth());
    }
    let status = match report.status {
        Some(status @ 400..=499) if row.class == ErrorClass::Client && status != 429 => status,
        _ => row.status,
    };
    // A type that names a limit is as good as a code; `invalid_request_error` is none.
    let code = report.code.clone().or_else(|| (row.class != ErrorClass::Client).then(|| row.code.to_owned()));
    Some(Verdict { class: row.class, status, kind: row.kind.to_owned(), code, retry: row.retry })
}

fn row(code: &str) -> Option<&'static ErrorRow> {
    CHATGPT_ERRORS.iter().find(|row| row.code == code && row.code != "*")
}

/// Types are coarser than statuses, except those that name a limit or a login.
fn type_decides(row: &ErrorRow, status: Option<u16>) -> bool {
    status.is_none() || matches!(row.class, ErrorClass::Quota | ErrorClass::Auth | ErrorClass::Overload)
}

/// The backend's refusal of our login is no fault of the client's own token, so the client gets no 401.
fn auth() -> Verdict {
    Verdict {
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error".to_owned(),
        code: Some("upstream_auth_rejected".to_owned()),
        retry: false,
    }
}

fn by_status(status: u16, report: &Report) -> Verdict {
    let code = |default: &str| report.code.clone().or_else(|| Some(default.to_owned()));
    let server = |class, status, default: &str, retry| Verdict {
        class,
        status,
        kind: SERVER_ERROR.to_owned(),
        code: code(default),
        retry,
    };
    match status {
        402 => Verdict {
            class: ErrorClass::Quota,
            status: 429,
            kind: "insufficient_quota".to_owned(),
            code: code("insufficient_quota"),
            retry: false,
        },
        429 => Verdict {
            class: ErrorClass::Transient,
            status: 429,
            kind: "rate_limit_error".to_owned(),
            code: code("rate_limit_exceeded"),
            retry: true,
        },
        408 | 504 => server(ErrorClass::Transient, 504, "upstream_timeout", true),
        // The edge in front of the backend turned us away: nothing the client did, and not worth repeating at once.
        403 if report.markup => server(ErrorClass::Transient, 502, "upstream_blocked", false),
        400..=499 if report.markup => server(ErrorClass::Protocol, 502, "upstream_protocol_error", false),
        // Only the handshake of another transport answers so.
        426 => server(ErrorClass::Protocol, 502, "upstream_protocol_error", false),
        400..=499 => {
            let default = if status == 403 { "permission_error" } else { INVALID_REQUEST };
            let kind = report.kind.as_deref().map(|kind| row(kind).map_or(kind, |row| row.kind));
            Verdict {
                class: ErrorClass::Client,
                status,
                kind: kind.unwrap_or(default).to_owned(),
                code: report.code.clone(),
                retry: false,
            }
        }
        503 | 529 => server(ErrorClass::Overload, 503, "upstream_error", true),
        500..=599 => server(ErrorClass::Transient, 502, "upstream_error", true),
        _ => server(ErrorClass::Protocol, 502, "upstream_protocol_error", false),
    }
}

/// An event's error that no table knows: who complains of a field complains of the request.
fn unknown_event(report: &Report) -> Verdict {
    if report.param.is_some() {
        return Verdict {
            class: ErrorClass::Client,
            status: 400,
            kind: INVALID_REQUEST.to_owned(),
            code: report.code.clone(),
            retry: false,
        };
    }
    let code = report.code.clone().or_else(|| Some("upstream_error".to_owned()));
    match CHATGPT_ERRORS.iter().find(|row| row.code == "*") {
        Some(row) => {
            Verdict { class: row.class, status: row.status, kind: row.kind.to_owned(), code, retry: row.retry }
        }
        None => Verdict { class: ErrorClass::Transient, status: 502, kind: SERVER_ERROR.to_owned(), code, retry: true },
    }
}
