//! Configuration: flags, variables, legacy variables, file and defaults, folded into one [`Config`] in which every value is decided.
//!
//! Each source is read into a [`RawConfig`]; `layers` says who wins; one file per area turns what is left into resolved values.
//! Everything about a single setting (key, variable, kind, default, meaning) stands once, in [`keys`]. Nothing here prints: what is odd comes
//! back as [`Warning`]s.

pub mod auth;
pub mod chat;
mod choice;
pub mod contract;
mod edit;
mod environment;
mod error;
mod file;
pub mod keys;
pub mod kind;
mod layers;
pub mod logging;
mod paths;
mod raw;
mod schema;
pub mod security;
pub mod server;
pub mod state;
mod summary;
mod template;
pub mod uploads;
pub mod upstream;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use auth::{AuthConfig, AuthStorage};
pub use chat::{ChatConfig, ChatReasoning};
pub use contract::ContractConfig;
pub use edit::{EditError, edited};
pub use environment::{Environment, ProcessEnvironment};
pub use error::{BadValue, ConfigError, Warning};
pub use layers::Source;
pub use logging::{LoggingConfig, MetricsConfig};
pub use paths::{Home, PathsConfig};
pub use raw::{
    RawAuth, RawChat, RawConfig, RawContract, RawLogging, RawMetrics, RawPaths, RawSecurity, RawServer, RawState,
    RawUploads, RawUpstream,
};
pub use schema::{SCHEMA_FILE, schema};
pub use security::{SecurityConfig, TokenVariable};
pub use server::{ServerConfig, TlsFiles, client_base_url};
pub use state::StateConfig;
pub use summary::TokenSummary;
pub use template::template;
pub use uploads::UploadsConfig;
pub use upstream::{UpstreamConfig, UpstreamKind};

use environment::Found;
use file::FileLayer;
use keys::{KEYS, Key, PREFIXES};
use layers::Layer;

/// Every setting, decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// The configuration file that was read, or would be.
    pub file: ConfigFile,
    /// The home directory paths were expanded with.
    pub home: Home,
    /// Where the relay listens.
    pub server: ServerConfig,
    /// Where it keeps things.
    pub paths: PathsConfig,
    /// How it logs in upstream.
    pub auth: AuthConfig,
    /// Who answers, and how long it may take.
    pub upstream: UpstreamConfig,
    /// Who may call it, and how often.
    pub security: SecurityConfig,
    /// What is written down of requests and answers.
    pub logging: LoggingConfig,
    /// Who may read the metrics.
    pub metrics: MetricsConfig,
    /// How much may be uploaded.
    pub uploads: UploadsConfig,
    /// What the relay remembers, and how long.
    pub state: StateConfig,
    /// How strictly the contract is read.
    pub contract: ContractConfig,
    /// Choices of the Chat Completions translation.
    pub chat: ChatConfig,
    raw: RawConfig,
    sources: BTreeMap<&'static str, Source>,
}

/// The configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its full path.
    pub path: PathBuf,
    /// Whether it existed when the configuration was loaded.
    pub exists: bool,
    /// Whether a flag or a variable named it.
    pub is_named: bool,
}

/// A configuration, and what was odd about its sources.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// To be told once each.
    pub warnings: Vec<Warning>,
}

impl Config {
    /// Folds flags, environment, file and defaults into a configuration.
    ///
    /// `config_file` is the flag `--config`; without it the variable, then the default place is used.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: an unreadable or broken file, values that their settings do not take, or paths that need a home directory.
    pub fn load(
        flags: RawConfig,
        config_file: Option<&Path>,
        environment: &dyn Environment,
    ) -> Result<Loaded, ConfigError> {
        let home = Home::find(environment);
        let mut warnings: Vec<_> = environment::unknown(environment).into_iter().map(unknown_variable).collect();

        let (path, is_named) = locate(config_file, environment, &home, &mut warnings)?;
        let file = file::read(&path)?;
        let exists = file.is_some();
        if is_named && !exists {
            warnings.push(Warning::MissingFile { path: path.clone() });
        }
        let FileLayer { layer: file, warnings: file_warnings } = file.unwrap_or_default();
        warnings.extend(file_warnings);

        let variables = environment::layers(environment).map_err(ConfigError::Values)?;
        let flags = Layer::flags(flags).map_err(ConfigError::Values)?;
        let Layer { raw, sources } = layers::precedence([flags].into_iter().chain(variables).chain([file]));
        warnings.extend(KEYS.iter().filter_map(|key| old_name(key, sources.get(key.name)?)));

        let bearer_token = bearer_token(environment, &mut warnings);
        let config = Self::resolve(ConfigFile { path, exists, is_named }, home, raw, sources, bearer_token)?;
        Ok(Loaded { config, warnings })
    }

    /// Where the value of a key came from.
    #[must_use]
    pub fn source(&self, name: &str) -> &Source {
        self.sources.get(name).unwrap_or(&Source::Default)
    }

    /// What a key stands at: the value that was given, else its default, else null. Paths are given in full.
    #[must_use]
    pub fn value(&self, key: &Key) -> serde_json::Value {
        let tls = || self.server.tls.as_ref();
        let path = match key.name {
            "server.unix_socket" => self.server.unix_socket.as_ref(),
            "server.tls_certificate" => tls().map(|tls| &tls.certificate),
            "server.tls_key" => tls().map(|tls| &tls.key),
            "paths.data_dir" => Some(&self.paths.data_dir),
            "paths.logs_dir" => Some(&self.paths.logs_dir),
            "security.bearer_token_file" => Some(&self.security.bearer_token_file),
            _ => {
                let given = self.raw.value(key.name);
                return if given.is_null() { key.default_value() } else { given };
            }
        };
        path.map(|path| path.to_string_lossy().into_owned()).into()
    }

    /// What is to be said of a listener that other machines reach; nothing for one on loopback.
    ///
    /// # Errors
    ///
    /// [`ConfigError::OpenToNetwork`] when they would be served without a token, unless `security.allow_open_network` says so.
    pub fn exposure(&self) -> Result<Option<Warning>, ConfigError> {
        let host = || self.server.host.clone();
        match (self.server.is_loopback(), self.security.require_bearer_auth, self.security.allow_open_network) {
            (true, _, _) => Ok(None),
            (false, true, _) => Ok(Some(Warning::Network { host: host(), is_plain: self.server.tls.is_none() })),
            (false, false, true) => Ok(Some(Warning::OpenToNetwork { host: host() })),
            (false, false, false) => Err(ConfigError::OpenToNetwork { host: host() }),
        }
    }

    fn resolve(
        file: ConfigFile,
        home: Home,
        raw: RawConfig,
        sources: BTreeMap<&'static str, Source>,
        bearer_token: Option<TokenVariable>,
    ) -> Result<Self, ConfigError> {
        let RawConfig { server, paths, auth, upstream, security, logging, metrics, uploads, state, contract, chat } =
            raw.clone();
        let paths = PathsConfig::resolve(paths, &home)?;
        Ok(Self {
            server: ServerConfig::resolve(server, &home)?,
            auth: AuthConfig::resolve(&auth, &paths),
            upstream: UpstreamConfig::resolve(upstream),
            security: SecurityConfig::resolve(security, bearer_token, &paths, &home)?,
            logging: LoggingConfig::resolve(&logging),
            metrics: MetricsConfig::resolve(&metrics),
            uploads: UploadsConfig::resolve(&uploads),
            state: StateConfig::resolve(&state),
            contract: ContractConfig::resolve(&contract),
            chat: ChatConfig::resolve(&chat),
            file,
            home,
            paths,
            raw,
            sources,
        })
    }
}

/// The configuration file's path, and whether somebody named it.
fn locate(
    flag: Option<&Path>,
    environment: &dyn Environment,
    home: &Home,
    warnings: &mut Vec<Warning>,
) -> Result<(PathBuf, bool), ConfigError> {
    if let Some(path) = flag {
        return Ok((home.expand(&path.to_string_lossy())?, true));
    }
    match environment::find(environment, keys::CONFIG.variable, keys::CONFIG.lineage) {
        Some(found) => {
            warnings.extend(legacy_variable(&found, keys::CONFIG.variable));
            Ok((home.expand(&found.value)?, true))
        }
        None => Ok((home.config_file()?, false)),
    }
}

fn bearer_token(environment: &dyn Environment, warnings: &mut Vec<Warning>) -> Option<TokenVariable> {
    let found = environment::find(environment, keys::BEARER_TOKEN.variable, keys::BEARER_TOKEN.lineage)?;
    warnings.extend(legacy_variable(&found, keys::BEARER_TOKEN.variable));
    Some(TokenVariable { name: found.name, value: found.value.into() })
}

fn legacy_variable(found: &Found, variable: &str) -> Option<Warning> {
    let instead = || format!("{}{variable}", PREFIXES[0].text);
    found.is_legacy.then(|| Warning::LegacyVariable { name: found.name.clone(), instead: instead() })
}

fn unknown_variable(name: String) -> Warning {
    let suggestion = keys::suggest_variable(&name);
    Warning::UnknownVariable { name, suggestion }
}

/// The warning for a value that was given by an old key, or else by an old variable.
fn old_name(key: &Key, source: &Source) -> Option<Warning> {
    if let Some(instead) = key.renamed_to {
        let name = if let Source::Variable { name, .. } = source { name.clone() } else { key.name.to_owned() };
        return Some(Warning::RenamedKey { name, instead });
    }
    match source {
        Source::Variable { name, is_legacy: true } => {
            Some(Warning::LegacyVariable { name: name.clone(), instead: key.current_variable() })
        }
        Source::Variable { .. } | Source::Flag(_) | Source::File { .. } | Source::Default => None,
    }
}

#[cfg(test)]
mod tests;
