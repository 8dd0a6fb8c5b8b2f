//! Whom limits are counted against: an address, or the part of one that a single party has to itself.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// One party, as far as addresses can tell parties apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An IPv4 address. One that is written as IPv6 (`::ffff:192.0.2.1`) is the same caller.
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address: that is what one customer or machine is given, and it may use any address in it.
    V6([u16; 4]),
    /// Whoever may open the Unix socket.
    Unix,
    /// The programs on this machine that do not show the right token, however they call.
    LocalStranger,
}

impl Caller {
    /// The caller with this address; `None` is the other end of a Unix socket.
    #[must_use]
    pub fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => Self::V4(address),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
            None => Self::Unix,
        }
    }

    /// Whether it is some program on this machine, so that many parties share this one caller.
    #[must_use]
    pub fn is_on_this_machine(self) -> bool {
        match self {
            Self::V4(address) => address.is_loopback(),
            // Nothing but `::1` calls from this block.
            Self::V6(block) => block == [0; 4],
            Self::Unix | Self::LocalStranger => true,
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => write!(f, "{address}"),
            Self::V6([a, b, c, d]) => write!(f, "{}/64", Ipv6Addr::new(*a, *b, *c, *d, 0, 0, 0, 0)),
            Self::Unix => f.write_str("unix"),
            Self::LocalStranger => f.write_str("local-stranger"),
        }
    }
}

/// The address a reverse proxy says a request came from: the last one in `X-Forwarded-For`, with or without a port.
///
/// The last one is what the proxy itself has seen. Everything before it was in the request already, so that anybody could have written it.
/// `None` when the last one is no address.
#[must_use]
pub fn forwarded_for(header: &[u8]) -> Option<IpAddr> {
    let last = std::str::from_utf8(header).ok()?.rsplit(',').next()?.trim();
    let bare = last.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(last);
    bare.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(address: &str) -> Caller {
        Caller::of(Some(address.parse().unwrap()))
    }

    #[test]
    fn one_party_is_one_caller() {
        assert_eq!(caller("2001:db8:1:2::1"), caller("2001:db8:1:2:ffff::9"));
        assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
        assert_eq!(caller("::ffff:192.0.2.1"), caller("192.0.2.1"));
        assert_ne!(caller("192.0.2.1"), caller("192.0.2.2"));
        assert_eq!(Caller::of(None), Caller::Unix);
    }

    #[test]
    fn this_machine_is_known() {
        assert!(
            ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
                .map(caller)
                .into_iter()
                .all(Caller::is_on_this_machine)
        );
        assert!(Caller::Unix.is_on_this_machine());
        assert!(!["192.168.1.2", "2001:db8::1", "fe80::1"].map(caller).into_iter().any(Caller::is_on_this_machine));
    }

    #[test]
    fn names_are_those_of_addresses() {
        let names = [caller("192.0.2.1"), caller("2001:db8:1:2::1"), Caller::Unix].map(|caller| caller.to_string());
        assert_eq!(names, ["192.0.2.1", "2001:db8:1:2::/64", "unix"]);
    }

    #[test]
    fn only_the_last_forwarded_address_counts() {
        for (header, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("10.9.9.9, 192.0.2.7", Some("192.0.2.7")),
            ("127.0.0.1,192.0.2.7:443", Some("192.0.2.7")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("x, [2001:db8::1]:80", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("192.0.2.7, unknown", None),
            ("192.0.2.7,", None),
            ("", None),
        ] {
            assert_eq!(forwarded_for(header.as_bytes()), expected.map(|text| text.parse().unwrap()), "{header}");
        }
        assert_eq!(forwarded_for(b"\xff"), None);
    }
}
