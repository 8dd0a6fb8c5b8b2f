//! Who is at the other end of a connection.

use std::net::{IpAddr, SocketAddr};

use axum::http::Extensions;

/// The other end of the connection a request came by. The listener puts it into the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// By TCP, from this address.
    Tcp(SocketAddr),
    /// By a Unix socket; who may open that is a matter of its file mode.
    Unix,
}

impl Peer {
    /// The address, where there is one.
    #[must_use]
    pub fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            Self::Unix => None,
        }
    }

    /// The peer of a request; a request without one (a router called directly) counts as coming by a Unix socket.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self::Unix)
    }
}
