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
mod text;

pub use answer::{AnswerFold, AnswerStream, error_body};
pub use error::TranslateError;
pub use explain::{EXPLAINABLE, Explanation, explain};
pub(crate) use text::put_json;
pub use text::{JsonText, json_text};
