//! Options that every subcommand takes, before or after its name.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::config::{AuthStorage, RawConfig, UpstreamKind};

/// Options that every subcommand takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalOptions {
    /// Configuration file [default: ~/.config/airelays/config.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Directory of relay token, upstream login and state [default: ~/.airelays]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Directory of the traffic log [default: `logs` in the data directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub logs_dir: Option<PathBuf>,

    /// Where the upstream login is kept
    #[arg(long, global = true, value_name = "STORAGE", value_parser = choice(AuthStorage::NAMES, AuthStorage::parse))]
    pub auth_storage: Option<AuthStorage>,

    /// File with the relay token [default: `relay-token` in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub bearer_token_file: Option<PathBuf>,
}

impl GlobalOptions {
    /// The settings these options give.
    #[must_use]
    pub fn overrides(&self) -> RawConfig {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        let mut raw = RawConfig::default();
        raw.paths.data_dir = path(&self.data_dir);
        raw.paths.logs_dir = path(&self.logs_dir);
        raw.auth.storage = self.auth_storage;
        raw.security.bearer_token_file = path(&self.bearer_token_file);
        raw
    }
}

/// Who answers, for subcommands that ask the upstream themselves.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct UpstreamOption {
    /// Who answers [default: chatgpt]
    #[arg(long, value_parser = choice(UpstreamKind::NAMES, UpstreamKind::parse))]
    pub upstream: Option<UpstreamKind>,
}

impl UpstreamOption {
    /// The setting this option gives.
    #[must_use]
    pub fn overrides(self) -> RawConfig {
        let mut raw = RawConfig::default();
        raw.upstream.kind = self.upstream;
        raw
    }
}

/// Parser of a setting with a fixed list of values.
pub(super) fn choice<T: Clone + Send + Sync + 'static>(
    names: &'static [&'static str],
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names).try_map(move |name| parse(&name).ok_or("not one of the names"))
}
