//! The legacy Completions dialect.

mod request;

pub use request::completions_to_hub;
