//! What can be wrong with a configuration, and what is merely odd about it.

use std::fmt;
use std::path::PathBuf;

use super::keys::Key;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("cannot read the configuration file {}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{}, line {line}: not valid TOML: {message}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser expected.
        message: String,
    },
    /// Some values are not what their settings take.
    #[error("{}", join(.0))]
    Values(Vec<BadValue>),
    /// A path is relative to the home directory, and there is none.
    #[error("the home directory is unknown: set HOME, or give `--config` and `--data-dir` as full paths")]
    NoHome,
    /// TLS needs a certificate and a key.
    #[error("TLS needs `server.tls_certificate` and `server.tls_key`, and `{missing}` is not set")]
    HalfTls {
        /// The setting that is missing.
        missing: &'static str,
    },
    /// The relay would serve other machines without asking for a token.
    #[error(
        "listening on `{host}` without bearer auth would let every machine that reaches it spend the subscription; listen on 127.0.0.1, or keep the relay token, or say `--allow-open-network` if that is meant"
    )]
    OpenToNetwork {
        /// The address it was to listen on.
        host: String,
    },
}

/// A value that its setting does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValue {
    place: String,
    expected: String,
    found: String,
}

impl BadValue {
    /// A flag's value.
    pub(super) fn flag(flag: &str, key: &Key, value: &toml::Value) -> Self {
        Self { place: format!("`{flag}`"), expected: key.kind.describe(), found: describe(value) }
    }

    /// A variable's text.
    pub(super) fn variable(name: &str, text: &str, key: &Key) -> Self {
        Self { place: format!("`{name}`"), expected: key.kind.describe(), found: format!("`{text}`") }
    }

    /// A value in the file.
    pub(super) fn in_file(
        path: &std::path::Path,
        line: usize,
        name: &str,
        expected: String,
        value: &toml::Value,
    ) -> Self {
        Self { place: format!("{}, line {line}: `{name}`", path.display()), expected, found: describe(value) }
    }
}

impl fmt::Display for BadValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected {}, found {}", self.place, self.expected, self.found)
    }
}

/// Something odd that does not keep the program from running. Each is told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The file has a key that no setting has.
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The key with its table.
        name: String,
        /// The key that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// A variable has the program's prefix and names no setting.
    UnknownVariable {
        /// The variable.
        name: String,
        /// The variable that was probably meant.
        suggestion: Option<String>,
    },
    /// A variable was given by an old name.
    LegacyVariable {
        /// The name that was read.
        name: String,
        /// The name to use.
        instead: String,
    },
    /// A setting was given by an old key.
    RenamedKey {
        /// Where it was given: a key or a variable.
        name: String,
        /// The key to use.
        instead: &'static str,
    },
    /// The file was asked for by name and does not exist.
    MissingFile {
        /// The file.
        path: PathBuf,
    },
    /// The relay serves other machines without asking for a token, as it was told to.
    OpenToNetwork {
        /// The address it listens on.
        host: String,
    },
    /// The relay serves other machines.
    Network {
        /// The address it listens on.
        host: String,
        /// Whether what is sent can be read on the way.
        is_plain: bool,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { path, line, name, suggestion } => {
                write!(formatter, "{}, line {line}: `{name}` is not a setting", path.display())?;
                suggestion.iter().try_for_each(|suggestion| write!(formatter, "; did you mean `{suggestion}`?"))
            }
            Self::UnknownVariable { name, suggestion } => {
                write!(formatter, "`{name}` is not a setting")?;
                suggestion.iter().try_for_each(|suggestion| write!(formatter, "; did you mean `{suggestion}`?"))
            }
            Self::LegacyVariable { name, instead } => write!(formatter, "`{name}` is an old name; use `{instead}`"),
            Self::RenamedKey { name, instead } => write!(formatter, "`{name}` is an old name; use `{instead}`"),
            Self::MissingFile { path } => write!(formatter, "{} does not exist; running on defaults", path.display()),
            Self::OpenToNetwork { host } => {
                write!(
                    formatter,
                    "listening on `{host}` without bearer auth: whoever reaches it spends the subscription"
                )
            }
            Self::Network { host, is_plain } => {
                let way = if *is_plain { "plain HTTP" } else { "TLS" };
                write!(
                    formatter,
                    "listening on `{host}`: other machines reach the relay over {way}, and the relay token is all that keeps them out"
                )
            }
        }
    }
}

fn describe(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => format!("the string `{text}`"),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(boolean) => boolean.to_string(),
        toml::Value::Datetime(datetime) => format!("the date {datetime}"),
        toml::Value::Array(_) => "an array".to_owned(),
        toml::Value::Table(_) => "a table".to_owned(),
    }
}

fn join(bad_values: &[BadValue]) -> String {
    bad_values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
