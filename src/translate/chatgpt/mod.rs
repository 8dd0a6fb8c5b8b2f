//! The dialect of the ChatGPT subscription backend.
//!
//! [`hub_to_chatgpt`] and [`hub_to_chatgpt_compact`] make what it is sent; [`Stream`] reads the events of a generation, [`error`] whatever went wrong before, in or after one.

mod compaction;
pub mod error;
mod facts;
mod item;
mod items;
mod request;
mod shape;
mod stream;
mod texts;
mod wire;

pub use compaction::compaction;
pub use facts::{RateLimits, RateWindow, StreamFacts};
pub use request::{Prepared, hub_to_chatgpt, hub_to_chatgpt_compact};
pub use stream::{Stream, StreamStats};
