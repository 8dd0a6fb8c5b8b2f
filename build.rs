//! Turns the contract in `schemas/` into the tables, models, validators, router and documents the crate compiles and serves.
//!
//! Writes to `OUT_DIR` only. `generated/` is the committed reading copy: `tests/it/generated.rs` compares the two.

#[path = "build/mod.rs"]
mod generator;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    for path in ["schemas", "build", "build.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    match generator::run(&root.join("schemas"), &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
            ExitCode::FAILURE
        }
    }
}
