//! Pure translations between wire shapes: value in, value or error out. No IO, no clocks, no random numbers.

pub mod chat_completions;
pub mod chatgpt;
pub mod completions;
mod error;
pub mod hub;
pub mod responses;

pub use error::TranslateError;
