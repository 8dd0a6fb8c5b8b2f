//! `airelays status`: what is set up and what is missing, without asking the network.

use clap::Args;
use serde_json::{Value, json};

use super::account::{self, Account, next_steps, yes_no};
use super::client_setup::ClientSetup;
use super::options::UpstreamOption;
use super::printer::View;
use super::{APP_NAME, Session};
use crate::config::{Config, TokenSummary};
use crate::security::{RelayToken, TokenError, TokenSource};

/// Show what is set up, the state of the upstream login, and what to do next; asks nothing of the network
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays status\n  airelays status --json | jq .auth.state\n\nStates of the login: ready, expired (renewed at the next request if it can be), missing, incomplete, corrupt,\nunreadable, account_mismatch, refresh_failed. Exit code 0 in every state; `airelays doctor` fails when something is wrong."
)]
pub struct StatusArgs {
    #[command(flatten)]
    upstream: UpstreamOption,

    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// What there is.
struct Status<'a> {
    config: &'a Config,
    token: Option<RelayToken>,
    /// What is wrong with the token, if anything.
    token_problem: Option<TokenError>,
    /// Absent for an upstream that needs no login.
    account: Option<Account>,
}

/// Looks around and tells.
pub(super) fn run(args: &StatusArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(args.upstream.overrides())?;
    let (token, token_problem) = match RelayToken::load(&config.security) {
        Ok(token) => (Some(token), None),
        Err(problem) => (None, Some(problem)),
    };
    let account = account::look_now(&config)?;
    let status = Status { config: &config, token, token_problem, account };
    if args.json {
        session.printer.json(&status.json())?;
    } else {
        if let Some(problem) = status.token_problem.as_ref().filter(|problem| is_odd(problem)) {
            session.printer.warning(problem)?;
        }
        session.printer.view(&status.view())?;
    }
    Ok(())
}

/// A missing token is told as such.
fn is_odd(problem: &TokenError) -> bool {
    !matches!(problem, TokenError::Missing { .. })
}

impl Status<'_> {
    /// **Shape**: `{"relay", "auth", "client", "next_steps": [string]}`; facts of each in their functions.
    fn json(&self) -> Value {
        json!({
            "relay": self.relay_json(),
            "auth": self.auth_json(),
            "client": ClientSetup::new(self.config, None).json(),
            "next_steps": self.next_steps(),
        })
    }

    fn relay_json(&self) -> Value {
        let token = TokenSummary {
            is_present: self.token.is_some(),
            source: self.token_source(),
            fingerprint: self.token.as_ref().map(RelayToken::fingerprint),
        };
        let mut relay = self.config.summary(APP_NAME, &token);
        let problem = self.token_problem.as_ref().filter(|problem| is_odd(problem)).map(ToString::to_string);
        relay.insert("bearer_token_problem".to_owned(), json!(problem));
        Value::Object(relay)
    }

    fn auth_json(&self) -> Value {
        match &self.account {
            Some(account) => account.json(self.config),
            None => json!({
                "authenticated": false,
                "credentials_present": false,
                "account_bound": false,
                "ready_for_requests": true,
                "state": "not_needed",
                "explanation": "The demo upstream needs no login.",
            }),
        }
    }

    fn view(&self) -> View {
        let Config { server, paths, security, .. } = self.config;
        let home = &self.config.home;
        let token_state = match (security.require_bearer_auth, &self.token, &self.token_problem) {
            (false, _, _) => "not required",
            (true, Some(_), _) => "present",
            (true, None, Some(problem)) if is_odd(problem) => "refused",
            (true, None, _) => "missing",
        };
        let mut view = View::new(format!("{APP_NAME} Status"))
            .section("Relay")
            .field("Config file", home.abbreviate(&self.config.file.path))
            .field("Config exists", yes_no(self.config.file.exists))
            .field("Base URL", server.client_base_url())
            .field("Data dir", home.abbreviate(&paths.data_dir))
            .field("Logs dir", home.abbreviate(&paths.logs_dir))
            .field("Bearer auth", if security.require_bearer_auth { "enabled" } else { "disabled" })
            .field("Relay token", token_state);
        if security.require_bearer_auth {
            view = view.optional_field("Token source", self.token_source());
        }
        view = view
            .field("Token file", home.abbreviate(&security.bearer_token_file))
            .field(
                "Rate limit",
                format!("{}/min + burst {}", security.rate_limit_per_minute, security.rate_limit_burst),
            )
            .field("Concurrent/IP", security.concurrent_requests_per_ip);
        view = match &self.account {
            Some(account) => account.section(view, self.config),
            None => view.section("Upstream Session").field("Ready", "yes").line("The demo upstream needs no login."),
        };
        ClientSetup::new(self.config, None).section(view).steps("Next Steps", &self.next_steps())
    }

    fn token_source(&self) -> Option<&'static str> {
        self.token.as_ref().map(|_| TokenSource::of(&self.config.security).name())
    }

    fn next_steps(&self) -> Vec<String> {
        next_steps(self.config, self.token.is_some(), self.account.as_ref())
    }
}
