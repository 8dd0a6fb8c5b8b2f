//! The parts of a relay, made from a configuration.

use std::sync::Arc;

use super::ServeError;
use crate::auth::{Auth, AuthSettings};
use crate::config::{ChatReasoning, Config, TokenSummary, UpstreamKind};
use crate::http::{APP_NAME, Settings};
use crate::private_file;
use crate::security::{BearerAuth, RelayToken, TokenError, TokenSource};
use crate::store::StateSettings;
use crate::traffic::RelayStarted;
use crate::translate::chat_completions::ReasoningStyle;
use crate::upstream::chatgpt::{ChatGpt, HttpWire, Identity, Retry, Timeouts};
use crate::upstream::wire::Wire;
use crate::upstream::{Upstream, demo};

/// What the configuration says of state.
#[must_use]
pub fn state_settings(config: &Config) -> StateSettings {
    StateSettings {
        directory: config.paths.data_dir.join("state"),
        max_upload_bytes: config.uploads.max_upload_bytes,
        max_total_upload_bytes: config.uploads.max_total_upload_bytes,
        response_ttl: config.state.response_ttl,
        // What a client could have sent itself.
        max_replay_bytes: config.server.max_body_bytes as u64,
    }
}

/// Removes what programs that were killed left beside the files they wrote.
pub(super) fn tidy(config: &Config) {
    let data = &config.paths.data_dir;
    for path in [&config.security.bearer_token_file, &data.join("auth.json"), &data.join("auth-state.json")] {
        private_file::remove_old_leftovers(path);
    }
}

pub(super) fn token(config: &Config) -> Result<Option<BearerAuth>, TokenError> {
    let security = &config.security;
    if !security.require_bearer_auth {
        return Ok(None);
    }
    if security.auto_generate_bearer_token {
        RelayToken::load_or_create(security)?;
    }
    BearerAuth::open(security).map(Some)
}

/// The upstream that the configuration names, and the login it has. Nothing has been asked yet.
///
/// Before the program ends, a login has to be [settled](Auth::settled).
///
/// # Errors
///
/// [`ServeError::BaseUrl`] or [`ServeError::Originator`]
pub fn upstream(config: &Config) -> Result<(Arc<dyn Upstream>, Option<Auth>), ServeError> {
    match config.upstream.kind {
        UpstreamKind::Demo => Ok((Arc::new(demo::upstream()), None)),
        UpstreamKind::Chatgpt => {
            let login = Auth::open(AuthSettings::from(config));
            Ok((Arc::new(chatgpt(config, Arc::new(wire(config)?), &login)?), Some(login)))
        }
    }
}

/// The way to the backend that the configuration names.
///
/// # Errors
///
/// [`ServeError::BaseUrl`]
pub fn wire(config: &Config) -> Result<HttpWire, ServeError> {
    let upstream = &config.upstream;
    Ok(HttpWire::new(&upstream.base_url, timeouts(config))?.with_client_version(upstream.client_version.clone()))
}

/// The subscription backend by this way and with this login.
///
/// # Errors
///
/// [`ServeError::Originator`]
pub fn chatgpt(config: &Config, wire: Arc<dyn Wire>, login: &Auth) -> Result<ChatGpt, ServeError> {
    let identity = Identity::new(&config.upstream.originator, None).map_err(|_| ServeError::Originator)?;
    let retry = Retry { most: config.upstream.retries, ..Retry::default() };
    let chatgpt = ChatGpt::new(wire, Arc::new(login.clone()));
    Ok(chatgpt
        .with_identity(identity)
        .with_timeouts(timeouts(config))
        .with_retry(retry)
        .with_models_cache(config.upstream.models_cache))
}

fn timeouts(config: &Config) -> Timeouts {
    let upstream = &config.upstream;
    Timeouts {
        connect: upstream.connect_timeout,
        first_byte: upstream.first_byte_timeout,
        idle: upstream.stream_idle_timeout,
        ..Timeouts::default()
    }
}

pub(super) fn started(config: &Config, base_url: &str) -> RelayStarted {
    RelayStarted {
        version: env!("CARGO_PKG_VERSION"),
        base_url: base_url.to_owned(),
        upstream: config.upstream.kind.to_string(),
        profile: config.contract.profile.name(),
        require_bearer_auth: config.security.require_bearer_auth,
        bodies: config.logging.bodies,
        stream_lines: config.logging.stream_lines,
    }
}

pub(super) fn settings(config: &Config, base_url: &str, port: u16, has_token: bool) -> Settings {
    let source = has_token.then(|| TokenSource::of(&config.security).name());
    let token = TokenSummary { is_present: has_token, source, fingerprint: None };
    let mut summary = config.summary(APP_NAME, &token);
    summary.insert("port".to_owned(), port.into());
    summary.insert("client_base_url".to_owned(), base_url.into());
    Settings {
        profile: config.contract.profile,
        public_metrics: config.metrics.public,
        reasoning: match config.chat.reasoning {
            ChatReasoning::ReasoningContent => ReasoningStyle::ReasoningContent,
            ChatReasoning::ThinkTags => ReasoningStyle::ThinkTags,
            ChatReasoning::Off => ReasoningStyle::Off,
        },
        max_body_bytes: config.server.max_body_bytes,
        upstream: config.upstream.kind,
        auth: config.auth.clone(),
        example_model: crate::upstream::chatgpt::models::fallback()
            .preferred()
            .map(|model| model.slug.clone())
            .unwrap_or_default(),
        base_url: base_url.to_owned(),
        summary,
    }
}
