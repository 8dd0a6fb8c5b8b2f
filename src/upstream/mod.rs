//! The model backends: one folder per vendor, all behind [`Upstream`].
//!
//! An upstream takes a request, opens the call and gives back a stream of hub events; whatever can go wrong before the first generated event comes as
//! an error with a real status, whatever goes wrong later as an event. Nothing here knows routes or client dialects.

mod catalog;
pub mod chatgpt;
pub mod demo;
pub mod wire;

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

pub use self::catalog::{CatalogSource, ModelCatalog, ModelEntry};
pub use crate::tls::install_crypto_provider;
use crate::traffic::Exchange;
use crate::translate::hub::{HubEvent, HubRequest, UpstreamError};

/// A model backend.
pub trait Upstream: Send + Sync {
    /// Stable lower-case name for logs and headers.
    fn name(&self) -> &'static str;

    /// Whose dialect it speaks, which is also the name of the boundary in `schemas/upstream/`.
    fn vendor(&self) -> &'static str;

    /// The state of the login, as far as can be told without asking the vendor.
    fn login(&self) -> BoxFuture<'_, LoginState>;

    /// Sends a request and waits for the first generated event.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] for everything that goes wrong until then, after the retries that the failure allows. Nothing has reached the client yet.
    fn send(&self, request: HubRequest, cx: RequestContext) -> BoxFuture<'_, Result<Answer, UpstreamError>>;

    /// Has a conversation shortened.
    ///
    /// **Shape**: `{"output": [item], "usage"?: object, …}`, the vendor's own without its private members; `output` is what the conversation can go on from.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`], after the retries that the failure allows.
    fn compact(
        &self,
        request: HubRequest,
        cx: RequestContext,
    ) -> BoxFuture<'_, Result<Map<String, Value>, UpstreamError>>;

    /// The models on offer; from a cache or a bundled list when that is all there is, which [`ModelCatalog::source`] tells.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] of class auth when there is no accepted login.
    fn models(&self, cx: RequestContext) -> BoxFuture<'_, Result<Arc<ModelCatalog>, UpstreamError>>;

    /// The account's plan, limits and credits now; with the vendor's own answer as `raw` when asked for.
    ///
    /// **Shape**: `SubscriptionStatus` in `schemas/openai/relay.json`.
    ///
    /// # Errors
    ///
    /// [`UpstreamError`] when the vendor cannot be asked.
    fn usage(&self, include_raw: bool, cx: RequestContext) -> BoxFuture<'_, Result<Value, UpstreamError>>;
}

/// The state of an upstream login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginState {
    /// This upstream needs none.
    NotNeeded,
    /// There is one that can be used.
    Ready,
    /// There is none.
    Missing,
    /// There is one that cannot be used: expired, damaged, of another account. In a sentence, with what to do about it.
    Unusable(String),
}

/// What belongs to a call beside the request.
#[derive(Debug, Clone, Default)]
pub struct RequestContext {
    /// Our id of the client's request, for logs.
    pub request_id: String,
    /// What is recorded of it.
    pub exchange: Exchange,
}

/// An opened call.
///
/// Dropping `events` cancels the call upstream.
pub struct Answer {
    /// The events. One item holds all events of one read, so that a burst becomes one write downstream; no item is empty.
    pub events: EventStream,
    /// The body as it went upstream.
    pub sent: Bytes,
    /// What is known of the call besides its events.
    pub facts: AnswerFacts,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("sent_bytes", &self.sent.len())
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

/// The events of a generation, as [`HubEvent`] says they come.
pub type EventStream = Pin<Box<dyn Stream<Item = Vec<HubEvent>> + Send>>;

/// What the beginning of an answer tells besides its events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerFacts {
    /// The vendor's id of the call, for support.
    pub upstream_request_id: Option<String>,
    /// The model that answers, which may not be the one that was asked.
    pub served_model: Option<String>,
    /// Headers about limits and credits, names in lower case.
    pub rate_limits: Vec<(String, String)>,
    /// How often the request was sent, the successful call included.
    pub attempts: u32,
}
