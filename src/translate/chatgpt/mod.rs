//! The ChatGPT subscription backend's dialect: what it sends, into the hub's words.
//!
//! [`Stream`] reads the events of a generation, [`error`] whatever went wrong before, in or after one.

pub mod error;
mod facts;
mod item;
mod items;
mod shape;
mod stream;
mod tables;
mod texts;
mod wire;

pub use facts::{RateLimits, RateWindow, StreamFacts};
pub use stream::{Stream, StreamStats};
