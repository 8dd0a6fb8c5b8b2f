//! The one error every upstream failure becomes, whatever the vendor and wherever in the exchange it happened.

use std::time::Duration;

pub use crate::contract::wire::ErrorClass;

/// Why an upstream call did not give an answer.
///
/// Made by the vendor's pure classifier from a status and body, an event, or a transport failure; read by the retry loop and by the HTTP edge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UpstreamError {
    /// What kind of failure it is, which decides what is done about it.
    pub class: ErrorClass,
    /// HTTP status for the client while the status line is still open.
    pub status: u16,
    /// OpenAI's `error.type`, such as `invalid_request_error` or `server_error`.
    pub kind: String,
    /// OpenAI's `error.code`: the vendor's own where it gave one.
    pub code: Option<String>,
    /// For the client: the vendor's own words where it gave any; never markup.
    pub message: String,
    /// The field the vendor complains of.
    pub param: Option<String>,
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
    /// The vendor's id of the failed call, for support.
    pub upstream_request_id: Option<String>,
    /// Whether sending the same request again may help (class [`ErrorClass::Overload`] or [`ErrorClass::Transient`] and a short delay).
    pub retryable: bool,
}
