//! The configuration file that `init` writes: every setting with its meaning, the ones that were given set, the others as comments.
//!
//! A default that is only a comment follows the program when it changes. The first line names the schema that lies beside the file, for
//! editors that know what to do with one.

use std::fmt::Write;

use serde_json::Value;

use super::Config;
use super::keys::KEYS;
use super::layers::Source;
use super::schema::SCHEMA_FILE;

/// The file's text.
#[must_use]
pub fn template(config: &Config) -> String {
    let mut text = format!(
        "#:schema ./{SCHEMA_FILE}\n# Configuration of airelays. Settings that are commented out show their default.\n"
    );
    let mut table = "";
    for key in KEYS.iter().filter(|key| key.renamed_to.is_none()) {
        let (key_table, field) = key.split();
        if key_table != table {
            table = key_table;
            push(&mut text, format_args!("\n[{table}]\n"));
        }
        let mark = if *config.source(key.name) == Source::Default { "# " } else { "" };
        push(&mut text, format_args!("# {}\n{mark}{field} = {}\n", key.description, literal(&config.value(key))));
    }
    text
}

/// A JSON scalar as TOML. TOML's basic strings take JSON's escapes, and want one for DEL too.
pub(super) fn literal(value: &Value) -> String {
    match value.as_f64().filter(|number| number.fract() == 0.0) {
        Some(number) => format!("{number}"),
        None => value.to_string().replace('\u{7f}', "\\u007F"),
    }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::super::{Config, RawConfig};
    use super::*;

    fn config(raw: RawConfig) -> Config {
        let environment = [("HOME".to_owned(), "/home/user".to_owned())].into();
        Config::load(raw, None, &environment as &std::collections::BTreeMap<_, _>).unwrap().config
    }

    #[test]
    fn shows_defaults_as_comments() {
        let text = template(&config(RawConfig::default()));
        let set: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        assert_eq!(
            set,
            [
                "[server]",
                "[paths]",
                "[auth]",
                "[upstream]",
                "[security]",
                "[logging]",
                "[metrics]",
                "[uploads]",
                "[state]",
                "[contract]",
                "[chat]"
            ]
        );
        assert!(text.contains("\n# port = 8080\n"), "{text}");
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_configuration() {
        let mut raw = RawConfig::default();
        raw.server.port = Some(1);
        raw.security.bearer_token_file = Some("/odd \"name\"\\\u{7f}\n".to_owned());
        raw.security.require_bearer_auth = Some(false);
        raw.upstream.base_url = Some("http://127.0.0.1:9".to_owned());
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("config.toml");
        std::fs::write(&file, template(&config(raw.clone()))).unwrap();
        let environment = [("HOME".to_owned(), "/home/user".to_owned())].into();
        let read =
            Config::load(RawConfig::default(), Some(&file), &environment as &std::collections::BTreeMap<_, _>).unwrap();
        assert_eq!(read.warnings, []);
        assert_eq!(read.config.raw.server.port, Some(1));
        assert_eq!(format!("{:?}", read.config.security), format!("{:?}", config(raw).security));
    }
}
