//! `[security]`: who may call the relay, and how often.

use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::paths::{Home, PathsConfig};
use super::raw::RawSecurity;
use crate::secret::Secret;

/// Who may call the relay, and how often.
#[derive(Debug, Clone)]
pub struct SecurityConfig {
    /// `security.require_bearer_auth`
    pub require_bearer_auth: bool,
    /// The relay token given by a variable; it wins over the file.
    pub bearer_token: Option<TokenVariable>,
    /// `security.bearer_token_file`
    pub bearer_token_file: PathBuf,
    /// `security.auto_generate_bearer_token`: whether `serve` creates a missing token.
    pub auto_generate_bearer_token: bool,
    /// `security.rate_limit_per_minute`: per client address.
    pub rate_limit_per_minute: u32,
    /// `security.rate_limit_burst`: requests at once after a pause.
    pub rate_limit_burst: u32,
    /// `security.concurrent_requests_per_ip`: open at the same time, streams included.
    pub concurrent_requests_per_ip: u32,
    /// `security.failed_auth_window_seconds`
    pub failed_auth_window: Duration,
    /// `security.failed_auth_max_attempts`
    pub failed_auth_max_attempts: u32,
    /// `security.failed_auth_block_seconds`
    pub failed_auth_block: Duration,
    /// `security.trust_x_forwarded_for`
    pub trust_x_forwarded_for: bool,
    /// `security.allow_open_network`: whether a relay that asks for no token may be reached from other machines.
    pub allow_open_network: bool,
}

/// A relay token in the environment, as it was found there.
#[derive(Debug, Clone)]
pub struct TokenVariable {
    /// The variable's full name.
    pub name: String,
    /// Its value, not looked at yet.
    pub value: Secret<String>,
}

impl SecurityConfig {
    pub(super) fn resolve(
        raw: RawSecurity,
        bearer_token: Option<TokenVariable>,
        paths: &PathsConfig,
        home: &Home,
    ) -> Result<Self, ConfigError> {
        let seconds = |value: Option<f64>, default: f64| Duration::from_secs_f64(value.unwrap_or(default));
        let in_data_dir = || Ok(paths.data_dir.join("relay-token"));
        Ok(Self {
            require_bearer_auth: raw.require_bearer_auth.unwrap_or(true),
            bearer_token,
            bearer_token_file: raw.bearer_token_file.map_or_else(in_data_dir, |text| home.expand(&text))?,
            auto_generate_bearer_token: raw.auto_generate_bearer_token.unwrap_or(false),
            rate_limit_per_minute: raw.rate_limit_per_minute.unwrap_or(120),
            rate_limit_burst: raw.rate_limit_burst.unwrap_or(40),
            concurrent_requests_per_ip: raw.concurrent_requests_per_ip.unwrap_or(8),
            failed_auth_window: seconds(raw.failed_auth_window_seconds, 300.0),
            failed_auth_max_attempts: raw.failed_auth_max_attempts.unwrap_or(8),
            failed_auth_block: seconds(raw.failed_auth_block_seconds, 900.0),
            trust_x_forwarded_for: raw.trust_x_forwarded_for.unwrap_or(false),
            allow_open_network: raw.allow_open_network.unwrap_or(false),
        })
    }
}
