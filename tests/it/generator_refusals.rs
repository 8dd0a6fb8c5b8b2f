//! A contract with a mistake does not build, and the message names file and pointer.
//!
//! The generator of `build/` is compiled into this binary and fed copies of `schemas/` with one mistake each.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::generator;

const BOUNDARY: &str = "upstream/chatgpt/boundary.json";
const CHAT: &str = "openai/chat_completions.json";
const WIRE: &str = "upstream/chatgpt/wire.json";

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What the generator says of the contract with one file changed.
fn problems(file: &str, change: impl FnOnce(&mut Value)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (contract, out) = (folder.path().join("schemas"), folder.path().join("out"));
    copy(&schemas(), &contract);
    fs::create_dir(&out).unwrap();
    let path = contract.join(file);
    let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut document);
    fs::write(&path, document.to_string()).unwrap();
    match generator::run(&contract, &out) {
        Ok(()) => Vec::new(),
        Err(problems) => problems,
    }
}

fn chat_rows(document: &mut Value) -> &mut serde_json::Map<String, Value> {
    document["operations"]["chat_completions_create"]["fields"].as_object_mut().unwrap()
}

#[test]
fn the_contract_as_it_stands_builds() {
    assert_eq!(problems(BOUNDARY, |_| {}), Vec::<String>::new());
}

#[test]
fn a_boundary_speaks_of_everything_and_of_nothing_else() {
    let row = json!({"verdict": "pass", "evidence": "e", "verified": "2026-01-01"});
    let mut report = String::new();
    let mut check = |name: &str, found: Vec<String>| {
        assert!(!found.is_empty(), "{name} builds");
        report.push_str(&format!("{name}\n  {}\n", found.join("\n  ")));
    };
    check("a field without a row", problems(BOUNDARY, |b| drop(chat_rows(b).remove("/temperature"))));
    check("a union arm without a row", problems(BOUNDARY, |b| drop(chat_rows(b).remove("/messages/*[role=tool]"))));
    check("a value without a row", problems(BOUNDARY, |b| drop(chat_rows(b).remove("/service_tier[=flex]"))));
    check(
        "a pointer to nothing",
        problems(BOUNDARY, |b| drop(chat_rows(b).insert("/temprature".to_owned(), row.clone()))),
    );
    check(
        "an arm of nothing",
        problems(BOUNDARY, |b| drop(chat_rows(b).insert("/tools/*[type=spoon]".to_owned(), row.clone()))),
    );
    check(
        "like no other operation",
        problems(BOUNDARY, |b| b["operations"]["responses_compact"]["like"] = json!("responses_compat")),
    );
    check(
        "an extension of nothing",
        problems("openai/responses_connect.json", |d| {
            d["components"]["schemas"]["ResponsesCreateEvent"]["x-relay"]["extends"] = json!("Nothing");
        }),
    );
    check("a misspelt key", problems(BOUNDARY, |b| chat_rows(b)["/seed"]["reasn"] = json!("x")));
    check("a misspelt verdict", problems(BOUNDARY, |b| chat_rows(b)["/seed"]["verdict"] = json!("refuse")));
    check("the only values of a refusal", problems(BOUNDARY, |b| chat_rows(b)["/seed"]["only"] = json!([1])));
    check(
        "rows like those of nothing",
        problems(BOUNDARY, |b| chat_rows(b)["/messages"]["like"] = json!("spoon /input")),
    );
    check(
        "a refusal without a reason",
        problems(BOUNDARY, |b| drop(chat_rows(b)["/seed"].as_object_mut().unwrap().remove("reason"))),
    );
    check(
        "an adaptation to nowhere",
        problems(BOUNDARY, |b| drop(chat_rows(b)["/verbosity"].as_object_mut().unwrap().remove("to"))),
    );
    check("a row without a date", problems(BOUNDARY, |b| chat_rows(b)["/seed"]["verified"] = json!("last week")));
    check(
        "an operation without a verdict",
        problems(BOUNDARY, |b| drop(b["operations"].as_object_mut().unwrap().remove("models_list"))),
    );
    check(
        "an operation that is not there",
        problems(BOUNDARY, |b| b["unsupported"][0]["operations"] = json!(["create_telepathy"])),
    );
    insta::assert_snapshot!("boundaries_that_do_not_build", report);
}

#[test]
fn fragments_keep_the_authoring_rules() {
    let mut report = String::new();
    let mut check = |name: &str, change: &dyn Fn(&mut Value)| {
        let found = problems(CHAT, |document| change(&mut document["components"]["schemas"]));
        assert!(!found.is_empty(), "{name} builds");
        report.push_str(&format!("{name}\n  {}\n", found.join("\n  ")));
    };
    check("nullable", &|s| s["ChatTextPart"]["properties"]["text"]["nullable"] = json!(true));
    check("a null type", &|s| s["ChatTextPart"]["properties"]["text"]["type"] = json!(["string", "null"]));
    check("an inline object", &|s| {
        s["ChatTextPart"]["properties"]["text"] = json!({"type": "object", "properties": {"a": {}}})
    });
    check("a const without a type", &|s| {
        drop(s["ChatTextPart"]["properties"]["type"].as_object_mut().unwrap().remove("type"))
    });
    check("a reference to nothing", &|s| {
        s["ChatTextPart"]["properties"]["text"] = json!({"$ref": "#/components/schemas/Nothing"})
    });
    check("a reference to a file", &|s| s["ChatTextPart"]["properties"]["text"] = json!({"$ref": "other.json#/Text"}));
    check("a required member that is not there", &|s| s["ChatTextPart"]["required"] = json!(["type", "text", "mood"]));
    check("a name taken elsewhere", &|s| s["MessageItem"] = json!({"type": "object", "properties": {}}));
    check("values equal after case folding", &|s| s["ChatAllowedToolsMode"]["enum"] = json!(["auto", "AUTO"]));
    check("a tag that is no const", &|s| s["ChatTextPart"]["properties"]["type"] = json!({"type": "string"}));
    check("arms that a value cannot tell apart", &|s| {
        s["ChatContent"]["oneOf"][1] = s["ChatContent"]["oneOf"][0].clone()
    });
    check("an arm that is not read", &|s| s["ChatContent"]["oneOf"][0]["type"] = json!("number"));
    insta::assert_snapshot!("fragments_that_do_not_build", report);
}

#[test]
fn wire_tables_are_complete() {
    let mut found = problems(WIRE, |wire| {
        drop(wire["error_codes"]["server_error"].as_object_mut().map(|row| row.remove("status")))
    });
    found.extend(problems(WIRE, |wire| {
        drop(wire["events"]["keepalive"].as_object_mut().map(|row| row.remove("class")))
    }));
    insta::assert_snapshot!("wire_tables_that_do_not_build", found.join("\n"));
}
