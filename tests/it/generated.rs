//! `generated/` is the committed reading copy of what the build makes: the two must be the same, byte for byte. The schema of the configuration
//! file is made by the program itself, and kept there as well.

use std::fs;
use std::path::Path;

const FILES: &[&str] = &[
    "models.rs",
    "validators.rs",
    "tables.rs",
    "router.rs",
    "upstream_chatgpt.rs",
    "openapi.json",
    "compatibility.json",
    "compatibility.md",
    "rejections.json",
];

/// Made by the program instead of the build.
const CONFIG_SCHEMA: &str = "config.schema.json";

#[test]
fn the_committed_copy_is_what_the_build_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let is_update = std::env::var_os("UPDATE_GENERATED").is_some();
    let mut stale = Vec::new();
    for name in FILES.iter().copied().chain([CONFIG_SCHEMA]) {
        let made = if name == CONFIG_SCHEMA {
            format!("{:#}\n", airelays::config::schema()).into_bytes()
        } else {
            fs::read(Path::new(env!("OUT_DIR")).join(name)).unwrap()
        };
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|committed| committed == made) {
            continue;
        }
        if is_update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &made).unwrap();
        } else {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "stale in generated/: {stale:?}; run `UPDATE_GENERATED=1 cargo test --test it generated` and read the diff"
    );
}

#[test]
fn the_committed_copy_holds_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "README.md" && name != CONFIG_SCHEMA && !FILES.contains(&name.as_str()));
    assert!(names.is_empty(), "not made by the build: {names:?}");
}
