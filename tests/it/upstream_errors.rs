//! What the classifier makes of every failure the backend is known for.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use airelays::translate::chatgpt::error::{
    TransportFailure, from_error_event, from_failed_response, from_http, from_transport,
};
use airelays::translate::hub::ErrorClass::{self, Auth, Client, Overload, Protocol, Quota, Transient};
use airelays::translate::hub::UpstreamError;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

/// `(class, status, type, code, sent again)`
type Verdict<'a> = (ErrorClass, u16, &'a str, Option<&'a str>, bool);

fn verdict(error: &UpstreamError) -> Verdict<'_> {
    (error.class, error.status, &error.kind, error.code.as_deref(), error.retryable)
}

fn fixture(file: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join("fixtures/upstream").join(file)).unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn headers(pairs: &Value) -> HeaderMap {
    let pairs = pairs.as_object().into_iter().flatten();
    let headers = pairs.map(|(name, value)| {
        (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value.as_str().unwrap()).unwrap())
    });
    headers.collect()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_777_900_000)
}

fn http(status: u16, body: &str) -> UpstreamError {
    from_http(status, &HeaderMap::new(), body.as_bytes(), now())
}

fn http_with(status: u16, pairs: Value, body: &str) -> UpstreamError {
    from_http(status, &headers(&pairs), body.as_bytes(), now())
}

#[test]
fn http_failures_are_classified() {
    let server_error = "server_error";
    let invalid = "invalid_request_error";
    let expected: &[(&str, Verdict<'_>, &str)] = &[
        (
            "usage limit",
            (Quota, 429, "insufficient_quota", Some("usage_limit_reached"), false),
            "The usage limit has been reached",
        ),
        (
            "usage not included",
            (Quota, 403, "insufficient_quota", Some("usage_not_included"), false),
            "(plan lacks Codex)",
        ),
        ("other 429", (Transient, 429, "rate_limit_error", Some("rate_limit_exceeded"), false), "rate limited"),
        (
            "overloaded",
            (Overload, 503, server_error, Some("server_is_overloaded"), false),
            "the backend reported `server_is_overloaded` and gave no message",
        ),
        (
            "slow down",
            (Overload, 503, server_error, Some("slow_down"), false),
            "the backend reported `slow_down` and gave no message",
        ),
        (
            "cyber policy",
            (Client, 400, invalid, Some("cyber_policy"), false),
            "This request has been flagged for potentially high-risk cyber activity.",
        ),
        (
            "bad image",
            (Client, 400, invalid, None, false),
            "The image data you provided does not represent a valid image. Please check your input and try again.",
        ),
        (
            "generic 400 (envelope)",
            (Client, 400, invalid, Some("invalid_value"), false),
            "Invalid value: 'other'. Supported values are: 'search', 'open_page', and 'find_in_page'.",
        ),
        (
            "generic 400 (detail)",
            (Client, 400, invalid, Some("unsupported_parameter"), false),
            "Unsupported parameter: temperature",
        ),
        (
            "encrypted content",
            (Client, 400, invalid, Some("invalid_encrypted_content"), false),
            "The encrypted content could not be verified.",
        ),
        (
            "unauthorized",
            (Auth, 503, "authentication_error", Some("upstream_auth_rejected"), false),
            "Your authentication token has been invalidated. Please try signing in again.",
        ),
        (
            "upgrade required",
            (Protocol, 502, server_error, Some("upstream_protocol_error"), false),
            "the backend answered status 426 and gave no reason",
        ),
        (
            "cloudflare block",
            (Transient, 502, server_error, Some("upstream_blocked"), false),
            "the network edge in front of the backend blocked the request (cf-ray 0000000000000000-XXX); \
             try again later or from another network",
        ),
        (
            "cloudflare challenge",
            (Transient, 502, server_error, Some("upstream_blocked"), false),
            "the network edge in front of the backend blocked the request (cf-ray 0000000000000000-XXX); \
             try again later or from another network",
        ),
        (
            "server error",
            (Transient, 502, server_error, Some("upstream_error"), true),
            "the backend answered status 500 and gave no reason",
        ),
        (
            "bad gateway",
            (Transient, 502, server_error, Some("upstream_error"), true),
            "the backend's network edge answered status 502 with a web page",
        ),
    ];
    let cases: Vec<Value> = serde_json::from_slice(&fixture("errors/http-errors.json")).unwrap();
    assert_eq!(cases.len(), expected.len());
    for case in cases {
        let name = case["case"].as_str().unwrap();
        let (_, expected, message) = expected.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("{name}"));
        let pairs = match case["headers_file"].as_str() {
            Some(file) => serde_json::from_slice(&fixture(file)).unwrap(),
            None => case["headers"].clone(),
        };
        let body = match (case["body_file"].as_str(), &case["body"]) {
            (Some(file), _) => fixture(file),
            (None, Value::String(text)) => text.clone().into_bytes(),
            (None, json) => json.to_string().into_bytes(),
        };
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let error = from_http(status, &headers(&pairs), &body, now());
        assert_eq!(verdict(&error), *expected, "{name}");
        assert_eq!(error.message, *message, "{name}");
    }
}

#[test]
fn failed_responses_are_classified() {
    let check = |code: &str, message: &str, expected: Verdict<'_>, retry_after_ms: Option<u64>| {
        let response = object(json!({"id": "resp_1", "error": {"code": code, "message": message}}));
        let error = from_failed_response(&response, now());
        assert_eq!(verdict(&error), expected, "{code}");
        assert_eq!(error.message, message, "{code}");
        assert_eq!(error.retry_after, retry_after_ms.map(Duration::from_millis), "{code}: {message}");
    };
    let invalid = "invalid_request_error";
    for code in ["context_length_exceeded", "invalid_prompt", "bio_policy", "cyber_policy", "invalid_encrypted_content"]
    {
        check(code, "no", (Client, 400, invalid, Some(code), false), None);
    }
    for code in ["insufficient_quota", "usage_limit_reached", "rate_limit_reached"] {
        check(code, "no", (Quota, 429, "insufficient_quota", Some(code), false), None);
    }
    check("usage_not_included", "no", (Quota, 403, "insufficient_quota", Some("usage_not_included"), false), None);
    for code in ["server_is_overloaded", "slow_down"] {
        check(code, "no", (Overload, 503, "server_error", Some(code), false), None);
    }
    for code in ["server_error", "never_seen_before"] {
        check(code, "no", (Transient, 502, "server_error", Some(code), true), None);
    }
    let limited = |retry| (Transient, 429, "rate_limit_error", Some("rate_limit_exceeded"), retry);
    check("rate_limit_exceeded", "Please try again in 11.054s.", limited(true), Some(11_054));
    check("rate_limit_exceeded", "Please try again in 28ms.", limited(true), Some(28));
    check("rate_limit_exceeded", "Try again in 35 seconds.", limited(true), Some(35_000));
    check("rate_limit_exceeded", "Try again in 2 minutes.", limited(false), Some(120_000));
    check("rate_limit_exceeded", "Try again later.", limited(false), None);

    for response in [json!({}), json!({"error": null}), json!({"error": {}}), json!({"error": []})] {
        let error = from_failed_response(&object(response), now());
        assert_eq!(verdict(&error), (Transient, 502, "server_error", Some("upstream_error"), true));
        assert!(!error.message.is_empty());
    }
}

#[test]
fn error_events_are_read_flat_and_wrapped() {
    let check = |event: Value, expected: Verdict<'_>, message: &str| {
        let error = from_error_event(&object(event.clone()), now());
        assert_eq!(verdict(&error), expected, "{event}");
        assert_eq!(error.message, message, "{event}");
    };
    let invalid = "invalid_request_error";
    check(
        json!({"type": "error", "code": "server_error", "message": "boom", "param": null}),
        (Transient, 502, "server_error", Some("server_error"), true),
        "boom",
    );
    check(
        json!({"type": "error", "code": null, "message": "bad", "param": "input"}),
        (Client, 400, invalid, None, false),
        "bad",
    );
    check(
        json!({"type": "error", "status_code": 429, "error": {"type": "usage_limit_reached", "message": "no more"}}),
        (Quota, 429, "insufficient_quota", Some("usage_limit_reached"), false),
        "no more",
    );
    check(
        json!({"type": "error", "status": 400, "error": {"type": invalid, "message": "no images"}}),
        (Client, 400, invalid, None, false),
        "no images",
    );
    check(
        json!({"type": "error", "error": {"type": invalid, "message": "no images"}}),
        (Client, 400, invalid, None, false),
        "no images",
    );
    check(
        json!({"type": "error", "status": 401, "error": {"code": "token_revoked"}}),
        (Auth, 503, "authentication_error", Some("upstream_auth_rejected"), false),
        "the backend reported `token_revoked` and gave no message",
    );
    check(
        json!({"type": "error"}),
        (Transient, 502, "server_error", Some("upstream_error"), true),
        "the backend reported `upstream_error` and gave no message",
    );
}

#[test]
fn refused_logins_are_the_relays_business() {
    let check = |error: UpstreamError, message: &str| {
        let expected = (Auth, 503, "authentication_error", Some("upstream_auth_rejected"), false);
        assert_eq!(verdict(&error), expected);
        assert_eq!(error.message, message);
    };
    check(http(401, r#"{"detail":"Unauthorized"}"#), "Unauthorized");
    check(
        http(401, r#"{"error":{"code":"token_revoked"}}"#),
        "the backend reported `token_revoked` and gave no message",
    );
    check(http(401, ""), "the backend answered status 401 and gave no reason");
    check(http(403, r#"{"error":{"code":"token_expired","message":"old"}}"#), "old");
    let pairs = serde_json::from_slice(&fixture("headers/x-error-json.json")).unwrap();
    check(http_with(401, pairs, ""), "(text)");
}

#[test]
fn the_error_header_speaks_for_an_empty_body() {
    // {"error":{"code":"cyber_policy","message":"no"}}, without padding
    let encoded = "eyJlcnJvciI6eyJjb2RlIjoiY3liZXJfcG9saWN5IiwibWVzc2FnZSI6Im5vIn19";
    let error = http_with(400, json!({"x-error-json": encoded}), "");
    assert_eq!((error.code.as_deref(), &error.message[..]), (Some("cyber_policy"), "no"));
    let error = http_with(400, json!({"x-error-json": "%%%"}), r#"{"detail":"said here"}"#);
    assert_eq!(error.message, "said here");
}

#[test]
fn words_are_unwrapped_and_never_markup() {
    let check = |status: u16, body: &str, message: &str, param: Option<&str>| {
        let error = http(status, body);
        assert_eq!((&error.message[..], error.param.as_deref()), (message, param), "{body}");
    };
    check(400, r#"{"detail":"Instructions are required"}"#, "Instructions are required", None);
    check(400, r#"{"detail":"Unsupported parameter: top_p"}"#, "Unsupported parameter: top_p", Some("top_p"));
    check(
        422,
        r#"{"detail":[{"type":"missing","loc":["body","input",0,"role"],"msg":"Field required"},{"msg":"Other"}]}"#,
        "Field required; Other",
        Some("input.0.role"),
    );
    check(400, r#"{"detail":{"code":"x","message":"inner"}}"#, "inner", None);
    check(400, r#"{"error":"plain"}"#, "plain", None);
    check(400, r#"{"message":"bare","param":"p"}"#, "bare", Some("p"));
    check(500, r#"{"error":{"message":"{\"error\":{\"message\":\"deep\",\"param\":\"q\"}}"}}"#, "deep", Some("q"));
    check(500, r#"{"detail":"{\"detail\":\"deep\"}"}"#, "deep", None);
    check(502, "upstream connect error", "upstream connect error", None);
    for body in [
        "<html>x</html>",
        "\n <!DOCTYPE html>x",
        r#"{"detail":"<html>x"}"#,
        r#"{"error":{"message":" <b>x"}}"#,
        r#"{"detail":[{"msg":"<p>"}]}"#,
    ] {
        for status in [200, 302, 400, 403, 404, 429, 500, 503] {
            let error = http(status, body);
            assert!(!error.message.contains('<') && !error.message.is_empty(), "{status}: {}", error.message);
        }
    }
    let typed = http_with(503, json!({"content-type": "Text/HTML"}), "Sorry, you have been blocked");
    assert_eq!(typed.message, "the backend's network edge answered status 503 with a web page");
    assert_eq!(http(500, &"x".repeat(5000)).message.len(), 1000);
}

#[test]
fn statuses_decide_where_no_code_does() {
    let check = |status: u16, body: &str, class: ErrorClass, client_status: u16| {
        let error = http(status, body);
        assert_eq!((error.class, error.status), (class, client_status), "{status} {body}");
    };
    let plain = r#"{"error":{"message":"m","type":"invalid_request_error"}}"#;
    check(404, plain, Client, 404);
    check(413, plain, Client, 413);
    check(403, plain, Client, 403);
    check(402, plain, Quota, 429);
    check(429, plain, Transient, 429);
    check(408, plain, Transient, 504);
    check(504, plain, Transient, 504);
    check(503, plain, Overload, 503);
    check(529, plain, Overload, 503);
    check(599, plain, Transient, 502);
    check(302, "", Protocol, 502);
    check(404, "<html>", Protocol, 502);
    check(429, "<html>", Transient, 429);
    check(500, r#"{"error":{"code":"insufficient_quota"}}"#, Quota, 429);
    assert_eq!(
        http(404, r#"{"error":{"code":"model_not_found","message":"m"}}"#).code.as_deref(),
        Some("model_not_found")
    );
}

#[test]
fn delays_come_from_wherever_they_are_named() {
    let seconds = |error: &UpstreamError| error.retry_after.map(|delay| delay.as_secs_f64());
    let limited = r#"{"error":{"message":"m","resets_in_seconds":7}}"#;
    let check = |pairs: Value, body: &str, expected: Option<f64>, retryable: bool| {
        let error = http_with(429, pairs.clone(), body);
        assert_eq!((seconds(&error), error.retryable), (expected, retryable), "{pairs} {body}");
    };
    check(json!({"retry-after": "5"}), limited, Some(5.0), true);
    check(json!({"retry-after-ms": "1500", "retry-after": "9"}), limited, Some(1.5), true);
    check(json!({"retry-after": "Mon, 04 May 2026 13:07:10 GMT"}), "", Some(30.0), true);
    check(json!({"retry-after": "Mon, 04 May 2020 13:07:10 GMT"}), "", Some(0.0), true);
    check(json!({"retry-after": "3600"}), limited, Some(3600.0), false);
    check(json!({"retry-after": "soon"}), limited, Some(7.0), true);
    check(json!({"retry-after": "-1"}), "", Some(0.0), true);
    check(json!({"retry-after": "1e300"}), "", Some(366.0 * 86400.0), false);
    check(json!({}), r#"{"error":{"resets_at":1777900020}}"#, Some(20.0), true);
    check(json!({}), r#"{"error":{"message":"Try again in 3s"}}"#, Some(3.0), true);
    check(json!({}), r#"{"error":{}}"#, None, false);
    let windows = serde_json::from_slice(&fixture("headers/responses-429.json")).unwrap();
    check(windows, "", Some(13873.0), false);
    let error = http_with(500, json!({"retry-after": "120"}), "");
    assert_eq!((seconds(&error), error.retryable), (Some(120.0), false));
}

#[test]
fn calls_can_be_named_to_support() {
    let id = |pairs: Value| http_with(500, pairs, "").upstream_request_id;
    assert_eq!(id(json!({"cf-ray": "c", "x-oai-request-id": "b", "x-request-id": "a"})).as_deref(), Some("a"));
    assert_eq!(id(json!({"cf-ray": "c", "x-oai-request-id": "b"})).as_deref(), Some("b"));
    assert_eq!(id(json!({"cf-ray": "c"})).as_deref(), Some("c"));
    assert_eq!(id(json!({})), None);
}

#[test]
fn transport_failures_are_classified() {
    let check = |failure: TransportFailure, status: u16, code: &str, retryable: bool| {
        let error = from_transport(failure);
        assert_eq!(verdict(&error), (Transient, status, "server_error", Some(code), retryable));
    };
    check(TransportFailure::Connect, 502, "upstream_unreachable", true);
    check(TransportFailure::ConnectTimeout, 504, "upstream_timeout", true);
    check(TransportFailure::FirstByteTimeout, 504, "upstream_timeout", false);
    check(TransportFailure::IdleTimeout, 504, "upstream_timeout", false);
    check(TransportFailure::Reset, 502, "upstream_disconnected", true);
}
