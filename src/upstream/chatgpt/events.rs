//! The body of an answer as hub events: one item per read.
//!
//! A pull stream without channels or tasks: nothing is read from the network before the client asks for more, and dropping the stream drops the
//! connection. After the event that ends the generation nothing more is waited for.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::Stream;

use super::echo;
use crate::secret::Secret;
use crate::silence::Silence;
use crate::sse::{Frame, Framer, MAX_EVENT_BYTES};
use crate::traffic::Exchange;
use crate::translate::chatgpt::error::{self, TransportFailure};
use crate::translate::chatgpt::{self, StreamFacts};
use crate::translate::hub::{HubEvent, UpstreamError};
use crate::upstream::wire::BodyStream;

/// How much of a read is translated at a time, in bytes. A client that takes nothing makes everything translated wait in memory.
const PIECE_BYTES: usize = 16 << 10;

/// A stream of hub events over a stream of bytes.
pub(super) struct Events {
    /// What was read while waiting for the first generated event.
    held: Vec<HubEvent>,
    body: BodyStream,
    /// What of the last read has not been translated yet.
    rest: Bytes,
    framer: Framer,
    frames: Vec<Frame>,
    translation: chatgpt::Stream,
    silence: Silence,
    /// What no failure may repeat.
    token: Secret<String>,
    /// Where events are recorded, if they are.
    lines: Option<Exchange>,
}

impl Events {
    pub(super) fn new(body: BodyStream, idle: Duration, token: Secret<String>, exchange: Exchange) -> Self {
        Self {
            held: Vec::new(),
            body,
            rest: Bytes::new(),
            framer: Framer::new(MAX_EVENT_BYTES),
            frames: Vec::new(),
            translation: chatgpt::Stream::new(SystemTime::now()),
            silence: Silence::new(idle),
            token,
            lines: exchange.has_stream_lines().then_some(exchange),
        }
    }

    /// Reads up to the first generated event and holds what there was.
    ///
    /// # Errors
    ///
    /// The failure that came instead of a generated event. It does not matter in how many reads it came.
    pub(super) async fn until_generated(mut self) -> Result<Self, UpstreamError> {
        loop {
            let Some(events) = poll_fn(|cx| self.poll_read(cx)).await else { return Ok(self) };
            let seen = self.held.len();
            self.held.extend(events);
            for event in &self.held[seen..] {
                match event.end() {
                    Some(Err(error)) => return Err(error.clone()),
                    None if matches!(event, HubEvent::Lifecycle { .. }) => {}
                    Some(Ok(())) | None => return Ok(self),
                }
            }
        }
    }

    /// What the stream told beside the answer, so far.
    pub(super) fn facts(&self) -> &StreamFacts {
        self.translation.facts()
    }

    /// The events of the next piece of a read that has any.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<HubEvent>>> {
        if self.translation.is_ended() {
            // The end of the body usually came with the last event; taking note of it lets the connection be used again.
            let _end = self.body.as_mut().poll_next(cx);
            return Poll::Ready(None);
        }
        let mut events = Vec::new();
        while events.is_empty() {
            if !self.rest.is_empty() {
                let piece = self.next_piece();
                self.read(&piece, &mut events);
                continue;
            }
            match self.body.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(chunk))) => {
                    self.silence.broken();
                    self.rest = chunk;
                }
                Poll::Ready(Some(Err(failure))) => self.translation.fail(error::from_transport(failure), &mut events),
                Poll::Ready(None) => self.translation.finish(&mut events),
                Poll::Pending => {
                    ready!(self.silence.poll_too_long(cx));
                    self.translation.fail(error::from_transport(TransportFailure::IdleTimeout), &mut events);
                }
            }
        }
        if let Some(last) = events.last_mut() {
            echo::hide_in_event(last, &self.token);
        }
        Poll::Ready(Some(events))
    }

    fn next_piece(&mut self) -> Bytes {
        if self.rest.len() > PIECE_BYTES { self.rest.split_to(PIECE_BYTES) } else { std::mem::take(&mut self.rest) }
    }

    fn read(&mut self, piece: &Bytes, events: &mut Vec<HubEvent>) {
        let readable = self.framer.push(piece, &mut self.frames);
        events.reserve_exact(self.frames.len());
        for frame in self.frames.drain(..) {
            if let Some(exchange) = &self.lines {
                exchange.upstream_line(frame.event.as_deref(), &frame.data);
            }
            self.translation.push(&frame, events);
        }
        if let Err(unreadable) = readable {
            self.translation.fail(error::from_frame(unreadable), events);
        }
    }
}

impl Stream for Events {
    type Item = Vec<HubEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Vec<HubEvent>>> {
        if self.held.is_empty() { self.poll_read(cx) } else { Poll::Ready(Some(std::mem::take(&mut self.held))) }
    }
}
