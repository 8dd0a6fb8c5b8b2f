//! `airelays serve`: runs the relay.

use clap::Args;

use super::account::{self, Account};
use super::options::choice;
use super::printer::View;
use super::runtime::Stopped;
use super::{Session, runtime};
use crate::config::{Config, RawConfig, UpstreamKind};
use crate::contract::Profile;
use crate::serve::Relay;

/// Run the relay
#[derive(Debug, Clone, Default, Args)]
#[command(
    after_help = "Examples:\n  airelays serve\n  airelays serve --port 0              on a free port, told at the start\n  airelays serve --upstream demo       offline, without a login\n  airelays serve --profile lenient     leave out what the backend cannot honour, and say so\n\nEvery flag has a key in the configuration file and a variable; see docs/configuration.md."
)]
pub struct ServeArgs {
    /// Address or host name to listen on [default: 127.0.0.1]
    #[arg(long)]
    pub host: Option<String>,

    /// Port to listen on; 0 takes a free one [default: 8080]
    #[arg(long)]
    pub port: Option<u16>,

    /// Ask callers for no relay token
    #[arg(long)]
    pub no_auth: bool,

    /// Serve other machines without a relay token too; refused without this
    #[arg(long)]
    pub allow_open_network: bool,

    /// What becomes of fields the backend cannot honour [default: strict]
    #[arg(long, value_parser = choice(Profile::NAMES, Profile::parse))]
    pub profile: Option<Profile>,

    /// Who answers [default: chatgpt]
    #[arg(long, value_parser = choice(UpstreamKind::NAMES, UpstreamKind::parse))]
    pub upstream: Option<UpstreamKind>,
}

impl ServeArgs {
    /// The settings these flags give.
    #[must_use]
    pub fn overrides(&self) -> RawConfig {
        let mut raw = RawConfig::default();
        raw.server.host.clone_from(&self.host);
        raw.server.port = self.port;
        raw.security.require_bearer_auth = self.no_auth.then_some(false);
        raw.security.allow_open_network = self.allow_open_network.then_some(true);
        raw.contract.profile = self.profile;
        raw.upstream.kind = self.upstream;
        raw
    }
}

/// Runs the relay until it is told to stop.
pub(super) fn run(args: &ServeArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(args.overrides())?;
    session.tell(config.exposure()?.as_slice())?;
    let telemetry = runtime::start_telemetry(session.environment)?;
    runtime::block_on(async {
        let relay = Relay::bind(&config).await?;
        let account = account::look(&config).await;
        session.printer.view(&banner(&config, &relay, account.as_ref()))?;
        let serving = async {
            relay
                .run(async {
                    runtime::stop_signal().await;
                })
                .await;
            telemetry.end().await;
        };
        tokio::select! {
            () = serving => Ok(()),
            signal = runtime::second_stop_signal() => Err(Stopped(signal).into()),
        }
    })
}

fn banner(config: &Config, relay: &Relay, account: Option<&Account>) -> View {
    let base_url = relay.base_url();
    let view = View::new("AIRelays Server")
        .section("Listener")
        .field("Address", relay.address())
        .field("Base URL", base_url)
        .field("Models URL", format!("{base_url}/models"))
        .field("Landing page", base_url.trim_end_matches("v1"));
    let view = match &config.server.unix_socket {
        Some(path) => view.field("Unix socket", config.home.abbreviate(path)),
        None => view,
    };
    let view = view.field("Profile", config.contract.profile).section("Client Auth");
    let view = if config.security.require_bearer_auth {
        view.field("Bearer auth", "required")
            .field("Token file", config.home.abbreviate(&config.security.bearer_token_file))
            .field("Auth header", "Authorization: Bearer <AIRelays token>")
            .field("Reveal token", "airelays token show")
    } else {
        view.field("Bearer auth", "disabled").field("Access mode", "open")
    };
    let view = view.section("Upstream Session").field("Upstream", config.upstream.kind);
    match account {
        None => view.field("Login", "not needed; answers are made up offline"),
        Some(account) => {
            let view = view
                .field("Backend", &config.upstream.base_url)
                .field("Auth store", account.store(config))
                .field("Login", account.status.state.name());
            if account.status.is_usable { view } else { view.line(account.explanation()) }
        }
    }
}
