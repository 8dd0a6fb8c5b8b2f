//! The HTTP surface: routes, handlers, middleware and the one place where errors become answers.

mod answer;
mod body;
pub(crate) mod call;
mod error;
mod handlers;
mod held;
mod media;
mod middleware;
pub mod pages;
mod peer;
mod refused;
mod router;
mod shutdown;
mod socket;
mod state;

pub use body::{BodyTimeout, BodyTimeouts, TimedBody};
pub use error::{ApiError, Origin};
pub use peer::Peer;
pub use refused::Refused;
pub use router::router;
pub use socket::SocketLimits;
pub use state::{APP_NAME, App, Settings};
