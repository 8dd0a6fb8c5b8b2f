//! What several topics share.

pub(crate) mod answers;
pub(crate) mod backend;
pub(crate) mod client;
pub(crate) mod home;
pub(crate) mod idp;
pub(crate) mod raw;
pub(crate) mod relay;
pub(crate) mod serving;
pub(crate) mod socket;
pub(crate) mod spec;
