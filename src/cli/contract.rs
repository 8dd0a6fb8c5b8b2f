//! `airelays contract`: the contract as a document, against a newer specification, and against what the backend sends.

mod drift;
mod record;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use super::Session;
use crate::contract::{COMPATIBILITY_JSON, COMPATIBILITY_MARKDOWN, Difference, diff};
use crate::http::pages::{CompatibilityFilter, compatibility_page};

/// Export the contract, or compare it with a published specification or with what the backend sends
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays contract matrix --format csv > compatibility.csv\n  airelays contract diff openai.openapi.json\n  airelays contract drift                        after a while with `logging.stream_lines`\n  airelays contract record --request req_…"
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
    /// List what the backend sent, by the traffic log, and the contract does not know; exits 1 if there is anything
    Drift(drift::DriftArgs),
    /// Turn a logged exchange into fixtures without identifiers and words
    Record(record::RecordArgs),
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

/// Columns of the matrix as comma-separated values.
const CSV_COLUMNS: [&str; 13] = [
    "vendor",
    "operation",
    "method",
    "path",
    "pointer",
    "verdict",
    "lenient",
    "to",
    "status",
    "code",
    "reason",
    "instead",
    "evidence",
];

/// Exports or compares the contract.
pub(super) fn run(args: &ContractArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    match &args.command {
        ContractCommand::Matrix { format } => {
            let text = match format {
                MatrixFormat::Md => COMPATIBILITY_MARKDOWN.to_owned(),
                MatrixFormat::Json => COMPATIBILITY_JSON.to_owned(),
                MatrixFormat::Csv => csv(&serde_json::from_str(COMPATIBILITY_JSON)?),
                MatrixFormat::Html => html(&serde_json::from_str(COMPATIBILITY_JSON)?),
            };
            Ok(session.printer.text(&text)?)
        }
        ContractCommand::Drift(args) => drift::run(args, session),
        ContractCommand::Record(args) => record::run(args, session),
        ContractCommand::Diff { file } => {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let document = serde_json::from_slice(&bytes)
                .with_context(|| format!("{} is not JSON; convert YAML first", file.display()))?;
            let differences = diff(&document);
            let lines: String = differences.iter().map(|difference| format!("{difference}\n")).collect();
            session.printer.text(&lines)?;
            match differences.iter().filter(|difference| Difference::is_unclassified(difference)).count() {
                0 => Ok(()),
                missing => bail!(
                    "{missing} published things have no verdict; add rows in schemas/ (docs/contract.md says how)"
                ),
            }
        }
    }
}

fn html(matrix: &Value) -> String {
    let vendors = matrix["vendors"].as_array().into_iter().flatten();
    vendors.map(|vendor| compatibility_page(&vendor["operations"], &CompatibilityFilter::default())).collect()
}

fn csv(matrix: &Value) -> String {
    let mut out = format!("{}\n", CSV_COLUMNS.join(","));
    for vendor in matrix["vendors"].as_array().into_iter().flatten() {
        for operation in vendor["operations"].as_array().into_iter().flatten() {
            line(&mut out, vendor, operation, operation);
            for row in operation["fields"].as_array().into_iter().flatten() {
                line(&mut out, vendor, operation, row);
            }
        }
    }
    out
}

/// One line; a column is the row's own, else the operation's, else the vendor's.
fn line(out: &mut String, vendor: &Value, operation: &Value, row: &Value) {
    let cells = CSV_COLUMNS.map(|column| {
        let of_operation =
            || matches!(column, "operation" | "method" | "path").then(|| operation.get(column)).flatten();
        let of_vendor = || (column == "vendor").then(|| vendor.get(column)).flatten();
        match row.get(column).or_else(of_operation).or_else(of_vendor) {
            Some(Value::String(text)) => quoted(text),
            Some(Value::Null) | None => String::new(),
            Some(other) => quoted(&other.to_string()),
        }
    });
    out.push_str(&cells.join(","));
    out.push('\n');
}

/// Quotes as RFC 4180 has it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
