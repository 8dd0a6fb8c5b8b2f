//! The embedded upstream: a strict, deterministic, offline simulator of the subscription backend's wire contract.
//!
//! It is no model and says so in every answer. It refuses what the backend refuses, in the backend's words where they are known, and answers in the
//! backend's events, so that a newcomer can try the relay without a login, authors of clients can test offline, and this program's own tests run the
//! whole path. A prompt steers it with a [directive](DIRECTIVES); `docs/demo-upstream.md` lists them.

mod account;
mod check;
mod compact;
mod directive;
mod envelope;
mod player;
mod read;
mod refusals;
mod reply;
mod sample;
mod script;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use futures_util::future::{BoxFuture, ready as ready_future};
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};
use tokio::time::{Sleep, sleep};

pub use self::directive::LIST as DIRECTIVES;
use self::envelope::Envelope;
use self::player::{Player, Step};
use self::reply::{Refusal, Reply};
use super::chatgpt::{ChatGpt, Credential};
use super::wire::{BodyStream, Wire, WireAnswer, WireDocument};
use crate::secret::hex;
use crate::translate::chatgpt::error::TransportFailure;

/// The demo as an upstream: the same pipeline as for the real backend, above [`DemoWire`].
#[must_use]
pub fn upstream() -> ChatGpt {
    let credential = Credential {
        access_token: "demo".to_owned().into(),
        account_id: Some("00000000-0000-4000-8000-00000000demo".to_owned()),
        fedramp: false,
    };
    ChatGpt::new(Arc::new(DemoWire::default()), Arc::new(credential)).named("demo")
}

/// The simulated endpoints.
///
/// The same requests in the same order get the same answers, but for `created_at`, which comes from the clock.
pub struct DemoWire {
    clock: Box<dyn Fn() -> u64 + Send + Sync>,
    answers: AtomicU64,
}

impl DemoWire {
    /// With a clock that gives unix seconds.
    #[must_use]
    pub fn new(clock: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { clock: Box::new(clock), answers: AtomicU64::new(0) }
    }

    fn reply(&self, headers: &HeaderMap, body: &[u8]) -> Reply {
        let request = match check::checked(headers, body) {
            Ok(request) => request,
            Err(refusal) => return Reply::Refused(refusal),
        };
        match script::script(&request) {
            Ok(script) => {
                let envelope = Envelope::new(self.tag(body), (self.clock)(), &request, body.len());
                Reply::Streamed(Box::new(Player::new(script, envelope)))
            }
            Err(refusal) => Reply::Refused(refusal),
        }
    }

    /// Part of every id of an answer: how many there were before, and the beginning of a digest of the request.
    fn tag(&self, body: &[u8]) -> String {
        let answer = self.answers.fetch_add(1, Ordering::Relaxed);
        format!("demo{answer:06x}{}", hex(&Sha256::digest(body)[..8]))
    }
}

impl Default for DemoWire {
    /// With the system's clock.
    fn default() -> Self {
        Self::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }
}

impl std::fmt::Debug for DemoWire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DemoWire").field("answers", &self.answers).finish_non_exhaustive()
    }
}

impl Wire for DemoWire {
    fn post_responses(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        let answer = match self.reply(&headers, &body) {
            Reply::Refused(refusal) => refused(refusal),
            Reply::Streamed(player) => {
                let mut headers = account::headers();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
                WireAnswer { status: StatusCode::OK, headers, body: Box::pin(Playing::new(player)) }
            }
        };
        Box::pin(ready_future(Ok(answer)))
    }

    fn post_compact(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        let answer = match compact::compact(&headers, &body, || self.tag(&body), (self.clock)()) {
            Err(refusal) => refused(refusal),
            Ok(answer) => {
                let mut headers = account::headers();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                let body: BodyStream = Box::pin(futures_util::stream::iter([Ok(Bytes::from(answer.to_string()))]));
                WireAnswer { status: StatusCode::OK, headers, body }
            }
        };
        Box::pin(ready_future(Ok(answer)))
    }

    fn get_models(&self, _headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static(account::MODELS_ETAG));
        let document = WireDocument { status: StatusCode::OK, headers, body: account::models() };
        Box::pin(ready_future(Ok(document)))
    }

    fn get_usage(&self, _headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        let body = account::usage((self.clock)());
        let document = WireDocument { status: StatusCode::OK, headers: HeaderMap::new(), body };
        Box::pin(ready_future(Ok(document)))
    }
}

fn refused(Refusal { status, content_type, headers: extra, body }: Refusal) -> WireAnswer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert("x-request-id", HeaderValue::from_static("req_demo"));
    for (name, value) in extra {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body: BodyStream = Box::pin(futures_util::stream::iter([Ok(Bytes::from(body))]));
    WireAnswer { status, headers, body }
}

/// A script being played in time. Steps that follow without a pause arrive together, as they would from a socket.
struct Playing {
    player: Box<Player>,
    /// A step that was taken from the player too early.
    next: VecDeque<Step>,
    pause: Option<Pin<Box<Sleep>>>,
}

/// Most bytes of one read.
const READ_BYTES: usize = 16 * 1024;

impl Playing {
    fn new(player: Box<Player>) -> Self {
        Self { player, next: VecDeque::new(), pause: None }
    }

    fn step(&mut self) -> Option<Step> {
        self.next.pop_front().or_else(|| self.player.next())
    }

    /// The bytes up to the next pause, break or end.
    fn burst(&mut self, first: Bytes) -> Bytes {
        let mut burst = BytesMut::from(first);
        while burst.len() < READ_BYTES {
            match self.step() {
                Some(Step::Bytes(bytes)) => burst.extend_from_slice(&bytes),
                Some(other) => {
                    self.next.push_back(other);
                    break;
                }
                None => break,
            }
        }
        burst.freeze()
    }
}

impl Stream for Playing {
    type Item = Result<Bytes, TransportFailure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(pause) = self.pause.as_mut() {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            return Poll::Ready(match self.step() {
                Some(Step::Bytes(bytes)) => Some(Ok(self.burst(bytes))),
                Some(Step::Pause(pause)) => {
                    self.pause = Some(Box::pin(sleep(pause)));
                    continue;
                }
                Some(Step::Reset) => Some(Err(TransportFailure::Reset)),
                None => None,
            });
        }
    }
}
