//! What the relay listens on: a TCP port, with TLS if there is a certificate, and a Unix socket if there is a path for one.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio_rustls::TlsAcceptor;

use super::Peer;
use super::guard::Transport;
#[cfg(unix)]
use super::unix::UnixSocket;

/// Connections that wait to be accepted.
pub(super) const BACKLOG: u32 = 1024;
/// What the system keeps of an answer that its client does not take, in bytes. Left to itself it would keep some megabytes for each.
const SEND_BUFFER_BYTES: u32 = 128 << 10;

/// The sockets; dropping them closes them.
pub(super) struct Sockets {
    pub(super) tcp: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    #[cfg(unix)]
    pub(super) unix: Option<UnixSocket>,
}

/// A connection before its first byte.
pub(super) enum Accepted {
    Plain(Box<dyn Transport>),
    Tls(TlsAcceptor, TcpStream),
}

impl Sockets {
    /// The next connection.
    ///
    /// # Errors
    ///
    /// Whatever the system says; most often that there is no descriptor left.
    pub(super) async fn accept(&self) -> io::Result<(Accepted, Peer)> {
        #[cfg(unix)]
        let local = async {
            match &self.unix {
                Some(unix) => unix.accept().await,
                None => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let local = std::future::pending::<io::Result<Box<dyn Transport>>>();
        tokio::select! {
            accepted = self.tcp.accept() => accepted.map(|(stream, address)| self.by_tcp(stream, address)),
            accepted = local => accepted.map(|stream| (Accepted::Plain(stream), Peer::Unix)),
        }
    }

    fn by_tcp(&self, stream: TcpStream, address: SocketAddr) -> (Accepted, Peer) {
        // Small events must not wait for one another.
        let _ = stream.set_nodelay(true);
        let accepted = match &self.tls {
            Some(tls) => Accepted::Tls(tls.clone(), stream),
            None => Accepted::Plain(Box::new(stream)),
        };
        (accepted, Peer::Tcp(address))
    }
}

impl Accepted {
    /// What its bytes go through from now on.
    ///
    /// # Errors
    ///
    /// That of a TLS handshake which comes to nothing.
    pub(super) async fn handshake(self) -> io::Result<Box<dyn Transport>> {
        match self {
            Self::Plain(stream) => Ok(stream),
            Self::Tls(tls, stream) => Ok(Box::new(tls.accept(stream).await?)),
        }
    }
}

/// Listens on the first address of a host name that can be listened on.
///
/// # Errors
///
/// That of the last address.
pub(super) async fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for address in lookup_host((host, port)).await? {
        match listen_on(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Elsewhere it would let another program take the port over.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Inherited by what is accepted.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
