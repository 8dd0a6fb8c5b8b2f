//! The contract: tables, models and validators made from `schemas/`, and the walk that applies them to a request.
//!
//! Knows nothing of HTTP and tokio.

mod decode;
mod diff;
pub mod table;
mod walk;
pub mod wire;

pub use decode::{Decoded, MAX_VALUES, Reading, Refusal, decode, decode_value, parse};
pub use diff::{Difference, diff};
pub use walk::{Findings, Fired, Problem, Profile, walk};

/// Typed request models of every field some backend accepts.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::restriction, reason = "generated")]
pub mod models {
    include!(concat!(env!("OUT_DIR"), "/models.rs"));
}

/// Operations, verdict rows and wire tables.
#[allow(clippy::all, clippy::pedantic, clippy::restriction, reason = "generated")]
pub mod tables {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}

#[allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "generated"
)]
mod validators {
    include!(concat!(env!("OUT_DIR"), "/validators.rs"));
}

/// What is wrong with a body for the ChatGPT backend's main endpoint, by that vendor's `wire.json`.
pub fn chatgpt_wire_violations(body: &serde_json::Value) -> impl Iterator<Item = jsonschema::ValidationError<'_>> {
    validators::ChatgptWireValidator::iter_errors(body)
}

/// What is wrong with a body for the ChatGPT backend's endpoint that shortens conversations.
pub fn chatgpt_compact_violations(body: &serde_json::Value) -> impl Iterator<Item = jsonschema::ValidationError<'_>> {
    validators::ChatgptCompactValidator::iter_errors(body)
}

/// The compatibility matrix as JSON.
pub const COMPATIBILITY_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/compatibility.json"));
/// The compatibility matrix as Markdown.
pub const COMPATIBILITY_MARKDOWN: &str = include_str!(concat!(env!("OUT_DIR"), "/compatibility.md"));
/// The `OpenAPI` 3.1 document of what the relay accepts.
pub const OPENAPI_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json"));
