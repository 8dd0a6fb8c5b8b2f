//! The ChatGPT subscription backend, as the open-source Codex CLI speaks to it.
//!
//! [`ChatGpt`] is the pipeline: credential, headers, call, retries, events. What is below it, the network ([`HttpWire`]) or the embedded simulator, is a
//! [`Wire`]; what it means is translated in [`crate::translate::chatgpt`].
//!
//! Source: openai/codex release 0.147.0, verified 2026-08-06.

mod claims;
mod client;
pub mod credentials;
mod events;
mod headers;
mod http;
mod login;
pub mod models;
mod retry;
mod send;
mod usage;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use serde_json::Value;

pub use self::credentials::{CredentialStore, Credentials, CredentialsError};
pub use self::headers::Identity;
pub use self::http::HttpWire;
pub use self::login::{Credential, Login};
use self::models::ModelCache;
pub use self::retry::{Retry, Timeouts};
pub use self::usage::subscription_status;
use crate::contract::wire::ErrorClass;
pub use crate::translate::chatgpt::Prepared;
use crate::translate::chatgpt::hub_to_chatgpt;
use crate::translate::hub::{HubRequest, UpstreamError};
use crate::upstream::wire::Wire;
use crate::upstream::{Answer, LoginState, ModelCatalog, RequestContext, Upstream};

/// An upstream that speaks the subscription backend's protocol.
pub struct ChatGpt {
    name: &'static str,
    /// Whether the backend is the embedded one, which needs no login.
    is_simulated: bool,
    wire: Arc<dyn Wire>,
    login: Arc<dyn Login>,
    identity: Identity,
    timeouts: Timeouts,
    retry: Retry,
    models: ModelCache,
}

impl ChatGpt {
    /// The real backend by this wire and login, with the default timeouts and retries.
    #[must_use]
    pub fn new(wire: Arc<dyn Wire>, login: Arc<dyn Login>) -> Self {
        Self {
            name: "chatgpt",
            is_simulated: false,
            wire,
            login,
            identity: Identity::default(),
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            models: ModelCache::default(),
        }
    }

    /// As the embedded simulator, under another name and without a login of its own.
    #[must_use]
    pub fn simulated(self, name: &'static str) -> Self {
        Self { name, is_simulated: true, ..self }
    }

    /// With another introduction.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Self {
        Self { identity, ..self }
    }

    /// With other timeouts.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// With other retries.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }
}

impl Upstream for ChatGpt {
    fn name(&self) -> &'static str {
        self.name
    }

    fn vendor(&self) -> &'static str {
        "chatgpt"
    }

    fn login(&self) -> BoxFuture<'_, LoginState> {
        Box::pin(async {
            if self.is_simulated {
                return LoginState::NotNeeded;
            }
            match self.login.credential().await {
                Ok(_) => LoginState::Ready,
                Err(error) if error.code.as_deref() == Some("upstream_auth_missing") => LoginState::Missing,
                Err(error) => LoginState::Unusable(error.message),
            }
        })
    }

    fn send(&self, request: HubRequest, cx: RequestContext) -> BoxFuture<'_, Result<Answer, UpstreamError>> {
        Box::pin(async move {
            let lite = self.models.wants_lite(&request.model, || self.fetch_models()).await;
            self.respond(hub_to_chatgpt(request, lite).map_err(|_| unwritable())?, cx).await
        })
    }

    fn models(&self) -> BoxFuture<'_, Result<Arc<ModelCatalog>, UpstreamError>> {
        Box::pin(self.models.get(|| self.fetch_models()))
    }

    fn usage(&self, include_raw: bool) -> BoxFuture<'_, Result<Value, UpstreamError>> {
        Box::pin(async move {
            let raw = self.fetch_usage().await?;
            let captured_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            Ok(subscription_status(&raw, captured_at, include_raw))
        })
    }
}

fn unwritable() -> UpstreamError {
    UpstreamError {
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error".to_owned(),
        code: Some("invalid_value".to_owned()),
        message: "the request cannot be written as JSON".to_owned(),
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable: false,
    }
}

impl std::fmt::Debug for ChatGpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatGpt").field("name", &self.name).field("identity", &self.identity).finish_non_exhaustive()
    }
}
