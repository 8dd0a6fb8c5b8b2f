//! `[server]`: where the relay listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::paths::Home;
use super::raw::RawServer;

/// Where the relay listens, and how much it takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// `server.host`: an address or a host name.
    pub host: String,
    /// `server.port`: 0 for a free one.
    pub port: u16,
    /// `server.max_body_bytes`: largest JSON request body.
    pub max_body_bytes: usize,
    /// `server.unix_socket`: listened on beside the port.
    pub unix_socket: Option<PathBuf>,
    /// `server.tls_certificate` and `server.tls_key`, which go together.
    pub tls: Option<TlsFiles>,
    /// `server.max_connections`: open at a time.
    pub max_connections: usize,
    /// `server.max_connections_per_ip`: open at a time from one address of another machine.
    pub max_connections_per_ip: usize,
    /// `server.shutdown_timeout_seconds`: for running answers, after the signal to stop.
    pub shutdown_timeout: Duration,
    /// `server.allowed_hosts`: names beyond its own, with or without a port.
    pub allowed_hosts: Vec<String>,
    /// `server.allowed_origins`: web pages that may call.
    pub allowed_origins: Vec<String>,
}

/// PEM files for TLS on the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// `server.tls_certificate`: the certificate and its chain.
    pub certificate: PathBuf,
    /// `server.tls_key`: its private key.
    pub key: PathBuf,
}

impl ServerConfig {
    pub(super) fn resolve(raw: RawServer, home: &Home) -> Result<Self, ConfigError> {
        let path = |text: Option<String>| text.map(|text| home.expand(&text)).transpose();
        let count = |given: Option<u32>, default| given.map_or(default, |count| count as usize);
        let tls = match (path(raw.tls_certificate)?, path(raw.tls_key)?) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::HalfTls { missing: "server.tls_key" }),
            (None, Some(_)) => return Err(ConfigError::HalfTls { missing: "server.tls_certificate" }),
        };
        Ok(Self {
            host: raw.host.unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: raw.port.unwrap_or(8080),
            max_body_bytes: raw.max_body_bytes.map_or(32 << 20, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            allowed_hosts: raw.allowed_hosts.unwrap_or_default(),
            allowed_origins: raw.allowed_origins.unwrap_or_default(),
            unix_socket: path(raw.unix_socket)?,
            tls,
            max_connections: count(raw.max_connections, 512),
            max_connections_per_ip: count(raw.max_connections_per_ip, 64),
            shutdown_timeout: Duration::from_secs_f64(raw.shutdown_timeout_seconds.unwrap_or(30.0)),
        })
    }

    /// Whether only this machine can reach the listener. A host name other than `localhost` counts as reachable.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match address(&self.host) {
            Some(address) => address.is_loopback(),
            None => self.host.eq_ignore_ascii_case("localhost"),
        }
    }

    /// The base URL a client on this machine uses.
    #[must_use]
    pub fn client_base_url(&self) -> String {
        client_base_url(&self.host, self.port, self.tls.is_some())
    }
}

/// The base URL a client on this machine uses for a listener: an unspecified address becomes the loopback one.
#[must_use]
pub fn client_base_url(host: &str, port: u16, is_tls: bool) -> String {
    let host = match address(host) {
        Some(IpAddr::V4(address)) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        Some(IpAddr::V6(address)) if address.is_unspecified() => format!("[{}]", Ipv6Addr::LOCALHOST),
        Some(IpAddr::V6(address)) => format!("[{address}]"),
        Some(IpAddr::V4(_)) | None => host.to_owned(),
    };
    let scheme = if is_tls { "https" } else { "http" };
    format!("{scheme}://{host}:{port}/v1")
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn base_urls_can_be_called() {
        for (host, expected) in [
            ("127.0.0.1", "http://127.0.0.1:80/v1"),
            ("0.0.0.0", "http://127.0.0.1:80/v1"),
            ("::", "http://[::1]:80/v1"),
            ("[::1]", "http://[::1]:80/v1"),
            ("relay.local", "http://relay.local:80/v1"),
        ] {
            assert_eq!(client_base_url(host, 80, false), expected, "{host}");
        }
        assert_eq!(client_base_url("relay.local", 443, true), "https://relay.local:443/v1");
    }

    #[test]
    fn knows_what_stays_on_this_machine() {
        let is_loopback = |host: &str| {
            let raw = RawServer { host: Some(host.to_owned()), ..RawServer::default() };
            ServerConfig::resolve(raw, &Home::find(&BTreeMap::new())).unwrap().is_loopback()
        };
        assert!(["127.0.0.1", "127.3.2.1", "::1", "[::1]", "localhost", "LOCALHOST"].into_iter().all(is_loopback));
        assert!(!["0.0.0.0", "::", "192.168.1.2", "relay.local"].into_iter().any(is_loopback));
    }
}
