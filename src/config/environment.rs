//! The process environment, behind a trait so that tests pass a map, and the settings found in it.

use std::collections::BTreeMap;

use super::error::BadValue;
use super::keys::{KEYS, Lineage, PREFIXES, Prefix, VARIABLES};
use super::layers::{Layer, Source};

/// Named text values from outside the program.
pub trait Environment {
    /// The value of a variable; `None` when it is unset.
    fn variable(&self, name: &str) -> Option<String>;

    /// The names of all variables.
    fn names(&self) -> Vec<String>;

    /// The value of a variable, where an empty one counts as unset.
    fn filled(&self, name: &str) -> Option<String> {
        self.variable(name).filter(|value| !value.is_empty())
    }
}

/// The environment of this process. Text that is not UTF-8 is read with replacement characters.
#[derive(Debug, Clone, Copy)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }

    fn names(&self) -> Vec<String> {
        std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
    }
}

impl Environment for BTreeMap<String, String> {
    fn variable(&self, name: &str) -> Option<String> {
        self.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// A variable that was set: its full name and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) is_legacy: bool,
}

/// The first variable of that suffix that is set, newest prefix first.
pub(super) fn find(environment: &dyn Environment, suffix: &str, lineage: Lineage) -> Option<Found> {
    PREFIXES.iter().filter(|prefix| prefix.lineage <= lineage).find_map(|prefix| {
        let name = format!("{}{suffix}", prefix.text);
        let value = environment.filled(&name)?;
        Some(Found { name, value, is_legacy: is_legacy(prefix) })
    })
}

/// The settings given by variables of each prefix, newest first.
///
/// # Errors
///
/// Every variable whose text is not of its setting's kind.
pub(super) fn layers(environment: &dyn Environment) -> Result<Vec<Layer>, Vec<BadValue>> {
    let mut bad_values = Vec::new();
    let layers = PREFIXES.iter().map(|prefix| layer(environment, prefix, &mut bad_values)).collect();
    if bad_values.is_empty() { Ok(layers) } else { Err(bad_values) }
}

/// The variables with today's prefix that name no setting.
pub(super) fn unknown(environment: &dyn Environment) -> Vec<String> {
    let is_known = |suffix: &str| {
        KEYS.iter()
            .map(|key| key.variable)
            .chain(VARIABLES.map(|variable| variable.variable))
            .any(|known| known == suffix)
    };
    let mut names = environment.names();
    names.retain(|name| name.strip_prefix(PREFIXES[0].text).is_some_and(|suffix| !is_known(suffix)));
    names.sort();
    names
}

fn layer(environment: &dyn Environment, prefix: &Prefix, bad_values: &mut Vec<BadValue>) -> Layer {
    let mut layer = Layer::default();
    for key in KEYS.iter().filter(|key| prefix.lineage <= key.lineage) {
        let name = format!("{}{}", prefix.text, key.variable);
        let Some(text) = environment.filled(&name) else { continue };
        match key.kind.parse(&text) {
            Some(value) => layer.set(key, value, Source::Variable { name, is_legacy: is_legacy(prefix) }),
            None => bad_values.push(BadValue::variable(&name, &text, key)),
        }
    }
    layer
}

fn is_legacy(prefix: &Prefix) -> bool {
    prefix.lineage != Lineage::Airelays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_variable_is_unset() {
        let environment = map(&[("AIRELAYS_CONFIG", ""), ("OPENAI_ENDPOINT_CONFIG", "/etc/relay.toml")]);
        let found = find(&environment, "CONFIG", Lineage::OpenaiEndpoint).unwrap();
        assert_eq!((found.name.as_str(), found.is_legacy), ("OPENAI_ENDPOINT_CONFIG", true));
    }

    #[test]
    fn a_prefix_is_only_read_for_settings_it_had() {
        let environment = map(&[("OPENAI_ENDPOINT_BEARER_TOKEN_FILE", "/a"), ("AIRELAY_UPSTREAM_RETRIES", "9")]);
        let layers = layers(&environment).unwrap();
        assert!(layers.iter().all(|layer| layer.sources.is_empty()));
    }

    #[test]
    fn all_bad_values_are_named_at_once() {
        let environment = map(&[("AIRELAYS_PORT", "http"), ("AIRELAY_RATE_LIMIT_BURST", "0")]);
        let bad_values = layers(&environment).unwrap_err();
        insta::assert_snapshot!(bad_values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), @"
        `AIRELAYS_PORT`: expected a whole number from 0 to 65535, found `http`
        `AIRELAY_RATE_LIMIT_BURST`: expected a whole number from 1 to 1000000, found `0`
        ");
    }

    #[test]
    fn finds_misspelt_variables() {
        let environment =
            map(&[("AIRELAYS_PROT", "80"), ("AIRELAYS_PORT", "80"), ("AIRELAYS_CONFIG", "x"), ("PATH", "/bin")]);
        assert_eq!(unknown(&environment), ["AIRELAYS_PROT"]);
    }
}
