//! A running relay: puts the parts together from a configuration, listens, answers, and stops when it is told to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::auth::{Auth, AuthSettings};
use crate::config::{ChatReasoning, Config, TokenSummary, UpstreamKind, client_base_url};
use crate::http::{APP_NAME, App, Peer, Settings, router};
use crate::security::{BearerAuth, Guard, RelayToken, TokenError, TokenSource};
use crate::traffic::{RelayStarted, Traffic};
use crate::translate::chat_completions::ReasoningStyle;
use crate::upstream::chatgpt::{ChatGpt, HttpWire, Identity, Retry, Timeouts};
use crate::upstream::wire::Wire;
use crate::upstream::{Upstream, demo};

/// How long running answers may go on after the signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a relay does not start or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// There is no usable relay token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address} (is another relay running? `--port` takes another port, 0 a free one)")]
    Bind {
        /// What was asked for.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// `upstream.base_url` is no address.
    #[error("`upstream.base_url` is not a URL: {0}")]
    BaseUrl(#[from] url::ParseError),
    /// `server.host` cannot be called.
    #[error("`server.host` is no name or address that can be called: {0}")]
    Host(#[source] url::ParseError),
    /// `upstream.originator` cannot be sent.
    #[error("`upstream.originator` cannot be sent as a header; use visible ASCII characters")]
    Originator,
    /// Listening broke off.
    #[error("the listener failed")]
    Listener(#[source] std::io::Error),
}

/// A relay that listens but does not answer yet.
pub struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    base_url: String,
    app: Arc<App>,
    traffic: Traffic,
    login: Option<Auth>,
}

impl Relay {
    /// Makes a relay of a configuration and listens. Nothing has been asked upstream yet.
    ///
    /// # Errors
    ///
    /// [`ServeError`] for a configuration that cannot be served: no token, a port in use, a URL that is none.
    pub async fn bind(config: &Config) -> Result<Self, ServeError> {
        let token = token(config)?;
        let (upstream, login) = upstream(config)?;
        let wanted = (config.server.host.trim_matches(['[', ']']).to_owned(), config.server.port);
        let failed =
            |source| ServeError::Bind { address: format!("{}:{}", config.server.host, config.server.port), source };
        let listener = TcpListener::bind(&wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let base_url = client_base_url(&config.server.host, address.port());
        let settings = settings(config, &base_url, address.port(), token.is_some());
        let guard = Guard::new(config, &base_url.parse().map_err(ServeError::Host)?, token);
        let traffic = Traffic::open(config.paths.logs_dir.clone(), &config.logging);
        traffic.started(started(config, &base_url));
        let app = App::new(settings, upstream, login.clone(), guard).with_traffic(traffic.clone());
        Ok(Self { listener, address, base_url, app: Arc::new(app), traffic, login })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients use as their base URL, ending in `/v1`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Answers until `stop` resolves, then takes no new connections, lets running answers end and returns.
    ///
    /// # Errors
    ///
    /// [`ServeError::Listener`] when listening breaks off.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let listener = self.listener.tap_io(|stream| {
            // Small events must not wait for one another.
            let _ = stream.set_nodelay(true);
        });
        let stopping = Arc::new(tokio::sync::Notify::new());
        let signal = {
            let (stopping, app) = (Arc::clone(&stopping), Arc::clone(&self.app));
            async move {
                stop.await;
                app.stop_sockets();
                stopping.notify_one();
            }
        };
        let with_peer = |ConnectInfo(address): ConnectInfo<SocketAddr>, mut request: Request, next: Next| {
            request.extensions_mut().insert(Peer::Tcp(address));
            next.run(request)
        };
        let app =
            router(Arc::clone(&self.app)).layer(from_fn(with_peer)).into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, app).with_graceful_shutdown(signal).into_future();
        let overdue = async {
            stopping.notified().await;
            tokio::time::sleep(DRAIN_TIMEOUT).await;
        };
        let serving = async {
            let served = serving.await;
            self.app.sockets_closed().await;
            served
        };
        let served = tokio::select! {
            served = serving => served.map_err(ServeError::Listener),
            () = overdue => {
                self.traffic.stopping();
                tracing::warn!("some answers were still running after {} seconds and are cut off", DRAIN_TIMEOUT.as_secs());
                Ok(())
            }
        };
        // A renewal that is under way has used up the refresh token; what it brings must be written down.
        if let Some(login) = self.login {
            login.settled().await;
        }
        self.traffic.stopped().await;
        served
    }
}

fn token(config: &Config) -> Result<Option<BearerAuth>, TokenError> {
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

fn started(config: &Config, base_url: &str) -> RelayStarted {
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

fn settings(config: &Config, base_url: &str, port: u16, has_token: bool) -> Settings {
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
