//! Figures about the traffic, in the text format of Prometheus.
//!
//! Every relay has its own registry. Labels take a bounded set of values: what comes from clients is a label only when it is a name that is known.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use serde_json::Value;

use super::record::{Outcome, Tokens};
use crate::contract::tables::{BOUNDARIES, CHATGPT_MODELS_FALLBACK};

/// Content type of the figures as text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Label of a name that is not known.
const OTHER: &str = "other";

/// Most models that have a label of their own.
const MOST_MODELS: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    status: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Spent {
    kind: &'static str,
    model: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ignored {
    field: &'static str,
}

type Histograms = Family<Operation, Histogram, fn() -> Histogram>;
type Count = Gauge<i64, AtomicI64>;

/// The figures of one relay.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Histograms,
    first_bytes: Histograms,
    active_requests: Count,
    active_streams: Count,
    upstream_errors: Family<Class, Counter>,
    upstream_retries: Family<Class, Counter>,
    tokens: Family<Spent, Counter>,
    rejections: Family<Reason, Counter>,
    ignored_fields: Family<Ignored, Counter>,
    records_dropped: Counter<u64, AtomicU64>,
    models: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let durations: fn() -> Histogram = || Histogram::new(exponential_buckets(0.005, 2.0, 17));
        let mut metrics = Self {
            registry: Registry::with_prefix("airelays"),
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            first_bytes: Family::new_with_constructor(durations),
            active_requests: Gauge::default(),
            active_streams: Gauge::default(),
            upstream_errors: Family::default(),
            upstream_retries: Family::default(),
            tokens: Family::default(),
            rejections: Family::default(),
            ignored_fields: Family::default(),
            records_dropped: Counter::default(),
            models: Mutex::new(known_models()),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("build", "The program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("requests", "Requests that have ended", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "From a request to the end of its answer",
            self.durations.clone(),
        );
        registry.register(
            "first_byte_seconds",
            "From a request to the first byte of its answer's body",
            self.first_bytes.clone(),
        );
        registry.register("active_requests", "Requests whose answer has not ended", self.active_requests.clone());
        registry.register("active_streams", "Streams that have not ended", self.active_streams.clone());
        registry.register(
            "upstream_errors",
            "Calls to the backend that failed, by class of failure",
            self.upstream_errors.clone(),
        );
        registry.register(
            "upstream_retries",
            "Calls to the backend that were made again, by class of failure",
            self.upstream_retries.clone(),
        );
        registry.register("tokens", "Tokens as the backend counts them", self.tokens.clone());
        registry.register("rejections", "Requests turned away before their body was read", self.rejections.clone());
        registry.register("ignored_fields", "Fields left out of requests", self.ignored_fields.clone());
        registry.register("log_records_dropped", "Records that the traffic log lost", self.records_dropped.clone());
    }

    /// All figures as text; `records_dropped` is the traffic log's own count.
    pub(super) fn render(&self, records_dropped: u64) -> String {
        self.records_dropped.inner().store(records_dropped, Ordering::Relaxed);
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    pub(super) fn begun(&self) {
        self.active_requests.inc();
    }

    pub(super) fn stream_begun(&self) {
        self.active_streams.inc();
    }

    pub(super) fn ended(&self, ended: &Ended) {
        let operation = ended.operation.unwrap_or(OTHER);
        let labels = Answered { operation, status: status_class(ended.status), outcome: ended.outcome.name() };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&Operation { operation }).observe(ended.duration.as_secs_f64());
        if let Some(first_byte) = ended.first_byte {
            self.first_bytes.get_or_create(&Operation { operation }).observe(first_byte.as_secs_f64());
        }
        self.active_requests.dec();
        if ended.stream {
            self.active_streams.dec();
        }
        let Tokens { input_tokens, output_tokens, cached_tokens, reasoning_tokens } = ended.tokens;
        for (kind, tokens) in [
            ("input", input_tokens),
            ("output", output_tokens),
            ("cached", cached_tokens),
            ("reasoning", reasoning_tokens),
        ] {
            if let Some(tokens) = tokens {
                let model = self.model_label(ended.served_model.as_deref());
                self.tokens.get_or_create(&Spent { kind, model }).inc_by(tokens);
            }
        }
    }

    pub(super) fn upstream_failed(&self, class: &'static str) {
        self.upstream_errors.get_or_create(&Class { class }).inc();
    }

    pub(super) fn upstream_retried(&self, class: &'static str) {
        self.upstream_retries.get_or_create(&Class { class }).inc();
    }

    pub(super) fn rejected(&self, reason: &'static str) {
        self.rejections.get_or_create(&Reason { reason }).inc();
    }

    pub(super) fn ignored(&self, param: &str) {
        let path = path_of(param);
        let field = known_fields().get(path.as_str()).map_or(OTHER, String::as_str);
        self.ignored_fields.get_or_create(&Ignored { field }).inc();
    }

    /// The name of a model that the backend says it answered with, as long as there are not too many.
    fn model_label(&self, served: Option<&str>) -> String {
        let Some(model) = served.filter(|model| model.len() <= 64) else { return OTHER.to_owned() };
        let mut models = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if models.contains(model) || (models.len() < MOST_MODELS && models.insert(model.to_owned())) {
            model.to_owned()
        } else {
            OTHER.to_owned()
        }
    }
}

/// What the figures say of a request that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) operation: Option<&'static str>,
    pub(super) status: Option<u16>,
    pub(super) outcome: Outcome,
    pub(super) duration: Duration,
    pub(super) first_byte: Option<Duration>,
    pub(super) stream: bool,
    pub(super) tokens: Tokens,
    pub(super) served_model: Option<String>,
}

fn status_class(status: Option<u16>) -> &'static str {
    match status.map(|status| status / 100) {
        None => "none",
        Some(1) => "1xx",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(_) => "5xx",
    }
}

fn known_models() -> BTreeSet<String> {
    let list: Value = serde_json::from_str(CHATGPT_MODELS_FALLBACK).unwrap_or_default();
    let models = list["models"].as_array().into_iter().flatten();
    models.filter_map(|model| model["slug"].as_str().map(str::to_owned)).collect()
}

/// Every field that has a row, without indices: `messages.name`.
fn known_fields() -> &'static BTreeSet<String> {
    static FIELDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let operations = BOUNDARIES.iter().flat_map(|boundary| boundary.operations);
        let rows = operations.flat_map(|operation| operation.rows);
        rows.map(|row| path_of(&row.pointer.trim_start_matches('/').replace("/*", "").replace('/', "."))).collect()
    })
}

/// A parameter without what stands in brackets: `messages[3].name` becomes `messages.name`.
fn path_of(param: &str) -> String {
    let mut depth = 0_usize;
    param
        .chars()
        .filter(|c| {
            match c {
                '[' => depth += 1,
                ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(model: &str) -> Ended {
        Ended {
            operation: Some("responses_create"),
            status: Some(200),
            outcome: Outcome::Completed,
            duration: Duration::from_millis(20),
            first_byte: Some(Duration::from_millis(10)),
            stream: false,
            tokens: Tokens { input_tokens: Some(3), ..Tokens::default() },
            served_model: Some(model.to_owned()),
        }
    }

    #[test]
    fn figures_are_told() {
        let metrics = Metrics::default();
        metrics.begun();
        metrics.begun();
        metrics.ended(&ended("gpt-5.5"));
        metrics.ignored("messages[0].name");
        metrics.ignored("made_up_by_a_client");
        metrics.rejected("bad_token");
        metrics.upstream_failed("quota");
        let text = metrics.render(7);
        for line in [
            r#"airelays_requests_total{operation="responses_create",status="2xx",outcome="completed"} 1"#,
            r#"airelays_request_duration_seconds_bucket{le="0.02",operation="responses_create"} 1"#,
            r#"airelays_first_byte_seconds_count{operation="responses_create"} 1"#,
            "airelays_active_requests 1",
            r#"airelays_tokens_total{kind="input",model="gpt-5.5"} 3"#,
            r#"airelays_ignored_fields_total{field="messages.name"} 1"#,
            r#"airelays_ignored_fields_total{field="other"} 1"#,
            r#"airelays_rejections_total{reason="bad_token"} 1"#,
            r#"airelays_upstream_errors_total{class="quota"} 1"#,
            "airelays_log_records_dropped_total 7",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\nis not in\n{text}");
        }
    }

    #[test]
    fn models_are_bounded() {
        let metrics = Metrics::default();
        for number in 0..200 {
            metrics.ended(&ended(&format!("model-{number}")));
        }
        let text = metrics.render(0);
        assert_eq!(
            text.lines().filter(|line| line.contains("model=\"")).count() - 1,
            MOST_MODELS - known_models().len()
        );
        assert!(text.contains(r#"model="other""#));
    }
}
