//! Everything that crosses modules, in one binary: quick to link, one harness.

mod contract;
mod generated;
mod layers;
mod requests;
