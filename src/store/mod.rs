//! What the relay remembers between requests, in memory: output items for all callers, and the latest responses of each WebSocket.

mod chain;
mod items;

pub use chain::{Chain, ChainLimits, History};
pub use items::{ItemStore, ItemStoreLimits};
