//! The account of the demo: its models, its limits. All made up, and named so that nobody takes it for a real one.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use crate::contract::tables::CHATGPT_MODELS_FALLBACK;

/// Version of the model list.
pub(super) const MODELS_ETAG: &str = "W/\"demo\"";

const FIVE_HOURS: u64 = 18_000;
const ONE_WEEK: u64 = 604_800;

/// The bundled model list, as the models route gives it.
pub(super) fn models() -> Bytes {
    Bytes::from_static(CHATGPT_MODELS_FALLBACK.as_bytes())
}

/// Usage of an account that is hardly used.
///
/// Source of the shape: `fixtures/usage/usage.plus.json`.
pub(super) fn usage(now: u64) -> Bytes {
    let window = |used_percent: u64, seconds: u64| {
        json!({
            "used_percent": used_percent,
            "limit_window_seconds": seconds,
            "reset_after_seconds": seconds / 2,
            "reset_at": now + seconds / 2
        })
    };
    let usage = json!({
        "user_id": "user-demo",
        "account_id": "00000000-0000-4000-8000-00000000demo",
        "email": "demo@example.test",
        "plan_type": "demo",
        "rate_limit": {
            "allowed": true,
            "limit_reached": false,
            "primary_window": window(1, FIVE_HOURS),
            "secondary_window": window(2, ONE_WEEK)
        },
        "code_review_rate_limit": null,
        "additional_rate_limits": null,
        "credits": {
            "has_credits": false,
            "unlimited": false,
            "balance": "0",
            "approx_local_messages": [0, 0],
            "approx_cloud_messages": [0, 0]
        },
        "spend_control": { "reached": false, "individual_limit": null },
        "rate_limit_reached_type": null,
        "promo": null,
        "rate_limit_reset_credits": { "available_count": 0 }
    });
    Bytes::from(usage.to_string())
}

/// The headers of a successful answer, beside its content type.
///
/// Source: icebear0828/codex-proxy#65.
pub(super) fn headers() -> HeaderMap {
    let headers = [
        ("x-codex-plan-type", "demo"),
        ("x-codex-active-limit", "codex"),
        ("x-codex-primary-used-percent", "1"),
        ("x-codex-primary-window-minutes", "300"),
        ("x-codex-primary-reset-after-seconds", "9000"),
        ("x-codex-secondary-used-percent", "2"),
        ("x-codex-secondary-window-minutes", "10080"),
        ("x-codex-secondary-reset-after-seconds", "302400"),
        ("x-codex-credits-has-credits", "False"),
        ("x-codex-credits-unlimited", "False"),
        ("x-models-etag", MODELS_ETAG),
        ("x-request-id", "req_demo"),
    ];
    let pairs = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    HeaderMap::from_iter(pairs)
}
