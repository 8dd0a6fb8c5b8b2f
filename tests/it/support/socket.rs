//! A client for Responses over WebSocket, and a relay whose WebSockets have other limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use airelays::config::{Config, RawConfig, UpstreamKind};
use airelays::contract::Profile;
use airelays::http::{App, Settings, SocketLimits, router};
use airelays::security::Guard;
use airelays::serve::state_settings;
use airelays::store::State;
use airelays::translate::chat_completions::ReasoningStyle;
use airelays::upstream::Upstream;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longest wait for a frame.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// An open connection.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What came of waiting for a frame.
#[derive(Debug, PartialEq)]
pub(crate) enum Came {
    /// A text frame.
    Frame(Value),
    /// The end, with its code.
    Closed(Option<u16>),
}

impl Socket {
    /// Opens one at a base URL that ends in `/v1`.
    pub(crate) async fn open(base_url: &str, headers: &[(&'static str, &str)]) -> Result<Self, Box<Error>> {
        let url = format!("{}/responses", base_url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let (socket, _) = connect_async(request).await.map_err(Box::new)?;
        Ok(Self(socket))
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &Value) {
        self.0.send(Message::Text(frame.to_string().into())).await.unwrap();
    }

    /// The next text frame, or the end.
    pub(crate) async fn next(&mut self) -> Came {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await;
            match next.unwrap_or_else(|_| panic!("nothing came")) {
                Some(Ok(Message::Text(text))) => return Came::Frame(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Came::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => return Came::Closed(None),
            }
        }
    }

    /// The next text frame.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.next().await {
            Came::Frame(frame) => frame,
            Came::Closed(code) => panic!("closed: {code:?}"),
        }
    }

    /// All frames up to the one that ends a response.
    pub(crate) async fn response(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.frame().await;
            let kind = frame["type"].as_str().unwrap().to_owned();
            frames.push(frame);
            if ["error", "response.completed", "response.incomplete", "response.failed"].contains(&kind.as_str()) {
                return frames;
            }
        }
    }

    /// Sends a frame and waits for the end of its response.
    pub(crate) async fn ask(&mut self, frame: &Value) -> Value {
        self.send(frame).await;
        self.response().await.pop().unwrap()
    }
}

/// An open relay with these limits; dropping it stops it.
pub(crate) struct Limited {
    pub(crate) base_url: String,
    pub(crate) app: Arc<App>,
    server: JoinHandle<()>,
}

impl Limited {
    pub(crate) async fn start(upstream: impl Upstream + 'static, limits: SocketLimits) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let environment = BTreeMap::from([("HOME".to_owned(), "/nowhere".to_owned())]);
        let mut raw = RawConfig::default();
        raw.security.require_bearer_auth = Some(false);
        raw.state.response_ttl_hours = Some(0);
        let config = Config::load(raw, None, &environment).unwrap().config;
        let guard = Guard::new(&config, &base_url.parse().unwrap(), None);
        let settings = Settings {
            public_metrics: false,
            profile: Profile::Strict,
            reasoning: ReasoningStyle::Off,
            max_body_bytes: 64 * 1024,
            upstream: UpstreamKind::Demo,
            auth: config.auth.clone(),
            example_model: String::new(),
            base_url: base_url.clone(),
            summary: Map::new(),
        };
        // Nothing is kept, so nothing is made there.
        let state = Arc::new(State::new(state_settings(&config)));
        let app = Arc::new(App::new(settings, Arc::new(upstream), None, guard, state).with_socket_limits(limits));
        let routes = router(Arc::clone(&app));
        #[expect(clippy::disallowed_methods, reason = "the server lives as long as its test")]
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { base_url, app, server }
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        self.server.abort();
    }
}
