//! Has a conversation shortened: one call, one JSON answer.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderMap;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::send::{in_time, not_as_expected, refusal, request_id, unwritable};
use super::{ChatGpt, headers};
use crate::traffic::{Exchange, UpstreamCall};
use crate::translate::chatgpt::error::{self, TransportFailure};
use crate::translate::chatgpt::{Prepared, compaction, hub_to_chatgpt_compact};
use crate::translate::hub::{HubRequest, UpstreamError};
use crate::upstream::RequestContext;
use crate::upstream::wire::{BodyStream, WireAnswer};

/// Most that is read of an answer, in bytes: 64 MiB. The encrypted item may have 20 MiB, and what the user said comes beside it.
const MAX_ANSWER_BYTES: usize = 64 << 20;

impl ChatGpt {
    /// Sends a conversation to be shortened, again where the failure allows it.
    pub(super) async fn compacted(
        &self,
        request: HubRequest,
        cx: RequestContext,
    ) -> Result<Map<String, Value>, UpstreamError> {
        let lite = self.models.wants_lite(&request.model, || self.fetch_models(&cx.exchange)).await;
        let request = hub_to_chatgpt_compact(request, lite).map_err(|error| unwritable(&error))?;
        let (answer, _) = self.retried(&cx, || self.compact_once(&request, &cx.exchange)).await?;
        Ok(answer)
    }

    async fn compact_once(&self, request: &Prepared, exchange: &Exchange) -> Result<Map<String, Value>, UpstreamError> {
        let recorded = UpstreamCall { method: "POST", url: "/responses/compact", begun: Instant::now() };
        let longest = self.timeouts.compact;
        let call = |mut headers: HeaderMap| {
            headers::add_compact(&mut headers, request);
            exchange.upstream_request(recorded.method, recorded.url, &headers, Some(&request.body));
            in_time(longest, self.wire.post_compact(headers, request.body.clone()))
        };
        let answered = self.with_login(call, |answer| answer.status, exchange).await;
        let (WireAnswer { status, headers, body }, token) =
            answered.inspect_err(|error| exchange.upstream_failed(error, None))?;
        if !status.is_success() {
            return Err(refusal(status, &headers, body, self.timeouts.document, &token, exchange).await);
        }
        let body = timeout(longest, read_whole(body)).await.unwrap_or(Err(TransportFailure::IdleTimeout));
        let unlike =
            || UpstreamError { upstream_request_id: request_id(&headers), ..not_as_expected("shortened conversation") };
        let body = body.map_err(error::from_transport).inspect_err(|error| exchange.upstream_failed(error, None))?;
        exchange.upstream_response(&recorded, status.as_u16(), &headers, Some(&body));
        compaction(&body).ok_or_else(unlike).inspect_err(|error| exchange.upstream_failed(error, None))
    }
}

/// The whole body, unless it is larger than any answer.
async fn read_whole(mut body: BodyStream) -> Result<Bytes, TransportFailure> {
    let mut read = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        if read.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(TransportFailure::TooLarge);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}
