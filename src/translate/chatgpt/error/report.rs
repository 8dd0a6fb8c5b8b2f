//! What the backend said about a failure, taken out of its envelopes: `{"error": {…}}` of the model service, `{"detail": …}` of the validation
//! in front of it, the `x-error-json` header, plain text, and pages of markup that are noticed but not repeated.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::delay;

/// Most characters of a text that is no JSON which a client gets to read.
const MAX_TEXT_CHARS: usize = 1000;

/// JSON inside JSON strings is unwrapped this often.
const MAX_NESTING: u8 = 4;

const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A failure in the backend's own words, as far as it gave any.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// HTTP status, or the status a wrapped error event names.
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    /// The error's `type`.
    pub(super) kind: Option<String>,
    pub(super) param: Option<String>,
    pub(super) delay: Option<Duration>,
    pub(super) request_id: Option<String>,
    /// The answer was a web page, so the edge and not the backend wrote it.
    pub(super) markup: bool,
    message: Option<String>,
    edge_id: Option<String>,
}

impl Report {
    pub(super) fn from_http(status: u16, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Self {
        let mut report = Self { status: Some(status), delay: delay::from_headers(headers, now), ..Self::default() };
        report.read_body(&String::from_utf8_lossy(body), is_markup_type(headers), now);
        report.read_headers(headers, now);
        report
    }

    pub(super) fn from_failed_response(response: &Map<String, Value>, now: SystemTime) -> Self {
        let mut report = Self::default();
        if let Some(error) = response.get("error") {
            report.read_envelope_member(error, now, MAX_NESTING);
        }
        report
    }

    pub(super) fn from_error_event(event: &Map<String, Value>, now: SystemTime) -> Self {
        let status = event.get("status").or_else(|| event.get("status_code")).and_then(Value::as_u64);
        let headers = event.get("headers").and_then(Value::as_object).map(header_map).unwrap_or_default();
        let mut report = Self {
            status: status.and_then(|status| u16::try_from(status).ok()),
            delay: delay::from_headers(&headers, now),
            ..Self::default()
        };
        report.read_envelope(event, now, MAX_NESTING);
        report.read_headers(&headers, now);
        report
    }

    /// The words for the client.
    pub(super) fn text(&self, code: &Option<String>) -> String {
        if let Some(message) = &self.message {
            return message.clone();
        }
        let edge = self.edge_id.as_ref().map(|id| format!(" (cf-ray {id})")).unwrap_or_default();
        match (self.markup, self.status, &self.code, code) {
            (true, Some(403), ..) => {
                format!(
                    "the network edge in front of the backend blocked the request{edge}; try again later or from another network"
                )
            }
            (true, Some(status), ..) => {
                format!("the backend's network edge answered status {status} with a web page{edge}")
            }
            (_, _, Some(code), _) => format!("the backend reported `{code}` and gave no message"),
            (_, Some(status), ..) => format!("the backend answered status {status} and gave no reason{edge}"),
            (.., Some(code)) => format!("the backend reported `{code}` and gave no message"),
            _ => "the backend failed and gave no reason".to_owned(),
        }
    }

    fn read_body(&mut self, body: &str, markup_type: bool, now: SystemTime) {
        let body = body.trim();
        if markup_type || is_markup(body) {
            self.markup = true;
        } else {
            self.read_text(body, now, MAX_NESTING);
        }
    }

    /// Reads what the body left open.
    fn read_headers(&mut self, headers: &HeaderMap, now: SystemTime) {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned()).filter(|text| !text.is_empty());
        if let Some(json) = text("x-error-json").and_then(|encoded| LENIENT_BASE64.decode(encoded.trim()).ok())
            && let Ok(Value::Object(envelope)) = serde_json::from_slice(&json)
        {
            self.read_envelope(&envelope, now, MAX_NESTING);
        }
        if self.message.is_none() && !self.markup {
            self.message = text("x-openai-authorization-error").filter(|text| !is_markup(text));
        }
        self.edge_id = text("cf-ray");
        self.request_id = text("x-request-id").or_else(|| text("x-oai-request-id")).or_else(|| self.edge_id.clone());
        if self.delay.is_none() && self.status == Some(429) {
            self.delay = delay::from_windows(headers);
        }
    }

    /// `{"error": …}`, `{"detail": …}`, or the members of an error without an envelope.
    fn read_envelope(&mut self, envelope: &Map<String, Value>, now: SystemTime, nesting: u8) {
        match (envelope.get("error"), envelope.get("detail")) {
            (Some(error), _) if !error.is_null() => self.read_envelope_member(error, now, nesting),
            (_, Some(detail)) => self.read_envelope_member(detail, now, nesting),
            _ => {}
        }
        self.read_error(envelope, now, nesting);
    }

    fn read_envelope_member(&mut self, value: &Value, now: SystemTime, nesting: u8) {
        match value {
            Value::Object(error) => self.read_error(error, now, nesting),
            Value::String(text) => self.read_text(text, now, nesting),
            Value::Array(complaints) => self.read_complaints(complaints),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Members already known are kept: the innermost envelope is read first.
    fn read_error(&mut self, error: &Map<String, Value>, now: SystemTime, nesting: u8) {
        self.delay = self.delay.or_else(|| delay::from_error(error, now));
        if let Some(message) = error.get("message").and_then(Value::as_str) {
            self.read_text(message, now, nesting);
        }
        fill(&mut self.code, error.get("code").and_then(scalar_text));
        // An error event's own type says nothing.
        fill(&mut self.kind, error.get("type").and_then(scalar_text).filter(|kind| kind != "error"));
        fill(&mut self.param, error.get("param").and_then(scalar_text));
    }

    /// A message; JSON inside it is read like the envelope it is.
    fn read_text(&mut self, text: &str, now: SystemTime, nesting: u8) {
        let text = text.trim();
        if nesting > 0
            && text.starts_with('{')
            && let Ok(Value::Object(inner)) = serde_json::from_str(text)
        {
            return self.read_envelope(&inner, now, nesting - 1);
        }
        if text.is_empty() || self.message.is_some() {
            return;
        }
        if is_markup(text) {
            self.markup = true;
            return;
        }
        self.delay = self.delay.or_else(|| delay::from_message(text));
        if let Some(name) = text.strip_prefix("Unsupported parameter: ") {
            fill(&mut self.param, Some(name.trim_matches(['\'', '"', '`', '.']).to_owned()));
            fill(&mut self.code, Some("unsupported_parameter".to_owned()));
        }
        self.message = Some(text.chars().take(MAX_TEXT_CHARS).collect());
    }

    /// `[{"loc": ["body", "input"], "msg": string}, …]`, the list form of `detail`.
    fn read_complaints(&mut self, complaints: &[Value]) {
        let messages: Vec<&str> = complaints
            .iter()
            .filter_map(|complaint| complaint.as_str().or_else(|| complaint.get("msg")?.as_str()))
            .filter(|message| !is_markup(message))
            .collect();
        fill(&mut self.message, Some(messages.join("; ")).filter(|message| !message.is_empty()));
        let place = complaints.first().and_then(|complaint| complaint.get("loc")?.as_array());
        let place = place.map(|steps| {
            steps.iter().filter_map(scalar_text).filter(|step| step != "body").collect::<Vec<_>>().join(".")
        });
        fill(&mut self.param, place.filter(|place| !place.is_empty()));
    }
}

fn fill(member: &mut Option<String>, value: Option<String>) {
    if member.is_none() {
        *member = value;
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_markup(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

fn is_markup_type(headers: &HeaderMap) -> bool {
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// Headers as an event carries them: `{"name": string or number}`.
fn header_map(headers: &Map<String, Value>) -> HeaderMap {
    let pairs = headers.iter().filter_map(|(name, value)| {
        let value = scalar_text(value)?;
        Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value).ok()?))
    });
    pairs.collect()
}
