//! Responses over a WebSocket: one connection, one response after the other.
//!
//! A frame is a request like any other: it meets the same contract and translation, and its events come from the same state machine as an event stream.
//! What a connection adds is here: frames in and out ([`frame`]), one running turn and those that wait ([`Session`]), the responses it can continue
//! although they are not in the store ([`crate::store::Chain`]), and its limits.
//!
//! Source: Open Responses 2026-04-24, section WebSocket Transport; OpenAI's WebSocket mode as openai-python 3.54.0 speaks it; verified 2026-11-21.

mod frame;
mod session;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

pub(super) use self::session::Session;
use crate::http::Peer;
use crate::security::Caller;

/// What WebSockets may take.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// Most that are open at a time, in the whole process. Default: 64.
    pub most: usize,
    /// Most requests that wait on one while a response is made. Together they may be as large as one body. Default: 8.
    pub waiting: usize,
    /// Most responses of one that it holds because they are not in the store. Default: 8.
    pub responses: usize,
    /// Time between pings; who answers none until the next one is due is gone. Default: 25 s.
    pub ping: Duration,
    /// How long one may do nothing. Default: 5 min.
    pub idle: Duration,
    /// How long one may live; a response that runs then is ended first. Default: 60 min, as OpenAI documents.
    pub lifetime: Duration,
    /// How long a client may take to read what it was sent. Default: 60 s.
    pub send: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            most: 64,
            waiting: 8,
            responses: 8,
            ping: Duration::from_secs(25),
            idle: Duration::from_secs(5 * 60),
            lifetime: Duration::from_secs(60 * 60),
            send: Duration::from_secs(60),
        }
    }
}

/// Who is at the other end of a WebSocket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    /// Whom turns count against.
    pub(super) caller: Option<Caller>,
    /// Where they come from.
    pub(super) peer: Peer,
}

/// All open WebSockets.
#[derive(Debug)]
pub(super) struct Sockets {
    limits: SocketLimits,
    places: Arc<Semaphore>,
    stopping: CancellationToken,
}

/// A place among the open WebSockets; dropping it frees it.
#[derive(Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held, not used")] OwnedSemaphorePermit);

impl Sockets {
    pub(super) fn new(limits: SocketLimits) -> Self {
        Self { limits, places: Arc::new(Semaphore::new(limits.most)), stopping: CancellationToken::new() }
    }

    pub(super) fn limits(&self) -> SocketLimits {
        self.limits
    }

    /// A place for one more, if there is any.
    pub(super) fn place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }

    /// Tells that the relay is about to end.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Has all of them closed.
    pub(super) fn stop(&self) {
        self.stopping.cancel();
    }

    /// Waits until all are closed.
    pub(super) async fn closed(&self) {
        let all = u32::try_from(self.limits.most).unwrap_or(u32::MAX);
        // Nobody closes the semaphore, so that this ends when every place is free.
        let _all = self.places.acquire_many(all).await;
    }
}
