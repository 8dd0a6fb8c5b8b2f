//! `airelays state`: what the relay keeps for its clients; a relay that runs meanwhile is not disturbed.

use std::fs::OpenOptions;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::printer::View;
use super::{APP_NAME, Session, runtime};
use crate::config::{Config, RawConfig};
use crate::serve::state_settings;
use crate::store::{Moved, SqliteStore, State, StateUsage, prune};

/// Show, clean up, move or delete files, conversations and remembered responses
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays state                       what there is\n  airelays state prune                 remove what has expired, now\n  airelays state export backup.jsonl   everything as lines of JSON, for the owner's eyes only\n  airelays state import backup.jsonl   take it in; what is there already stays\n  airelays state purge --yes           delete everything\n\nAll of these may be used while a relay runs."
)]
pub struct StateArgs {
    /// What to do; without it, what there is is shown.
    #[command(subcommand)]
    pub command: Option<StateCommand>,

    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the state.
#[derive(Debug, Clone, Subcommand)]
pub enum StateCommand {
    /// Remove what has expired; a relay does the same once an hour
    Prune,
    /// Write everything to a new file, or to standard output with `-`
    Export {
        /// The file; one that exists is not overwritten
        #[arg(value_name = "FILE")]
        path: PathBuf,
    },
    /// Take in what an export wrote, from a file or from standard input with `-`
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        path: PathBuf,
    },
    /// Delete all files, conversations and remembered responses
    Purge {
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// Does what was asked, and tells what came of it.
pub(super) fn run(args: &StateArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    runtime::start_log(session.environment);
    if let Some(StateCommand::Purge { yes: false }) = args.command {
        bail!("this deletes all files, conversations and remembered responses; `--yes` does it");
    }
    let settings = state_settings(&config);
    let creates = matches!(args.command, Some(StateCommand::Import { .. }));
    if !creates && !SqliteStore::exists(&settings.directory) {
        return report(&Report::Usage(StateUsage::default()), args.json, &config, session);
    }
    let done = runtime::block_on(async {
        let state = State::new(settings);
        let done = act(args.command.as_ref(), &state).await;
        state.settled().await;
        done
    })?;
    // With an archive on standard output there is no place for anything else.
    if matches!(&args.command, Some(StateCommand::Export { path }) if path == Path::new("-")) {
        return Ok(());
    }
    report(&done, args.json, &config, session)
}

/// What came of it.
enum Report {
    Usage(StateUsage),
    Pruned { files: usize, left: StateUsage },
    Exported(Moved),
    Imported(Moved),
    Purged,
}

async fn act(command: Option<&StateCommand>, state: &State) -> anyhow::Result<Report> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    match command {
        None => Ok(Report::Usage(state.store().usage().await?)),
        Some(StateCommand::Prune) => {
            let files = prune(state.store().as_ref(), state.blobs(), now).await?;
            Ok(Report::Pruned { files, left: state.store().usage().await? })
        }
        Some(StateCommand::Export { path }) => {
            let mut out = create(path).with_context(|| format!("cannot create {}", path.display()))?;
            Ok(Report::Exported(state.export(now, out.as_mut()).await?))
        }
        Some(StateCommand::Import { path }) => {
            let archive = open(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Report::Imported(state.import(now, &mut BufReader::new(archive)).await?))
        }
        Some(StateCommand::Purge { .. }) => {
            state.purge().await?;
            Ok(Report::Purged)
        }
    }
}

fn create(path: &Path) -> std::io::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdout().lock()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(Box::new(BufWriter::new(options.open(path)?)))
}

fn open(path: &Path) -> std::io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    Ok(Box::new(std::fs::File::open(path)?))
}

/// **Shape**: `{"directory": string, …}` with the counts of what there is, `{"pruned_files", …}`, `{"exported"}`, `{"imported"}` or `{"purged": true}`.
fn report(report: &Report, json: bool, config: &Config, session: &mut Session<'_>) -> anyhow::Result<()> {
    let directory = state_settings(config).directory;
    if json {
        let mut value = match report {
            Report::Usage(usage) => json!(usage),
            Report::Pruned { files, left } => {
                let mut value = json!(left);
                value["pruned_files"] = json!(files);
                value
            }
            Report::Exported(moved) => json!({"exported": moved}),
            Report::Imported(moved) => json!({"imported": moved}),
            Report::Purged => json!({"purged": true}),
        };
        value["directory"] = Value::from(directory.to_string_lossy());
        return Ok(session.printer.json(&value)?);
    }
    let view =
        View::new(format!("{APP_NAME} State")).section("Store").field("Directory", config.home.abbreviate(&directory));
    let view = match report {
        Report::Usage(usage) => counts(view, usage),
        Report::Pruned { files, left } => counts(view.field("Files removed", files), left),
        Report::Exported(found) => moved(view.section("Exported"), found),
        Report::Imported(found) => moved(view.section("Imported"), found),
        Report::Purged => view.field("Contents", "deleted"),
    };
    Ok(session.printer.view(&view)?)
}

fn counts(view: View, usage: &StateUsage) -> View {
    let StateUsage { files, file_bytes, conversations, conversation_items, responses, database_bytes } = usage;
    view.field("Database", format!("{database_bytes} bytes"))
        .section("Contents")
        .field("Files", format!("{files} ({file_bytes} bytes)"))
        .field("Conversations", format!("{conversations} ({conversation_items} items)"))
        .field("Responses", responses)
}

fn moved(view: View, moved: &Moved) -> View {
    let Moved { files, conversations, responses, skipped } = moved;
    view.field("Files", files)
        .field("Conversations", conversations)
        .field("Responses", responses)
        .field("Passed over", skipped)
}
