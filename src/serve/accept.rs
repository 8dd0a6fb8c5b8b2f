//! Taking connections in, and ending them when the relay stops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::connection::{self, Site};
use super::slots::Slots;
use super::socket::Sockets;

/// How long nothing is accepted after the system could give no descriptor; one may be free then.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often the same complaint is logged at most.
const COMPLAINT_EVERY: Duration = Duration::from_secs(60);

/// Serves connections until `stop` resolves, then ends them: those without a request at once, the others when they are answered.
///
/// Answers that take longer than [`Limits::shutdown`](super::Limits::shutdown) are told to end by `cut_off`.
pub(super) async fn serve(sockets: Sockets, site: Site, stop: impl Future<Output = ()>, cut_off: impl FnOnce()) {
    let mut tasks = JoinSet::new();
    accept_until(stop, &sockets, &site, &mut tasks).await;
    drop(sockets);
    site.stopping.cancel();
    if timeout(site.limits.shutdown, all(&mut tasks)).await.is_ok() {
        return;
    }
    let seconds = site.limits.shutdown.as_secs_f64();
    tracing::warn!(running = tasks.len(), "some answers were still running after {seconds} seconds and are cut off");
    cut_off();
    // Whoever takes nothing cannot be told either.
    let _all_said = timeout(site.limits.last_words, all(&mut tasks)).await;
    tasks.shutdown().await;
}

async fn accept_until(stop: impl Future<Output = ()>, sockets: &Sockets, site: &Site, tasks: &mut JoinSet<()>) {
    let slots = Arc::new(Slots::new(&site.limits));
    let (mut full, mut failing) = (Complaint::default(), Complaint::default());
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.as_mut() => return,
            Some(ended) = tasks.join_next() => {
                note(ended);
                continue;
            }
            accepted = sockets.accept() => accepted,
        };
        match accepted {
            Ok((accepted, peer)) => match slots.admit(peer) {
                Some(slot) => {
                    tasks.spawn(connection::serve(site.clone(), accepted, peer, slot));
                }
                None => full.make(|| tracing::warn!(peer = ?peer.ip(), "too many connections; new ones are closed")),
            },
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                failing.make(|| tracing::warn!(%error, "no connection can be accepted"));
                slots.make_room();
                tokio::select! {
                    () = stop.as_mut() => return,
                    () = sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        note(ended);
    }
}

/// Handlers that panic are caught; this is for what is around them.
fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended in a panic");
    }
}

/// Whether a failure to accept is that of the one connection, which its client gave up before it was accepted.
fn is_of_the_connection(error: &io::Error) -> bool {
    let kinds = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionRefused];
    kinds.contains(&error.kind())
}

/// Something that is logged now and then while it lasts.
#[derive(Default)]
struct Complaint {
    last: Option<Instant>,
}

impl Complaint {
    fn make(&mut self, log: impl FnOnce()) {
        let now = Instant::now();
        if self.last.is_none_or(|last| now >= last + COMPLAINT_EVERY) {
            self.last = Some(now);
            log();
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::response::Response;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::serve::{Limits, socket};

    /// Takes any upgrade and sends back whatever comes.
    #[expect(clippy::disallowed_methods, reason = "what handlers of upgrades do")]
    async fn echo(request: Request) -> Response {
        tokio::spawn(async move {
            let (mut reader, mut writer) = tokio::io::split(TokioIo::new(hyper::upgrade::on(request).await.unwrap()));
            let _ = tokio::io::copy(&mut reader, &mut writer).await;
        });
        let switching = Response::builder().status(101).header("connection", "upgrade").header("upgrade", "echo");
        switching.body(Body::empty()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_upgraded_connection_counts_and_is_waited_for() {
        let tcp = socket::listen("127.0.0.1", 0).await.unwrap();
        let address = tcp.local_addr().unwrap();
        let sockets = Sockets {
            tcp,
            tls: None,
            #[cfg(unix)]
            unix: None,
        };
        let limits = Limits { connections: 1, ..Limits::default() };
        let site = Site { router: Router::new().fallback(echo), limits, stopping: CancellationToken::new() };
        let (told, stop) = tokio::sync::oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        let since = Instant::now();
        tasks.spawn(serve(sockets, site, async { stop.await.unwrap() }, || ()));

        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n").await.unwrap();
        let mut bytes = [0; 1024];
        let read = client.read(&mut bytes).await.unwrap();
        assert!(bytes[..read].starts_with(b"HTTP/1.1 101 "));
        sleep(Duration::from_secs(1000)).await;
        client.write_all(b"still there?").await.unwrap();
        client.read_exact(&mut bytes[..12]).await.unwrap();
        assert_eq!(&bytes[..12], b"still there?");

        let mut refused = TcpStream::connect(address).await.unwrap();
        assert_eq!(refused.read(&mut bytes).await.unwrap(), 0, "the one slot is taken");
        told.send(()).unwrap();
        client.write_all(b"and now?").await.unwrap();
        client.read_exact(&mut bytes[..8]).await.unwrap();
        drop(client);
        tasks.join_next().await.unwrap().unwrap();
        assert_eq!(since.elapsed().as_secs(), 1000, "it was waited for, and not longer");
    }
}
