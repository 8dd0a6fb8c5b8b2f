//! The `airelays` program: runs the command line and hands its outcome to the system.

use std::process::ExitCode;

use airelays::cli;
use airelays::config::ProcessEnvironment;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &ProcessEnvironment).into()
}
