//! Which names this relay goes by. A name that somebody else points at this machine (DNS rebinding) is none of them.

use std::net::IpAddr;

use url::Url;

use crate::config::ServerConfig;

/// The names and addresses that callers may use as `Host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    scheme: String,
    /// The port clients call.
    port: u16,
    /// What a `Host` without a port means.
    default_port: u16,
    /// Whether other machines reach the listener, and so call it by an address of this one.
    is_reachable: bool,
    /// `server.host`, when it is a name.
    name: Option<String>,
    /// `server.allowed_hosts`
    allowed: Vec<(String, Option<u16>)>,
}

impl Hosts {
    /// The names of the relay that clients call at this URL.
    #[must_use]
    pub fn new(server: &ServerConfig, base_url: &Url) -> Self {
        let default_port = if base_url.scheme() == "https" { 443 } else { 80 };
        let is_name = address(&server.host).is_none();
        let allowed = server.allowed_hosts.iter().filter_map(|host| split(host));
        Self {
            scheme: base_url.scheme().to_owned(),
            port: base_url.port().unwrap_or(default_port),
            default_port,
            is_reachable: !server.is_loopback(),
            name: is_name.then(|| server.host.clone()),
            allowed: allowed.map(|(name, port)| (name.to_owned(), port)).collect(),
        }
    }

    /// Whether a `Host` is one of ours. A Unix socket has no port, so there any will do.
    ///
    /// `localhost`, loopback addresses and the name in `server.host` have to come with the port that is listened on. So do other addresses, when
    /// other machines reach the listener: an address is not looked up, so nobody can point one of theirs at this machine. Names in
    /// `server.allowed_hosts` count with the port they have there, or with any.
    #[must_use]
    pub fn allows(&self, host: &str, by_unix_socket: bool) -> bool {
        let Some((name, port)) = split(host) else { return false };
        let is_own_port = by_unix_socket || port.unwrap_or(self.default_port) == self.port;
        let is_configured = self.allowed.iter().any(|(allowed, allowed_port)| {
            allowed.eq_ignore_ascii_case(name) && allowed_port.is_none_or(|allowed| Some(allowed) == port)
        });
        is_configured || (is_own_port && self.is_own_name(name))
    }

    /// `server.allowed_hosts`
    #[must_use]
    pub fn allowed(&self) -> Vec<String> {
        let written = |(name, port): &(String, Option<u16>)| match port {
            Some(port) => format!("{name}:{port}"),
            None => name.clone(),
        };
        self.allowed.iter().map(written).collect()
    }

    /// The origin of the relay's own pages when they are called by this host.
    #[must_use]
    pub fn own_origin(&self, host: &str) -> String {
        format!("{}://{host}", self.scheme)
    }

    fn is_own_name(&self, name: &str) -> bool {
        match address(name) {
            Some(address) => address.is_loopback() || (self.is_reachable && !address.is_unspecified()),
            None => {
                name.eq_ignore_ascii_case("localhost")
                    || self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            }
        }
    }
}

/// Name and port of a `Host`; the brackets of an IPv6 address stay. `None` for what is no host.
#[must_use]
pub fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let end_of_name = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at_checked(end_of_name)?;
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if name.is_empty() || (address(name).is_none() && !is_name(name)) {
        return None;
    }
    match port.strip_prefix(':') {
        None => port.is_empty().then_some((name, None)),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some((name, Some(digits.parse().ok()?))),
        Some(_) => None,
    }
}

/// The address a host is, if it is none that has to be looked up. An IPv6 address has brackets, as in a URL.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().ok().map(IpAddr::V6),
        None => name.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, RawConfig};

    fn hosts(host: &str, allowed: &[&str], base_url: &str) -> Hosts {
        let mut raw = RawConfig::default();
        raw.server.host = Some(host.to_owned());
        raw.server.allowed_hosts = Some(allowed.iter().map(|&host| host.to_owned()).collect());
        let environment = [("HOME".to_owned(), "/home/user".to_owned())].into();
        let loaded = Config::load(raw, None, &environment as &std::collections::BTreeMap<_, _>).unwrap();
        Hosts::new(&loaded.config.server, &base_url.parse().unwrap())
    }

    #[track_caller]
    fn check(hosts: &Hosts, allowed: &[&str], refused: &[&str]) {
        for host in allowed {
            assert!(hosts.allows(host, false), "{host}");
        }
        for host in refused {
            assert!(!hosts.allows(host, false), "{host}");
        }
    }

    #[test]
    fn on_loopback_only_loopback_names_with_the_port() {
        check(
            &hosts("127.0.0.1", &[], "http://127.0.0.1:8080/v1"),
            &["127.0.0.1:8080", "[::1]:8080", "localhost:8080", "LOCALHOST:8080", "127.0.0.2:8080"],
            &[
                "evil.example:8080",
                "127.0.0.1.evil.example:8080",
                "localhost.:8080",
                "localhost",
                "127.0.0.1:8081",
                "127.0.0.1",
                "192.168.1.2:8080",
                "0.0.0.0:8080",
                "2130706433:8080",
                "0x7f.1:8080",
                "::1:8080",
                "[::1",
                "[::1]8080",
                "[localhost]:8080",
                "user@localhost:8080",
                "localhost:8080:8080",
                "localhost:",
                "localhost:+8080",
                "localhost:99999",
                ":8080",
                "",
            ],
        );
    }

    #[test]
    fn the_default_port_need_not_be_named() {
        check(&hosts("127.0.0.1", &[], "http://127.0.0.1/v1"), &["localhost", "localhost:80"], &["localhost:443"]);
        check(&hosts("127.0.0.1", &[], "https://127.0.0.1/v1"), &["localhost", "localhost:443"], &["localhost:80"]);
    }

    #[test]
    fn on_the_network_addresses_are_names_too() {
        for host in ["0.0.0.0", "192.168.1.2", "::"] {
            check(
                &hosts(host, &[], "http://127.0.0.1:8080/v1"),
                &["192.168.1.2:8080", "[fd00::1]:8080", "localhost:8080"],
                &["192.168.1.2:80", "0.0.0.0:8080", "[::]:8080", "relay.lan:8080", "evil.example:8080"],
            );
        }
        check(
            &hosts("relay.lan", &[], "http://relay.lan:8080/v1"),
            &["relay.lan:8080", "RELAY.lan:8080", "192.168.1.2:8080"],
            &["relay.lan", "relay.lan:80", "relay.lan.evil.example:8080"],
        );
    }

    #[test]
    fn configured_names_count_with_their_port_or_any() {
        check(
            &hosts("127.0.0.1", &["relay.example", "tunnel:9000", "[fd00::1]"], "http://127.0.0.1:8080/v1"),
            &["relay.example", "Relay.Example:443", "tunnel:9000", "[fd00::1]:1", "localhost:8080"],
            &["tunnel", "tunnel:8080", "www.relay.example", "fd00::1"],
        );
    }

    #[test]
    fn a_unix_socket_has_no_port_but_still_names() {
        let hosts = hosts("127.0.0.1", &[], "http://127.0.0.1:8080/v1");
        assert!(hosts.allows("localhost", true) && hosts.allows("localhost:1", true));
        assert!(!hosts.allows("evil.example", true));
    }
}
