//! The mark on answers to callers who were turned away before their request was read.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};

use super::error::ApiError;
use crate::security::{BearerError, Denied};

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
        let mut response = error.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// `None` when it is not the caller's fault.
impl From<&Denied> for Option<Refused> {
    fn from(denied: &Denied) -> Self {
        match denied {
            Denied::Limited(refusal) => Some(Refused { reason: refusal.reason(), retry_after: Some(refusal.wait()) }),
            Denied::Token(
                BearerError::Missing | BearerError::Malformed | BearerError::Several | BearerError::Wrong,
            ) => Some(Refused { reason: "bad_token", retry_after: None }),
            Denied::Token(BearerError::Unavailable(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::security::Refusal;

    #[test]
    fn the_mark_has_the_reason_and_the_wait() {
        let wait = Duration::from_millis(1500);
        for (denied, status, reason, retry_after) in [
            (Refusal::Blocked { wait, admits_token: false }.into(), 429, "auth_block_active", Some(wait)),
            (Refusal::Rate { wait, per_minute: NonZeroU32::MIN }.into(), 429, "request_rate_limit", Some(wait)),
            (Refusal::Concurrency { limit: 8 }.into(), 429, "concurrency_limit", Some(Duration::from_secs(1))),
            (BearerError::Wrong.into(), 401, "bad_token", None),
            (BearerError::Missing.into(), 401, "bad_token", None),
        ] {
            let denied: Denied = denied;
            let refused = Option::<Refused>::from(&denied).unwrap();
            let answer = refused.answer(denied.into());
            assert_eq!(answer.status(), status);
            assert_eq!(answer.extensions().get(), Some(&Refused { reason, retry_after }));
        }
    }
}
