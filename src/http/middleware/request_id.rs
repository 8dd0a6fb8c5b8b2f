//! One id per request: in the logs, and in the answer's `x-request-id`, where SDKs show it.

use std::sync::LazyLock;

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

/// The paths of the contract, for the log.
static ROUTES: LazyLock<matchit::Router<&'static str>> = LazyLock::new(|| {
    let mut routes = matchit::Router::new();
    for path in OPERATIONS.iter().map(|operation| operation.path) {
        // A path that is there already has another method.
        let _ = routes.insert(path, path);
    }
    routes
});

/// The path in the contract that a path is of, for the log; `-` when there is none. What somebody else puts into a path may be a secret.
fn route(path: &str) -> &'static str {
    ROUTES.at(path).map_or("-", |found| *found.value)
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

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, route};

    #[test]
    fn every_path_of_the_contract_is_its_own_route() {
        for operation in OPERATIONS {
            assert_eq!(route(operation.path), operation.path);
        }
    }

    #[test]
    fn a_route_says_nothing_of_what_stands_in_the_path() {
        assert_eq!(route("/v1/models/gpt-5.5"), "/v1/models/{model}");
        assert_eq!(route("/v1/files/file-1/content"), "/v1/files/{file_id}/content");
        for path in ["", "/", "/v1/sk-secret", "/v1/models/a/b", "/v1/models/", "*"] {
            assert!(["-", "/"].contains(&route(path)), "{path}");
        }
    }
}
