//! What a browser wants to be told before a page of another origin may see an answer. Only for origins that the configuration names.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

const PRIVATE_NETWORK_ASKED: HeaderName = HeaderName::from_static("access-control-request-private-network");
const PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Methods of our operations.
const METHODS: &str = "GET, HEAD, POST, DELETE";

/// Headers of answers that a page may read.
const EXPOSED: &str = "x-request-id, x-airelays-ignored-parameters, x-airelays-models-source, x-airelays-upstream-auth, \
                       x-airelays-upstream-request-id, x-should-retry, retry-after, ratelimit, ratelimit-policy";

/// How long a browser may keep the answer to its question, in seconds.
const MAX_AGE_SECONDS: u16 = 600;

/// Whether a request with an `Origin` only asks whether it may call.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to that. Nothing is read or done for it, and a browser sends no token with it.
pub(super) fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(MAX_AGE_SECONDS));
    // SDKs send a dozen headers of their own, and we read few of them.
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    if asked.get(PRIVATE_NETWORK_ASKED).is_some_and(|value| value == "true") {
        headers.insert(PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    response
}

/// Lets pages of an origin see an answer.
pub(super) fn allow(response: &mut Response, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}
