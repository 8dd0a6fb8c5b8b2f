//! The subscription backend on a loopback port: the embedded simulator behind a real HTTP server, with everything it got to look at and answers to order.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use airelays::upstream::chatgpt::{ChatGpt, Credential, CredentialSource, HttpWire, Retry, Timeouts};
use airelays::upstream::demo::DemoWire;
use airelays::upstream::wire::Wire;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A moment for `created_at`, in unix seconds.
pub(crate) const CREATED_AT: u64 = 1_777_989_632;

/// A running backend; dropping it stops it.
pub(crate) struct Backend {
    /// What to configure as the upstream's base URL.
    pub(crate) base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer that the simulator would not give.
pub(crate) enum Canned {
    /// Status, headers, body.
    Whole(u16, Vec<(&'static str, &'static str)>, Bytes),
    /// Status 200, these bytes, and then nothing more, for ever.
    Silent(Bytes),
    /// Status 200, these bytes, and then the connection breaks.
    Broken(Bytes),
    /// This status, and a body without end.
    Endless(u16),
    /// Status 200, these bytes, and then those over and over, as fast as they are taken.
    Repeating(Bytes, Bytes),
    /// No answer at all.
    Hang,
}

struct Shared {
    demo: DemoWire,
    captured: Mutex<Vec<Captured>>,
    /// Answers by path, before the simulator's turn.
    canned: Mutex<HashMap<&'static str, VecDeque<Canned>>>,
    /// How many calls were given up before the end of their answers.
    abandoned: watch::Sender<usize>,
}

impl Backend {
    /// Starts one on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}/backend-api/codex", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            demo: DemoWire::new(|| CREATED_AT),
            captured: Mutex::default(),
            canned: Mutex::default(),
            abandoned: watch::Sender::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        #[expect(clippy::disallowed_methods, reason = "the server lives as long as its test")]
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, shared, server }
    }

    /// Orders the next answer of a path such as `/responses`.
    pub(crate) fn then(&self, path: &'static str, canned: Canned) {
        self.shared.canned.lock().unwrap().entry(path).or_default().push_back(canned);
    }

    /// The requests whose path ends so, in the order they came.
    pub(crate) fn captured(&self, path: &str) -> Vec<Captured> {
        let captured = self.shared.captured.lock().unwrap();
        let path_of = |request: &Captured| request.target.split('?').next().unwrap_or_default().to_owned();
        captured.iter().filter(|request| path_of(request).ends_with(path)).cloned().collect()
    }

    /// Waits until a call was given up before the end of its answer.
    pub(crate) async fn abandoned(&self) {
        self.abandoned_times(1).await;
    }

    /// Waits until this many calls were.
    pub(crate) async fn abandoned_times(&self, times: usize) {
        self.shared.abandoned.subscribe().wait_for(|count| *count >= times).await.unwrap();
    }

    /// The upstream that talks to this backend, impatient enough for tests to retry.
    pub(crate) fn upstream(&self) -> ChatGpt {
        self.upstream_with(Timeouts::default(), Arc::new(credential("test-token")))
    }

    /// The same with other timeouts and another login.
    pub(crate) fn upstream_with(&self, timeouts: Timeouts, credentials: Arc<dyn CredentialSource>) -> ChatGpt {
        let wire = HttpWire::new(&self.base, timeouts).unwrap();
        let retry = Retry { pause: std::time::Duration::from_millis(1), ..Retry::default() };
        ChatGpt::new(Arc::new(wire), credentials).with_timeouts(timeouts).with_retry(retry)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A login with this token.
pub(crate) fn credential(token: &str) -> Credential {
    Credential { access_token: token.to_owned().into(), account_id: Some("test-account".to_owned()), fedramp: false }
}

impl Canned {
    /// Status 200 with a transcript of `fixtures/upstream/`.
    pub(crate) fn transcript(file: &str) -> Self {
        Self::Whole(200, vec![("content-type", "text/event-stream")], fixture(file))
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::Whole(status, vec![("content-type", "application/json")], Bytes::copy_from_slice(body.as_bytes()))
    }
}

/// A file of `fixtures/upstream/`.
pub(crate) fn fixture(file: &str) -> Bytes {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join("fixtures/upstream").join(file)).unwrap().into()
}

/// The bytes of a transcript up to, not including, this event.
pub(crate) fn transcript_until(file: &str, event: &str) -> Bytes {
    let bytes = fixture(file);
    let text = std::str::from_utf8(&bytes).unwrap();
    bytes.slice(..text.find(&format!("event: {event}\n")).unwrap())
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let target = parts.uri.to_string();
    let path = parts.uri.path().to_owned();
    let headers = parts.headers;
    shared.captured.lock().unwrap().push(Captured { target, headers: headers.clone(), body: body.clone() });
    let canned = {
        let mut canned = shared.canned.lock().unwrap();
        canned.iter_mut().find(|(ending, _)| path.ends_with(*ending)).and_then(|(_, queue)| queue.pop_front())
    };
    match canned {
        Some(canned) => canned_answer(canned, &shared).await,
        None => simulated(&shared, &path, headers, body).await,
    }
}

async fn canned_answer(canned: Canned, shared: &Arc<Shared>) -> Response {
    let (status, headers, body) = match canned {
        Canned::Hang => {
            let _leaving = Leaving(Arc::clone(shared));
            std::future::pending().await
        }
        Canned::Whole(status, headers, body) => (status, headers, Body::from(body)),
        Canned::Silent(bytes) => (200, Vec::new(), watched(once(bytes).chain(futures_util::stream::pending()), shared)),
        Canned::Broken(bytes) => {
            let broken = [Ok(bytes), Err(std::io::Error::other("broken on purpose"))];
            (200, Vec::new(), flushing(futures_util::stream::iter(broken)))
        }
        Canned::Endless(status) => {
            let filler = Bytes::from(vec![b'x'; 16 * 1024]);
            (status, Vec::new(), watched(futures_util::stream::repeat(filler), shared))
        }
        Canned::Repeating(first, then) => {
            (200, Vec::new(), watched(once(first).chain(futures_util::stream::repeat(then)), shared))
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}

async fn simulated(shared: &Arc<Shared>, path: &str, headers: HeaderMap, body: Bytes) -> Response {
    let document = match path {
        path if path.ends_with("/models") => shared.demo.get_models(headers).await,
        path if path.ends_with("/wham/usage") => shared.demo.get_usage(headers).await,
        _ => {
            let answer = if path.ends_with("/compact") {
                shared.demo.post_compact(headers, body).await.unwrap()
            } else {
                shared.demo.post_responses(headers, body).await.unwrap()
            };
            let failing = answer.body.map(|read| read.map_err(|failure| std::io::Error::other(format!("{failure:?}"))));
            let mut response = Response::new(flushing(failing));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            return response;
        }
    };
    let document = document.unwrap();
    let mut response = Response::new(Body::from(document.body));
    *response.status_mut() = document.status;
    *response.headers_mut() = document.headers;
    response
}

/// A body whose items are sent one by one: the server throws away what it has not sent when the body breaks.
fn flushing(items: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Body {
    Body::from_stream(items.then(async |item| {
        tokio::task::yield_now().await;
        item
    }))
}

fn once(bytes: Bytes) -> impl Stream<Item = Bytes> {
    futures_util::stream::iter([bytes])
}

fn watched(bytes: impl Stream<Item = Bytes> + Send + 'static, shared: &Arc<Shared>) -> Body {
    Body::from_stream(Watched { bytes: Box::pin(bytes), _leaving: Leaving(Arc::clone(shared)) })
}

/// Tells when it is dropped, which is how a server sees a caller go away.
struct Leaving(Arc<Shared>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.abandoned.send_modify(|count| *count += 1);
    }
}

/// A body without end.
struct Watched {
    bytes: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    _leaving: Leaving,
}

impl Stream for Watched {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.bytes.as_mut().poll_next(cx).map(|bytes| bytes.map(Ok))
    }
}
