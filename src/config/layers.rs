//! One source over another: where each value came from, and which one wins.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::error::BadValue;
use super::keys::{KEYS, Key};
use super::raw::RawConfig;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag on the command line.
    Flag(&'static str),
    /// A variable.
    Variable {
        /// Its full name.
        name: String,
        /// Whether the name is an old one.
        is_legacy: bool,
    },
    /// The configuration file.
    File {
        /// The line of the key, from 1.
        line: usize,
    },
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => formatter.write_str(flag),
            Self::Variable { name, .. } => formatter.write_str(name),
            Self::File { line } => write!(formatter, "line {line} of the configuration file"),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// The settings one source gives, and where exactly it gives them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layer {
    pub(super) raw: RawConfig,
    pub(super) sources: BTreeMap<&'static str, Source>,
}

impl Layer {
    /// The settings given by flags.
    ///
    /// # Errors
    ///
    /// Every flag whose value is not of its setting's kind.
    pub(super) fn flags(raw: RawConfig) -> Result<Self, Vec<BadValue>> {
        let given =
            KEYS.iter().filter_map(|key| Some((key, key.flag?, toml::Value::try_from(raw.value(key.name)).ok()?)));
        let (mut sources, mut bad_values) = (BTreeMap::new(), Vec::new());
        for (key, flag, value) in given {
            if !key.kind.accepts(&value) {
                bad_values.push(BadValue::flag(flag, key, &value));
            }
            sources.insert(key.name, Source::Flag(flag));
        }
        if bad_values.is_empty() { Ok(Self { raw, sources }) } else { Err(bad_values) }
    }

    /// Adds a value that [`Kind::accepts`](super::kind::Kind::accepts) has let through.
    pub(super) fn set(&mut self, key: &Key, value: toml::Value, source: Source) {
        let (table, field) = key.split();
        let fields = toml::Table::from_iter([(field.to_owned(), value)]);
        let document = toml::Table::from_iter([(table.to_owned(), toml::Value::Table(fields))]);
        // The kinds are at least as narrow as the fields, so this holds; the test below tries every key.
        if let Ok(raw) = RawConfig::deserialize(document) {
            self.raw = raw.or(std::mem::take(&mut self.raw));
            self.sources.insert(key.name, source);
        }
    }
}

/// The one place that says who wins: layers come highest first, and the first that has a value gives it.
///
/// The order is flag, `AIRELAYS_*`, `AIRELAY_*`, `OPENAI_ENDPOINT_*`, file; what none of them gives takes its default when it is resolved.
pub(super) fn precedence(layers: impl IntoIterator<Item = Layer>) -> Layer {
    layers.into_iter().fold(Layer::default(), |higher, lower| {
        let mut sources = lower.sources;
        sources.extend(higher.sources);
        Layer { raw: higher.raw.or(lower.raw), sources }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Source {
        Source::Variable { name: name.to_owned(), is_legacy: !name.starts_with("AIRELAYS_") }
    }

    #[test]
    fn flag_then_variables_then_file_then_default() {
        let key = super::super::keys::find("server.port").unwrap();
        let sources = [
            Source::Flag("--port"),
            variable("AIRELAYS_PORT"),
            variable("AIRELAY_PORT"),
            variable("OPENAI_ENDPOINT_PORT"),
            Source::File { line: 3 },
        ];
        for present in 0..1u16 << sources.len() {
            let layers = sources.iter().enumerate().map(|(index, source)| {
                let mut layer = Layer::default();
                if present & (1 << index) != 0 {
                    layer.set(key, toml::Value::Integer(i64::try_from(index).unwrap()), source.clone());
                }
                layer
            });
            let winner = precedence(layers);
            let expected = (present != 0).then(|| usize::try_from(present.trailing_zeros()).unwrap());
            assert_eq!(winner.raw.server.port.map(usize::from), expected, "{present:05b}");
            assert_eq!(winner.sources.get("server.port"), expected.map(|index| &sources[index]), "{present:05b}");
        }
    }

    #[test]
    fn every_key_can_be_set() {
        for key in KEYS {
            let text = if key.has_found_default() { "7" } else { key.default };
            let mut layer = Layer::default();
            layer.set(key, key.kind.parse(text).unwrap(), Source::File { line: 1 });
            assert!(!layer.raw.value(key.name).is_null(), "{}", key.name);
        }
    }

    #[test]
    fn flags_name_themselves() {
        let mut raw = RawConfig::default();
        raw.server.port = Some(1);
        raw.security.require_bearer_auth = Some(false);
        let sources: Vec<_> =
            Layer::flags(raw).unwrap().sources.into_values().map(|source| source.to_string()).collect();
        assert_eq!(sources, ["--no-auth", "--port"]);
    }

    #[test]
    fn flags_are_checked_too() {
        let mut raw = RawConfig::default();
        raw.server.host = Some("a b".to_owned());
        let messages: Vec<_> = Layer::flags(raw).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(messages, ["`--host`: expected visible ASCII without spaces, found the string `a b`"]);
    }
}
