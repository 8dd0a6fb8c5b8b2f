//! What all handlers share.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::call::Site;
use super::shutdown::Cutoff;
use super::socket::{SocketLimits, Sockets};
use crate::auth::Auth;
use crate::config::{AuthConfig, UpstreamKind};
use crate::contract::table::Boundary;
use crate::contract::{Profile, tables};
use crate::security::Guard;
use crate::store::{ItemStore, State};
use crate::traffic::Traffic;
use crate::translate::chat_completions::ReasoningStyle;
use crate::upstream::Upstream;

/// The program's name in JSON, as in the Python 0.2.4.
pub const APP_NAME: &str = "AIRelays";

/// The application: settings that do not change while it runs, and the parts that do the work.
pub struct App {
    pub(super) settings: Settings,
    pub(super) upstream: Arc<dyn Upstream>,
    pub(super) items: Arc<ItemStore>,
    /// Files, conversations and responses.
    pub(super) state: Arc<State>,
    /// The upstream login, for an upstream that needs one; only to tell its state.
    pub(super) login: Option<Auth>,
    guard: Guard,
    pub(super) traffic: Traffic,
    pub(super) sockets: Sockets,
    /// Reached when the time of running answers is over.
    pub(super) cutoff: Cutoff,
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
    /// Where the upstream login is kept, for the status.
    pub auth: AuthConfig,
    /// Model named in example calls.
    pub example_model: String,
    /// Base URL clients use, for the landing page and the status.
    pub base_url: String,
    /// What `/v1/relay/status` repeats of the configuration.
    pub summary: Map<String, Value>,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        settings: Settings,
        upstream: Arc<dyn Upstream>,
        login: Option<Auth>,
        guard: Guard,
        state: Arc<State>,
    ) -> Self {
        let boundary = tables::BOUNDARIES.iter().find(|boundary| boundary.vendor == upstream.vendor());
        // Every vendor folder has a boundary, or the build fails; the first one stands in so that this needs no error.
        let boundary = boundary.unwrap_or(&tables::BOUNDARIES[0]);
        let sockets = Sockets::new(SocketLimits::default());
        let (traffic, cutoff) = (Traffic::default(), Cutoff::default());
        Self { settings, upstream, items: Arc::default(), state, login, guard, traffic, sockets, cutoff, boundary }
    }

    /// With this traffic log; without, nothing is written and only the figures are kept.
    #[must_use]
    pub fn with_traffic(self, traffic: Traffic) -> Self {
        Self { traffic, ..self }
    }

    /// With other limits for WebSockets.
    #[must_use]
    pub fn with_socket_limits(self, limits: SocketLimits) -> Self {
        Self { sockets: Sockets::new(limits), ..self }
    }

    /// Has open WebSockets take no new requests, finish the response they are at, and close.
    ///
    /// A server that drains its connections does not know of them: they have left HTTP behind.
    pub fn stop_sockets(&self) {
        self.sockets.stop();
    }

    /// Waits until no WebSocket is open. Call [`App::stop_sockets`] first.
    pub async fn sockets_closed(&self) {
        self.sockets.closed().await;
    }

    /// Ends all answers that are running now or begin later: streams with an error in their dialect, others with 503.
    pub fn cut_off(&self) {
        self.cutoff.reach();
    }

    /// Who may call, and how much.
    pub(super) fn guard(&self) -> &Guard {
        &self.guard
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
