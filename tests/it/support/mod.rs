//! What several topics share.

pub(crate) mod backend;
pub(crate) mod answers;
pub(crate) mod client;
pub(crate) mod spec;
