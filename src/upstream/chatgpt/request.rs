//! A request ready to be sent.

use bytes::Bytes;
use http::HeaderValue;

use crate::contract::wire::ErrorClass;
use crate::translate::chatgpt::{Prepared, hub_to_chatgpt};
use crate::translate::hub::{HubRequest, UpstreamError};

/// Longest conversation name that is sent as a header, in bytes.
const MAX_SESSION_ID_BYTES: usize = 128;

/// A body in the backend's shape, and what its headers need to know of it.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) body: Bytes,
    /// Whether the body is in the Responses Lite form.
    pub(super) lite: bool,
    /// What the turns of a conversation have in common, when the client told.
    pub(super) session_id: Option<HeaderValue>,
}

/// Writes a request in the form its model takes.
///
/// # Errors
///
/// [`UpstreamError`] of class client for a request that cannot be written as JSON.
pub(super) fn outgoing(request: HubRequest, lite: bool) -> Result<Outgoing, Box<UpstreamError>> {
    let session_id = session_id(&request);
    let Prepared { body, lite } = hub_to_chatgpt(request, lite).map_err(|error| {
        Box::new(UpstreamError {
            class: ErrorClass::Client,
            status: 400,
            kind: "invalid_request_error".to_owned(),
            code: Some("invalid_request".to_owned()),
            message: format!("the request cannot be written as JSON: {error}"),
            param: None,
            retry_after: None,
            upstream_request_id: None,
            retryable: false,
        })
    })?;
    Ok(Outgoing { body, lite, session_id })
}

/// The client's own name for the conversation, else its cache key, which clients choose per conversation.
fn session_id(request: &HubRequest) -> Option<HeaderValue> {
    let named = request.client_metadata.get("session_id").or(request.prompt_cache_key.as_ref());
    let named = named.filter(|id| !id.is_empty() && id.len() <= MAX_SESSION_ID_BYTES);
    named.and_then(|id| HeaderValue::from_str(id).ok())
}
