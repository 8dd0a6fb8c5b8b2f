//! Whether a browser may be behind a request: a page on the web must not spend the subscription of whoever opens it.
//!
//! Two checks, before the token and before the body: the `Host` must be a name of this relay (a name that somebody else points at this machine is how
//! DNS rebinding works), and an `Origin`, which only browsers send, must be the relay's own or one that the configuration names.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::cors;
use crate::http::error::ApiError;
use crate::http::{App, Peer, Refused};
use crate::security::Guard;

/// Lets a request through, answers 403, or answers a browser's question whether it may call.
pub(crate) async fn origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let guard = app.guard();
    let by_unix_socket = Peer::of(request.extensions()) == Peer::Unix;
    let host = host(&request).filter(|host| guard.hosts.allows(host, by_unix_socket));
    let Some(host) = host else {
        let message = "the `Host` is no name of this relay; call it as `localhost` or by its address, with its port, or name the host in \
                       `server.allowed_hosts`";
        return Refused::HOST.answer(ApiError::client(StatusCode::FORBIDDEN, "host_not_allowed", message));
    };
    let mut response = match sender(request.headers(), guard, &host) {
        Sender::Unknown => {
            let message = "pages of this origin may not call this relay; `server.allowed_origins` names those that may";
            Refused::ORIGIN.answer(ApiError::client(StatusCode::FORBIDDEN, "origin_not_allowed", message))
        }
        Sender::Program | Sender::OwnPage => next.run(request).await,
        Sender::AllowedPage(origin) => {
            let mut response = match cors::is_preflight(request.method(), request.headers()) {
                true => cors::preflight(request.headers()),
                false => next.run(request).await,
            };
            cors::allow(&mut response, origin);
            response
        }
    };
    if !guard.origins.is_empty() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// What is behind a request.
enum Sender {
    /// No browser, or one that follows a link.
    Program,
    /// A page of the relay itself.
    OwnPage,
    /// A page of an origin that may call.
    AllowedPage(HeaderValue),
    /// Any other page.
    Unknown,
}

fn sender(headers: &HeaderMap, guard: &Guard, host: &str) -> Sender {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(value) = origins.next() else { return Sender::Program };
    match value.to_str() {
        _ if origins.next().is_some() => Sender::Unknown,
        Ok(origin) if origin == guard.hosts.own_origin(host) => Sender::OwnPage,
        Ok(origin) if guard.allows_origin(origin) => Sender::AllowedPage(value.clone()),
        Ok(_) | Err(_) => Sender::Unknown,
    }
}

/// The one host a request names, with its port; none when it names none or several.
fn host(request: &Request) -> Option<String> {
    let in_target = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let in_header = single(request.headers());
    match (in_target, in_header) {
        (Some(target), Some(header)) if target != header => None,
        (Some(target), _) => Some(target),
        (None, header) => header,
    }
}

fn single(headers: &HeaderMap) -> Option<String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_owned();
    hosts.next().is_none().then_some(host)
}
