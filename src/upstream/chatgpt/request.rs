//! A request ready to be sent.

use bytes::Bytes;

/// The body in the backend's shape, and what its headers need to know of it.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// JSON after `schemas/upstream/chatgpt/wire.json#/request`.
    pub body: Bytes,
    /// Whether the body is in the Responses Lite form.
    pub lite: bool,
    /// Identifier of the conversation; keeps the turns of one together upstream.
    pub session_id: Option<String>,
}
