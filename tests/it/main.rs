//! Everything that crosses modules, in one binary: quick to link, one harness, one file per topic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers_chat;
mod answers_completions;
mod answers_conformance;
mod answers_responses;
mod auth;
mod cli;
mod cli_config;
mod cli_login;
mod cli_logs;
mod cli_serve;
mod cli_status;
mod cli_upstream;
mod cli_contract;
mod configuration;
mod contract;
mod demo;
mod files;
mod gate;
mod generated;
#[path = "../../build/mod.rs"]
mod generator;
mod generator_refusals;
mod layers;
mod listener;
mod limits;
#[cfg(all(unix, feature = "otlp"))]
mod otlp;
mod requests;
mod responses_compact;
mod responses_connect;
mod routes;
mod state;
mod state_crash;
mod support;
mod threats;
mod traffic;
mod upstream_errors;
mod upstream_send;
mod upstream_stream;
