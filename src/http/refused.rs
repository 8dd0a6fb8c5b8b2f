//! The mark on answers to callers who were turned away before their request was read.

use std::time::Duration;

use axum::response::Response;

use super::error::ApiError;
use crate::security::{BearerError, Denied, Refusal};

/// Why a caller was turned away. It is in the extensions of the answer, for whoever keeps count outside of the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// A name that does not change: `host_not_allowed`, `origin_not_allowed`, `auth_block_active`, `concurrency_limit`, `request_rate_limit` or
    /// `bad_token`.
    pub reason: &'static str,
    /// How long the caller should wait before it tries again.
    pub retry_after: Option<Duration>,
}

impl Refused {
    pub(crate) const HOST: Self = Self { reason: "host_not_allowed", retry_after: None };
    pub(crate) const ORIGIN: Self = Self { reason: "origin_not_allowed", retry_after: None };

    /// The answer that says so, with the mark on it.
    pub(crate) fn answer(self, error: ApiError) -> Response {
        let mut response = axum::response::IntoResponse::into_response(error);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self { reason: refusal.reason(), retry_after: Some(refusal.wait()) }
    }
}

/// `None` when it is not the caller's fault.
impl From<&Denied> for Option<Refused> {
    fn from(denied: &Denied) -> Self {
        match denied {
            Denied::Blocked(refusal) => Some(refusal.into()),
            Denied::Token(
                BearerError::Missing | BearerError::Malformed | BearerError::Several | BearerError::Wrong,
            ) => Some(Refused { reason: "bad_token", retry_after: None }),
            Denied::Token(BearerError::Unavailable(_)) => None,
        }
    }
}
