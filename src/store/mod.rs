//! What the relay remembers between requests. For now: output items, in memory.

mod items;

pub use items::{ItemStore, ItemStoreLimits};
