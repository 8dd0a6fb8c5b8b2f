//! What a stream tells besides the answer: limits, the model really served, ids. For the relay itself, never for clients.
//!
//! Source: openai/codex `codex-api/src/rate_limits.rs` and `sse/responses.rs`, release 0.147.0, verified 2026-08-06.

use serde_json::{Map, Value};

/// Facts about the account and the call, as the stream told them so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StreamFacts {
    /// The model that answers, which may not be the one that was asked.
    pub served_model: Option<String>,
    /// Opaque routing state.
    pub turn_state: Option<String>,
    /// Version of the model catalog.
    pub models_etag: Option<String>,
    /// The vendor's id of the call.
    pub request_id: Option<String>,
    /// The account's plan, an open set of names.
    pub plan_type: Option<String>,
    /// One entry per limit family; the last word of the stream on each.
    pub rate_limits: Vec<RateLimits>,
}

/// The state of one family of limits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RateLimits {
    /// The family: `codex` unless the vendor names another.
    pub id: String,
    /// Whether requests are still taken.
    pub allowed: Option<bool>,
    /// Whether the limit is used up.
    pub limit_reached: Option<bool>,
    /// The shorter window, or the only one.
    pub primary: Option<RateWindow>,
    /// The longer window.
    pub secondary: Option<RateWindow>,
}

/// How much of a window of time is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateWindow {
    /// 0 to 100; more is possible.
    pub used_percent: f64,
    /// Length of the window, in minutes.
    pub window_minutes: Option<u64>,
    /// Until the window starts anew, in seconds from the event.
    pub reset_after_secs: Option<u64>,
    /// When the window starts anew, in unix seconds.
    pub reset_at: Option<u64>,
}

impl StreamFacts {
    /// Reads an event for the vendor's own client.
    pub(super) fn read_event(&mut self, kind: &str, event: &Map<String, Value>) {
        if let Some(headers) = event.get("headers").and_then(Value::as_object) {
            self.read_headers(headers);
        }
        if kind == "codex.rate_limits" {
            self.read_rate_limits(event);
        }
    }

    /// Reads the answer headers that events and response objects may repeat.
    pub(super) fn read_headers(&mut self, headers: &Map<String, Value>) {
        for (name, value) in headers {
            let Some(value) = value.as_str().filter(|value| !value.is_empty()) else { continue };
            let fact = match name.to_ascii_lowercase().as_str() {
                "openai-model" => &mut self.served_model,
                "x-codex-turn-state" => &mut self.turn_state,
                "x-models-etag" => &mut self.models_etag,
                "x-request-id" => &mut self.request_id,
                "x-codex-plan-type" => &mut self.plan_type,
                _ => continue,
            };
            *fact = Some(value.to_owned());
        }
    }

    fn read_rate_limits(&mut self, event: &Map<String, Value>) {
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        if let Some(plan) = text("plan_type") {
            self.plan_type = Some(plan.to_owned());
        }
        let Some(limits) = event.get("rate_limits").and_then(Value::as_object) else { return };
        let id = text("metered_limit_name").or_else(|| text("limit_name")).unwrap_or("codex");
        let limits = RateLimits {
            id: id.to_owned(),
            allowed: limits.get("allowed").and_then(Value::as_bool),
            limit_reached: limits.get("limit_reached").and_then(Value::as_bool),
            primary: limits.get("primary").and_then(window),
            secondary: limits.get("secondary").and_then(window),
        };
        match self.rate_limits.iter_mut().find(|known| known.id == limits.id) {
            Some(known) => *known = limits,
            None => self.rate_limits.push(limits),
        }
    }
}

fn window(value: &Value) -> Option<RateWindow> {
    let whole = |name: &str| value.get(name).and_then(Value::as_u64);
    Some(RateWindow {
        used_percent: value.get("used_percent")?.as_f64()?,
        window_minutes: whole("window_minutes"),
        reset_after_secs: whole("reset_after_seconds"),
        reset_at: whole("reset_at"),
    })
}
