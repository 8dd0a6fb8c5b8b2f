//! The HTTP edge.

pub mod pages;
