//! `docs/configuration.md` lists the settings as the program knows them. `UPDATE_GENERATED=1` rewrites the lists.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use airelays::config::keys::{KEYS, PREFIXES, VARIABLES};

#[test]
fn the_documentation_lists_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let written = fs::read_to_string(&path).unwrap();
    let expected = replace(&replace(&written, "settings", &settings()), "variables", &variables());
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, &expected).unwrap();
    } else {
        assert!(written == expected, "docs/configuration.md is out of date; run the tests with UPDATE_GENERATED=1");
    }
}

fn settings() -> String {
    let mut text = String::new();
    let mut table = "";
    for key in KEYS {
        let (key_table, field) = key.split();
        if key_table != table {
            table = key_table;
            write!(
                text,
                "\n### `[{table}]`\n\n| key | variable | flag | default | what it is |\n|---|---|---|---|---|\n"
            )
            .unwrap();
        }
        let flag = key.flag.map(|flag| format!("`{flag}`")).unwrap_or_default();
        let default = if key.has_found_default() {
            key.default.trim_matches(['<', '>']).to_owned()
        } else {
            format!("`{}`", key.default)
        };
        let (variable, kind, description) = (key.current_variable(), key.kind.describe(), key.description);
        writeln!(text, "| `{field}` | `{variable}` | {flag} | {default} | {description} Takes {kind}. |").unwrap();
    }
    text
}

fn variables() -> String {
    let mut text = "\n| variable | what it is |\n|---|---|\n".to_owned();
    for variable in VARIABLES {
        writeln!(text, "| `{}{}` | {} |", PREFIXES[0].text, variable.variable, variable.description).unwrap();
    }
    text
}

/// The text with what stands between a list's two marks replaced.
fn replace(text: &str, name: &str, list: &str) -> String {
    let (begin, end) =
        (format!("<!-- {name}: made by tests/it/configuration.rs -->\n"), format!("\n<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{list}{end}{after}")
}
