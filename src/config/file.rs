//! The configuration file: TOML, checked key by key so that every complaint names file, line and key.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use toml::de::DeTable;
use toml::{Spanned, Table, Value};

use super::error::{BadValue, ConfigError, Warning};
use super::keys::{self, KEYS};
use super::layers::{Layer, Source};

/// What the file says, and what is odd about it.
#[derive(Debug, Default)]
pub(super) struct FileLayer {
    pub(super) layer: Layer,
    pub(super) warnings: Vec<Warning>,
}

/// Reads the file; `None` when there is none.
///
/// # Errors
///
/// [`ConfigError::Unreadable`], [`ConfigError::Syntax`], or [`ConfigError::Values`] with every bad value in the file.
pub(super) fn read(path: &Path) -> Result<Option<FileLayer>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => parse(path, &text).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn parse(path: &Path, text: &str) -> Result<FileLayer, ConfigError> {
    let syntax = |error: &toml::de::Error| ConfigError::Syntax {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        message: error.message().to_owned(),
    };
    let places = DeTable::parse(text).map_err(|error| syntax(&error))?;
    let values: Table = toml::from_str(text).map_err(|error| syntax(&error))?;
    let mut reader = Reader { path, text, file: FileLayer::default(), unknown: Vec::new(), bad_values: Vec::new() };
    reader.document(places.get_ref(), &values);
    reader.finish()
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    file: FileLayer,
    unknown: Vec<(usize, Warning)>,
    bad_values: Vec<(usize, BadValue)>,
}

impl Reader<'_> {
    fn document(&mut self, places: &DeTable<'_>, values: &Table) {
        for (name, place) in places {
            let line = self.line(name);
            let name: &str = name.get_ref();
            let is_table_name = KEYS.iter().any(|key| key.split().0 == name);
            match (values.get(name), place.get_ref().as_table()) {
                (Some(Value::Table(values)), Some(places)) if is_table_name => self.table(name, places, values),
                (Some(value), _) if is_table_name => {
                    self.bad_value(line, name, "a table".to_owned(), value);
                }
                _ => self.unknown(name, line),
            }
        }
    }

    fn table(&mut self, table: &str, places: &DeTable<'_>, values: &Table) {
        for field in places.keys() {
            let line = self.line(field);
            let name = format!("{table}.{}", field.get_ref());
            let (Some(key), Some(value)) = (keys::find(&name), values.get(field.get_ref().as_ref())) else {
                self.unknown(&name, line);
                continue;
            };
            if key.kind.accepts(value) {
                self.file.layer.set(key, value.clone(), Source::File { line });
            } else {
                self.bad_value(line, &name, key.kind.describe(), value);
            }
        }
    }

    /// Complaints in the order of the file: the parser hands out tables in the order of their names.
    fn finish(mut self) -> Result<FileLayer, ConfigError> {
        self.unknown.sort_by_key(|(line, _)| *line);
        self.bad_values.sort_by_key(|(line, _)| *line);
        self.file.warnings.extend(self.unknown.into_iter().map(|(_, warning)| warning));
        let bad_values: Vec<_> = self.bad_values.into_iter().map(|(_, bad_value)| bad_value).collect();
        if bad_values.is_empty() { Ok(self.file) } else { Err(ConfigError::Values(bad_values)) }
    }

    fn bad_value(&mut self, line: usize, name: &str, expected: String, value: &Value) {
        self.bad_values.push((line, BadValue::in_file(self.path, line, name, expected, value)));
    }

    fn unknown(&mut self, name: &str, line: usize) {
        let suggestion = keys::suggest(name);
        self.file.warnings.push(Warning::UnknownKey {
            path: self.path.to_owned(),
            line,
            name: name.to_owned(),
            suggestion,
        });
    }

    fn line<T>(&self, place: &Spanned<T>) -> usize {
        line_of(self.text, place.span().start)
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> String {
        match parse(Path::new("config.toml"), text) {
            Err(error) => format!("error: {error}"),
            Ok(file) => {
                let lines = file.warnings.iter().map(|warning| format!("warning: {warning}"));
                let values = file
                    .layer
                    .sources
                    .iter()
                    .map(|(name, source)| format!("{name} = {} ({source})", file.layer.raw.value(name)));
                lines.chain(values).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn values_know_their_line() {
        let text = "# relay\n[server]\nport = 9000\n\nhost = \"::1\"\n[upstream]\nrequest_timeout_seconds = 60\n";
        insta::assert_snapshot!(read_text(text), @r#"
        server.host = "::1" (line 5 of the configuration file)
        server.port = 9000 (line 3 of the configuration file)
        upstream.request_timeout_seconds = 60.0 (line 7 of the configuration file)
        "#);
    }

    #[test]
    fn unknown_keys_and_tables_are_warnings() {
        insta::assert_snapshot!(read_text("colour = 1\n[server]\nprot = 1\n[server.tls]\ncert = \"x\"\n[sever]\nport = 1\n"), @"
        warning: config.toml, line 1: `colour` is not a setting
        warning: config.toml, line 3: `server.prot` is not a setting; did you mean `server.port`?
        warning: config.toml, line 4: `server.tls` is not a setting
        warning: config.toml, line 6: `sever` is not a setting; did you mean `server`?
        ");
    }

    #[test]
    fn every_bad_value_is_named() {
        let text = "paths = 1\n[server]\nport = \"80\"\nhost = \"\"\n[auth]\nstorage = \"disk\"\n[security]\nrate_limit_burst = 0\n";
        insta::assert_snapshot!(read_text(text), @"
        error: config.toml, line 1: `paths`: expected a table, found 1
        config.toml, line 3: `server.port`: expected a whole number from 0 to 65535, found the string `80`
        config.toml, line 4: `server.host`: expected visible ASCII without spaces, found the string ``
        config.toml, line 6: `auth.storage`: expected one of `auto`, `file`, `keyring`, found the string `disk`
        config.toml, line 8: `security.rate_limit_burst`: expected a whole number from 1 to 1000000, found 0
        ");
    }

    #[test]
    fn broken_toml_names_its_line() {
        insta::assert_snapshot!(read_text("[server]\nport = \n"), @"error: config.toml, line 2: not valid TOML: string values must be quoted, expected literal string");
    }
}
