//! `[state]`: what the relay remembers for its clients, and how long.

use std::time::Duration;

use super::raw::RawState;

/// What the relay remembers for its clients, and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateConfig {
    /// `state.response_ttl_hours`: how long a response can be fetched and continued. Zero: not at all.
    pub response_ttl: Duration,
}

impl StateConfig {
    pub(super) fn resolve(raw: &RawState) -> Self {
        Self { response_ttl: Duration::from_secs(u64::from(raw.response_ttl_hours.unwrap_or(24)) * 60 * 60) }
    }
}
