//! A connection's bytes, watched: what comes and goes is told, a client that takes nothing is cut off, and a closed connection is closed gently.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::slots::Slot;

/// How long, after our last byte, a client's bytes are still taken and thrown away. Closing with bytes unread would make the system take back
/// what was sent, and a client that is still sending its request would never see why it was refused.
const LINGER: Duration = Duration::from_secs(2);

/// How many of them are taken, in bytes.
const LINGER_BYTES: usize = 64 << 20;

/// Any transport of ours.
pub(super) trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// One connection; its slot is taken until it is dropped.
pub(super) struct Guard {
    io: Box<dyn Transport>,
    slot: Slot,
    stopping: CancellationToken,
    stall: Stall,
    /// The client will send nothing more.
    is_read: bool,
    lingering: Option<Lingering>,
    /// Tells when all this is dropped.
    _gone: DropGuard,
}

/// Watches for a client that takes nothing. The timer is made at the first wait.
struct Stall {
    most: Duration,
    is_waiting: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

struct Lingering {
    taken_bytes: usize,
    timer: Pin<Box<Sleep>>,
}

impl Guard {
    pub(super) fn new(
        io: Box<dyn Transport>,
        slot: Slot,
        stopping: CancellationToken,
        most_stall: Duration,
        gone: DropGuard,
    ) -> Self {
        let stall = Stall { most: most_stall, is_waiting: false, timer: None };
        Self { io, slot, stopping, stall, is_read: false, lingering: None, _gone: gone }
    }

    /// Passes on what a write came to, or fails for a client that takes nothing.
    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_pending() {
            ready!(self.stall.poll_too_long(cx));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")));
        }
        self.stall.is_waiting = false;
        self.slot.activity.sent();
        written
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let lingering =
            self.lingering.get_or_insert_with(|| Lingering { taken_bytes: 0, timer: Box::pin(sleep(LINGER)) });
        let mut scrap = [MaybeUninit::uninit(); 16 << 10];
        while !self.is_read && !self.stopping.is_cancelled() && lingering.taken_bytes < LINGER_BYTES {
            let mut scrap = ReadBuf::uninit(&mut scrap);
            match Pin::new(&mut self.io).poll_read(cx, &mut scrap) {
                Poll::Ready(Ok(())) if !scrap.filled().is_empty() => lingering.taken_bytes += scrap.filled().len(),
                Poll::Ready(_) => self.is_read = true,
                Poll::Pending => return lingering.timer.as_mut().poll(cx),
            }
        }
        Poll::Ready(())
    }
}

impl Stall {
    fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.most)));
        if !self.is_waiting {
            self.is_waiting = true;
            timer.as_mut().reset(Instant::now() + self.most);
        }
        timer.as_mut().poll(cx)
    }
}

impl AsyncRead for Guard {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.io).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            this.slot.activity.received();
        } else {
            this.is_read = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.watch(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.io).poll_flush(cx);
        if flushed.is_pending() {
            return this.watch(cx, flushed);
        }
        this.slot.activity.flushed();
        flushed
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            let shut = Pin::new(&mut this.io).poll_shutdown(cx);
            if shut.is_pending() {
                return this.watch(cx, shut);
            }
            ready!(shut)?;
        }
        this.poll_linger(cx).map(Ok)
    }
}
