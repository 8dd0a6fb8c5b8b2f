//! `airelays`: a local, OpenAI-compatible relay in front of your own ChatGPT subscription, driven by a written contract.
//!
//! Modules in reading order, which is also the order of dependence: a module uses those above it, never those below.

pub mod auth;
pub mod cli;
pub mod config;
pub mod contract;
pub mod http;
pub mod private_file;
pub mod secret;
pub mod security;
pub mod serve;
pub mod sse;
pub mod store;
pub mod tls;
pub mod translate;
pub mod upstream;
pub mod watched_file;
