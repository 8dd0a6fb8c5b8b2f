//! The HTTP endpoints of the ChatGPT backend as seen from above, so that the network ([`super::chatgpt::HttpWire`]) and the embedded simulator
//! ([`super::demo::DemoWire`]) are interchangeable below one and the same pipeline.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode};

use crate::translate::chatgpt::error::TransportFailure;

/// A way to the backend.
///
/// Implementations add nothing to the headers that identifies the caller; those come ready made.
pub trait Wire: Send + Sync {
    /// `POST {base}/responses`; resolves when the status line and headers are there.
    ///
    /// # Errors
    ///
    /// [`TransportFailure`] when no answer came; an answer of any status is a success here.
    fn post_responses(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>>;

    /// `POST {base}/responses/compact`
    ///
    /// # Errors
    ///
    /// As for [`Wire::post_responses`].
    fn post_compact(&self, headers: HeaderMap, body: Bytes) -> BoxFuture<'_, Result<WireAnswer, TransportFailure>>;

    /// `GET {base}/models`
    ///
    /// # Errors
    ///
    /// As for [`Wire::post_responses`].
    fn get_models(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>>;

    /// `GET …/wham/usage`
    ///
    /// # Errors
    ///
    /// As for [`Wire::post_responses`].
    fn get_usage(&self, headers: HeaderMap) -> BoxFuture<'_, Result<WireDocument, TransportFailure>>;
}

/// The body of an answer as it arrives. Dropping it breaks the call off.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, TransportFailure>> + Send>>;

/// An answer whose body is still coming.
pub struct WireAnswer {
    /// HTTP status.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: BodyStream,
}

impl std::fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WireAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// An answer that has arrived as a whole.
#[derive(Debug, Clone)]
pub struct WireDocument {
    /// HTTP status.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// The body; of an unsuccessful answer at most 64 KiB.
    pub body: Bytes,
}
