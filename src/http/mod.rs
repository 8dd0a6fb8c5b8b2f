//! The HTTP surface: routes, handlers, middleware and the one place where errors become answers.

mod answer;
mod body;
pub(crate) mod call;
mod error;
mod handlers;
mod middleware;
pub mod pages;
mod peer;
mod router;
mod shutdown;
mod state;

pub use body::{BodyTimeout, BodyTimeouts, TimedBody};
pub use error::{ApiError, Origin};
pub use peer::Peer;
pub use router::router;
pub use state::{App, Settings};
