//! Logging in with a browser on this machine: the provider's page sends it back to a listener here.
//!
//! The listener is on loopback only, under both addresses that `localhost` may stand for, and lives as long as the future of the login. Nothing that
//! comes to it ends the wait but a callback with the right state or a call to `/cancel`.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at, sleep, sleep_until, timeout};
use url::Url;

use super::callback::{self, Callback};
use super::error::LoginError;
use super::pages::{self, Page};
use super::pkce::{self, State};
use super::progress::{BrowserLogin, LoginEvent, Progress};
use super::provider::Grant;
use super::renewal::Keeper;

/// What a login may do: say who the user is, and be renewed.
///
/// The Codex CLI asks for two more, for connectors that a relay has no use for; the provider grants these four alone as well.
///
/// Source: `login/src/server.rs` in openai/codex before March 2026, and the peers that still ask for these; verified 2026-08-06.
const SCOPE: &str = "openid profile email offline_access";
/// How often a port in use is tried again, after its user was asked to leave. Source: as above.
const BIND_ATTEMPTS: u32 = 10;
const BIND_PAUSE: Duration = Duration::from_millis(200);
/// How long a browser may take for its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the browser has to fetch the last page.
const LAST_PAGE_TIMEOUT: Duration = Duration::from_millis(800);
/// How often a person is told that the login still waits.
const TICK: Duration = Duration::from_secs(5);
/// How many connections are served at a time.
const MAX_CONNECTIONS: usize = 32;

/// A call that concerns the login, and where its answer goes.
struct Call {
    callback: Callback,
    answer: oneshot::Sender<Page>,
}

/// The listener, under one or both addresses.
struct Listener {
    ipv4: TcpListener,
    ipv6: Option<TcpListener>,
    port: u16,
}

/// Logs in and keeps the login.
pub(super) async fn login(keeper: &Arc<Keeper>, login: BrowserLogin, progress: Progress<'_>) -> Result<(), LoginError> {
    let BrowserLogin { open_browser, workspace_id, timeout: longest } = login;
    let listener = Listener::bind(&keeper.settings.callback_ports).await?;
    let redirect_uri = format!("http://localhost:{}/auth/callback", listener.port);
    let (state, verifier) = (Arc::new(State::new()), pkce::verifier());
    let url = authorize_url(keeper, &redirect_uri, &state, &pkce::challenge(&verifier), workspace_id.as_deref());
    let opened = open_browser && open(&url).await;
    progress(LoginEvent::Browser { url, redirect_uri: redirect_uri.clone(), opened });

    let (calls, mut received) = mpsc::channel(1);
    let mut serving = Box::pin(serve(&listener, &state, &calls));
    let give_up_at = Instant::now() + longest;
    let mut ticks = interval_at(Instant::now() + TICK, TICK);
    let call = loop {
        tokio::select! {
            never = &mut serving => match never {},
            () = sleep_until(give_up_at) => return Err(LoginError::TimedOut { seconds: longest.as_secs() }),
            _ = ticks.tick() => {
                progress(LoginEvent::Waiting { remaining: give_up_at.saturating_duration_since(Instant::now()) });
            }
            Some(Call { callback, answer }) = received.recv() => match callback {
                Callback::Code(_) | Callback::Refused(..) | Callback::Cancel => break Call { callback, answer },
                Callback::TurnedAway(status, reason) => {
                    progress(LoginEvent::TurnedAway { reason });
                    let _ = answer.send(pages::turned_away(status, reason));
                }
                // There is no such page before its time.
                Callback::Success => {
                    let _ = answer.send(pages::turned_away(http::StatusCode::NOT_FOUND, "there is no such page"));
                }
            },
        }
    };
    let ending = async {
        let ended = match call.callback {
            Callback::Code(code) => {
                progress(LoginEvent::Exchanging);
                let grant = Grant { code, verifier, redirect_uri };
                finish(keeper, &grant, workspace_id.as_deref()).await
            }
            Callback::Refused(code, description) => Err(refused(code, description)),
            Callback::Cancel | Callback::Success | Callback::TurnedAway(..) => Err(LoginError::Cancelled),
        };
        // A browser that has gone away does not see the page.
        let _ = call.answer.send(last_page(&ended));
        // The page is on its way; a successful login has another one, which the browser fetches next.
        let longest = if ended.is_ok() { LAST_PAGE_TIMEOUT } else { LAST_PAGE_TIMEOUT / 8 };
        let _ = timeout(longest, received_last(&mut received, ended.is_ok())).await;
        ended
    };
    tokio::select! {
        never = &mut serving => match never {},
        ended = ending => ended,
    }
}

async fn finish(keeper: &Arc<Keeper>, grant: &Grant, workspace_id: Option<&str>) -> Result<(), LoginError> {
    let tokens = keeper.provider.exchange(grant).await.map_err(|error| error.at("the code exchange"))?;
    super::keep(keeper, tokens, workspace_id).await
}

/// Answers what still comes once the login has ended, until the last page has been fetched.
async fn received_last(received: &mut mpsc::Receiver<Call>, is_ok: bool) {
    while let Some(Call { callback, answer }) = received.recv().await {
        let is_last = matches!(callback, Callback::Success);
        let page = if is_last && is_ok {
            pages::success()
        } else {
            pages::turned_away(http::StatusCode::BAD_REQUEST, "the login has ended")
        };
        let _ = answer.send(page);
        if is_last {
            // Long enough for the page to leave; nothing else is waited for.
            sleep(LAST_PAGE_TIMEOUT / 8).await;
            return;
        }
    }
}

fn last_page(ended: &Result<(), LoginError>) -> Page {
    match ended {
        Ok(()) => pages::to_success(),
        Err(LoginError::Cancelled) => pages::cancelled(),
        Err(LoginError::Refused { code, message }) => pages::failed(code, message),
        Err(error @ LoginError::Workspace) => pages::failed("workspace_restriction", &error.to_string()),
        Err(LoginError::Store(_)) => pages::failed("persist_failed", "the login could not be kept"),
        Err(LoginError::Provider { message, .. }) => pages::failed("token_exchange_failed", message),
        Err(error @ (LoginError::Listen { .. } | LoginError::TimedOut { .. } | LoginError::NoDeviceLogin)) => {
            pages::failed("login_failed", &error.to_string())
        }
    }
}

/// Source of the case: `login/src/server.rs` in openai/codex, release 0.147.0, verified 2026-08-06.
fn refused(code: String, description: String) -> LoginError {
    let message = if code == "access_denied" && description.contains("missing_codex_entitlement") {
        "this account or workspace has no access to Codex; ask its administrator".to_owned()
    } else if description.is_empty() {
        code.clone()
    } else {
        description
    };
    LoginError::Refused { code, message }
}

/// The provider's page, with its parameters in the order that the Codex CLI sends them.
fn authorize_url(
    keeper: &Keeper,
    redirect_uri: &str,
    state: &State,
    challenge: &str,
    workspace_id: Option<&str>,
) -> String {
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", keeper.provider.client_id()),
        ("redirect_uri", redirect_uri),
        ("scope", SCOPE),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("id_token_add_organizations", "true"),
        ("codex_cli_simplified_flow", "true"),
        ("state", state.expose()),
        ("originator", &keeper.settings.originator),
    ];
    parameters.extend(workspace_id.map(|id| ("allowed_workspace_id", id)));
    // Spaces as `%20`, which every reader of a query understands.
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish().replace('+', "%20");
    format!("{}?{query}", keeper.provider.url("/oauth/authorize"))
}

/// Starts a browser; says whether one was found.
async fn open(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let opening = tokio::task::spawn_blocking(move || webbrowser::open(url.as_str()).is_ok());
    // A browser in the terminal does not come back before it is closed.
    matches!(timeout(Duration::from_secs(5), opening).await, Ok(Ok(true)))
}

/// Serves for ever. Dropped, it takes its connections along.
async fn serve(listener: &Listener, state: &Arc<State>, calls: &mpsc::Sender<Call>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok(stream) => {
                    connections.spawn(connection(stream, Arc::clone(state), calls.clone()));
                }
                // Out of file descriptors or the like; it passes.
                Err(_) => sleep(BIND_PAUSE).await,
            },
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>, calls: mpsc::Sender<Call>) {
    let service = service_fn(move |request: http::Request<Incoming>| {
        let callback = callback::read(&request, &state);
        let calls = calls.clone();
        async move { Ok::<_, Infallible>(answered(callback, &calls).await) }
    });
    let serving = http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIMEOUT)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    // What goes wrong with one connection is that connection's end.
    let _ = serving.await;
}

async fn answered(callback: Callback, calls: &mpsc::Sender<Call>) -> Page {
    let gone = || pages::turned_away(http::StatusCode::BAD_REQUEST, "the login has ended");
    let (answer, page) = oneshot::channel();
    if calls.send(Call { callback, answer }).await.is_err() {
        return gone();
    }
    page.await.unwrap_or_else(|_| gone())
}

impl Listener {
    /// On the first of these ports that is free, or becomes free when its user is asked to leave.
    async fn bind(ports: &[u16]) -> Result<Self, LoginError> {
        let mut problem = io::Error::from(io::ErrorKind::InvalidInput);
        for &port in ports {
            match Self::bind_to(port).await {
                Ok(listener) => return Ok(listener),
                Err(error) => problem = error,
            }
            if problem.kind() != io::ErrorKind::AddrInUse || !cancel(port).await {
                continue;
            }
            for _ in 0..BIND_ATTEMPTS {
                sleep(BIND_PAUSE).await;
                if let Ok(listener) = Self::bind_to(port).await {
                    return Ok(listener);
                }
            }
        }
        let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
        Err(LoginError::Listen { ports: ports.join(", "), problem: problem.to_string() })
    }

    async fn bind_to(port: u16) -> io::Result<Self> {
        let ipv4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = ipv4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(ipv6) => Ok(Self { ipv4, ipv6: Some(ipv6), port }),
            // Whoever is there would get the callbacks of browsers that prefer it.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
            // This machine has no such address.
            Err(_) => Ok(Self { ipv4, ipv6: None, port }),
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let ipv6 = async {
            match &self.ipv6 {
                Some(ipv6) => ipv6.accept().await,
                None => std::future::pending().await,
            }
        };
        let (stream, _) = tokio::select! {
            accepted = self.ipv4.accept() => accepted?,
            accepted = ipv6 => accepted?,
        };
        Ok(stream)
    }
}

/// Asks a login that was left waiting on a port to end; says whether something there took the call.
///
/// Source: `login/src/server.rs` in openai/codex, release 0.147.0: every such login serves `/cancel`.
async fn cancel(port: u16) -> bool {
    let asking = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let request = format!("GET /cancel HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut start = [0; 12];
        stream.read_exact(&mut start).await?;
        Ok::<_, io::Error>(start == *b"HTTP/1.1 200" || start == *b"HTTP/1.0 200")
    };
    matches!(timeout(Duration::from_secs(2), asking).await, Ok(Ok(true)))
}
