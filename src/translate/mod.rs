//! Pure translations between wire shapes: value in, value or error out. No IO, no clocks, no random numbers.

mod answer;
pub mod chat_completions;
pub mod chatgpt;
pub mod completions;
mod error;
mod explain;
pub mod hub;
mod literal;
pub mod responses;
#[cfg(test)]
mod samples;
mod scan;

pub(crate) use answer::put_json;
pub use answer::{AnswerFold, AnswerStream, error_body};
pub use error::TranslateError;
pub use explain::{EXPLAINABLE, Explanation, explain};
