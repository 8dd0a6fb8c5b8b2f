//! `airelays token`: tells or replaces the relay token.

use anyhow::bail;
use clap::{Args, Subcommand};
use serde_json::json;

use super::client_setup::ClientSetup;
use super::printer::View;
use super::{APP_NAME, Session};
use crate::config::{Config, RawConfig};
use crate::security::{RelayToken, TokenError, TokenSource};

/// Tell or replace the relay token, which clients send as their API key
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  airelays token show\n  airelays token rotate\n\nA running relay takes a rotated token at once."
)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum TokenCommand {
    /// Tell the relay token
    Show {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Replace the relay token; clients that have the old one are refused from then on
    Rotate {
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &TokenArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    match args.command {
        TokenCommand::Show { json } => show(&config, json, session),
        TokenCommand::Rotate { json } => rotate(&config, json, session),
    }
}

/// **Shape**: `{"bearer_token_present": boolean, "bearer_token_file", "bearer_token_source": "env" | "file" | null, "relay_token": string |
/// null, "client", "next_steps": [string]}`
fn show(config: &Config, is_json: bool, session: &mut Session<'_>) -> anyhow::Result<()> {
    let token = match RelayToken::load(&config.security) {
        Ok(token) => Some(token),
        Err(TokenError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let source = token.as_ref().map(|_| TokenSource::of(&config.security).name());
    let client = ClientSetup::new(config, token.as_ref());
    let next_steps: Vec<String> = if token.is_none() { vec!["airelays init".to_owned()] } else { Vec::new() };
    if is_json {
        session.printer.json(&json!({
            "bearer_token_present": token.is_some(),
            "bearer_token_file": config.security.bearer_token_file,
            "bearer_token_source": source,
            "relay_token": token.as_ref().map(RelayToken::expose),
            "client": client.json(),
            "next_steps": next_steps,
        }))?;
    } else {
        let state = if token.is_some() { "present" } else { "missing" };
        let view = relay_section(View::new(format!("{APP_NAME} Token")), config, state, source, token.as_ref());
        session.printer.view(&client.section(view).steps("Next Steps", &next_steps))?;
    }
    Ok(())
}

/// **Shape**: `{"bearer_token_file", "bearer_token_source": "file", "relay_token", "client"}`
fn rotate(config: &Config, is_json: bool, session: &mut Session<'_>) -> anyhow::Result<()> {
    let source = TokenSource::of(&config.security);
    if let TokenSource::Variable(name) = &source {
        bail!("the relay token comes from `{name}`, so there is no file to rotate; change the variable, or unset it");
    }
    let token = RelayToken::create(&config.security.bearer_token_file)?;
    let client = ClientSetup::new(config, Some(&token));
    if is_json {
        session.printer.json(&json!({
            "bearer_token_file": config.security.bearer_token_file,
            "bearer_token_source": source.name(),
            "relay_token": token.expose(),
            "client": client.json(),
        }))?;
    } else {
        let title = View::new(format!("{APP_NAME} Token Rotation"));
        let view = relay_section(title, config, "rotated", Some(source.name()), Some(&token));
        session.printer.view(&client.section(view))?;
    }
    Ok(())
}

/// The token's state, source and file; the token itself too where the client section does not tell it.
fn relay_section(view: View, config: &Config, state: &str, source: Option<&str>, token: Option<&RelayToken>) -> View {
    let view = view
        .section("Relay")
        .field("Relay token", state)
        .optional_field("Token source", source)
        .field("Token file", config.home.abbreviate(&config.security.bearer_token_file));
    match token.filter(|_| !config.security.require_bearer_auth) {
        Some(token) => view.field("Value", token.expose()),
        None => view,
    }
}
