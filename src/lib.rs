//! `airelays`: a local, OpenAI-compatible relay in front of your own ChatGPT subscription, driven by a written contract.

pub mod config;
pub mod contract;
pub mod private_file;
pub mod secret;
pub mod security;
pub mod sse;
pub mod translate;
pub mod upstream;
pub mod watched_file;
