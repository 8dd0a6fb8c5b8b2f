//! The Chat Completions dialect.

mod messages;
mod request;

pub use request::{ChatRequestOptions, chat_to_hub};
