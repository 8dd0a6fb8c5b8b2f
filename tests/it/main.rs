//! Everything that crosses modules, in one binary: quick to link, one harness, one file per topic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers_chat;
mod answers_completions;
mod answers_conformance;
mod answers_responses;
mod auth;
mod cli;
mod configuration;
mod contract;
mod demo;
mod generated;
mod layers;
mod requests;
mod routes;
mod support;
mod upstream_errors;
mod upstream_send;
mod upstream_stream;
