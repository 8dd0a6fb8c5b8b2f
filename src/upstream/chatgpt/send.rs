//! One request from the first call to the first generated event.

use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::InvalidHeaderValue;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::events::Events;
use super::models::{self, Fetched};
use super::{ChatGpt, Credential, echo, headers, login};
use crate::contract::wire::ErrorClass;
use crate::secret::Secret;
use crate::traffic::{Exchange, UpstreamCall};
use crate::translate::chatgpt::error::{self, TransportFailure};
use crate::translate::chatgpt::{Prepared, hub_to_chatgpt};
use crate::translate::hub::{HubRequest, UpstreamError};
use crate::upstream::wire::{BodyStream, WireAnswer, WireDocument};
use crate::upstream::{Answer, AnswerFacts, RequestContext};

/// How much of an error's body is read, in bytes: 64 KiB. The classifier needs a sentence; a page is none.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

impl ChatGpt {
    /// Sends a request, again where the failure allows it.
    pub(super) async fn respond(&self, request: HubRequest, cx: RequestContext) -> Result<Answer, UpstreamError> {
        let exchange = &cx.exchange;
        let lite = self.models.wants_lite(&request.model, || self.fetch_models(exchange)).await;
        let request = hub_to_chatgpt(request, lite).map_err(|error| unwritable(&error))?;
        let (events, attempts) = self.retried(&cx, || self.attempt(&request, exchange)).await?;
        Ok(self.answer(events, request.body, attempts))
    }

    /// Makes a call, again where its failure allows it; also tells how often it was made.
    pub(super) async fn retried<T, Fut>(
        &self,
        cx: &RequestContext,
        call: impl Fn() -> Fut,
    ) -> Result<(T, u32), UpstreamError>
    where
        Fut: Future<Output = Result<T, UpstreamError>>,
    {
        let mut attempts = 1;
        loop {
            let error = match call().await {
                Ok(answer) => return Ok((answer, attempts)),
                Err(error) => error,
            };
            let (request_id, class) = (&cx.request_id, error.class.name());
            let Some(pause) = self.retry.pause_after(attempts, &error, rand::random()) else {
                tracing::warn!(%request_id, upstream = self.name, class, attempts, %error, "the upstream call failed");
                return Err(error);
            };
            let pause_ms = pause.as_millis();
            tracing::info!(%request_id, upstream = self.name, class, attempts, pause_ms, %error, "the upstream call is made again");
            cx.exchange.upstream_retried(&error, attempts, pause);
            sleep(pause).await;
            attempts += 1;
        }
    }

    fn answer(&self, (headers, events): (HeaderMap, Events), sent: Bytes, attempts: u32) -> Answer {
        let told = events.facts();
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if let Some(etag) = header("x-models-etag").or_else(|| told.models_etag.clone()) {
            self.models.note_etag(&etag);
        }
        let facts = AnswerFacts {
            upstream_request_id: request_id(&headers).or_else(|| told.request_id.clone()),
            served_model: header("openai-model").or_else(|| told.served_model.clone()),
            rate_limits: rate_limits(&headers),
            attempts,
        };
        Answer { events: Box::pin(events), sent, facts }
    }

    /// One call, up to the first generated event.
    async fn attempt(&self, request: &Prepared, exchange: &Exchange) -> Result<(HeaderMap, Events), UpstreamError> {
        let recorded = UpstreamCall { method: "POST", url: "/responses", begun: Instant::now() };
        let call = |mut headers: HeaderMap| {
            headers::add_responses(&mut headers, request);
            exchange.upstream_request(recorded.method, recorded.url, &headers, Some(&request.body));
            in_time(self.timeouts.first_byte, self.wire.post_responses(headers, request.body.clone()))
        };
        let answered = self.with_login(call, |answer| answer.status, exchange).await;
        let (WireAnswer { status, headers, body }, token) =
            answered.inspect_err(|error| exchange.upstream_failed(error, None))?;
        if !status.is_success() {
            return Err(refusal(status, &headers, body, self.timeouts.document, &token, exchange).await);
        }
        exchange.upstream_response(&recorded, status.as_u16(), &headers, None);
        match Events::new(body, self.timeouts.idle, token, exchange.clone()).until_generated().await {
            Ok(events) => Ok((headers, events)),
            Err(mut error) => {
                error.upstream_request_id = error.upstream_request_id.or_else(|| request_id(&headers));
                exchange.upstream_failed(&error, None);
                Err(error)
            }
        }
    }

    /// Calls with the login in use and, when the backend refuses that, once more if there is a newer one. Tells the token that was used.
    pub(super) async fn with_login<T, F, Fut>(
        &self,
        call: F,
        status: fn(&T) -> StatusCode,
        exchange: &Exchange,
    ) -> Result<(T, Secret<String>), UpstreamError>
    where
        F: Fn(HeaderMap) -> Fut,
        Fut: Future<Output = Result<T, TransportFailure>>,
    {
        let call = async |credential: &Credential| {
            exchange.secret(credential.access_token.expose());
            let headers = headers::common(&self.identity, credential).map_err(no_header)?;
            call(headers).await.map_err(error::from_transport)
        };
        let credential = self.credentials.credential().await?;
        let answer = call(&credential).await?;
        if status(&answer) != StatusCode::UNAUTHORIZED {
            return Ok((answer, credential.access_token));
        }
        let renewed = self.credentials.renewed(credential.clone()).await?;
        if renewed.same(&credential) {
            return Ok((answer, credential.access_token));
        }
        drop(answer);
        Ok((call(&renewed).await?, renewed.access_token))
    }

    /// The live model list.
    pub(super) async fn fetch_models(&self, exchange: &Exchange) -> Result<Fetched, UpstreamError> {
        let document = self.document("/models", |headers| self.wire.get_models(headers), exchange).await?;
        let list: Value = serde_json::from_slice(&document.body).unwrap_or_default();
        let models = models::models(&list).ok_or_else(|| not_as_expected("model list"))?;
        let etag = document.headers.get(http::header::ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Fetched { models: models.into(), etag })
    }

    /// The account's usage, as it came.
    pub(super) async fn fetch_usage(&self, exchange: &Exchange) -> Result<Value, UpstreamError> {
        let document = self.document("/wham/usage", |headers| self.wire.get_usage(headers), exchange).await?;
        let usage: Option<Value> = serde_json::from_slice(&document.body).ok();
        usage.filter(Value::is_object).ok_or_else(|| not_as_expected("usage"))
    }

    /// One of the small JSON routes.
    async fn document<F, Fut>(
        &self,
        url: &'static str,
        get: F,
        exchange: &Exchange,
    ) -> Result<WireDocument, UpstreamError>
    where
        F: Fn(HeaderMap) -> Fut,
        Fut: Future<Output = Result<WireDocument, TransportFailure>>,
    {
        let recorded = UpstreamCall { method: "GET", url, begun: Instant::now() };
        let call = |headers| {
            exchange.upstream_request(recorded.method, url, &headers, None);
            in_time(self.timeouts.document, get(headers))
        };
        let answered = self.with_login(call, |document| document.status, exchange).await;
        let (document, token) = answered.inspect_err(|error| exchange.upstream_failed(error, None))?;
        let WireDocument { status, headers, body } = &document;
        if status.is_success() {
            exchange.upstream_response(&recorded, status.as_u16(), headers, Some(body));
            return Ok(document);
        }
        let mut error = error::from_http(status.as_u16(), headers, body, SystemTime::now());
        echo::hide_in_error(&mut error, &token);
        exchange.upstream_failed(&error, Some((status.as_u16(), headers, body)));
        Err(error)
    }
}

pub(super) async fn in_time<T>(
    longest: Duration,
    call: impl Future<Output = Result<T, TransportFailure>>,
) -> Result<T, TransportFailure> {
    timeout(longest, call).await.unwrap_or(Err(TransportFailure::FirstByteTimeout))
}

/// The failure that an unsuccessful answer tells of.
pub(super) async fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    body: BodyStream,
    longest: Duration,
    token: &Secret<String>,
    exchange: &Exchange,
) -> UpstreamError {
    // A refusal whose words do not come is still a refusal.
    let body = timeout(longest, read_capped(body)).await.unwrap_or_default();
    let mut error = error::from_http(status.as_u16(), headers, &body, SystemTime::now());
    echo::hide_in_error(&mut error, token);
    exchange.upstream_failed(&error, Some((status.as_u16(), headers, &body)));
    error
}

/// The beginning of an error's body; what was read until the connection broke or the end.
pub(super) async fn read_capped(mut body: BodyStream) -> Bytes {
    let mut read = BytesMut::new();
    while let Some(Ok(chunk)) = body.next().await {
        let room = MAX_ERROR_BODY_BYTES - read.len();
        read.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    read.freeze()
}

/// Source: openai/codex `codex-api/src/api_bridge.rs`: the first of these wins.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = ["x-request-id", "x-oai-request-id"].iter().find_map(|name| headers.get(*name));
    id.and_then(|id| id.to_str().ok()).map(str::to_owned)
}

/// The headers about limits, credits and plan.
///
/// Source: openai/codex `codex-api/src/rate_limits.rs`: families beyond `codex` show by the names of their headers.
fn rate_limits(headers: &HeaderMap) -> Vec<(String, String)> {
    const ENDINGS: [&str; 3] = ["-used-percent", "-window-minutes", "-limit-name"];
    const OTHERS: [&str; 2] = ["x-codex-turn-state", "x-codex-safety-buffering"];
    let about_limits = |name: &str| {
        let codex = name.starts_with("x-codex-") && !OTHERS.iter().any(|other| name.starts_with(other));
        codex || (name.starts_with("x-") && (name.contains("-reset-") || ENDINGS.iter().any(|end| name.ends_with(end))))
    };
    let named = headers.iter().filter(|(name, _)| about_limits(name.as_str()));
    named.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect()
}

fn no_header(_: InvalidHeaderValue) -> UpstreamError {
    let message = "the stored login holds characters that no header can carry; log in again";
    login::unusable("upstream_auth_error", message.to_owned())
}

pub(super) fn unwritable(error: &serde_json::Error) -> UpstreamError {
    let message = format!("the request cannot be written as JSON: {error}");
    own_error(ErrorClass::Client, 400, "invalid_request_error", "invalid_value", message)
}

pub(super) fn not_as_expected(what: &str) -> UpstreamError {
    let message = format!("the backend's {what} is not the JSON it should be");
    own_error(ErrorClass::Protocol, 502, "server_error", "upstream_protocol_error", message)
}

/// A failure that is found on this side and that sending again does not mend.
pub(super) fn own_error(class: ErrorClass, status: u16, kind: &str, code: &str, message: String) -> UpstreamError {
    UpstreamError {
        class,
        status,
        kind: kind.to_owned(),
        code: Some(code.to_owned()),
        message,
        param: None,
        retry_after: None,
        upstream_request_id: None,
        retryable: false,
    }
}
