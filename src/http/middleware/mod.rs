//! What every request passes before it reaches the router.

mod cors;
mod exchange;
mod gate;
mod ids;
mod origin;
mod request_id;

pub(crate) use exchange::{exchange, exchange_of};
pub(crate) use gate::{Admitted, gate};
pub(crate) use ids::ids;
pub(crate) use origin::origin;
pub(crate) use request_id::{RequestId, request_id};
