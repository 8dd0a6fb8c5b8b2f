//! Refusals that a prompt can ask for.

use serde_json::json;

use super::reply::Refusal;

/// An error with the HTTP status of the argument, 500 when it is none.
pub(super) fn status(argument: &str) -> Refusal {
    let status = argument.parse().ok().filter(|status| (400..600).contains(status)).unwrap_or(500);
    match status {
        401 => revoked(),
        503 => {
            Refusal::error(503, "The demo upstream is overloaded.", "server_error", None, Some("server_is_overloaded"))
        }
        400..500 => Refusal::invalid("The demo upstream was told to refuse.", None, None).with_status(status),
        _ => Refusal::error(status, "The demo upstream was told to fail.", "server_error", None, None),
    }
}

/// The page that asks for a browser.
///
/// Source: openai/codex issues 16052 and 29197.
pub(super) fn challenge() -> Refusal {
    let page = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head>\
                <body>Enable JavaScript and cookies to continue</body></html>";
    Refusal::page(403, page).with_header("cf-mitigated", "challenge").with_header("cf-ray", "0000000000000000-XXX")
}

/// The plan's limit is used up; the reset lies an hour and a half after the moment of any answer.
///
/// Source: earendil-works/pi issue 4172.
pub(super) fn usage_limit() -> Refusal {
    let body = json!({ "error": {
        "type": "usage_limit_reached",
        "message": "The usage limit has been reached",
        "plan_type": "demo",
        "eligible_promo": null,
        "resets_in_seconds": 5400
    } });
    Refusal::json(429, &body)
        .with_header("x-codex-active-limit", "codex")
        .with_header("x-codex-plan-type", "demo")
        .with_header("x-codex-primary-used-percent", "100")
        .with_header("x-codex-primary-window-minutes", "300")
        .with_header("x-codex-primary-reset-after-seconds", "5400")
        .with_header("x-codex-rate-limit-reached-type", "rate_limit_reached")
}

/// The login was taken back.
///
/// Source: router-for-me/CLIProxyAPI issue 3654.
pub(super) fn revoked() -> Refusal {
    Refusal::json(
        401,
        &json!({ "error": {
            "message": "Your authentication token has been invalidated. Please try signing in again.",
            "type": "invalid_request_error",
            "code": "token_invalidated",
            "param": null
        }, "status": 401 }),
    )
}
