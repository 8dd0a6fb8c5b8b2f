//! The two ways the demo answers: a refusal before any stream, or a stream.

use serde_json::{Value, json};

use super::player::Player;

/// What a request gets.
pub(super) enum Reply {
    /// A status and a body, nothing else.
    Refused(Refusal),
    /// Status 200 and events.
    Streamed(Box<Player>),
}

/// An answer that is not a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Refusal {
    /// The envelope of the backend's edge: `{"detail": string}`.
    pub(super) fn detail(status: u16, message: &str) -> Self {
        Self::json(status, &json!({ "detail": message }))
    }

    /// Status 400 from the model service.
    pub(super) fn invalid(message: &str, param: Option<&str>, code: Option<&str>) -> Self {
        Self::error(400, message, "invalid_request_error", param, code)
    }

    /// The envelope of the model service: `{"error": {"message", "type", "param", "code"}}`.
    pub(super) fn error(status: u16, message: &str, kind: &str, param: Option<&str>, code: Option<&str>) -> Self {
        Self::json(status, &json!({ "error": { "message": message, "type": kind, "param": param, "code": code } }))
    }

    /// Any JSON.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body: body.to_string() }
    }

    /// A page of the network in front of the backend.
    pub(super) fn page(status: u16, body: &str) -> Self {
        Self { status, content_type: "text/html; charset=UTF-8", headers: Vec::new(), body: body.to_owned() }
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
