//! One id per request: in the logs, and in the answer's `x-request-id`, where SDKs show it.

use axum::extract::Request;
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::contract::tables::OPERATIONS;
use crate::http::Peer;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// `req_` and 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(format!("req_{:032x}", rand::random::<u128>()))
    }

    /// The id this middleware gave the request.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_else(Self::new)
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The random digits, for ids of objects made for this request.
    pub(crate) fn digits(&self) -> &str {
        self.0.strip_prefix("req_").unwrap_or(&self.0)
    }
}

/// The path in the contract that a path is of, for the log; `-` when there is none. What somebody else puts into a path may be a secret.
fn route(path: &str) -> &'static str {
    let is_step = |(of_contract, step): (&str, &str)| of_contract == step || of_contract.starts_with('{');
    let is_route = |of_contract: &str| {
        let (expected, steps) = (of_contract.split('/'), path.split('/'));
        expected.clone().count() == steps.clone().count() && expected.zip(steps).all(is_step)
    };
    // One without parameters comes first.
    let routes = OPERATIONS.iter().map(|operation| operation.path).filter(|route| is_route(route));
    routes.min_by_key(|route| route.matches('{').count()).unwrap_or("-")
}

/// Gives the request an id and the answer its header.
pub(crate) async fn request_id(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let (method, route, peer) = (request.method(), route(request.uri().path()), Peer::of(request.extensions()));
    let span =
        tracing::info_span!("request", id = id.as_str(), %method, route, peer = peer.ip().map(tracing::field::display));
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}
