//! Whether a browser may be behind a request: a page on the web must not spend the subscription of whoever opens it.
//!
//! Two checks, before the token: the `Host` must be a name of this relay or an address (a name that somebody else points at this machine is how DNS
//! rebinding works), and an `Origin`, which only browsers send, must be the relay's own.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::App;
use crate::http::error::ApiError;

/// Lets a request through or answers 403.
pub(crate) async fn origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let host = host(&request);
    if !host.as_deref().is_some_and(|host| is_ours(host, &app.settings.host)) {
        let message = "the `Host` is no name of this relay; call it by its address or as `localhost`";
        return ApiError::client(StatusCode::FORBIDDEN, "host_not_allowed", message).into_response();
    }
    if let Some(origin) = request.headers().get(header::ORIGIN) {
        let own = host.map(|host| format!("{}://{host}", app.settings.scheme));
        if origin.to_str().ok() != own.as_deref() {
            let message = "web pages may not call this relay; only its own pages may";
            return ApiError::client(StatusCode::FORBIDDEN, "origin_not_allowed", message).into_response();
        }
    }
    next.run(request).await
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

fn is_ours(host: &str, configured: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    address.parse::<IpAddr>().is_ok() || name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(configured)
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn addresses_and_own_names_are_ours() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost:1",
            "LOCALHOST",
            "192.168.1.2:80",
            "relay.lan:8080",
        ] {
            assert!(is_ours(host, "relay.lan"), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example:8080", "localhost.", "", ":8080", "localhost:x", "[::1"] {
            assert!(!is_ours(host, "relay.lan"), "{host}");
        }
    }
}
