//! The dialect of the ChatGPT subscription backend.
//!
//! [`hub_to_chatgpt`] makes what it is sent; [`Stream`] reads the events of a generation, [`error`] whatever went wrong before, in or after one.

pub mod error;
mod facts;
mod item;
mod items;
mod request;
mod shape;
mod stream;
mod texts;
mod wire;

pub use facts::{RateLimits, RateWindow, StreamFacts};
pub use request::{Prepared, hub_to_chatgpt};
pub use stream::{Stream, StreamStats};
