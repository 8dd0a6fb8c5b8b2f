//! The client for the backend's small JSON routes, made by progenitor from `schemas/upstream/chatgpt/client.json`.

use http::{HeaderMap, HeaderName};
use reqwest::Request;

/// What every call of the generated client carries.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    /// Headers to send; they replace those of the same name.
    pub(super) headers: HeaderMap,
}

/// The generated client names its document's version in a header. The backend does not know it, so it would only tell the calls apart from others.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Called by the generated client before each call.
async fn before_send(hook: &Hook, request: &mut Request) -> Result<(), std::convert::Infallible> {
    request.headers_mut().remove(API_VERSION);
    request.headers_mut().extend(hook.headers.clone());
    Ok(())
}

#[allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    private_interfaces,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::allow_attributes,
    reason = "generated"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/upstream_chatgpt.rs"));
}

pub(super) use generated::{Client, Error};
