//! Changing single settings in a configuration file that somebody wrote: comments, order and layout stay as they are.

use serde_json::Value;
use toml_edit::{DocumentMut, Item, Table, TomlError};

use super::keys::Key;
use super::template::literal;

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("it is not valid TOML")]
    Syntax(#[from] TomlError),
    /// The setting's table is written in a way that takes no more settings.
    #[error("`{table}` is not a table there; write it as `[{table}]`")]
    NotATable {
        /// The table.
        table: &'static str,
    },
}

/// The text of a configuration file with one setting set.
///
/// A setting that is there gets the new value; a comment that shows its default, as `init` writes them, is turned into it; else it is added to its
/// table.
///
/// # Errors
///
/// [`EditError`], for a file that the reader of the configuration would not have taken either.
pub fn edited(text: &str, key: &Key, value: &Value) -> Result<String, EditError> {
    let (table, field) = key.split();
    let mut document: DocumentMut = text.parse()?;
    let is_set = document.get(table).and_then(|item| item.get(field)).is_some();
    if !is_set && let Some(text) = uncommented(text, key, value) {
        return Ok(text);
    }
    let literal: toml_edit::Value = literal(value).parse()?;
    let item = document.entry(table).or_insert(Item::Table(Table::new()));
    let settings = item.as_table_like_mut().ok_or(EditError::NotATable { table })?;
    match settings.get_mut(field).and_then(Item::as_value_mut) {
        Some(present) => {
            // The space and the comment around a value belong to it.
            let decor = present.decor().clone();
            *present = literal;
            *present.decor_mut() = decor;
        }
        None => {
            settings.insert(field, Item::Value(literal));
        }
    }
    Ok(document.to_string())
}

/// The text with the line `# field = …` of the setting's table turned into the setting.
fn uncommented(text: &str, key: &Key, value: &Value) -> Option<String> {
    let (table, field) = key.split();
    let header = format!("[{table}]");
    let shown = format!("# {field} = ");
    let mut in_table = false;
    let place = text.split_inclusive('\n').position(|line| {
        if line.starts_with('[') {
            in_table = line.trim_end() == header;
        }
        in_table && line.starts_with(&shown)
    })?;
    let lines = text.split_inclusive('\n').enumerate();
    let changed: String = lines
        .map(|(index, line)| if index == place { format!("{field} = {}\n", literal(value)) } else { line.to_owned() })
        .collect();
    // The line may have stood in the middle of something, such as a text of several lines.
    let document: DocumentMut = changed.parse().ok()?;
    document.get(table)?.get(field).map(|_| changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::keys::find;
    use super::*;

    fn set(text: &str, name: &str, value: Value) -> String {
        edited(text, find(name).unwrap(), &value).unwrap()
    }

    #[test]
    fn what_stands_around_a_setting_stays() {
        let text = "# mine\n[server]\nport   = 80 # the port\n\n# end\n";
        assert_eq!(set(text, "server.port", json!(81)), "# mine\n[server]\nport   = 81 # the port\n\n# end\n");
        assert_eq!(
            set(text, "server.host", json!("::1")),
            "# mine\n[server]\nport   = 80 # the port\nhost = \"::1\"\n\n# end\n"
        );
        assert_eq!(set("", "server.port", json!(81)), "[server]\nport = 81\n");
        assert_eq!(set("server = { port = 80 }\n", "server.port", json!(81)), "server = { port = 81 }\n");
        assert_eq!(set("server.port = 80\n", "server.port", json!(81)), "server.port = 81\n");
    }

    #[test]
    fn a_default_in_a_comment_becomes_the_setting() {
        let text =
            "[auth]\n# storage = \"auto\"\n[security]\n# Whether.\n# require_bearer_auth = true\n# storage = 1\n";
        assert_eq!(
            set(text, "security.require_bearer_auth", json!(false)),
            "[auth]\n# storage = \"auto\"\n[security]\n# Whether.\nrequire_bearer_auth = false\n# storage = 1\n"
        );
        assert!(set(text, "auth.storage", json!("file")).starts_with("[auth]\nstorage = \"file\"\n[security]\n"));
    }

    #[test]
    fn a_file_that_makes_no_sense_is_left_alone() {
        let key = find("server.port").unwrap();
        assert!(matches!(edited("[server\n", key, &json!(1)), Err(EditError::Syntax(_))));
        assert!(matches!(edited("server = 1\n", key, &json!(1)), Err(EditError::NotATable { table: "server" })));
    }
}
