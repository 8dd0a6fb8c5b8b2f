//! All routes: the contract's operations, what answers everything else, and what every request passes first.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use super::App;
use super::error::ApiError;
use super::middleware::{exchange, gate, ids, origin, request_id};
use super::shutdown::until_shutdown;

/// The trait of all supported operations and the routes that call it.
#[allow(unreachable_pub, clippy::all, clippy::pedantic, clippy::restriction, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/router.rs"));
}
pub(super) use generated::Relay;

/// The whole HTTP surface.
pub fn router(app: Arc<App>) -> Router {
    generated::routes::<App>()
        .route_layer(from_fn(ids))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // From the outermost to the innermost; one layer of them all costs a request less than one after the other.
        .layer((
            from_fn(request_id),
            from_fn_with_state(Arc::clone(&app), exchange),
            from_fn_with_state(Arc::clone(&app), until_shutdown),
            from_fn_with_state(Arc::clone(&app), origin),
            from_fn_with_state(Arc::clone(&app), gate),
            from_fn(catch_panic),
        ))
        .with_state(app)
}

/// Answers 500 for a handler that panics; nothing else ends.
async fn catch_panic(request: Request, next: Next) -> Response {
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answered.unwrap_or_else(|_| ApiError::internal().into_response())
}

async fn not_found(request: Request) -> Response {
    let message =
        format!("there is no `{} {}` here; the base URL ends in `/v1`", request.method(), request.uri().path());
    ApiError::client(StatusCode::NOT_FOUND, "unknown_url", message).into_response()
}

async fn method_not_allowed(request: Request) -> Response {
    let message =
        format!("`{}` does not take {}; the `allow` header says what it takes", request.uri().path(), request.method());
    ApiError::client(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message).into_response()
}
