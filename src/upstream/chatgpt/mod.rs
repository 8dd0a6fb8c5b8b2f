//! The ChatGPT subscription backend, as the open-source Codex CLI speaks to it.
//!
//! [`ChatGpt`] is the pipeline: credential, headers, call, retries, events. What is below it, the network ([`HttpWire`]) or the embedded simulator, is a
//! [`Wire`]; what it means is translated in [`crate::translate::chatgpt`].
//!
//! Source: openai/codex release 0.147.0, verified 2026-08-06.

mod client;
mod compact;
mod echo;
mod events;
mod headers;
mod http;
mod login;
pub mod models;
mod retry;
mod send;
mod usage;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

pub use self::headers::Identity;
pub use self::http::HttpWire;
pub use self::login::{Credential, CredentialSource};
use self::models::ModelCache;
pub use self::retry::{Retry, Timeouts};
pub use self::usage::subscription_status;
use crate::translate::hub::{HubRequest, UpstreamError};
use crate::upstream::wire::Wire;
use crate::upstream::{Answer, LoginState, ModelCatalog, RequestContext, Upstream};

/// An upstream that speaks the subscription backend's protocol.
pub struct ChatGpt {
    name: &'static str,
    wire: Arc<dyn Wire>,
    credentials: Arc<dyn CredentialSource>,
    identity: Identity,
    timeouts: Timeouts,
    retry: Retry,
    models: ModelCache,
}

impl ChatGpt {
    /// The real backend by this wire and login, with the default timeouts and retries.
    #[must_use]
    pub fn new(wire: Arc<dyn Wire>, credentials: Arc<dyn CredentialSource>) -> Self {
        Self {
            name: "chatgpt",
            wire,
            credentials,
            identity: Identity::default(),
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            models: ModelCache::default(),
        }
    }

    /// Under another name.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
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

    /// With a model list that is used for this long before it is fetched again. Default 300 s.
    #[must_use]
    pub fn with_models_cache(self, fresh_for: Duration) -> Self {
        Self { models: ModelCache::new(fresh_for), ..self }
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
        self.credentials.state()
    }

    fn send(&self, request: HubRequest, cx: RequestContext) -> BoxFuture<'_, Result<Answer, UpstreamError>> {
        Box::pin(self.respond(request, cx))
    }

    fn compact(
        &self,
        request: HubRequest,
        cx: RequestContext,
    ) -> BoxFuture<'_, Result<Map<String, Value>, UpstreamError>> {
        Box::pin(self.compacted(request, cx))
    }

    fn models(&self, cx: RequestContext) -> BoxFuture<'_, Result<Arc<ModelCatalog>, UpstreamError>> {
        Box::pin(async move {
            // A list from the cache must not hide that the login is over.
            self.credentials.credential().await?;
            self.models.get(|| self.fetch_models(&cx.exchange)).await
        })
    }

    fn usage(&self, include_raw: bool, cx: RequestContext) -> BoxFuture<'_, Result<Value, UpstreamError>> {
        Box::pin(async move {
            let raw = self.fetch_usage(&cx.exchange).await?;
            let captured_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            Ok(subscription_status(&raw, captured_at, include_raw))
        })
    }
}

impl std::fmt::Debug for ChatGpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatGpt").field("name", &self.name).field("identity", &self.identity).finish_non_exhaustive()
    }
}
