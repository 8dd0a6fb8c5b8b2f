//! The end of an exchange: what is written when an answer has been sent or given up.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::HeaderMap;

use super::body::Body;
use super::exchange::{Exchange, Facts, State, milliseconds};
use super::metrics::Ended;
use super::record::{End, Headers, OutboundResponse, Outcome, Record};

/// Writes the end of an exchange when it is dropped, which is when the answer has been sent or given up.
#[derive(Debug)]
pub struct Ending {
    exchange: Exchange,
    headers: Option<HeaderMap>,
    body: Kept,
    bytes_out: u64,
    /// `content-length`, of an answer that has one: nothing is asked of its body once that many bytes have gone out.
    length: Option<u64>,
    is_complete: bool,
}

/// What is kept of an answer's body for the log.
#[derive(Debug)]
enum Kept {
    /// The pieces so far.
    Pieces(Vec<Bytes>),
    Nothing,
}

impl Ending {
    /// Of an exchange that has no answer yet.
    #[must_use]
    pub fn new(exchange: Exchange) -> Self {
        Self { exchange, headers: None, body: Kept::Nothing, bytes_out: 0, length: None, is_complete: false }
    }

    /// The answer, which is no stream, has these headers; with `keep`, its body goes into the log.
    pub fn whole(&mut self, headers: &HeaderMap, keep: bool) {
        if self.exchange.is_logged() {
            self.headers = Some(headers.clone());
            self.body = if keep { Kept::Pieces(Vec::new()) } else { Kept::Nothing };
        }
    }

    /// The answer is this long, in bytes.
    pub fn length(&mut self, length: u64) {
        self.length = Some(length);
    }

    /// A piece of the body goes out.
    pub fn piece(&mut self, piece: &Bytes) {
        if self.bytes_out == 0
            && let Some(state) = self.exchange.state()
        {
            let _ = state.first_byte.set(state.begun.elapsed());
        }
        self.bytes_out += piece.len() as u64;
        self.is_complete |= self.length == Some(self.bytes_out);
        if let Kept::Pieces(pieces) = &mut self.body {
            pieces.push(piece.clone());
        }
    }

    /// All of the body has gone out.
    pub fn complete(&mut self) {
        self.is_complete = true;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let Some(state) = self.exchange.state() else { return };
        if state.has_ended.swap(true, Ordering::Relaxed) {
            return;
        }
        state.write_request(None);
        if let Some(headers) = self.headers.take() {
            state.write_answer(headers, std::mem::replace(&mut self.body, Kept::Nothing), self.bytes_out);
        }
        state.end(self.bytes_out, self.is_complete);
    }
}

impl State {
    fn write_answer(&self, headers: HeaderMap, kept: Kept, bytes_out: u64) {
        let status_code = self.facts().status.unwrap_or_default();
        let keep = self.traffic.0.log.as_ref().is_some_and(|log| log.bodies);
        let body = match kept {
            Kept::Pieces(mut pieces) if pieces.len() <= 1 => Body::new(pieces.pop().unwrap_or_default(), keep),
            Kept::Pieces(pieces) => Body::new(pieces.concat().into(), keep),
            Kept::Nothing if bytes_out == 0 => Body::Empty,
            Kept::Nothing => Body::Skipped(bytes_out),
        };
        let held = body.held_bytes();
        self.send(Record::OutboundResponse(OutboundResponse { status_code, headers: Headers(headers), body }), held);
    }

    fn end(&self, bytes_out: u64, is_complete: bool) {
        let facts = std::mem::take(&mut *self.facts());
        let outcome = self.outcome(&facts, is_complete);
        let (duration, first_byte) = (self.begun.elapsed(), self.first_byte.get().copied());
        let Facts { operation, model, served_model, upstream, attempts, status, code, stream, tokens, spans, .. } =
            facts;
        spans.end(status, outcome);
        let figures = Ended { operation, status, outcome, duration, first_byte, stream, tokens, served_model };
        self.traffic.0.metrics.ended(&figures);
        if !self.traffic.is_logged() {
            return;
        }
        let end = End {
            outcome,
            status,
            code,
            method: self.method.clone(),
            path: self.path.clone(),
            operation,
            stream,
            model,
            upstream,
            attempts,
            duration_ms: milliseconds(duration),
            first_byte_ms: first_byte.map(milliseconds),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out,
            tokens,
        };
        self.send(Record::End(end), 0);
    }

    fn outcome(&self, facts: &Facts, is_complete: bool) -> Outcome {
        match (facts.status, facts.is_good) {
            (_, Some(false)) => Outcome::Failed,
            (Some(501 | 400..500), _) => Outcome::Refused,
            (Some(500..), _) => Outcome::Failed,
            (Some(_), _) if is_complete => Outcome::Completed,
            // Clients hang up as soon as they have read the last event.
            (Some(_), Some(true)) if facts.stream => Outcome::Completed,
            _ if self.traffic.0.is_stopping.load(Ordering::Relaxed) => Outcome::Shutdown,
            _ => Outcome::Aborted,
        }
    }
}
