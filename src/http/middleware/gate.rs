//! Who may call: everything needs the relay token, except what the contract calls public.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::contract::table::Access;
use crate::contract::tables::OPERATIONS;
use crate::http::App;
use crate::http::error::ApiError;

/// Lets a request through or answers 401.
pub(crate) async fn gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let is_public = OPERATIONS.iter().any(|operation| operation.access == Access::Public && operation.path == request.uri().path());
    if !is_public
        && let Some(token) = app.relay_token()
    {
        let sent = |name: header::HeaderName| request.headers().get(name).map(header::HeaderValue::as_bytes);
        let (authorization, api_key) = (sent(header::AUTHORIZATION), sent(header::HeaderName::from_static("x-api-key")));
        if let Err(error) = token.check(authorization, api_key).await {
            return ApiError::from(error).into_response();
        }
    }
    next.run(request).await
}
