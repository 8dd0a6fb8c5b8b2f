//! `airelays init`: creates what a first start needs, and keeps what is there.

use std::path::Path;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::account::{self, Account, next_steps};
use super::client_setup::ClientSetup;
use super::printer::View;
use super::{APP_NAME, Session};
use crate::config::keys::{KEYS, Key};
use crate::config::{self, Config, Loaded, RawConfig, Source, Warning};
use crate::private_file;
use crate::security::{RelayToken, TokenError, TokenSource};

/// Create the relay token and a configuration file, where they are missing
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  airelays init\n  airelays init --no-auth            a relay that asks for no token\n  airelays init --show-token --json  for scripts\n\nWhat exists is kept. In a configuration file that is there, only what the flags say is changed, and told; comments stay. `--force` writes the file anew, with the settings in effect. The token is never replaced here, see `airelays token rotate`."
)]
pub(super) struct InitArgs {
    /// Write a configuration in which callers need no relay token
    #[arg(long)]
    no_auth: bool,

    /// Show the relay token even if it was there before
    #[arg(long)]
    show_token: bool,

    /// Write the configuration file anew if there is one
    #[arg(long)]
    force: bool,

    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What `init` found and made.
struct Outcome {
    config: Config,
    config_created: bool,
    changes: Vec<Change>,
    /// The login, for what to do next; `None` for an upstream that needs none.
    account: Option<Account>,
    /// `None` when callers need none.
    token: Option<Token>,
}

/// A setting that was changed in a file that was there.
struct Change {
    key: &'static Key,
    value: Value,
    /// What the file said before.
    before: Option<Value>,
}

struct Token {
    token: RelayToken,
    created: bool,
    source: TokenSource,
    shown: bool,
}

pub(super) fn run(args: &InitArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let mut wanted = RawConfig::default();
    wanted.security.require_bearer_auth = args.no_auth.then_some(false);
    let Loaded { config, mut warnings } = session.load(wanted)?;
    // It is about to be made.
    warnings.retain(|warning| !matches!(warning, Warning::MissingFile { .. }));
    session.tell(&warnings)?;

    let config_created = !config.file.exists || args.force;
    let changes = if config_created { Vec::new() } else { changes(&config, session)? };
    let data_dir = &config.paths.data_dir;
    private_file::create_directory(data_dir).with_context(|| format!("cannot create {}", data_dir.display()))?;
    let token = config.security.require_bearer_auth.then(|| prepare_token(&config, args.show_token)).transpose()?;
    let path = &config.file.path;
    if config_created {
        let schema = path.with_file_name(config::SCHEMA_FILE);
        write(&schema, &format!("{:#}\n", config::schema()))?;
        write(path, &config::template(&config))?;
    } else if !changes.is_empty() {
        change(path, &changes)?;
    }
    let account = account::look_now(&config)?;
    let outcome = Outcome { config, config_created, changes, account, token };
    if args.json {
        session.printer.json(&outcome.json())?
    } else {
        session.printer.view(&outcome.view())?
    }
    Ok(())
}

/// What the flags say otherwise than the file.
fn changes(config: &Config, session: &mut Session<'_>) -> anyhow::Result<Vec<Change>> {
    let file = Config::load(RawConfig::default(), session.global.config.as_deref(), session.environment)?.config;
    let mut changes = Vec::new();
    for key in KEYS.iter().filter(|key| matches!(config.source(key.name), Source::Flag(_))) {
        let value = config.value(key);
        let source = file.source(key.name);
        if let Source::Variable { name, .. } = source {
            let warning = format!("`{}` is saved, but `{name}` is set and wins over it", key.name);
            session.printer.warning(&warning)?;
        }
        let before = matches!(source, Source::File { .. }).then(|| file.value(key));
        if before.as_ref() != Some(&value) {
            changes.push(Change { key, value, before });
        }
    }
    Ok(changes)
}

fn change(path: &Path, changes: &[Change]) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let edited = changes.iter().try_fold(text, |text, change| config::edited(&text, change.key, &change.value));
    write(path, &edited.with_context(|| format!("cannot change {}", path.display()))?)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    private_file::write(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

fn prepare_token(config: &Config, is_shown: bool) -> Result<Token, TokenError> {
    let source = TokenSource::of(&config.security);
    let (token, created) = RelayToken::load_or_create(&config.security)?;
    Ok(Token { token, created, source, shown: is_shown || created })
}

impl Outcome {
    /// **Shape**: `{"app_name", "config_path", "config_created": boolean, "bearer_token_file", "bearer_token_created": boolean,
    /// "bearer_token_source": "env" | "file" | null, "relay_token": string | null, "client", "next_steps": [string], "config_changes": [{"key",
    /// "value", "before"}]}`
    fn json(&self) -> serde_json::Value {
        let Self { config, config_created, changes, account: _, token } = self;
        let changes: Vec<Value> = changes
            .iter()
            .map(|Change { key, value, before }| json!({"key": key.name, "value": value, "before": before}))
            .collect();
        json!({
            "app_name": APP_NAME,
            "config_path": config.file.path,
            "config_created": config_created,
            "bearer_token_file": config.security.bearer_token_file,
            "bearer_token_created": token.as_ref().is_some_and(|token| token.created),
            "bearer_token_source": token.as_ref().map(|token| token.source.name()),
            "relay_token": self.shown_token().map(RelayToken::expose),
            "client": ClientSetup::new(config, self.shown_token()).json(),
            "next_steps": self.next_steps(),
            "config_changes": changes,
        })
    }

    fn view(&self) -> View {
        let Self { config, config_created, changes, account: _, token } = self;
        let config_state = match (config_created, changes.is_empty()) {
            (true, _) => "created",
            (false, true) => "existing",
            (false, false) => "changed",
        };
        let path = config.home.abbreviate(&config.file.path);
        let token_state = match token {
            Some(Token { created: true, .. }) => "created",
            Some(Token { created: false, .. }) => "existing",
            None => "not required",
        };
        let mut view = View::new(format!("{APP_NAME} Init"))
            .section("Relay")
            .field("App", APP_NAME)
            .field("Config file", format!("{path} ({})", config_state))
            .field("Relay token", token_state);
        if let Some(token) = token {
            view = view
                .field("Token source", token.source.name())
                .field("Token file", config.home.abbreviate(&config.security.bearer_token_file));
        }
        view = view.field("Client base URL", config.server.client_base_url());
        if !changes.is_empty() {
            view = changes.iter().fold(view.section("Changes"), |view, change| view.line(change.to_string()));
        }
        view = ClientSetup::new(config, self.shown_token()).section(view);
        view.steps("Next Steps", &self.next_steps())
    }

    fn next_steps(&self) -> Vec<String> {
        next_steps(&self.config, true, self.account.as_ref())
    }

    fn shown_token(&self) -> Option<&RelayToken> {
        self.token.as_ref().filter(|token| token.shown).map(|token| &token.token)
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, value, before } = self;
        write!(formatter, "{} = {value}", key.name)?;
        match before {
            Some(before) => write!(formatter, " (was {before})"),
            None => formatter.write_str(" (was not set)"),
        }
    }
}
