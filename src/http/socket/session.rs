//! The loop of one connection.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use bytes::Bytes;
use futures_util::SinkExt as _;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::frame::Head;
use super::turn::{Over, Running, Step};
use super::{Client, Place, SocketLimits};
use crate::contract::Reading;
use crate::http::App;
use crate::http::call::too_large;
use crate::http::error::ApiError;
use crate::http::middleware::RequestId;
use crate::store::{Chain, ChainLimits};

/// How long the other end may take to say goodbye, in turn.
const CLOSE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// An open connection.
pub(in crate::http) struct Session {
    app: Arc<App>,
    socket: WebSocket,
    reading: Reading,
    limits: SocketLimits,
    stopping: CancellationToken,
    chain: Chain,
    running: Option<Running>,
    /// Frames that came while a turn was running, oldest first.
    waiting: VecDeque<(Utf8Bytes, Head)>,
    ending: Option<Ending>,
    opened: Instant,
    /// When anything came from the other end.
    heard: Instant,
    pinged: Instant,
    /// Since when nothing is asked and nothing is answered.
    idle_since: Instant,
    client: Client,
    _place: Place,
}

/// Why no more requests are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It has lived as long as it may.
    Expired,
    /// The relay stops.
    Stopping,
}

/// The connection cannot be used any more, and nothing more can be said on it.
struct Gone;

/// What happens next on a connection.
enum Happening {
    Received(Option<Result<Message, axum::Error>>),
    Stepped(Step),
    Rang,
    Stopped,
}

impl Session {
    pub(in crate::http) fn new(
        app: Arc<App>,
        socket: WebSocket,
        reading: Reading,
        client: Client,
        place: Place,
    ) -> Self {
        let limits = app.sockets.limits();
        let bytes = app.settings.max_body_bytes.saturating_mul(2);
        let now = Instant::now();
        Self {
            stopping: app.sockets.stopping(),
            chain: Chain::new(ChainLimits { responses: limits.responses, bytes }),
            app,
            socket,
            reading,
            limits,
            running: None,
            waiting: VecDeque::new(),
            ending: None,
            opened: now,
            heard: now,
            pinged: now,
            idle_since: now,
            client,
            _place: place,
        }
    }

    /// Serves the connection until either end is done with it. Whatever runs then is dropped, and with it the call upstream.
    pub(in crate::http) async fn run(mut self) {
        while let Ok(()) = self.go_on().await {}
        tracing::debug!("the WebSocket is closed");
    }

    async fn go_on(&mut self) -> Result<(), Gone> {
        if self.running.is_none()
            && let Some(ending) = self.ending
        {
            return self.end(ending).await;
        }
        match self.happening().await {
            Happening::Received(Some(Ok(message))) => self.receive(message).await,
            Happening::Received(Some(Err(error))) => self.give_up(&error).await,
            Happening::Received(None) => Err(Gone),
            Happening::Stepped(step) => self.step(step).await,
            Happening::Rang => self.ring().await,
            Happening::Stopped => {
                self.ending = Some(Ending::Stopping);
                Ok(())
            }
        }
    }

    async fn happening(&mut self) -> Happening {
        let alarm = self.alarm();
        let step = async {
            match &mut self.running {
                Some(running) => running.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = self.socket.recv() => Happening::Received(message),
            step = step => Happening::Stepped(step),
            () = self.stopping.cancelled(), if self.ending != Some(Ending::Stopping) => Happening::Stopped,
            () = sleep_until(alarm) => Happening::Rang,
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Gone> {
        self.heard = Instant::now();
        match message {
            Message::Text(frame) => self.ask(frame).await,
            Message::Binary(_) => {
                self.idle_since = self.heard;
                let message = "a request is a text frame of JSON; binary frames mean nothing here";
                self.refuse(ApiError::unsupported_frame(message, None), &Head::default()).await
            }
            // Pings are answered by the library; what is heard is all a pong is for.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Gone),
        }
    }

    /// Begins a turn, or has it wait for the one that is running.
    async fn ask(&mut self, frame: Utf8Bytes) -> Result<(), Gone> {
        self.idle_since = self.heard;
        let most = self.app.settings.max_body_bytes;
        if frame.len() > most {
            return self.refuse(too_large(most), &Head::default()).await;
        }
        let head = Head::read(&frame);
        if let Some(kind) = head.foreign_kind() {
            let message = format!("`type` is `response.create`; this relay has no `{}`", kind.escape_debug());
            return self.refuse(ApiError::unsupported_frame(message, Some("type")), &head).await;
        }
        if let Some(ending) = self.ending {
            return self.refuse(self.refusal(ending), &head).await;
        }
        if self.running.is_none() {
            self.begin(frame, head);
            return Ok(());
        }
        let bytes: usize = self.waiting.iter().map(|(frame, _)| frame.len()).sum();
        if self.waiting.len() >= self.limits.waiting || bytes + frame.len() > most {
            return self.refuse(ApiError::too_many_waiting(self.waiting.len()), &head).await;
        }
        self.waiting.push_back((frame, head));
        Ok(())
    }

    fn begin(&mut self, frame: Utf8Bytes, head: Head) {
        let held = head.previous_response_id.as_deref().and_then(|id| self.chain.history(id)).cloned();
        self.running = Some(Running::begin(&self.app, self.reading, frame, head, held, self.client));
    }

    async fn step(&mut self, step: Step) -> Result<(), Gone> {
        match step {
            Step::Events(events) => self.send_lines(&events).await,
            Step::Failed(error) => {
                let Some(running) = self.over(Over::Failed) else { return Ok(()) };
                let frame = error.frame(&running.id, running.head.stream_id.as_deref());
                self.send(Message::Text(frame.into())).await
            }
            Step::Over(over) => {
                self.over(over);
                Ok(())
            }
        }
    }

    /// Ends the running turn and begins the next. A response that could not be continued is not held any more.
    fn over(&mut self, over: Over) -> Option<Running> {
        let running = self.running.take()?;
        match (over, &running.head.previous_response_id) {
            (Over::Held(id, history), _) => self.chain.remember(id, history),
            (Over::Failed, Some(id)) => self.chain.forget(id),
            (Over::Failed, None) | (Over::Kept, _) => {}
        }
        self.idle_since = Instant::now();
        if self.ending.is_none()
            && let Some((frame, head)) = self.waiting.pop_front()
        {
            self.begin(frame, head);
        }
        Some(running)
    }

    /// When something is due that nobody asks for.
    fn alarm(&self) -> Instant {
        let ping = self.pinged + self.limits.ping;
        let lifetime = self.ending.is_none().then(|| self.opened + self.limits.lifetime);
        let idle = self.running.is_none().then(|| self.idle_since + self.limits.idle);
        [lifetime, idle].into_iter().flatten().fold(ping, Instant::min)
    }

    async fn ring(&mut self) -> Result<(), Gone> {
        let now = Instant::now();
        if self.ending.is_none() && now >= self.opened + self.limits.lifetime {
            self.ending = Some(Ending::Expired);
            return Ok(());
        }
        if self.running.is_none() && now >= self.idle_since + self.limits.idle {
            return self.close(close_code::NORMAL, "nothing was asked for a while").await;
        }
        if now >= self.pinged + self.limits.ping {
            if self.heard < self.pinged {
                tracing::debug!("the WebSocket's client does not answer");
                return Err(Gone);
            }
            self.pinged = now;
            return self.send(Message::Ping(Bytes::new())).await;
        }
        Ok(())
    }

    /// Refuses what still waits, says why it ends, and closes.
    async fn end(&mut self, ending: Ending) -> Result<(), Gone> {
        while let Some((_, head)) = self.waiting.pop_front() {
            self.refuse(self.refusal(ending), &head).await?;
        }
        match ending {
            Ending::Expired => {
                self.refuse(self.refusal(ending), &Head::default()).await?;
                self.close(close_code::NORMAL, "the connection has reached its lifetime").await
            }
            Ending::Stopping => self.close(close_code::AWAY, "the relay is stopping").await,
        }
    }

    fn refusal(&self, ending: Ending) -> ApiError {
        match ending {
            Ending::Expired => ApiError::socket_expired(self.limits.lifetime),
            Ending::Stopping => ApiError::stopping(),
        }
    }

    /// The library cannot read on: a frame is far too large, or is none.
    async fn give_up(&mut self, error: &axum::Error) -> Result<(), Gone> {
        tracing::debug!(%error, "the WebSocket cannot be read");
        let code = if is_too_large(error) { close_code::SIZE } else { close_code::PROTOCOL };
        self.close(code, "the frame cannot be read").await
    }

    async fn refuse(&mut self, error: ApiError, head: &Head) -> Result<(), Gone> {
        let frame = error.frame(&RequestId::new(), head.stream_id.as_deref());
        self.send(Message::Text(frame.into())).await
    }

    /// Sends each line as a message, all in one write.
    async fn send_lines(&mut self, lines: &Bytes) -> Result<(), Gone> {
        let socket = &mut self.socket;
        let sending = async {
            for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let Ok(text) = Utf8Bytes::try_from(lines.slice_ref(line)) else { return Err(Gone) };
                socket.feed(Message::Text(text)).await.map_err(|_| Gone)?;
            }
            socket.flush().await.map_err(|_| Gone)
        };
        timeout(self.limits.send, sending).await.unwrap_or(Err(Gone))
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        let sent = timeout(self.limits.send, self.socket.send(message)).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }

    /// Says goodbye and waits a little for the other end to do so.
    async fn close(&mut self, code: u16, reason: &'static str) -> Result<(), Gone> {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        self.send(Message::Close(Some(frame))).await?;
        let goodbye = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _in_time = timeout(CLOSE_TIMEOUT, goodbye).await;
        Err(Gone)
    }
}

/// Whether this is the library's error for a message above its limit.
fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().contains("too long")
}
