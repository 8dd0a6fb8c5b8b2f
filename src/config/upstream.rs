//! `[upstream]`: who answers, and how long it may take.

use std::time::Duration;

use super::choice::choice;
use super::raw::RawUpstream;

choice! {
    /// Who answers.
    UpstreamKind {
        /// The ChatGPT subscription backend.
        Chatgpt = "chatgpt",
        /// The embedded offline upstream; needs no login.
        Demo = "demo",
    }
}

/// Who answers, and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamConfig {
    /// `upstream.kind`
    pub kind: UpstreamKind,
    /// `upstream.base_url`, without a slash at its end.
    pub base_url: String,
    /// `upstream.issuer_base_url`, without a slash at its end.
    pub issuer_base_url: String,
    /// `upstream.client_id`
    pub client_id: String,
    /// `upstream.client_version`
    pub client_version: String,
    /// `upstream.originator`
    pub originator: String,
    /// `upstream.retries`: how often a call that failed before its answer began is sent again.
    pub retries: u32,
    /// `upstream.connect_timeout_seconds`
    pub connect_timeout: Duration,
    /// `upstream.first_byte_timeout_seconds`: until the answer begins.
    pub first_byte_timeout: Duration,
    /// `upstream.stream_idle_timeout_seconds`: silence within an answer.
    pub stream_idle_timeout: Duration,
    /// `upstream.models_cache_seconds`: zero asks every time.
    pub models_cache: Duration,
}

impl UpstreamConfig {
    pub(super) fn resolve(raw: RawUpstream) -> Self {
        let seconds = |value: Option<f64>, default: f64| Duration::from_secs_f64(value.unwrap_or(default));
        let text = |value: Option<String>, default: &str| value.unwrap_or_else(|| default.to_owned());
        let url = |value, default| text(value, default).trim_end_matches('/').to_owned();
        Self {
            kind: raw.kind.unwrap_or(UpstreamKind::Chatgpt),
            base_url: url(raw.base_url, "https://chatgpt.com/backend-api/codex"),
            issuer_base_url: url(raw.issuer_base_url, "https://auth.openai.com"),
            client_id: text(raw.client_id, "app_EMoamEEZ73f0CkXaXp7hrann"),
            client_version: text(raw.client_version, "0.153.4"),
            originator: text(raw.originator, "airelays"),
            retries: raw.retries.unwrap_or(2),
            connect_timeout: seconds(raw.connect_timeout_seconds, 10.0),
            first_byte_timeout: seconds(raw.first_byte_timeout_seconds, 300.0),
            stream_idle_timeout: seconds(raw.stream_idle_timeout_seconds.or(raw.request_timeout_seconds), 300.0),
            models_cache: seconds(raw.models_cache_seconds, 300.0),
        }
    }
}
