//! The traffic log: what went through the relay, one JSON object a line, and the figures about it.
//!
//! A request has one [`Exchange`]. Whoever handles the request tells it what happens; it hands [`Record`]s to the writer and never waits for it. Secrets
//! are taken out in one place, where records become text. Knows nothing of routes, nor of the server.

mod body;
mod ending;
mod exchange;
mod files;
mod metrics;
pub mod read;
mod record;
mod redact;
mod spans;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

pub use body::{Body, MAX_LOGGED_BYTES};
pub use ending::Ending;
pub use exchange::{Arrival, Exchange, Failure, UpstreamCall};
pub use files::{Hour, LogFile, find};
pub use metrics::{CONTENT_TYPE as METRICS_CONTENT_TYPE, Metrics};
pub use record::{
    Adapted, CompatibilityAdaptation, End, EndpointAuthFailed, EndpointRejected, Headers, InboundRequest,
    OutboundResponse, Outcome, Record, RelayStarted, RelayStopped, Tokens, UpstreamRequest, UpstreamResponse,
    UpstreamResponseError, UpstreamRetry, UpstreamStreamLine, UpstreamUsage,
};
pub use redact::{REDACTED, SHORTEST_BY_VALUE};
pub use spans::TARGET as SPANS;

use crate::config::LoggingConfig;
use redact::Secrets;
use writer::{Entry, Writer};

/// Request id of records that belong to no request.
const NO_REQUEST: &str = "relay";

/// The traffic log and the figures of one relay.
#[derive(Debug, Clone, Default)]
pub struct Traffic(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Absent when nothing is to be written.
    log: Option<Log>,
    metrics: Metrics,
    is_stopping: AtomicBool,
}

#[derive(Debug)]
struct Log {
    writer: Writer,
    bodies: bool,
    stream_lines: bool,
}

impl Traffic {
    /// Opens the log below a directory. Nothing is written yet; a directory that cannot be written costs records and no request.
    #[must_use]
    pub fn open(logs_dir: PathBuf, config: &LoggingConfig) -> Self {
        let log = config.enabled.then(|| Writer::start(logs_dir, config));
        let log = match log {
            None => None,
            Some(Ok(writer)) => Some(Log { writer, bodies: config.bodies, stream_lines: config.stream_lines }),
            Some(Err(error)) => {
                tracing::warn!(%error, "the traffic log cannot be started; requests go on without it");
                None
            }
        };
        Self(Arc::new(Shared { log, ..Shared::default() }))
    }

    /// A log that goes into this, whatever it is, from a queue of so many records.
    #[cfg(all(test, unix))]
    pub(crate) fn into_file(file: std::fs::File, queue_records: usize) -> std::io::Result<Self> {
        let writer = Writer::start_into(file, queue_records)?;
        Ok(Self(Arc::new(Shared { log: Some(Log { writer, bodies: true, stream_lines: false }), ..Shared::default() })))
    }

    /// Begins the exchange of a request.
    #[must_use]
    pub fn begin(&self, arrival: Arrival<'_>) -> Exchange {
        Exchange::begin(self.clone(), arrival)
    }

    /// Writes that the relay listens.
    pub fn started(&self, started: RelayStarted) {
        self.send(&Arc::from(NO_REQUEST), &Arc::default(), Record::RelayStarted(started), 0);
    }

    /// From now on, what ends early ends because the relay does.
    pub fn stopping(&self) {
        self.0.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Writes that the relay has stopped, and waits until everything is written.
    pub async fn stopped(&self) {
        let records_dropped = self.records_dropped();
        self.send(&Arc::from(NO_REQUEST), &Arc::default(), Record::RelayStopped(RelayStopped { records_dropped }), 0);
        self.flush().await;
    }

    /// Waits until what was recorded so far is written.
    pub async fn flush(&self) {
        if let Some(log) = &self.0.log {
            log.writer.flush().await;
        }
    }

    /// Whether requests are written.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        self.0.log.is_some()
    }

    /// Records that were lost since the start.
    #[must_use]
    pub fn records_dropped(&self) -> u64 {
        self.0.log.as_ref().map_or(0, |log| log.writer.dropped())
    }

    /// The figures in the text format of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.0.metrics.render(self.records_dropped())
    }

    fn send(&self, request_id: &Arc<str>, secrets: &Arc<Secrets>, record: Record, held_bytes: usize) {
        if let Some(log) = &self.0.log {
            let (request_id, secrets) = (Arc::clone(request_id), Arc::clone(secrets));
            log.writer.send(Entry { request_id, logged_at: Timestamp::now(), record, secrets, held_bytes });
        }
    }
}
