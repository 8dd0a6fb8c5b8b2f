//! The settings as `airelays status` and `GET /v1/relay/status` tell them: the names of the Python 0.2.4 in their order, then ours.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Config;

/// What may be told of the relay token.
#[derive(Debug, Clone, Default)]
pub struct TokenSummary {
    /// Whether there is one that can be used.
    pub is_present: bool,
    /// Where it comes from: `env` or `file`.
    pub source: Option<&'static str>,
    /// The start of its digest.
    pub fingerprint: Option<String>,
}

impl Config {
    /// **Shape**: `{"app_name", "config_path", …: string, "port", "rate_limit_per_minute", …: integer, "browser_open", …: boolean}`; numbers of
    /// seconds are integers where they are whole.
    #[must_use]
    pub fn summary(&self, app_name: &str, token: &TokenSummary) -> Map<String, Value> {
        let Self { server, paths, auth, upstream, security, uploads, contract, .. } = self;
        let rows = [
            ("app_name", json!(app_name)),
            ("config_path", json!(self.file.path)),
            ("config_exists", json!(self.file.exists)),
            ("host", json!(server.host)),
            ("port", json!(server.port)),
            ("auth_storage_mode", json!(auth.storage)),
            ("data_dir", json!(paths.data_dir)),
            ("auth_file", json!(auth.file)),
            ("logs_dir", json!(paths.logs_dir)),
            ("browser_open", json!(auth.browser_open)),
            ("require_bearer_auth", json!(security.require_bearer_auth)),
            ("bearer_token_file", json!(security.bearer_token_file)),
            ("bearer_token_present", json!(token.is_present)),
            ("bearer_token_source", json!(token.source)),
            ("bearer_token_fingerprint", json!(token.fingerprint)),
            ("auto_generate_bearer_token", json!(security.auto_generate_bearer_token)),
            ("rate_limit_per_minute", json!(security.rate_limit_per_minute)),
            ("rate_limit_burst", json!(security.rate_limit_burst)),
            ("concurrent_requests_per_ip", json!(security.concurrent_requests_per_ip)),
            ("failed_auth_window_seconds", seconds(security.failed_auth_window)),
            ("failed_auth_max_attempts", json!(security.failed_auth_max_attempts)),
            ("failed_auth_block_seconds", seconds(security.failed_auth_block)),
            ("trust_x_forwarded_for", json!(security.trust_x_forwarded_for)),
            ("max_upload_bytes", json!(uploads.max_upload_bytes)),
            ("max_total_upload_bytes", json!(uploads.max_total_upload_bytes)),
            ("client_base_url", json!(server.client_base_url())),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("upstream", json!(upstream.kind)),
            ("profile", json!(contract.profile)),
        ];
        rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Whole numbers as such, as the Python 0.2.4 gave them.
fn seconds(period: Duration) -> Value {
    if period.subsec_nanos() == 0 { period.as_secs().into() } else { period.as_secs_f64().into() }
}
