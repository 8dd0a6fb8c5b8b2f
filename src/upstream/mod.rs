//! Model backends, one folder each.

pub mod chatgpt;
