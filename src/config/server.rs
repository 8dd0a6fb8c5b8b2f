//! `[server]`: where the relay listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
    /// `server.allowed_hosts`: names beyond its own, with or without a port.
    pub allowed_hosts: Vec<String>,
    /// `server.allowed_origins`: web pages that may call.
    pub allowed_origins: Vec<String>,
}

impl ServerConfig {
    pub(super) fn resolve(raw: RawServer) -> Self {
        Self {
            host: raw.host.unwrap_or_else(|| "127.0.0.1".to_owned()),
            port: raw.port.unwrap_or(8080),
            max_body_bytes: raw.max_body_bytes.map_or(32 << 20, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            allowed_hosts: raw.allowed_hosts.unwrap_or_default(),
            allowed_origins: raw.allowed_origins.unwrap_or_default(),
        }
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
        client_base_url(&self.host, self.port)
    }
}

/// The base URL a client on this machine uses for a listener: an unspecified address becomes the loopback one.
#[must_use]
pub fn client_base_url(host: &str, port: u16) -> String {
    match address(host) {
        Some(IpAddr::V4(address)) if address.is_unspecified() => format!("http://{}:{port}/v1", Ipv4Addr::LOCALHOST),
        Some(IpAddr::V6(address)) if address.is_unspecified() => format!("http://[{}]:{port}/v1", Ipv6Addr::LOCALHOST),
        Some(IpAddr::V6(address)) => format!("http://[{address}]:{port}/v1"),
        Some(IpAddr::V4(_)) | None => format!("http://{host}:{port}/v1"),
    }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
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
            assert_eq!(client_base_url(host, 80), expected, "{host}");
        }
    }

    #[test]
    fn knows_what_stays_on_this_machine() {
        let is_loopback = |host: &str| {
            ServerConfig::resolve(RawServer { host: Some(host.to_owned()), ..RawServer::default() }).is_loopback()
        };
        assert!(["127.0.0.1", "127.3.2.1", "::1", "[::1]", "localhost", "LOCALHOST"].into_iter().all(is_loopback));
        assert!(!["0.0.0.0", "::", "192.168.1.2", "relay.local"].into_iter().any(is_loopback));
    }
}
