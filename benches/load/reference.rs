//! What everything is compared with: the smallest proxy that axum and reqwest make, passing bytes on as they come.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

struct Target {
    client: reqwest::Client,
    url: String,
}

/// Serves until the process ends, passing every `POST` on to `url`.
pub(crate) async fn serve(listener: TcpListener, url: String) -> anyhow::Result<()> {
    airelays::upstream::install_crypto_provider();
    let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?;
    let router = Router::new().route("/{*path}", post(pass)).with_state(Arc::new(Target { client, url }));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

async fn pass(State(target): State<Arc<Target>>, request: Request) -> Result<Response, StatusCode> {
    let (parts, body) = request.into_parts();
    let headers: HeaderMap = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::ACCEPT]
        .into_iter()
        .filter_map(|name| Some((name.clone(), parts.headers.get(&name)?.clone())))
        .collect();
    let body = reqwest::Body::wrap_stream(body.into_data_stream());
    let answer = target.client.post(&target.url).headers(headers).body(body).send().await;
    let answer = answer.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    if let Some(kind) = answer.headers().get(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    Ok(response)
}
