//! Who may call the relay. Knows bytes and files, no HTTP types and no upstream.

pub mod bearer;
pub mod token;

pub use bearer::{BearerAuth, BearerError};
pub use token::{RelayToken, TokenError, TokenSource};
