//! `airelays`: a local, OpenAI-compatible relay in front of your own ChatGPT subscription, driven by a written contract.
//!
//! Modules in reading order, which is also the order of dependence: a module uses those above it, never those below.

pub mod contract;
pub mod private_file;
pub mod secret;
pub mod tls;
pub mod watched_file;
pub mod silence;
pub mod sse;
pub mod config;
pub mod translate;
pub mod store;
pub mod traffic;
pub mod auth;
pub mod upstream;
pub mod security;
pub mod http;
pub mod serve;
pub mod cli;
