//! `airelays serve`: runs the relay.

use clap::Args;

use super::options::choice;
use crate::config::{Profile, RawConfig, UpstreamKind};

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
        raw.contract.profile = self.profile;
        raw.upstream.kind = self.upstream;
        raw
    }
}
