//! `airelays contract`: the contract as a document, and against a newer specification.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Export the contract, or compare it with a published specification
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays contract matrix --format csv > compatibility.csv\n  airelays contract diff openai.openapi.json"
)]
pub struct ContractArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ContractCommand,
}

/// What to do with the contract.
#[derive(Debug, Clone, Subcommand)]
pub enum ContractCommand {
    /// Write the compatibility matrix: every field of every operation, its verdict, and why
    Matrix {
        /// How to write it.
        #[arg(long, value_enum, default_value_t = MatrixFormat::Md)]
        format: MatrixFormat,
    },
    /// List what a published specification has and the contract does not; exits 1 if there is anything
    Diff {
        /// The specification: an `OpenAPI` document in JSON
        file: PathBuf,
    },
}

/// How to write the compatibility matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatrixFormat {
    /// Markdown
    Md,
    /// JSON
    Json,
    /// Comma-separated values
    Csv,
    /// A web page
    Html,
}
