//! The dialect of the ChatGPT subscription backend.

mod request;

pub use request::{Prepared, hub_to_chatgpt};
