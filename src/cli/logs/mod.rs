//! `airelays logs`: reads the traffic log.

mod stats;
mod tail;

use clap::{Args, Subcommand};

use super::Session;
use crate::config::{Config, RawConfig};

/// Read the traffic log
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays logs tail -f                    requests as they end\n  airelays logs tail --request req_…       everything about one request\n  airelays logs tail --json -n 100 | jq .  the last records as they are\n  airelays logs stats --since 7d\n\nThe log is in `logs` in the data directory, or where --logs-dir says; docs/logs.md describes it."
)]
pub struct LogsArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: LogsCommand,
}

/// What to do with the log.
#[derive(Debug, Clone, Subcommand)]
pub enum LogsCommand {
    /// Show the last requests, one a line
    Tail(tail::TailArgs),
    /// Count requests, errors and tokens
    Stats(stats::StatsArgs),
}

/// Reads the log.
pub(super) fn run(args: &LogsArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    match &args.command {
        LogsCommand::Tail(args) => tail::run(args, &config, session),
        LogsCommand::Stats(args) => stats::run(args, &config, session),
    }
}

/// Why there may be nothing to read.
fn nothing(config: &Config) -> String {
    let directory = config.home.abbreviate(&config.paths.logs_dir);
    let why = if config.logging.enabled { "" } else { "; `logging.enabled` is false" };
    format!("there is nothing of that in {directory}{why}")
}

/// Text from the log for a terminal: callers have written parts of it.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') { '?' } else { c })
        .collect()
}
