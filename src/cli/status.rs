//! `airelays status`: what is set up and what is missing, without asking the network.

use clap::Args;
use serde_json::{Value, json};

use super::account::{self, Account, next_steps, yes_no};
use super::client_setup::ClientSetup;
use super::options::UpstreamOption;
use super::printer::View;
use super::{APP_NAME, Session};
use crate::config::Config;
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

    /// The keys of the Python 0.2.4 in their order, then ours.
    fn relay_json(&self) -> Value {
        let Config { server, paths, auth, upstream, security, uploads, contract, .. } = self.config;
        json!({
            "app_name": APP_NAME,
            "config_path": self.config.file.path,
            "config_exists": self.config.file.exists,
            "host": server.host,
            "port": server.port,
            "auth_storage_mode": auth.storage,
            "data_dir": paths.data_dir,
            "auth_file": auth.file,
            "logs_dir": paths.logs_dir,
            "browser_open": auth.browser_open,
            "require_bearer_auth": security.require_bearer_auth,
            "bearer_token_file": security.bearer_token_file,
            "bearer_token_present": self.token.is_some(),
            "bearer_token_source": self.token_source(),
            "bearer_token_fingerprint": self.token.as_ref().map(RelayToken::fingerprint),
            "auto_generate_bearer_token": security.auto_generate_bearer_token,
            "rate_limit_per_minute": security.rate_limit_per_minute,
            "rate_limit_burst": security.rate_limit_burst,
            "concurrent_requests_per_ip": security.concurrent_requests_per_ip,
            "failed_auth_window_seconds": seconds(security.failed_auth_window),
            "failed_auth_max_attempts": security.failed_auth_max_attempts,
            "failed_auth_block_seconds": seconds(security.failed_auth_block),
            "trust_x_forwarded_for": security.trust_x_forwarded_for,
            "max_upload_bytes": uploads.max_upload_bytes,
            "max_total_upload_bytes": uploads.max_total_upload_bytes,
            "client_base_url": server.client_base_url(),
            "version": env!("CARGO_PKG_VERSION"),
            "upstream": upstream.kind,
            "profile": contract.profile,
            "bearer_token_problem": self.token_problem.as_ref().filter(|problem| is_odd(problem)).map(ToString::to_string),
        })
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

/// Whole numbers as such, as the Python 0.2.4 gave them.
fn seconds(period: std::time::Duration) -> Value {
    if period.subsec_nanos() == 0 { period.as_secs().into() } else { period.as_secs_f64().into() }
}
