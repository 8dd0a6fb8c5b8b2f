//! `[logging]`: what is written down of requests and answers, and for how long. `[metrics]`: who may read the figures.

use std::time::Duration;

use super::raw::{RawLogging, RawMetrics};

/// Length of a day, in seconds.
const DAY_SECONDS: u64 = 86_400;

/// What is written down of requests and answers, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingConfig {
    /// `logging.enabled`
    pub enabled: bool,
    /// `logging.bodies`: whether bodies are written, or only their length and digest.
    pub bodies: bool,
    /// `logging.stream_lines`: whether every event of the backend's streams is written.
    pub stream_lines: bool,
    /// `logging.retention_days`: files older than this are deleted.
    pub retention: Duration,
    /// `logging.max_total_mb`, in bytes: above this the oldest files are deleted.
    pub max_total_bytes: u64,
}

impl LoggingConfig {
    pub(super) fn resolve(raw: &RawLogging) -> Self {
        Self {
            enabled: raw.enabled.unwrap_or(true),
            bodies: raw.bodies.unwrap_or(true),
            stream_lines: raw.stream_lines.unwrap_or(false),
            retention: Duration::from_secs(u64::from(raw.retention_days.unwrap_or(30)) * DAY_SECONDS),
            max_total_bytes: u64::from(raw.max_total_mb.unwrap_or(2048)) << 20,
        }
    }
}

/// Who may read the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsConfig {
    /// `metrics.public`: whether they are shown without the relay token.
    pub public: bool,
}

impl MetricsConfig {
    pub(super) fn resolve(raw: &RawMetrics) -> Self {
        Self { public: raw.public.unwrap_or(false) }
    }
}
