//! Pure translations between wire shapes: value in, value or error out. No IO, no clocks, no random numbers.

pub mod answer;
pub mod chat_completions;
pub mod completions;
pub mod hub;
mod literal;
pub mod responses;
#[cfg(test)]
mod samples;
