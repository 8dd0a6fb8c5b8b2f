//! One way down: a module uses modules above its own in this list, never below.

use std::path::{Path, PathBuf};

/// The modules of `src/`, in order of dependence. ARCHITECTURE.md says what each is for.
const LAYERS: &[&str] = &[
    "contract",
    "private_file",
    "secret",
    "tls",
    "watched_file",
    "silence",
    "sse",
    "config",
    "translate",
    "store",
    "traffic",
    "auth",
    "upstream",
    "security",
    "http",
    "serve",
    "cli",
];

fn rust_files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            rust_files(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

/// The module a file belongs to: `src/http/call.rs` to `http`.
fn module_of(file: &Path, source: &Path) -> String {
    let inside = file.strip_prefix(source).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Names of crate modules a line uses.
fn uses(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::").filter_map(move |(at, found)| {
        let rest = &line[at + found.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        Some(&rest[..end]).filter(|name| !name.is_empty())
    })
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let rank = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for file in &files {
        let module = module_of(file, &source);
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(own) = rank(&module) else {
            panic!("{} belongs to no layer; add `{module}` to the list", file.display())
        };
        for (number, line) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
            for used in uses(line.split("//").next().unwrap_or_default()) {
                checked += 1;
                if rank(used).is_some_and(|used| used > own) {
                    wrong.push(format!(
                        "{}:{}: `{module}` uses `{used}`, which stands below it",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(checked > 100, "only {checked} uses found; is the reading of `use` lines broken?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
