//! The wire to the real backend: HTTP/1.1 over TLS.
//!
//! One client for all calls, made at the first of them, because reading the system's root certificates takes a noticeable moment. Redirects are not
//! followed: a login must not wander off to another host. Nothing is decompressed, so that what arrives can be passed on as it arrives.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::OnceCell;
use url::Host;

use super::Timeouts;
use super::client::{self, Hook, is_encoded};
use super::send::read_capped;
use crate::translate::chatgpt::error::TransportFailure;
use crate::upstream::install_crypto_provider;
use crate::upstream::wire::{BodyStream, Wire, WireAnswer, WireDocument};

/// Version of the Codex CLI whose model list is asked for; the backend hides models from older ones.
///
/// Source: openai/codex `codex-api/src/endpoint/models.rs`, release 0.147.0, verified 2026-08-06.
const CLIENT_VERSION: &str = "0.147.0";

/// The backend over the network.
#[derive(Debug)]
pub struct HttpWire {
    /// Base of the model routes, without a slash at its end.
    base: String,
    /// Base of `/wham/usage`.
    usage_base: String,
    responses: Url,
    compact: Url,
    client_version: String,
    timeouts: Timeouts,
    client: OnceCell<Client>,
}

impl HttpWire {
    /// To the backend at this base, such as `https://chatgpt.com/backend-api/codex`. No connection is made yet.
    ///
    /// # Errors
    ///
    /// [`url::ParseError`] when the base is no address.
    pub fn new(base: &str, timeouts: Timeouts) -> Result<Self, url::ParseError> {
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self {
            responses: Url::parse(&format!("{base}/responses"))?,
            compact: Url::parse(&format!("{base}/responses/compact"))?,
            usage_base: usage_base(&base),
            base,
            client_version: CLIENT_VERSION.to_owned(),
            timeouts,
            client: OnceCell::new(),
        })
    }

    /// Asking for the model list of another version, `X.Y.Z`.
    #[must_use]
    pub fn with_client_version(self, client_version: String) -> Self {
        Self { client_version, ..self }
    }

    /// The one client. Making it blocks on files, so it is made away from the threads that serve.
    async fn client(&self) -> Result<&Client, TransportFailure> {
        let (timeouts, local) = (self.timeouts, is_loopback(&self.responses));
        let make = async || match tokio::task::spawn_blocking(move || build(timeouts, local)).await {
            Ok(Ok(client)) => Ok(client),
            Ok(Err(error)) => {
                tracing::error!(%error, "the client for the backend cannot be made");
                Err(TransportFailure::Connect)
            }
            Err(_) => Err(TransportFailure::Connect),
        };
        self.client.get_or_try_init(make).await
    }

    async fn post(&self, to: &Url, headers: HeaderMap, body: Bytes) -> Result<WireAnswer, TransportFailure> {
        let call = self.client().await?.post(to.clone()).headers(headers).body(body);
        let answer = call.send().await.map_err(|error| failure(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body: BodyStream = match (is_encoded(&headers), status.is_success()) {
            (false, _) => body_of(answer.bytes_stream()),
            (true, true) => return Err(TransportFailure::Encoded),
            // The status says enough.
            (true, false) => Box::pin(futures_util::stream::empty()),
        };
        Ok(WireAnswer { status, headers, body })
    }

    async fn generated(&self, base: &str, headers: HeaderMap) -> Result<client::Client, TransportFailure> {
        Ok(client::Client::new_with_client(base, self.client().await?.clone(), Hook::new(headers)))
    }
}

impl Wire for HttpWire {
    fn post_responses(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        Box::pin(self.post(&self.responses, headers, body))
    }

    fn post_compact(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        Box::pin(self.post(&self.compact, headers, body))
    }

    fn get_models(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        Box::pin(async move {
            let client = self.generated(&self.base, headers).await?;
            document(client.models_list(&self.client_version, None, None).await, client.unread()).await
        })
    }

    fn get_usage(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        Box::pin(async move {
            let client = self.generated(&self.usage_base, headers).await?;
            document(client.usage_view(None, None).await, client.unread()).await
        })
    }
}

/// The usage is beside `/codex`, not below it.
///
/// Source: openai/codex `backend-client/src/client.rs`, release 0.147.0, verified 2026-08-06; airelays 0.2.4 for bases other than the backend's own.
fn usage_base(base: &str) -> String {
    base.strip_suffix("/codex").unwrap_or(base).to_owned()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Proxies of the environment are used, but not on the way to this machine.
fn build(timeouts: Timeouts, local: bool) -> reqwest::Result<Client> {
    install_crypto_provider();
    let builder = if local { Client::builder().no_proxy() } else { Client::builder() };
    builder
        .http1_only()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .tcp_nodelay(true)
        .build()
}

/// What became of a call of the generated client. It reads bodies to the end only where they are as declared; the others are read here.
async fn document<T: serde::Serialize>(
    answered: Result<progenitor_client::ResponseValue<T>, client::Error<()>>,
    unread: Option<TransportFailure>,
) -> Result<WireDocument, TransportFailure> {
    match answered {
        Ok(value) => {
            let (status, headers) = (value.status(), value.headers().clone());
            let body = serde_json::to_vec(value.as_ref()).unwrap_or_default().into();
            Ok(WireDocument { status, headers, body })
        }
        Err(client::Error::UnexpectedResponse(answer)) => {
            let (status, headers) = (answer.status(), answer.headers().clone());
            let encoded = is_encoded(&headers);
            let body = if encoded { Bytes::new() } else { read_capped(body_of(answer.bytes_stream())).await };
            Ok(WireDocument { status, headers, body })
        }
        // Read once more with less faith in the types.
        Err(client::Error::InvalidResponsePayload(body, _)) => {
            Ok(WireDocument { status: StatusCode::OK, headers: HeaderMap::new(), body })
        }
        Err(client::Error::CommunicationError(error) | client::Error::ResponseBodyError(error)) => Err(failure(&error)),
        Err(client::Error::InvalidUpgrade(error)) => Err(failure(&error)),
        Err(client::Error::InvalidRequest(_) | client::Error::ErrorResponse(_) | client::Error::Custom(_)) => {
            Err(unread.unwrap_or(TransportFailure::Connect))
        }
    }
}

fn body_of(bytes: impl Stream<Item = reqwest::Result<Bytes>> + Send + 'static) -> BodyStream {
    Box::pin(bytes.map(|read| read.map_err(|error| failure(&error))))
}

/// The first sentence of a client's error holds the address and the rest may hold more, so that they stay in the log.
fn failure(error: &reqwest::Error) -> TransportFailure {
    tracing::debug!(error = error as &dyn std::error::Error, "the call to the backend failed");
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => TransportFailure::ConnectTimeout,
        (true, false) => TransportFailure::Connect,
        (false, true) => TransportFailure::FirstByteTimeout,
        (false, false) => TransportFailure::Reset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_is_beside_codex() {
        for (base, usage) in [
            ("https://chatgpt.com/backend-api/codex", "https://chatgpt.com/backend-api"),
            ("https://chatgpt.com/backend-api", "https://chatgpt.com/backend-api"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ] {
            assert_eq!(usage_base(base), usage);
        }
    }
}
