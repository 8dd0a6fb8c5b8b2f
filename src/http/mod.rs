//! The HTTP surface: routes, handlers, middleware and the one place where errors become answers.

mod answer;
pub(crate) mod call;
mod error;
mod handlers;
mod middleware;
pub mod pages;
mod peer;
mod router;
mod socket;
mod state;

pub use error::{ApiError, Origin};
pub use peer::Peer;
pub use router::router;
pub use socket::SocketLimits;
pub use state::{App, Settings};
