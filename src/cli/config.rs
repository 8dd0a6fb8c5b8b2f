//! `airelays config`: the settings in effect and where each comes from, and the schema of the file.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use url::Url;

use super::printer::View;
use super::{APP_NAME, Session};
use crate::config::keys::{KEYS, Key};
use crate::config::{Config, RawConfig, Source, schema};

/// Show the settings in effect, or the schema of the configuration file
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays config show\n  airelays --config test.toml config show --json\n  airelays config schema > airelays.schema.json\n\nThe order is: flag, AIRELAYS_ variable, old variable, file, default; docs/configuration.md lists every setting."
)]
pub struct ConfigArgs {
    /// What to show.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to show of the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting with its value and where that comes from; the relay token is never shown
    Show {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the JSON Schema of the configuration file, for editors
    Schema,
}

/// Shows the settings, or the schema.
pub(super) fn run(args: &ConfigArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    match args.command {
        ConfigCommand::Schema => Ok(session.printer.json(&schema())?),
        ConfigCommand::Show { json } => {
            let config = session.config(RawConfig::default())?;
            if json {
                session.printer.json(&as_json(&config))?;
            } else {
                session.printer.view(&view(&config))?;
            }
            Ok(())
        }
    }
}

/// **Shape**: `{"config_path", "config_exists": boolean, "settings": [{"key", "value", "default", "source": {"kind": "flag" | "variable" | "file" |
/// "default", "name"?, "line"?}, "variable"}], "relay_token_variable": string | null}`
fn as_json(config: &Config) -> Value {
    let settings: Vec<Value> = shown(config)
        .map(|(key, value)| {
            json!({
                "key": key.name,
                "value": value,
                "default": key.default_value(),
                "source": source(config.source(key.name)),
                "variable": key.current_variable(),
            })
        })
        .collect();
    json!({
        "config_path": config.file.path,
        "config_exists": config.file.exists,
        "settings": settings,
        "relay_token_variable": config.security.bearer_token.as_ref().map(|variable| &variable.name),
    })
}

fn view(config: &Config) -> View {
    let yes_no = if config.file.exists { "yes" } else { "no" };
    let mut view = View::new(format!("{APP_NAME} Configuration"))
        .section("File")
        .field("Config file", config.home.abbreviate(&config.file.path))
        .field("Config exists", yes_no);
    let mut table = "";
    let rows: Vec<(&Key, Vec<String>)> = shown(config)
        .map(|(key, value)| {
            let value = plain(&value);
            (key, vec![key.split().1.to_owned(), value, config.source(key.name).to_string()])
        })
        .collect();
    for (key, _) in &rows {
        if key.split().0 != table {
            table = key.split().0;
            let of_table = rows.iter().filter(|(key, _)| key.split().0 == table).map(|(_, row)| row.clone());
            view = view.section(table).table(&of_table.collect::<Vec<_>>());
        }
    }
    match &config.security.bearer_token {
        Some(variable) => {
            view.section("Secrets").field("Relay token", format!("given by {}, not shown", variable.name))
        }
        None => view,
    }
}

/// The settings with their values; old names only where somebody gave one.
fn shown(config: &Config) -> impl Iterator<Item = (&'static Key, Value)> {
    let is_shown = |key: &&Key| key.renamed_to.is_none() || *config.source(key.name) != Source::Default;
    KEYS.iter().filter(is_shown).map(|key| (key, without_password(config.value(key))))
}

/// A value for people: text without quotes, whole numbers as such.
fn plain(value: &Value) -> String {
    match (value.as_str(), value.as_f64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        (None, None) => value.to_string(),
    }
}

/// A URL may name a user with a password, which is nobody else's business.
fn without_password(value: Value) -> Value {
    let url = value.as_str().filter(|text| text.contains('@')).and_then(|text| Url::parse(text).ok());
    let Some(mut url) = url.filter(|url| url.password().is_some()) else { return value };
    match url.set_password(Some("redacted")) {
        Ok(()) => url.to_string().into(),
        Err(()) => Value::Null,
    }
}

fn source(source: &Source) -> Value {
    match source {
        Source::Flag(name) => json!({"kind": "flag", "name": name}),
        Source::Variable { name, .. } => json!({"kind": "variable", "name": name}),
        Source::File { line } => json!({"kind": "file", "line": line}),
        Source::Default => json!({"kind": "default"}),
    }
}
