//! The Responses dialect.

mod request;

pub use request::responses_to_hub;
