//! Who may call: everything needs the relay token, except what the contract calls public.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::contract::table::Access;
use crate::contract::tables::OPERATIONS;
use crate::http::App;
use crate::http::error::ApiError;

/// Public when the configuration says so; the contract calls it protected.
const METRICS_PATH: &str = "/metrics";

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Lets a request through or answers 401.
pub(crate) async fn gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_public = OPERATIONS.iter().any(|operation| operation.access == Access::Public && operation.path == path)
        || (app.settings.public_metrics && path == METRICS_PATH);
    if !is_public && let Some(token) = app.relay_token() {
        let Shown { authorization, api_key } = Shown::in_headers(request.headers());
        let authorization = authorization.as_ref().map(HeaderValue::as_bytes);
        let api_key = api_key.as_ref().map(HeaderValue::as_bytes);
        if let Err(error) = token.check(authorization, api_key).await {
            return ApiError::from(error).into_response();
        }
    }
    next.run(request).await
}

/// What the caller shows; cloned, because a request cannot be borrowed across an await point.
struct Shown {
    authorization: Option<HeaderValue>,
    api_key: Option<HeaderValue>,
}

impl Shown {
    fn in_headers(headers: &HeaderMap) -> Self {
        let sent = |name: HeaderName| headers.get(name).cloned();
        Self { authorization: sent(header::AUTHORIZATION), api_key: sent(X_API_KEY) }
    }
}
