//! How much one client may ask of the listener, and for how long.

use std::time::Duration;

use crate::config::ServerConfig;
use crate::http::BodyTimeouts;

/// Bounds of the listener and its connections.
///
/// The defaults hold for everybody; what a user may want otherwise comes from the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address of another machine (IPv6: from one /64).
    pub connections_per_address: usize,
    /// From the opening of a connection, or from the first byte of a later request, to the end of the request's head.
    pub head: Duration,
    /// How long a connection may be without a request.
    pub keep_alive: Duration,
    /// How long a request's body may take.
    pub body: BodyTimeouts,
    /// How long a client may take nothing of what it is sent.
    pub write_stall: Duration,
    /// How long running answers may go on after the signal to stop.
    pub shutdown: Duration,
    /// How long cut-off answers may take to say so.
    pub last_words: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_address: 64,
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            body: BodyTimeouts { idle: Duration::from_secs(30), total: Duration::from_secs(300) },
            write_stall: Duration::from_secs(60),
            shutdown: Duration::from_secs(30),
            last_words: Duration::from_secs(2),
        }
    }
}

impl From<&ServerConfig> for Limits {
    fn from(config: &ServerConfig) -> Self {
        Self {
            connections: config.max_connections,
            connections_per_address: config.max_connections_per_ip,
            shutdown: config.shutdown_timeout,
            ..Self::default()
        }
    }
}
