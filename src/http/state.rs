//! What all handlers share.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::call::Site;
use crate::config::UpstreamKind;
use crate::contract::table::Boundary;
use crate::contract::{Profile, tables};
use crate::security::BearerAuth;
use crate::store::ItemStore;
use crate::traffic::Traffic;
use crate::translate::chat_completions::ReasoningStyle;
use crate::upstream::Upstream;

/// The application: settings that do not change while it runs, and the parts that do the work.
pub struct App {
    pub(super) settings: Settings,
    pub(super) upstream: Arc<dyn Upstream>,
    pub(super) items: Arc<ItemStore>,
    /// Absent when the relay runs open.
    pub(super) token: Option<BearerAuth>,
    pub(super) traffic: Traffic,
    boundary: &'static Boundary,
}

/// What the configuration says to the HTTP surface.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Profile of requests that choose none.
    pub profile: Profile,
    /// Whether the metrics are shown to everybody.
    pub public_metrics: bool,
    /// Where chat answers show reasoning.
    pub reasoning: ReasoningStyle,
    /// Largest JSON body, in bytes.
    pub max_body_bytes: usize,
    /// Who answers.
    pub upstream: UpstreamKind,
    /// The host name or address it was told to listen on; callers may use it as `Host`.
    pub host: String,
    /// Model named in example calls.
    pub example_model: String,
    /// Base URL clients use, for the landing page and the status.
    pub base_url: String,
    /// What `/v1/relay/status` repeats of the configuration.
    pub summary: serde_json::Value,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(settings: Settings, upstream: Arc<dyn Upstream>, token: Option<BearerAuth>) -> Self {
        let boundary = tables::BOUNDARIES.iter().find(|boundary| boundary.vendor == upstream.vendor());
        // Every vendor folder has a boundary, or the build fails; the first one stands in so that this needs no error.
        let boundary = boundary.unwrap_or(&tables::BOUNDARIES[0]);
        Self { settings, upstream, items: Arc::default(), token, traffic: Traffic::default(), boundary }
    }

    /// With this traffic log; without, nothing is written and only the figures are kept.
    #[must_use]
    pub fn with_traffic(self, traffic: Traffic) -> Self {
        Self { traffic, ..self }
    }

    /// The check of callers, unless the relay runs open.
    pub(super) fn relay_token(&self) -> Option<&BearerAuth> {
        self.token.as_ref()
    }

    /// Now, in unix seconds.
    pub(super) fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
    }
}

impl Site for App {
    fn boundary(&self) -> &'static Boundary {
        self.boundary
    }

    fn profile(&self) -> Profile {
        self.settings.profile
    }

    fn max_body_bytes(&self) -> usize {
        self.settings.max_body_bytes
    }
}
