//! `airelays demo`: the relay with the offline upstream, open, on a free port, with one call shown.

use clap::Args;

use crate::config::{RawConfig, UpstreamKind};

/// Try the relay offline: no login, no token, made-up answers
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays demo                        run until interrupted, with calls to copy\n  airelays demo --once \"Say hello.\"    one call, then end"
)]
pub struct DemoArgs {
    /// What to ask in the call that is shown
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,

    /// End after one call
    #[arg(long)]
    pub once: bool,

    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,

    /// Model to name in the call
    #[arg(long)]
    pub model: Option<String>,
}

impl DemoArgs {
    /// The settings of a demo: on loopback, with the offline upstream, without a relay token.
    #[must_use]
    pub fn overrides(&self) -> RawConfig {
        let mut raw = RawConfig::default();
        raw.server.host = Some("127.0.0.1".to_owned());
        raw.server.port = Some(self.port);
        raw.security.require_bearer_auth = Some(false);
        raw.upstream.kind = Some(UpstreamKind::Demo);
        raw
    }
}
