//! What every request passes before it reaches the router.

mod exchange;
mod gate;
mod origin;
mod request_id;

pub(crate) use exchange::{exchange, exchange_of, is_rejection};
pub(crate) use gate::gate;
pub(crate) use origin::origin;
pub(crate) use request_id::{RequestId, request_id};
