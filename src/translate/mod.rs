//! Pure translations between wire shapes: value in, value or error out. No IO, no clocks, no random numbers.

pub mod chatgpt;
pub mod hub;
