//! One turn on a connection: from the frame to the last event.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use axum::http::{HeaderMap, Method, Uri};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use tracing::Instrument as _;

use super::Client;
use super::frame::Head;
use crate::contract::models::{InputItem, ResponsesCreateEvent};
use crate::contract::{Decoded, Reading, Refusal, decode};
use crate::http::App;
use crate::http::answer::Memory;
use crate::http::call::too_large;
use crate::http::error::ApiError;
use crate::http::handlers::{Asked, given};
use crate::http::middleware::RequestId;
use crate::http::turn::in_input;
use crate::security::Caller;
use crate::security::limits::Admission;
use crate::store::History;
use crate::traffic::{Arrival, Ending, Exchange, Failure};
use crate::translate::AnswerStream as _;
use crate::translate::hub::{HubEvent, Lifecycle, Outcome, ResponseObject};
use crate::translate::responses::{Finished, ResponsesStream, Turn, event_to_turn};
use crate::upstream::{EventStream, RequestContext};

/// A turn that is under way. Dropping it drops the call upstream.
pub(super) struct Running {
    /// What its frame said of the connection.
    pub(super) head: Head,
    /// Its own request id; the connection has another.
    pub(super) id: RequestId,
    state: State,
}

enum State {
    /// Until the backend begins to generate.
    Beginning(BoxFuture<'static, Result<Box<Answering>, ApiError>>),
    Answering(Box<Answering>),
    Over,
}

struct Answering {
    /// Gone when the last event was read. A warm-up has them all from the start.
    events: Option<EventStream>,
    dialect: ResponsesStream,
    memory: Memory,
    buffer: BytesMut,
    /// Up to the end of this turn's input; none of a conversation.
    held: Option<History>,
    /// Tells how it ended, when it is dropped.
    ending: Option<Ending>,
    /// The caller's place among its open requests.
    _admission: Option<Admission>,
}

/// What a turn does next.
pub(super) enum Step {
    /// Events, each on a line.
    Events(Bytes),
    /// It failed before its first event.
    Failed(Box<ApiError>),
    /// It is over.
    Over(Over),
}

/// What is left of a turn.
pub(super) enum Over {
    /// Nothing: it failed, or its output cannot be sent back.
    Failed,
    /// Its response or its conversation is in the store.
    Kept,
    /// A response that the connection is to hold: its id, and what was said up to its end.
    Held(String, History),
}

impl Running {
    /// Begins a turn. `held` is what the connection holds of the response that it continues.
    pub(super) fn begin(
        app: &Arc<App>,
        reading: Reading,
        frame: Utf8Bytes,
        head: Head,
        held: Option<History>,
        client: Client,
    ) -> Self {
        let id = RequestId::new();
        let span = tracing::info_span!("response", id = id.as_str());
        let cx = context(app, &id, &frame, client);
        let caller = client.caller;
        let begun =
            begin(Arc::clone(app), reading, frame, head.stream_id.clone(), id.clone(), held, caller, cx.clone());
        let begun = recorded(cx.exchange, begun);
        Self { head, id, state: State::Beginning(Box::pin(begun.instrument(span))) }
    }

    /// The next step. Safe to be dropped and called again.
    pub(super) async fn next(&mut self) -> Step {
        loop {
            match &mut self.state {
                State::Beginning(begun) => match begun.await {
                    Ok(answering) => self.state = State::Answering(answering),
                    Err(error) => {
                        self.state = State::Over;
                        return Step::Failed(Box::new(error));
                    }
                },
                State::Answering(answering) => {
                    if let Some(events) = answering.next().await {
                        return Step::Events(events);
                    }
                    let over = answering.over();
                    self.state = State::Over;
                    return Step::Over(over);
                }
                State::Over => return Step::Over(Over::Failed),
            }
        }
    }
}

impl Answering {
    /// The events of the next read that has any; none after the last.
    async fn next(&mut self) -> Option<Bytes> {
        while let Some(events) = &mut self.events {
            match events.next().await {
                Some(batch) => {
                    for event in batch {
                        self.memory.note(&event);
                        self.dialect.push(event, &mut self.buffer);
                    }
                }
                None => {
                    self.events = None;
                    self.dialect.finish(&mut self.buffer);
                }
            }
            if !self.buffer.is_empty() {
                let piece = self.buffer.split().freeze();
                if let Some(ending) = &mut self.ending {
                    ending.piece(&piece);
                }
                return Some(piece);
            }
        }
        if let Some(ending) = &mut self.ending {
            ending.complete();
        }
        None
    }

    /// What is left for a later turn.
    fn over(&mut self) -> Over {
        let Some(Finished { id, output, store }) = self.dialect.finished() else { return Over::Failed };
        let Some(held) = self.held.take().filter(|_| !store) else { return Over::Kept };
        let items: Result<Vec<InputItem>, _> = output.into_iter().map(serde_json::from_value).collect();
        match items {
            Ok(items) => {
                let history = held.then(&items);
                let history = if history.session().is_none() { history.in_session(&id) } else { history };
                Over::Held(id, history)
            }
            Err(error) => {
                tracing::warn!(%error, id, "the response has an item that cannot be sent back, so it cannot be continued");
                Over::Failed
            }
        }
    }
}

/// Checks a frame and sends what it asks for; resolves when the backend begins to generate.
#[expect(clippy::too_many_arguments, reason = "a turn depends on its frame, its connection and its place in both")]
async fn begin(
    app: Arc<App>,
    reading: Reading,
    frame: Utf8Bytes,
    stream_id: Option<String>,
    id: RequestId,
    held: Option<History>,
    caller: Option<Caller>,
    cx: RequestContext,
) -> Result<Box<Answering>, ApiError> {
    // Every turn counts as a request of its own.
    let admission = caller.map(|caller| app.guard().limiter.admit(caller)).transpose()?;
    let decoded = decode::<ResponsesCreateEvent>(frame.as_bytes(), reading);
    let (Ok(Decoded { ignored, fired, .. }) | Err(Refusal { ignored, fired, .. })) = &decoded;
    cx.exchange.adapted(ignored, fired);
    let Decoded { request, mut ignored, fired: _ } = decoded?;
    let frame_bytes = frame.len();
    // The log may still hold it; otherwise a large frame is not there as text and as values at the same time.
    drop(frame);
    let refuse = |error: ApiError, ignored: &[String]| error.ignoring(ignored.to_vec());
    let turn = event_to_turn(request).map_err(|error| refuse(error.into(), &ignored))?;
    let Turn { generate, request } = turn;
    // What is sent must not be larger than a body that says it all at once may be; what the store puts before it has a limit there.
    let most = app.settings.max_body_bytes;
    if held.as_ref().map_or(0, History::bytes).saturating_add(frame_bytes) > most {
        return Err(refuse(too_large(most), &ignored));
    }
    let asked = app.ask(&id, request).map_err(|error| refuse(error, &ignored))?;
    let Asked { mut settings, mut hub, links, forgotten } = asked;
    ignored.extend(forgotten);
    settings.ignored.clone_from(&ignored);
    let links = links.on_connection(held);
    settings.echo.store = links.remember;
    if let (Some(id), None, true) =
        (&links.previous_response_id, &links.held, app.state.settings.response_ttl.is_zero())
    {
        return Err(refuse(ApiError::previous_response_not_found(id), &ignored));
    }
    let settings = Arc::new(settings);
    let mut turn = app.open_turn(&mut hub, links, in_input).await.map_err(|error| refuse(error, &ignored))?;
    let held = turn.held();
    let events = if generate {
        let record = |events| turn.recorded(events, Some(&settings));
        app.send(hub, cx, record).await.map_err(|error| refuse(error, &ignored))?.events
    } else {
        given(cx.exchange, turn.recorded(warm_up(), Some(&settings)))
    };
    Ok(Box::new(Answering {
        events: Some(events),
        dialect: ResponsesStream::lines(settings, stream_id),
        memory: Memory::Items(Arc::clone(&app.items)),
        buffer: BytesMut::new(),
        held,
        ending: None,
        _admission: admission,
    }))
}

/// A turn is recorded like a request of its own, whose body is the frame.
fn context(app: &App, id: &RequestId, frame: &Utf8Bytes, client: Client) -> RequestContext {
    let (method, uri, headers) = (Method::GET, Uri::from_static("/v1/responses"), HeaderMap::new());
    let client_ip = client.peer.ip();
    let arrival = Arrival { id: id.as_str(), method: &method, uri: &uri, headers: &headers, client_ip };
    let exchange = app.traffic.begin(arrival);
    exchange.operation("responses_connect");
    exchange.received(&Bytes::from(frame.clone()));
    RequestContext { request_id: id.as_str().to_owned(), exchange }
}

/// Tells how a turn began; its end is told by what it answers with.
async fn recorded(
    exchange: Exchange,
    begun: impl Future<Output = Result<Box<Answering>, ApiError>>,
) -> Result<Box<Answering>, ApiError> {
    let mut ending = Ending::new(exchange.clone());
    match begun.await {
        Ok(mut answering) => {
            exchange.answered(200, &HeaderMap::new(), None, true);
            answering.ending = Some(ending);
            Ok(answering)
        }
        Err(error) => {
            exchange.answered(error.status.as_u16(), &error.headers, Some(Failure { code: error.code.clone() }), false);
            ending.complete();
            Err(error)
        }
    }
}

/// The events of a response that was not generated: it is there, and it is completed.
fn warm_up() -> EventStream {
    let created = HubEvent::Lifecycle { state: Lifecycle::Created, response: ResponseObject::default() };
    let completed =
        HubEvent::Terminal { outcome: Outcome::Completed, response: ResponseObject::default(), error: None };
    Box::pin(futures_util::stream::iter([vec![created, completed]]))
}
