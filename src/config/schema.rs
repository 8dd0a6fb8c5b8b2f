//! JSON Schema of the configuration file, for editors: its tables are those of [`RawConfig`], its values what [`KEYS`] says of them.
//!
//! Draft 7, which TOML editors know. The committed copy is `generated/config.schema.json`; `init` lays one beside the file it writes.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::keys::{KEYS, Key};
use super::raw::RawConfig;

/// Name of the schema that `init` lays beside the configuration file.
pub const SCHEMA_FILE: &str = "airelays.schema.json";

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut made = settings.into_generator().into_root_schema_for::<RawConfig>().to_value();
    let mut schema = json!({
        "$schema": made["$schema"].take(),
        "title": "Configuration of airelays",
        "description": "The file `~/.config/airelays/config.toml`; every setting may be left out.",
        "type": "object",
        "additionalProperties": made["additionalProperties"].take(),
        "properties": made["properties"].take(),
    });
    for table in schema["properties"].as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        // It lists every field as null, which TOML has not.
        table.as_object_mut().and_then(|table| table.remove("default"));
    }
    for key in KEYS {
        let (table, field) = key.split();
        schema["properties"][table]["properties"][field] = property(key);
    }
    schema
}

/// One setting. The type of its field allows null, which TOML has not, and knows no limits; so this takes its place.
fn property(key: &Key) -> Value {
    let mut property = key.kind.schema();
    property["description"] = key.description.into();
    if !key.has_found_default() {
        property["default"] = key.default_value();
    }
    if key.renamed_to.is_some() {
        property["deprecated"] = json!(true);
    }
    property
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;

    fn accepts(document: &str) -> bool {
        let document: toml::Table = toml::from_str(document).unwrap();
        jsonschema::is_valid(&schema(), &serde_json::to_value(document).unwrap())
    }

    #[test]
    fn the_schema_and_the_reader_refuse_the_same() {
        assert!(accepts("[server]\nport = 1\n[upstream]\nretries = 0\nfirst_byte_timeout_seconds = 0.5\n"));
        for refused in [
            "[server]\nport = \"80\"",
            "[server]\nport = 65536",
            "[server]\nprot = 1",
            "[sever]\n",
            "[auth]\nstorage = \"disk\"",
            "[upstream]\nbase_url = \"host\"",
            "[upstream]\nfirst_byte_timeout_seconds = 0",
        ] {
            assert!(!accepts(refused), "{refused}");
        }
    }

    #[test]
    fn every_setting_is_in_it_with_a_default_that_it_accepts() {
        let schema = schema();
        let tables = schema["properties"].as_object().unwrap();
        let mut names = Vec::new();
        for (table, table_schema) in tables {
            for (field, property) in table_schema["properties"].as_object().unwrap() {
                names.push(format!("{table}.{field}"));
                let default = property.get("default").filter(|default| !default.is_null());
                assert!(default.is_none_or(|default| jsonschema::is_valid(property, default)), "{table}.{field}");
            }
        }
        assert!(names.iter().all(|name| keys::find(name).is_some()), "{names:?}");
        assert_eq!(names.len(), KEYS.len());
    }
}
