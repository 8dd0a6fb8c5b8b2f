//! The provider's endpoints, and what their answers mean.
//!
//! Written by hand rather than with the `oauth2` crate: the renewal is JSON where the standard has a form, the device flow is not that of RFC 8628,
//! and the errors come in four shapes. What is left of the standard is two forms. See `docs/adr/0006-own-login.md`.
//!
//! Source: `login/src/server.rs`, `login/src/device_code_auth.rs`, `login/src/auth/{manager,revoke}.rs` in openai/codex, release 0.147.0, verified
//! 2026-08-06.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use url::form_urlencoded::Serializer;

use super::document::Tokens;
use super::error::LoginError;
use super::settings::AuthSettings;
use crate::secret::Secret;
use crate::tls::install_crypto_provider;

/// How much of an answer is read, in bytes: 256 KiB.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// How much of the provider's own words are shown, in characters.
const MAX_WORDS: usize = 300;
/// How long a revocation may take. Source: as above.
const REVOKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Codes that end a login whatever the status. Source: as above.
const FINAL_CODES: [&str; 3] = ["refresh_token_expired", "refresh_token_reused", "refresh_token_invalidated"];

/// The provider.
#[derive(Debug)]
pub(super) struct Provider {
    issuer: String,
    client_id: String,
    timeout: Duration,
    client: OnceCell<Client>,
}

/// A call that did not give what it was made for.
#[derive(Debug, Clone)]
pub(super) struct ProviderError {
    /// The provider's code in lower case, or ours: `timeout`, `unreachable`, `bad_answer`, `http_500`, ….
    pub(super) code: String,
    pub(super) message: String,
    /// The status of an answer.
    pub(super) status: Option<u16>,
}

/// A code of the device flow, and what it stands for.
#[derive(Debug)]
pub(super) struct DeviceCode {
    pub(super) device_auth_id: Secret<String>,
    pub(super) user_code: String,
    pub(super) interval: Duration,
}

/// What a login is exchanged for.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) code: Secret<String>,
    pub(super) verifier: Secret<String>,
    pub(super) redirect_uri: String,
}

struct Answer {
    status: u16,
    body: Value,
    /// The body where it is not JSON.
    words: String,
}

impl Provider {
    pub(super) fn new(settings: &AuthSettings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            timeout: settings.exchange_timeout,
            client: OnceCell::new(),
        }
    }

    /// An address of the provider.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Whom the provider takes us for.
    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// New tokens for a refresh token.
    pub(super) async fn renew(&self, refresh_token: &Secret<String>) -> Result<Tokens, ProviderError> {
        let body = json!({
            "client_id": self.client_id, "grant_type": "refresh_token", "refresh_token": refresh_token.expose(),
        });
        let answer = self.post_json("/oauth/token", &body, self.timeout).await?.accepted(&[refresh_token])?;
        let tokens = tokens(&answer);
        if tokens.access_token.is_none() && tokens.refresh_token.is_none() {
            return Err(lacks("access_token"));
        }
        Ok(tokens)
    }

    /// The tokens of a finished login; all three.
    pub(super) async fn exchange(&self, grant: &Grant) -> Result<Tokens, ProviderError> {
        let body = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", grant.code.expose())
            .append_pair("redirect_uri", &grant.redirect_uri)
            .append_pair("client_id", &self.client_id)
            .append_pair("code_verifier", grant.verifier.expose())
            .finish();
        let answer = self.post("/oauth/token", "application/x-www-form-urlencoded", body, self.timeout).await?;
        let tokens = tokens(&answer.accepted(&[&grant.code, &grant.verifier])?);
        let members = [
            ("id_token", &tokens.id_token),
            ("access_token", &tokens.access_token),
            ("refresh_token", &tokens.refresh_token),
        ];
        let missing = members.into_iter().find(|(_, token)| token.is_none()).map(|(name, _)| name);
        missing.map_or(Ok(tokens), |name| Err(lacks(name)))
    }

    /// Has the provider take a token back.
    pub(super) async fn revoke(
        &self,
        refresh_token: Option<&Secret<String>>,
        access_token: Option<&Secret<String>>,
    ) -> Result<(), ProviderError> {
        let (token, body) = match (refresh_token, access_token) {
            (Some(token), _) => {
                let hint = "refresh_token";
                (token, json!({"token": token.expose(), "token_type_hint": hint, "client_id": self.client_id}))
            }
            (None, Some(token)) => (token, json!({"token": token.expose(), "token_type_hint": "access_token"})),
            (None, None) => return Ok(()),
        };
        let answer = self.post_json("/oauth/revoke", &body, REVOKE_TIMEOUT.min(self.timeout)).await?;
        // What it says beyond the status does not matter.
        if (200..300).contains(&answer.status) { Ok(()) } else { answer.accepted(&[token]).map(drop) }
    }

    /// Begins a device login; `None` where there is none.
    pub(super) async fn begin_device(&self) -> Result<Option<DeviceCode>, ProviderError> {
        let body = json!({"client_id": self.client_id});
        let answer = self.post_json("/api/accounts/deviceauth/usercode", &body, self.timeout).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        let answer = answer.accepted(&[])?;
        let device_auth_id = text(&answer["device_auth_id"]).ok_or_else(|| lacks("device_auth_id"))?;
        let user_code = text(&answer["user_code"]).or_else(|| text(&answer["usercode"]));
        let user_code = user_code.ok_or_else(|| lacks("user_code"))?;
        Ok(Some(DeviceCode {
            device_auth_id: device_auth_id.into(),
            user_code,
            interval: interval(&answer["interval"]),
        }))
    }

    /// Asks whether the user is done; `None` until then.
    pub(super) async fn poll_device(&self, device: &DeviceCode) -> Result<Option<Grant>, ProviderError> {
        let body = json!({"device_auth_id": device.device_auth_id.expose(), "user_code": device.user_code});
        let answer = self.post_json("/api/accounts/deviceauth/token", &body, self.timeout).await?;
        if matches!(answer.status, 403 | 404) {
            return Ok(None);
        }
        let answer = answer.accepted(&[&device.device_auth_id])?;
        let member = |name| text(&answer[name]).map(Secret::new).ok_or_else(|| lacks(name));
        Ok(Some(Grant {
            code: member("authorization_code")?,
            verifier: member("code_verifier")?,
            redirect_uri: self.url("/deviceauth/callback"),
        }))
    }

    async fn post_json(&self, path: &str, body: &Value, longest: Duration) -> Result<Answer, ProviderError> {
        self.post(path, "application/json", body.to_string(), longest).await
    }

    async fn post(
        &self,
        path: &str,
        content_type: &'static str,
        body: String,
        longest: Duration,
    ) -> Result<Answer, ProviderError> {
        let call = async {
            let request = self.client().await?.post(self.url(path)).header(CONTENT_TYPE, content_type).body(body);
            let answer = request.send().await.map_err(|error| failure(&error))?;
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let mut bytes = Secret::new(Vec::new());
            let mut chunks = answer.bytes_stream();
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|error| failure(&error))?;
                bytes = Secret::new([bytes.expose().as_slice(), &chunk].concat());
                if bytes.expose().len() > MAX_ANSWER_BYTES {
                    return Err(ProviderError::own("bad_answer", "the provider's answer is too long"));
                }
            }
            Ok(Answer::new(status, &headers, bytes.expose()))
        };
        let too_long = || {
            let message = format!("the provider did not answer within {} seconds", longest.as_secs_f32());
            ProviderError::own("timeout", &message)
        };
        tokio::time::timeout(longest, call).await.map_err(|_| too_long())?
    }

    /// Making the client reads the system's root certificates, away from the threads that serve.
    async fn client(&self) -> Result<&Client, ProviderError> {
        let is_local = is_loopback(&self.issuer);
        let make = async || match tokio::task::spawn_blocking(move || build(is_local)).await {
            Ok(Ok(client)) => Ok(client),
            Ok(Err(_)) | Err(_) => {
                Err(ProviderError::own("no_client", "the system's root certificates cannot be read"))
            }
        };
        self.client.get_or_try_init(make).await
    }
}

impl ProviderError {
    fn own(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned(), status: None }
    }

    /// Whether only a new login helps.
    ///
    /// Source: `login/src/auth/manager.rs` in openai/codex, release 0.147.0: 401, or one of three codes at any status.
    pub(super) fn is_permanent(&self) -> bool {
        self.status == Some(401) || FINAL_CODES.contains(&self.code.as_str())
    }

    /// Whether the provider may have done its part although no answer came.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.status.is_none() && self.code != "unreachable" && self.code != "no_client"
    }

    /// As the end of a login.
    pub(super) fn at(self, step: &'static str) -> LoginError {
        LoginError::Provider { step, code: self.code, message: self.message }
    }
}

impl Answer {
    fn new(status: u16, headers: &HeaderMap, bytes: &[u8]) -> Self {
        let is_page = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|content_type| content_type.contains("html"));
        let text = String::from_utf8_lossy(bytes);
        match serde_json::from_slice::<Value>(bytes) {
            Ok(body) => Self { status, body, words: String::new() },
            Err(_) if is_page || text.trim_start().starts_with('<') => {
                Self { status, body: Value::Null, words: String::new() }
            }
            Err(_) => Self { status, body: Value::Null, words: text.into_owned() },
        }
    }

    /// The body of a good answer. The secrets that were sent do not come back in an error.
    fn accepted(self, sent: &[&Secret<String>]) -> Result<Value, ProviderError> {
        let Self { status, body, words } = self;
        if (200..300).contains(&status) {
            return if body.is_object() {
                Ok(body)
            } else {
                Err(ProviderError::own("bad_answer", "the provider's answer is not a JSON object"))
            };
        }
        let error = &body["error"];
        let code = [&error["code"], error, &body["code"]].into_iter().find_map(text);
        let message = [&body["error_description"], &error["message"], error, &error["code"]].into_iter().find_map(text);
        let message = message.unwrap_or(words);
        let message = cleaned(&message, sent);
        Err(ProviderError {
            code: code.map_or_else(|| format!("http_{status}"), |code| cleaned(&code.to_lowercase(), sent)),
            message: if message.is_empty() {
                format!("the provider answered with HTTP {status} only")
            } else {
                message
            },
            status: Some(status),
        })
    }
}

fn tokens(answer: &Value) -> Tokens {
    let token = |name| text(&answer[name]).map(Secret::new);
    Tokens { id_token: token("id_token"), access_token: token("access_token"), refresh_token: token("refresh_token") }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn lacks(member: &str) -> ProviderError {
    ProviderError::own("bad_answer", &format!("the provider's answer lacks `{member}`"))
}

/// Seconds, as text or number; 5 when it does not say. Never less than one and never more than a minute.
fn interval(value: &Value) -> Duration {
    let seconds = value.as_str().and_then(|text| text.trim().parse().ok()).or_else(|| value.as_u64());
    Duration::from_secs(seconds.unwrap_or(5).clamp(1, 60))
}

/// The provider's words, fit for a terminal: no secrets, no control characters, not long.
fn cleaned(words: &str, secrets: &[&Secret<String>]) -> String {
    let mut words = words.to_owned();
    for secret in secrets {
        words = words.replace(secret.expose(), "[redacted]");
    }
    let words = words.split_whitespace().map(|word| if word.contains("eyJ") { "[redacted]" } else { word });
    let words = words.collect::<Vec<_>>().join(" ");
    words.chars().filter(|character| !character.is_control()).take(MAX_WORDS).collect()
}

/// The first sentence of a client's error holds the address and the rest may hold more, so that they stay in the log.
fn failure(error: &reqwest::Error) -> ProviderError {
    tracing::debug!(error = error as &dyn std::error::Error, "the call to the provider failed");
    if error.is_connect() {
        ProviderError::own("unreachable", "the provider cannot be reached; check the network")
    } else {
        ProviderError::own("connection_lost", "the connection to the provider broke off")
    }
}

fn is_loopback(issuer: &str) -> bool {
    match url::Url::parse(issuer).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Proxies of the environment are used, but not on the way to this machine.
fn build(is_local: bool) -> reqwest::Result<Client> {
    install_crypto_provider();
    let builder = if is_local { Client::builder().no_proxy() } else { Client::builder() };
    builder
        .http1_only()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("airelays/", env!("CARGO_PKG_VERSION")))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> String {
        let secret = Secret::new("rt-secret".to_owned());
        let error = Answer::new(status, &HeaderMap::new(), body.as_bytes()).accepted(&[&secret]).unwrap_err();
        format!("{} {} {}", error.code, error.is_permanent(), error.message)
    }

    #[test]
    fn errors_in_all_their_shapes() {
        let long = "x".repeat(1000);
        let shapes = [
            refused(401, r#"{"error": {"code": "refresh_token_expired"}}"#),
            refused(400, r#"{"error": {"message": "used already", "code": "refresh_token_reused"}}"#),
            refused(401, r#"{"error": "invalid_grant", "error_description": "it is over"}"#),
            refused(400, r#"{"code": "REFRESH_TOKEN_EXPIRED"}"#),
            refused(400, r#"{"error": {"message": "the token rt-secret is odd", "code": "empty_string"}}"#),
            refused(500, "upstream exploded\u{1b}[31m"),
            refused(502, "<html><body>Bad gateway</body></html>"),
            refused(500, ""),
            refused(200, "<html>"),
            refused(200, "[]"),
            refused(400, r#"{"error_description": "seen eyJhbGciOi.x.y"}"#),
        ];
        insta::assert_snapshot!(shapes.join("\n"), @"
        refresh_token_expired true refresh_token_expired
        refresh_token_reused true used already
        invalid_grant true it is over
        refresh_token_expired true the provider answered with HTTP 400 only
        empty_string false the token [redacted] is odd
        http_500 false upstream exploded[31m
        http_502 false the provider answered with HTTP 502 only
        http_500 false the provider answered with HTTP 500 only
        bad_answer false the provider's answer is not a JSON object
        bad_answer false the provider's answer is not a JSON object
        http_400 false seen [redacted]
        ");
        assert_eq!(refused(500, &long).len(), MAX_WORDS + "http_500 false ".len());
    }

    #[test]
    fn an_interval_is_a_text_or_a_number() {
        for (value, seconds) in
            [(json!("7"), 7), (json!(3), 3), (json!(null), 5), (json!("soon"), 5), (json!("900"), 60), (json!("0"), 1)]
        {
            assert_eq!(interval(&value).as_secs(), seconds, "{value}");
        }
    }
}
