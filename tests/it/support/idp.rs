//! An identity provider on a free loopback port. Its refresh tokens and codes can be used once, like the real one's.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The account of every token that nobody says otherwise of.
pub(crate) const ACCOUNT: &str = "account-1";
/// Codes the provider takes are this with whatever is to be the verifier's challenge behind it.
const CODE: &str = "code-";

/// The provider; dropping it stops it.
pub(crate) struct Idp {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// A call that reached it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// What the token endpoint does with a call instead of answering it as it should.
#[derive(Debug, Clone)]
pub(crate) enum Trick {
    /// Uses the token up and never answers.
    Hang,
    /// Answers this, with this status and content type.
    Answer(u16, &'static str, String),
    /// Uses the token up and leaves members out of its answer.
    Without(&'static [&'static str]),
}

struct Shared {
    seen: Mutex<Vec<Seen>>,
    tricks: Mutex<VecDeque<Trick>>,
    /// The one refresh token that is good.
    good: Mutex<String>,
    /// When the tokens it gives end, in unix seconds.
    expires_at: Mutex<u64>,
    /// Polls of the device flow that are answered with "not yet".
    pending: Mutex<VecDeque<u16>>,
    exchanges: watch::Sender<usize>,
}

impl Idp {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            tricks: Mutex::default(),
            good: Mutex::new("rt-0".to_owned()),
            expires_at: Mutex::new(4_102_444_800),
            pending: Mutex::default(),
            exchanges: watch::Sender::new(0),
        });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        #[expect(clippy::disallowed_methods, reason = "the provider lives as long as its test")]
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, shared, server }
    }

    /// Without a slash at its end.
    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes the next calls of the token endpoint go wrong.
    pub(crate) fn play(&self, tricks: impl IntoIterator<Item = Trick>) {
        self.shared.tricks.lock().unwrap().extend(tricks);
    }

    /// Answers the next polls of the device flow with these statuses.
    pub(crate) fn pend(&self, statuses: impl IntoIterator<Item = u16>) {
        self.shared.pending.lock().unwrap().extend(statuses);
    }

    /// Has the tokens from now on end then.
    pub(crate) fn set_expiry(&self, at: u64) {
        *self.shared.expires_at.lock().unwrap() = at;
    }

    /// What has reached a path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().iter().filter(|seen| seen.path == path).cloned().collect()
    }

    /// How many calls the token endpoint has had.
    pub(crate) fn exchanges(&self) -> usize {
        *self.shared.exchanges.borrow()
    }

    /// Waits until the token endpoint has had this many calls.
    pub(crate) async fn had(&self, count: usize) {
        self.shared.exchanges.subscribe().wait_for(|had| *had >= count).await.unwrap();
    }

    /// The code for a login that showed this challenge.
    pub(crate) fn code(challenge: &str) -> String {
        format!("{CODE}{challenge}")
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An unsigned token with these claims.
pub(crate) fn jwt(claims: &Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// An access token that ends then; tokens of different serial numbers differ.
pub(crate) fn access_token(serial: &str, expires_at: u64) -> String {
    let auth = json!({"chatgpt_account_id": ACCOUNT});
    jwt(&json!({"exp": expires_at, "jti": serial, "https://api.openai.com/auth": auth}))
}

/// An id token of [`ACCOUNT`].
pub(crate) fn id_token() -> String {
    let auth = json!({"chatgpt_account_id": ACCOUNT, "chatgpt_plan_type": "plus", "chatgpt_user_id": "user-1"});
    jwt(&json!({"email": "user@example.test", "https://api.openai.com/auth": auth}))
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let content_type = headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap()).to_owned();
    let path = uri.path().to_owned();
    shared.seen.lock().unwrap().push(Seen { path: path.clone(), content_type, body: body.clone() });
    match path.as_str() {
        "/oauth/token" => token(&shared, &body).await,
        "/oauth/revoke" => json_answer(200, &json!({})),
        "/api/accounts/deviceauth/usercode" => device_started(&shared),
        "/api/accounts/deviceauth/token" => device_polled(&shared),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn token(shared: &Shared, body: &str) -> Response {
    let trick = shared.tricks.lock().unwrap().pop_front();
    let answer = match &trick {
        Some(Trick::Answer(status, content_type, text)) => {
            let status = StatusCode::from_u16(*status).unwrap();
            (status, [(header::CONTENT_TYPE, *content_type)], text.clone()).into_response()
        }
        Some(Trick::Hang) => {
            exchanged(shared, body, &[]);
            shared.exchanges.send_modify(|count| *count += 1);
            std::future::pending().await
        }
        Some(Trick::Without(members)) => exchanged(shared, body, members),
        None => exchanged(shared, body, &[]),
    };
    shared.exchanges.send_modify(|count| *count += 1);
    answer
}

fn exchanged(shared: &Shared, body: &str, left_out: &[&str]) -> Response {
    if let Err(refusal) = check(shared, body) {
        return refusal;
    }
    let mut good = shared.good.lock().unwrap();
    let serial: u64 = good.trim_start_matches("rt-").parse::<u64>().unwrap() + 1;
    *good = format!("rt-{serial}");
    let access_token = access_token(&serial.to_string(), *shared.expires_at.lock().unwrap());
    let mut tokens = json!({"id_token": id_token(), "access_token": access_token, "refresh_token": *good});
    for member in left_out {
        tokens.as_object_mut().unwrap().remove(*member);
    }
    json_answer(200, &tokens)
}

/// Whether the token or the code is good.
fn check(shared: &Shared, body: &str) -> Result<(), Response> {
    let refused = |status, code: &str| Err(json_answer(status, &json!({"error": {"code": code, "message": code}})));
    if let Ok(renewal) = serde_json::from_str::<Value>(body) {
        let is_good = renewal["refresh_token"] == shared.good.lock().unwrap().as_str();
        return if is_good { Ok(()) } else { refused(400, "refresh_token_reused") };
    }
    let form: std::collections::BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if form["code"] == format!("{CODE}{challenge}") { Ok(()) } else { refused(400, "invalid_grant") }
}

fn device_started(shared: &Shared) -> Response {
    if shared.pending.lock().unwrap().front() == Some(&418) {
        return StatusCode::NOT_FOUND.into_response();
    }
    json_answer(200, &json!({"device_auth_id": "device-1", "user_code": "ABCD-12345", "interval": "1"}))
}

fn device_polled(shared: &Shared) -> Response {
    if let Some(status) = shared.pending.lock().unwrap().pop_front() {
        return json_answer(status, &json!({"error": "slow down"}));
    }
    let verifier = "the-servers-own-verifier";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let code = Idp::code(&challenge);
    json_answer(200, &json!({"authorization_code": code, "code_challenge": challenge, "code_verifier": verifier}))
}

fn json_answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
