//! The client for the backend's small JSON routes, made by progenitor from `schemas/upstream/chatgpt/client.json`.

use std::sync::OnceLock;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName};
use progenitor_client::{ClientHooks, ClientInfo as _, OperationInfo};
use reqwest::{Request, Response};

use crate::translate::chatgpt::error::TransportFailure;

/// Most that is read of a successful answer, in bytes: 8 MiB, more than ten times the largest model list seen.
const MAX_DOCUMENT_BYTES: usize = 8 << 20;

/// What every call of the generated client carries. One is made for each call.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    /// Headers to send; they replace those of the same name.
    headers: HeaderMap,
    /// Why the answer was not read.
    unread: OnceLock<TransportFailure>,
}

impl Hook {
    /// Sends these headers.
    pub(super) fn new(headers: HeaderMap) -> Self {
        Self { headers, unread: OnceLock::new() }
    }
}

/// The generated client names its document's version in a header. The backend does not know it, so it would only tell the calls apart from others.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Called by the generated client before each call.
async fn before_send(hook: &Hook, request: &mut Request) -> Result<(), std::convert::Infallible> {
    request.headers_mut().remove(API_VERSION);
    request.headers_mut().extend(hook.headers.clone());
    Ok(())
}

/// The generated client reads successful answers whole, however long they are. This reads them for it, so far and no further.
///
/// It is preferred to the client's own hooks, which are for `&Client`.
impl ClientHooks<Hook> for Client {
    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let answer = self.client().execute(request).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = if is_encoded(&headers) { Err(TransportFailure::Encoded) } else { whole(answer).await? };
        let body = body.unwrap_or_else(|failure| {
            self.inner().unread.get_or_init(|| failure);
            Bytes::new()
        });
        let mut read = http::Response::new(body);
        *read.status_mut() = status;
        *read.headers_mut() = headers;
        Ok(read.into())
    }

    async fn post<E>(
        &self,
        _: &reqwest::Result<Response>,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        match self.unread() {
            Some(failure) => Err(progenitor_client::Error::Custom(format!("{failure:?}"))),
            None => Ok(()),
        }
    }
}

impl Client {
    /// Why the answer was not read, if it was not.
    pub(super) fn unread(&self) -> Option<TransportFailure> {
        self.inner().unread.get().copied()
    }
}

/// Whether a body is something else than it says by its type. The calls ask for `identity`.
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(http::header::CONTENT_ENCODING).iter().any(|value| value != "identity" && !value.is_empty())
}

async fn whole(mut answer: Response) -> reqwest::Result<Result<Bytes, TransportFailure>> {
    let mut read = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        if read.len() + chunk.len() > MAX_DOCUMENT_BYTES {
            return Ok(Err(TransportFailure::TooLarge));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(Ok(read.freeze()))
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
