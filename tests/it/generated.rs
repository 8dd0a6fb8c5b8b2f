//! `generated/` is the committed reading copy of what the build makes: the two must be the same, byte for byte.

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

#[test]
#[expect(clippy::disallowed_methods, reason = "the switch that rewrites the copy is an environment variable, as with snapshots")]
fn the_committed_copy_is_what_the_build_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let is_update = std::env::var("UPDATE_GENERATED").is_ok();
    let mut stale = Vec::new();
    for name in FILES {
        let made = fs::read(Path::new(env!("OUT_DIR")).join(name)).unwrap();
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|committed| committed == made) {
            continue;
        }
        if is_update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &made).unwrap();
        } else {
            stale.push(*name);
        }
    }
    assert!(stale.is_empty(), "stale in generated/: {stale:?}; run `UPDATE_GENERATED=1 cargo test --test it generated` and read the diff");
}

#[test]
fn the_committed_copy_holds_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "README.md" && !FILES.contains(&name.as_str()));
    assert!(names.is_empty(), "not made by the build: {names:?}");
}
