//! Who may call the relay, and how much. Knows bytes, addresses and files, no HTTP types and no upstream.

pub mod bearer;
pub mod caller;
pub mod failed_auth;
pub mod guard;
pub mod hosts;
pub mod limits;
mod table;
pub mod token;

pub use bearer::{BearerAuth, BearerError};
pub use caller::Caller;
pub use guard::{Denied, Guard, Shown, Turned};
pub use limits::{Limiter, Refusal};
pub use table::{Account, Census, Slot};
pub use token::{RelayToken, TokenError, TokenSource};
