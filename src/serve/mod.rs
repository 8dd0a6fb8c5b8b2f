//! A running relay: puts the parts together from a configuration, listens, answers, and stops when it is told to.
//!
//! Connections are served one task each, with bounds on everything a client could otherwise make last: [`Limits`] has them. The HTTP library is
//! used without its own server loop, because that one installs no timer and counts no connections.

mod accept;
mod activity;
mod connection;
mod guard;
mod limits;
mod slots;
mod socket;
mod tls;
#[cfg(unix)]
mod unix;
mod wiring;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use limits::Limits;
pub use tls::TlsError;
pub use wiring::{chatgpt, state_settings, upstream, wire};

use crate::auth::Auth;
use crate::config::{Config, client_base_url};
use crate::http::{App, Peer, router};
use crate::security::{Guard, TokenError};
use crate::store::State;
use crate::traffic::Traffic;
use crate::upstream::Upstream;
use connection::Site;
use socket::Sockets;

/// Why a relay does not start.
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
    /// The Unix socket cannot be listened on.
    #[error("cannot listen on the Unix socket {} (`server.unix_socket`)", .path.display())]
    UnixSocket {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// `upstream.base_url` is no address.
    #[error("`upstream.base_url` is not a URL: {0}")]
    BaseUrl(#[from] url::ParseError),
    /// `server.host` cannot be called.
    #[error("`server.host` is no name or address that can be called: {0}")]
    Host(#[source] url::ParseError),
    /// `upstream.originator` cannot be sent.
    #[error("`upstream.originator` cannot be sent as a header; use visible ASCII characters")]
    Originator,
}

/// A relay that listens but does not answer yet.
pub struct Relay {
    sockets: Sockets,
    address: SocketAddr,
    base_url: String,
    app: Arc<App>,
    traffic: Traffic,
    login: Option<Auth>,
    state: Arc<State>,
    limits: Limits,
}

impl Relay {
    /// Makes a relay of a configuration and listens. Nothing has been asked upstream yet.
    ///
    /// # Errors
    ///
    /// [`ServeError`] for a configuration that cannot be served: no token, a port in use, a certificate that is none, a URL that is none.
    pub async fn bind(config: &Config) -> Result<Self, ServeError> {
        let (upstream, login) = upstream(config)?;
        Self::bind_with(config, upstream, login).await
    }

    /// The same in front of this upstream, whatever the configuration says of one.
    ///
    /// # Errors
    ///
    /// Those of [`bind`](Self::bind), but for the upstream's.
    pub async fn bind_before(config: &Config, upstream: Arc<dyn Upstream>) -> Result<Self, ServeError> {
        Self::bind_with(config, upstream, None).await
    }

    async fn bind_with(config: &Config, upstream: Arc<dyn Upstream>, login: Option<Auth>) -> Result<Self, ServeError> {
        wiring::tidy(config);
        let token = wiring::token(config)?;
        let sockets = sockets(config).await?;
        let address = sockets.tcp.local_addr().map_err(|source| bind_error(config, source))?;
        let base_url = client_base_url(&config.server.host, address.port(), config.server.tls.is_some());
        let settings = wiring::settings(config, &base_url, address.port(), token.is_some());
        let guard = Guard::new(config, &base_url.parse().map_err(ServeError::Host)?, token);
        let traffic = Traffic::open(config.paths.logs_dir.clone(), &config.logging);
        traffic.started(wiring::started(config, &base_url));
        let state = Arc::new(State::new(wiring::state_settings(config)));
        let app = App::new(settings, upstream, login.clone(), guard, Arc::clone(&state)).with_traffic(traffic.clone());
        let (app, limits) = (Arc::new(app), Limits::from(&config.server));
        Ok(Self { sockets, address, base_url, app, traffic, login, state, limits })
    }

    /// With other limits than those of the configuration and the built-in ones.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The limits it has.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
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

    /// Answers until `stop` resolves. Then it listens no more, ends connections that have no request, lets running answers go on for
    /// [`Limits::shutdown`], has the remaining ones end with an error, and returns.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { sockets, address: _, base_url: _, app, traffic, login, state, limits } = self;
        let site = Site { router: router(Arc::clone(&app)), limits, stopping: CancellationToken::new() };
        let stop = async {
            stop.await;
            app.stop_sockets();
        };
        let cut_off = || {
            traffic.stopping();
            app.cut_off();
        };
        accept::serve(sockets, site, stop, cut_off).await;
        let _all_said = tokio::time::timeout(limits.last_words, app.sockets_closed()).await;
        state.settled().await;
        // A renewal that is under way has used up the refresh token; what it brings must be written down.
        if let Some(login) = login {
            login.settled().await;
        }
        traffic.stopped().await;
    }
}

async fn sockets(config: &Config) -> Result<Sockets, ServeError> {
    let server = &config.server;
    let tls = server.tls.as_ref().map(tls::acceptor).transpose()?;
    let tcp = socket::listen(server.host.trim_matches(['[', ']']), server.port);
    let tcp = tcp.await.map_err(|source| bind_error(config, source))?;
    #[cfg(unix)]
    let unix = match &server.unix_socket {
        Some(path) => {
            let failed = |source| ServeError::UnixSocket { path: path.clone(), source };
            Some(unix::UnixSocket::listen(path).await.map_err(failed)?)
        }
        None => None,
    };
    #[cfg(not(unix))]
    if let Some(path) = &server.unix_socket {
        return Err(ServeError::UnixSocket { path: path.clone(), source: std::io::ErrorKind::Unsupported.into() });
    }
    Ok(Sockets {
        tcp,
        tls,
        #[cfg(unix)]
        unix,
    })
}

fn bind_error(config: &Config, source: std::io::Error) -> ServeError {
    ServeError::Bind { address: format!("{}:{}", config.server.host, config.server.port), source }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
