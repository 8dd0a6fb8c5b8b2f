//! Errors as clients see them: a status, OpenAI's error body, and the headers SDKs act on.
//!
//! Every module has its own error type and none of them knows a status code of ours; the `From` implementations here are the only place that decides.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::middleware::RequestId;
use crate::contract::{Problem, Refusal};
use crate::security::limits::seconds;
use crate::security::{BearerError, Denied, Refusal as Limited};
use crate::store::StoreError;
use crate::traffic::Failure;
use crate::translate::TranslateError;
use crate::translate::hub::{ErrorClass, UpstreamError};

/// Tells SDKs not to try again what cannot succeed.
pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");
/// Why the upstream login is not usable, for clients that show it.
pub(crate) const UPSTREAM_AUTH: HeaderName = HeaderName::from_static("x-airelays-upstream-auth");
/// Names of the fields left out of a request.
pub(crate) const IGNORED_PARAMETERS: HeaderName = HeaderName::from_static("x-airelays-ignored-parameters");

/// `error.code` of answers that the end of the program leaves unfinished.
pub(crate) const SHUTTING_DOWN: &str = "server_shutting_down";

/// Longest value of [`IGNORED_PARAMETERS`], in bytes; what does not fit is counted.
const IGNORED_PARAMETERS_MAX_BYTES: usize = 4096;

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The request.
    Client,
    /// This program.
    Relay,
    /// The backend.
    Upstream,
}

/// An error answer.
///
/// On the wire: `{"error": {"message": string, "type": string, "param": string | null, "code": string | null, "errors"?: [{"param", "code", "message"}]}, "detail": string}`; `errors` lists
/// all problems when there are several, `detail` repeats the message for clients of the Python 0.2.4.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// `error.type`
    pub kind: String,
    /// `error.code`
    pub code: Option<String>,
    /// `error.param`
    pub param: Option<String>,
    /// `error.message`
    pub message: String,
    /// All problems of the request, when there are several.
    pub problems: Vec<Problem>,
    /// Headers beside the usual ones.
    pub headers: HeaderMap,
    /// Fields left out of the request.
    pub ignored: Vec<String>,
    /// Whose fault it is.
    pub origin: Origin,
}

impl ApiError {
    /// An error of the request.
    #[must_use]
    pub fn client(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: "invalid_request_error".to_owned(),
            code: Some(code.to_owned()),
            param: None,
            message: message.into(),
            problems: Vec::new(),
            headers: HeaderMap::new(),
            ignored: Vec::new(),
            origin: Origin::Client,
        }
    }

    /// A failure of this program; what happened belongs into the log and not into the message.
    #[must_use]
    pub fn internal() -> Self {
        let message = "the relay failed to answer; its log says why";
        let error = Self::client(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message);
        Self { kind: "server_error".to_owned(), origin: Origin::Relay, ..error }
    }

    /// The relay token is missing or wrong.
    #[must_use]
    pub fn unauthorized(message: impl Into<String>) -> Self {
        let mut error = Self::client(StatusCode::UNAUTHORIZED, "invalid_api_key", message);
        error.kind = "authentication_error".to_owned();
        error.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        error
    }

    /// A plain request where only a WebSocket is served.
    #[must_use]
    pub fn upgrade_required(path: &str) -> Self {
        let message =
            format!("`GET {path}` opens a WebSocket; send the headers of an upgrade, or a `POST` for one response");
        let mut error = Self::client(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message);
        error.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        error.headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        error
    }

    /// As many WebSockets are open as may be.
    #[must_use]
    pub fn too_many_sockets(most: usize) -> Self {
        let message = format!("{most} WebSockets are open, which is the limit; close one, or send a `POST`");
        let mut error = Self::client(StatusCode::SERVICE_UNAVAILABLE, "too_many_websockets", message);
        error.kind = "server_error".to_owned();
        error.headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        error
    }

    /// More requests wait on one WebSocket than may.
    #[must_use]
    pub fn too_many_waiting(most: usize) -> Self {
        let message =
            format!("{most} requests wait on this connection already; wait for a response, or open another connection");
        let error = Self::client(StatusCode::TOO_MANY_REQUESTS, "too_many_waiting", message);
        Self { kind: "rate_limit_error".to_owned(), ..error }
    }

    /// A frame that asks for nothing this relay does.
    #[must_use]
    pub fn unsupported_frame(message: impl Into<String>, param: Option<&str>) -> Self {
        let error = Self::client(StatusCode::BAD_REQUEST, "unsupported_event", message);
        Self { param: param.map(str::to_owned), ..error }
    }

    /// The response to continue is not known here.
    #[must_use]
    pub fn previous_response_not_found(id: &str) -> Self {
        let message =
            format!("Previous response with id '{id}' not found; send the whole conversation in `input` instead");
        let error = Self::client(StatusCode::BAD_REQUEST, "previous_response_not_found", message);
        Self { param: Some("previous_response_id".to_owned()), ..error }
    }

    /// A WebSocket has lived as long as it may.
    #[must_use]
    pub fn socket_expired(lifetime: Duration) -> Self {
        let minutes = lifetime.as_secs().div_ceil(60);
        let message =
            format!("this WebSocket has been open for {minutes} minutes, which is the limit; open another one");
        Self::client(StatusCode::BAD_REQUEST, "websocket_connection_limit_reached", message)
    }

    /// The relay is about to end.
    #[must_use]
    pub fn stopping() -> Self {
        let message = "the relay is stopping and takes no more requests";
        let error = Self::client(StatusCode::SERVICE_UNAVAILABLE, "relay_stopping", message);
        Self { kind: "server_error".to_owned(), ..error }
    }

    /// An operation OpenAI publishes and no backend of this relay serves.
    #[must_use]
    pub fn unsupported(status: StatusCode, message: impl Into<String>) -> Self {
        let mut error = Self::client(status, "unsupported_operation", message);
        error.kind = "unsupported_error".to_owned();
        error.headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
        error
    }

    /// With the fields that were left out of the request.
    #[must_use]
    pub fn ignoring(mut self, ignored: Vec<String>) -> Self {
        self.ignored = ignored;
        self
    }

    /// The error as a frame of a WebSocket, with the headers it would have had over HTTP.
    ///
    /// **Shape**: `{"type": "error", "status": integer, "error": {"message", "type", "param", "code", "headers": {string: string}, "errors"?: […]}, "stream_id"?: string}`
    ///
    /// Source: `WebSocketErrorEvent` of Open Responses 2026-04-24; `ResponseWsError` in openai-python 3.54.0 for `headers` and `stream_id`.
    pub(crate) fn frame(self, request_id: &RequestId, stream_id: Option<&str>) -> String {
        self.log();
        let mut frame = json!({"type": "error", "status": self.status.as_u16(), "error": self.body()["error"]});
        let mut headers = json!({"x-request-id": request_id.as_str()});
        for (name, value) in &self.headers {
            headers[name.as_str()] = String::from_utf8_lossy(value.as_bytes()).into();
        }
        if let Some(ignored) = ignored_parameters(&self.ignored) {
            headers[IGNORED_PARAMETERS.as_str()] = ignored.into();
        }
        frame["error"]["headers"] = headers;
        if let Some(stream_id) = stream_id {
            frame["stream_id"] = stream_id.into();
        }
        frame.to_string()
    }

    fn log(&self) {
        // What went wrong upstream has been logged where the call was given up.
        match self.origin {
            Origin::Client => tracing::debug!(status = self.status.as_u16(), code = self.code, "request refused"),
            Origin::Relay => tracing::error!(status = self.status.as_u16(), message = self.message, "request failed"),
            Origin::Upstream => {}
        }
    }

    /// With the connection closed after it.
    #[must_use]
    pub(crate) fn closing(mut self) -> Self {
        self.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        self
    }

    fn body(&self) -> Value {
        let mut error = json!({"message": self.message, "type": self.kind, "param": self.param, "code": self.code});
        if self.problems.len() > 1 {
            error["errors"] = self
                .problems
                .iter()
                .map(|problem| json!({"param": problem.param, "code": problem.code, "message": problem.message}))
                .collect();
        }
        json!({"error": error, "detail": self.message})
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = Response::new(Body::from(self.body().to_string()));
        response.extensions_mut().insert(Failure { code: self.code });
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        disclose(&mut response, &self.ignored);
        response
    }
}

/// Names the fields left out of a request in the answer's header.
///
/// Names come from clients, so anything that is not visible ASCII, and the separator itself, becomes `?`.
pub(crate) fn disclose(response: &mut Response, ignored: &[String]) {
    let Some(text) = ignored_parameters(ignored) else { return };
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(IGNORED_PARAMETERS, value);
    }
}

fn ignored_parameters(ignored: &[String]) -> Option<String> {
    if ignored.is_empty() {
        return None;
    }
    let mut text = String::new();
    for (index, name) in ignored.iter().enumerate() {
        if text.len() + name.len() > IGNORED_PARAMETERS_MAX_BYTES {
            text.push_str(&format!(",+{}-more", ignored.len() - index));
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.extend(name.chars().map(|c| if c.is_ascii_graphic() && c != ',' { c } else { '?' }));
    }
    Some(text)
}

impl From<BearerError> for ApiError {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Missing | BearerError::Malformed | BearerError::Several | BearerError::Wrong => {
                Self::unauthorized(error.to_string())
            }
            BearerError::Unavailable(_) => {
                tracing::error!(%error, "the relay token cannot be read");
                Self::internal()
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        match &error {
            StoreError::TotalExceeded { .. } => {
                let message =
                    format!("{text}; delete some, or raise `uploads.max_total_upload_bytes` in the configuration");
                Self::client(StatusCode::PAYLOAD_TOO_LARGE, "upload_quota_exceeded", message)
            }
            StoreError::ConversationGone => {
                let error = Self::client(StatusCode::NOT_FOUND, "conversation_not_found", text);
                Self { param: Some("conversation".to_owned()), ..error }
            }
            StoreError::ChainTooLong { .. } => {
                let message = format!("{text}, which is more than is replayed; begin a new one with a summary");
                Self::client(StatusCode::BAD_REQUEST, "history_too_long", message)
            }
            StoreError::Database(_)
            | StoreError::Migration(_)
            | StoreError::File { .. }
            | StoreError::Damaged { .. } => {
                tracing::error!(error = &error as &dyn std::error::Error, "the state cannot be used");
                let (status, code, message) = if error.is_out_of_space() {
                    (StatusCode::INSUFFICIENT_STORAGE, "storage_full", "there is no space left for the relay's state")
                } else {
                    (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "state_unavailable",
                        "the relay's state cannot be used; its log says why",
                    )
                };
                let error = Self::client(status, code, message);
                Self { kind: "server_error".to_owned(), origin: Origin::Relay, ..error }
            }
        }
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Token(error) => error.into(),
            Denied::Limited(limited) => limited.into(),
        }
    }
}

impl From<Limited> for ApiError {
    fn from(limited: Limited) -> Self {
        let code = match limited {
            Limited::Blocked { .. } => "ip_temporarily_blocked",
            Limited::Concurrency { .. } => "too_many_concurrent_requests",
            Limited::Rate { .. } => "rate_limit_exceeded",
        };
        let mut error = Self::client(StatusCode::TOO_MANY_REQUESTS, code, limited.to_string());
        error.kind = "rate_limit_error".to_owned();
        error.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds(limited.wait())));
        if matches!(limited, Limited::Blocked { .. }) {
            // It lasts longer than SDKs wait, and more wrong tokens do not help.
            error.headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
        }
        error
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { problems, ignored, fired: _ } = refusal;
        let Some(first) = problems.first() else { return Self::internal() };
        let status = StatusCode::from_u16(first.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let message = problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; also: ");
        let mut error = Self::client(status, &first.code, message);
        error.param = Some(first.param.clone()).filter(|param| !param.is_empty());
        if status == StatusCode::NOT_IMPLEMENTED {
            error.kind = "unsupported_error".to_owned();
            error.headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
        }
        error.problems = problems;
        error.ignored = ignored;
        error
    }
}

impl From<TranslateError> for ApiError {
    fn from(error: TranslateError) -> Self {
        let code = match error {
            TranslateError::Mismatch { .. } => "invalid_value",
            TranslateError::UnknownItem { .. } => "item_not_found",
        };
        let api_error = Self::client(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string());
        Self { param: Some(error.param().to_owned()), ..api_error }
    }
}

impl From<UpstreamError> for ApiError {
    fn from(error: UpstreamError) -> Self {
        let UpstreamError { class, status, kind, code, message, param, retry_after, upstream_request_id, retryable: _ } =
            error;
        let mut headers = HeaderMap::new();
        if let Some(wait) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs_f64().ceil() as u64));
        }
        if let Some(id) = upstream_request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert(HeaderName::from_static("x-airelays-upstream-request-id"), id);
        }
        match class {
            // Trying again at once cannot help, and SDKs would.
            ErrorClass::Client | ErrorClass::Quota => {
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
            }
            ErrorClass::Auth => {
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
                let state = code.as_deref().and_then(|code| code.strip_prefix("upstream_auth_")).unwrap_or("rejected");
                if let Ok(state) = HeaderValue::from_str(state) {
                    headers.insert(UPSTREAM_AUTH, state);
                }
            }
            ErrorClass::Overload | ErrorClass::Transient | ErrorClass::Protocol => {}
        }
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
            kind,
            code,
            param,
            message,
            problems: Vec::new(),
            headers,
            ignored: Vec::new(),
            origin: Origin::Upstream,
        }
    }
}
