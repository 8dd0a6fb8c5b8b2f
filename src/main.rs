//! The `airelays` program: runs the command line and hands its outcome to the system.

use std::process::ExitCode;

use airelays::cli;
use airelays::config::ProcessEnvironment;

/// Reading and writing JSON is allocation for a good part, and this takes a fifth off a request; docs/performance.md has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &ProcessEnvironment).into()
}
