//! What the upstream answers: whether it is reached, whether the clocks agree, whether it generates.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use http::{HeaderMap, header};
use serde_json::json;

use super::Check;
use crate::auth::{Auth, AuthSettings};
use crate::cli::account::Account;
use crate::cli::time::period;
use crate::config::{Config, UpstreamKind};
use crate::serve;
use crate::translate::chatgpt::error::TransportFailure;
use crate::translate::hub::{HubEvent, HubRequest, UpstreamError};
use crate::upstream::chatgpt::HttpWire;
use crate::upstream::wire::{Wire, WireAnswer, WireDocument};
use crate::upstream::{CatalogSource, ModelCatalog, RequestContext, Upstream, demo};

/// How long the tiny answer may take.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(90);
/// A clock that is this far off is worth a word, in seconds.
const SKEW_WARN_SECS: u64 = 60;
/// A clock that is this far off makes tokens end at the wrong time: they are renewed five minutes before their end.
const SKEW_FAIL_SECS: u64 = 300;

/// Asks the upstream: the model list, and unless it is to be left out one tiny answer.
pub(super) async fn checks(config: &Config, account: Option<&Account>, skip_response: bool) -> Vec<Check> {
    let wire = match config.upstream.kind {
        UpstreamKind::Demo => None,
        UpstreamKind::Chatgpt => match serve::wire(config) {
            Ok(wire) => Some(Arc::new(Noting { wire, seen: Mutex::default() })),
            Err(error) => return vec![Check::fail("upstream", error.to_string(), "correct `upstream.base_url`")],
        },
    };
    let login = Auth::open(AuthSettings::from(config));
    let upstream: Box<dyn Upstream> = match &wire {
        None => Box::new(demo::upstream()),
        Some(wire) => match serve::chatgpt(config, Arc::<Noting>::clone(wire), &login) {
            Ok(upstream) => Box::new(upstream),
            Err(error) => return vec![Check::fail("upstream", error.to_string(), "correct `upstream.originator`")],
        },
    };
    let can_log_in = account.is_none_or(|account| account.status.is_usable);
    let (reached, catalog) = match &wire {
        Some(wire) if !can_log_in => (unauthenticated(config, wire).await, None),
        Some(_) | None => models(config, upstream.as_ref()).await,
    };
    let mut checks = vec![reached];
    checks.extend(wire.as_ref().map(|wire| wire.clock()));
    checks.push(match catalog {
        _ if skip_response => Check::skip("response", "left out, as asked"),
        None => Check::skip("response", "not tried: the checks before it come first"),
        Some(catalog) => response(upstream.as_ref(), &catalog).await,
    });
    login.settled().await;
    checks
}

/// Whether anything answers at all; without a login that is all there is to know.
async fn unauthenticated(config: &Config, wire: &Noting) -> Check {
    let base = &config.upstream.base_url;
    match wire.get_models(HeaderMap::new()).await {
        Ok(document) => {
            Check::ok("upstream", format!("{base} answers ({}, without a login)", document.status.as_u16()))
        }
        Err(failure) => unreached(config, &crate::translate::chatgpt::error::from_transport(failure).message),
    }
}

async fn models(config: &Config, upstream: &dyn Upstream) -> (Check, Option<Arc<ModelCatalog>>) {
    const NAME: &str = "upstream";
    let begun = Instant::now();
    let catalog = match upstream.models(RequestContext::default()).await {
        Ok(catalog) => catalog,
        Err(error) => return (Check::fail(NAME, error.message, "airelays login"), None),
    };
    match &catalog.source {
        CatalogSource::Fallback { reason, .. } => (unreached(config, reason), None),
        CatalogSource::Live | CatalogSource::Cached => {
            let base = if upstream.name() == "demo" { "the demo upstream" } else { &config.upstream.base_url };
            let (count, took_ms) = (catalog.models.len(), begun.elapsed().as_millis());
            (Check::ok(NAME, format!("{base} lists {count} models ({took_ms} ms)")), Some(catalog))
        }
    }
}

fn unreached(config: &Config, reason: &str) -> Check {
    let text = format!("{} gives no model list: {reason}", config.upstream.base_url);
    Check::fail(
        "upstream",
        text,
        "look at the network, a proxy (HTTPS_PROXY) and `upstream.base_url`; https://status.openai.com tells of outages",
    )
}

/// One answer of a word or two.
async fn response(upstream: &dyn Upstream, catalog: &ModelCatalog) -> Check {
    const NAME: &str = "response";
    let Some(model) = catalog.preferred() else {
        return Check::fail(
            NAME,
            "the account may use no model that is listed",
            "look at the plan with `airelays usage`",
        );
    };
    let begun = Instant::now();
    let (slug, fix) = (&model.slug, "airelays usage tells what is left of the limits");
    match tokio::time::timeout(RESPONSE_TIMEOUT, generate(upstream, slug)).await {
        Ok(Ok(())) => Check::ok(NAME, format!("{slug} answers ({} ms)", begun.elapsed().as_millis())),
        Ok(Err(error)) => {
            Check::fail(NAME, format!("{slug} does not answer: {} ({})", error.message, error.status), fix)
        }
        Err(_) => {
            Check::fail(NAME, format!("{slug} has not answered within {}", period(RESPONSE_TIMEOUT.as_secs())), fix)
        }
    }
}

async fn generate(upstream: &dyn Upstream, model: &str) -> Result<(), UpstreamError> {
    let message = json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Reply with the word OK."}]});
    let request = HubRequest {
        model: model.to_owned(),
        instructions: Some("Be brief.".into()),
        // Plain data of our own: it always is an item, and an empty conversation would be refused and told.
        input: serde_json::from_value(message).into_iter().collect(),
        tools: Vec::new(),
        tool_choice: None,
        parallel_tool_calls: None,
        reasoning: None,
        text: None,
        include: Vec::new(),
        service_tier: None,
        prompt_cache_key: None,
        client_metadata: std::collections::BTreeMap::new(),
    };
    let mut answer =
        upstream.send(request, RequestContext { request_id: "doctor".to_owned(), ..RequestContext::default() }).await?;
    let mut ended = false;
    while let Some(events) = answer.events.next().await {
        for event in events {
            if let HubEvent::Error(error) | HubEvent::Terminal { error: Some(error), .. } = event {
                return Err(error);
            }
            ended |= matches!(event, HubEvent::Terminal { .. });
        }
    }
    if ended { Ok(()) } else { Err(crate::translate::chatgpt::error::from_transport(TransportFailure::Reset)) }
}

/// The way to the backend, with a note of what its model list came with.
struct Noting {
    wire: HttpWire,
    seen: Mutex<Option<Seen>>,
}

/// The backend's clock and ours at the same time.
#[derive(Clone, Copy)]
struct Seen {
    theirs: SystemTime,
    ours: SystemTime,
}

impl Noting {
    fn note(&self, headers: &HeaderMap) {
        let date = headers.get(header::DATE).and_then(|date| date.to_str().ok());
        if let Some(theirs) = date.and_then(|date| httpdate::parse_http_date(date).ok()) {
            let seen = Seen { theirs, ours: SystemTime::now() };
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        }
    }

    fn clock(&self) -> Check {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen {
            Some(seen) => clock(seen),
            None => Check::skip("clock", "the upstream has told no time"),
        }
    }
}

fn clock(Seen { theirs, ours }: Seen) -> Check {
    const NAME: &str = "clock";
    let (skew, direction) = match ours.duration_since(theirs) {
        Ok(ahead) => (ahead.as_secs(), "ahead of"),
        Err(behind) => (behind.duration().as_secs(), "behind"),
    };
    let text = format!("this machine's is {} {direction} the upstream's", period(skew));
    let fix = "set the clock (for example with `timedatectl set-ntp true`); tokens end by it";
    match skew {
        0..SKEW_WARN_SECS => Check::ok(NAME, "agrees with the upstream's"),
        SKEW_WARN_SECS..SKEW_FAIL_SECS => Check::warn(NAME, text, fix),
        SKEW_FAIL_SECS.. => Check::fail(NAME, text, fix),
    }
}

impl Wire for Noting {
    fn post_responses(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        self.wire.post_responses(headers, body)
    }

    fn post_compact(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>> {
        self.wire.post_compact(headers, body)
    }

    fn get_models(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        Box::pin(async move {
            let document = self.wire.get_models(headers).await?;
            self.note(&document.headers);
            Ok(document)
        })
    }

    fn get_usage(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>> {
        self.wire.get_usage(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_both_ways() {
        let at = |secs: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
        let told = |ours, theirs| {
            let check = clock(Seen { theirs: at(theirs), ours: at(ours) });
            format!("{} {}", check.mark.name(), check.text)
        };
        assert_eq!(told(1000, 1000), "ok agrees with the upstream's");
        assert_eq!(told(1000, 1059), "ok agrees with the upstream's");
        assert_eq!(told(1000, 1060), "warn this machine's is 1 min behind the upstream's");
        assert_eq!(told(5000, 1000), "fail this machine's is 1 h 6 min ahead of the upstream's");
    }
}
