//! Everything that crosses modules, in one binary: one file per topic.

#![cfg(test)]

mod upstream_errors;
mod upstream_stream;
