//! Sends the spans of requests to an OpenTelemetry collector, as protobuf over HTTP, when a variable names one.
//!
//! Ended spans wait in the SDK's bounded queue, and what does not fit is lost. A thread of the SDK sends them; the client for that has a runtime of its
//! own on that thread, so that neither a slow collector nor the end of the server's runtime comes between requests and spans.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest::redirect::Policy;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::config::Environment;
use crate::tls::install_crypto_provider;
use crate::traffic::SPANS;

/// Where the collector is; `/v1/traces` is added.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Where it takes spans, as it is; goes before the other.
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// How long one call to the collector may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the end of the program waits for the last spans to be sent.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Most that is read of a collector's answer, in bytes: 64 KiB. An ordinary one is empty.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// Spans on their way to a collector. What waits at the end is lost unless it is [ended](Export::end).
pub(super) struct Export(SdkTracerProvider);

impl Export {
    /// To the collector that the environment names, if it does. Nothing is sent yet. The SDK reads further variables of the standard by itself, such as
    /// `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_BSP_SCHEDULE_DELAY`.
    pub(super) fn from_environment(environment: &dyn Environment) -> anyhow::Result<Option<Self>> {
        let is_disabled = environment.filled("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let Some(endpoint) = endpoint(environment)?.filter(|_| !is_disabled) else { return Ok(None) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(&endpoint)?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .build()
            .context("the `OTEL_EXPORTER_OTLP_…` variables cannot be followed")?;
        let service = environment.filled("OTEL_SERVICE_NAME").unwrap_or_else(|| env!("CARGO_PKG_NAME").to_owned());
        let resource = Resource::builder()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Some(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())))
    }

    /// What takes spans from `tracing`: those of requests, without events.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let filter = filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(env!("CARGO_PKG_NAME")))
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_filter(filter.with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends what waits, and blocks for it as long as a program may that is about to end.
    pub(super) fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FLUSH_TIMEOUT) {
            tracing::warn!(%error, "the last spans were not sent to the collector");
        }
    }
}

/// The address that spans are posted to.
fn endpoint(environment: &dyn Environment) -> anyhow::Result<Option<String>> {
    let found = match (environment.filled(TRACES_ENDPOINT), environment.filled(ENDPOINT)) {
        (Some(whole), _) => Some((TRACES_ENDPOINT, whole)),
        (None, Some(base)) => Some((ENDPOINT, format!("{}/v1/traces", base.trim_end_matches('/')))),
        (None, None) => None,
    };
    let Some((variable, endpoint)) = found else { return Ok(None) };
    // What was found is not repeated: an address may hold a password.
    match Url::parse(&endpoint) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) && url.has_host() => Ok(Some(endpoint)),
        Ok(_) | Err(_) => bail!("`{variable}`: expected an address that begins with `http://` or `https://`"),
    }
}

/// The client for the collector, made with the first call, because reading the system's root certificates takes a noticeable moment.
#[derive(Debug)]
struct Collector {
    runtime: Runtime,
    client: OnceCell<reqwest::Client>,
    is_local: bool,
    /// Whether the last call failed; only the first failure of a row is told.
    is_failing: AtomicBool,
}

impl Collector {
    fn new(endpoint: &str) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.context("the runtime for sending spans does not start")?,
            client: OnceCell::new(),
            is_local: Url::parse(endpoint).is_ok_and(|url| is_loopback(&url)),
            is_failing: AtomicBool::new(false),
        })
    }

    async fn send(&self, request: Request<Bytes>) -> reqwest::Result<Response<Bytes>> {
        let client = self.client.get_or_try_init(async || build(self.is_local)).await?;
        let mut answer = client.execute(request.try_into()?).await?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await? {
            let room = MAX_ANSWER_BYTES - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
        Ok(response.map(|_| body.freeze()))
    }

    fn told(&self, is_failing: bool, why: &dyn std::fmt::Display) {
        if is_failing && !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "spans cannot be sent to the collector; requests go on without it");
        } else if !is_failing {
            self.is_failing.store(false, Ordering::Relaxed);
        }
    }
}

impl HttpClient for Collector {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            // The SDK's thread does nothing else meanwhile.
            match self.runtime.block_on(self.send(request)) {
                Ok(response) => {
                    self.told(!response.status().is_success(), &response.status());
                    Ok(response)
                }
                Err(error) => {
                    let error = error.without_url();
                    self.told(true, &error);
                    Err(error.into())
                }
            }
        })
    }
}

/// Redirects are not followed: the collector's credentials must not wander off to another host. Proxies are not used on the way to this machine.
fn build(is_local: bool) -> reqwest::Result<reqwest::Client> {
    install_crypto_provider();
    let builder = if is_local { reqwest::Client::builder().no_proxy() } else { reqwest::Client::builder() };
    builder.http1_only().redirect(Policy::none()).referer(false).timeout(CALL_TIMEOUT).build()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn endpoint_of(pairs: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment: BTreeMap<_, _> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        endpoint(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn the_endpoint_is_the_standards() {
        assert_eq!(endpoint_of(&[]), Ok(None));
        for base in ["http://127.0.0.1:4318", "http://127.0.0.1:4318/"] {
            assert_eq!(endpoint_of(&[(ENDPOINT, base)]), Ok(Some("http://127.0.0.1:4318/v1/traces".to_owned())));
        }
        let both = [(ENDPOINT, "http://a"), (TRACES_ENDPOINT, "https://b/spans")];
        assert_eq!(endpoint_of(&both), Ok(Some("https://b/spans".to_owned())));
    }

    #[test]
    fn what_is_no_address_is_refused_by_name_and_not_repeated() {
        for wrong in ["collector:4318", "grpc://user:password@collector", "/v1/traces", "http://"] {
            let error = endpoint_of(&[(ENDPOINT, wrong)]).unwrap_err();
            assert_eq!(
                error,
                "`OTEL_EXPORTER_OTLP_ENDPOINT`: expected an address that begins with `http://` or `https://`"
            );
        }
    }
}
