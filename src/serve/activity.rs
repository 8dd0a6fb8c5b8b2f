//! What a connection is doing, told by the parts that see it and read by those that end it.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Limits;

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Activity {
    phase: Mutex<Phase>,
    evicted: CancellationToken,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing has come of it yet: no request's head has been read to its end since then.
    Opened(Instant),
    /// A request is being answered.
    Busy,
    /// An answer has been made to its end, and the client is taking it; it took a piece then.
    Sending(Instant),
    /// The client had taken all of an answer then.
    Idle(Instant),
    /// The head of another request has begun then.
    Head(Instant),
}

impl Phase {
    /// Until when it may last.
    pub(super) fn deadline(self, limits: &Limits) -> Option<Instant> {
        match self {
            Self::Busy => None,
            Self::Opened(since) | Self::Head(since) => Some(since + limits.head),
            Self::Sending(since) | Self::Idle(since) => Some(since + limits.keep_alive),
        }
    }

    /// Who goes first when room is needed, the smallest first: what never had a request, then what has had one, each by age.
    pub(super) fn rank(self) -> Option<(bool, Instant)> {
        match self {
            Self::Busy | Self::Sending(_) => None,
            Self::Opened(since) => Some((false, since)),
            Self::Idle(since) | Self::Head(since) => Some((true, since)),
        }
    }
}

impl Activity {
    /// Of a connection that has just been opened.
    pub(super) fn new() -> Self {
        Self { phase: Mutex::new(Phase::Opened(Instant::now())), evicted: CancellationToken::new() }
    }

    pub(super) fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, next: impl FnOnce(Phase) -> Phase) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        *phase = next(*phase);
    }

    /// The client has sent something.
    pub(super) fn received(&self) {
        self.change(|phase| match phase {
            Phase::Idle(_) => Phase::Head(Instant::now()),
            Phase::Opened(_) | Phase::Busy | Phase::Sending(_) | Phase::Head(_) => phase,
        });
    }

    /// The client has taken something.
    pub(super) fn sent(&self) {
        self.change(|phase| match phase {
            Phase::Sending(_) => Phase::Sending(Instant::now()),
            Phase::Opened(_) | Phase::Busy | Phase::Idle(_) | Phase::Head(_) => phase,
        });
    }

    /// The client has taken everything there was.
    pub(super) fn flushed(&self) {
        self.change(|phase| match phase {
            Phase::Sending(_) => Phase::Idle(Instant::now()),
            Phase::Opened(_) | Phase::Busy | Phase::Idle(_) | Phase::Head(_) => phase,
        });
    }

    /// A request's head has been read.
    pub(super) fn asked(&self) {
        self.change(|_| Phase::Busy);
    }

    /// The answer has been handed over to its last byte, or given up.
    pub(super) fn answered(&self) {
        self.change(|_| Phase::Sending(Instant::now()));
    }

    /// Has the connection end to make room.
    pub(super) fn evict(&self) {
        self.evicted.cancel();
    }

    /// Resolves when it is to end.
    pub(super) async fn evicted(&self) {
        self.evicted.cancelled().await;
    }
}
