//! `airelays explain`, `airelays contract` and `airelays demo --once`, as people run them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Exit code, standard output and standard error of a run in a new home directory.
fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_airelays"))
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("USERPROFILE", home.path())
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const REQUEST: &str = r#"{"model":"gpt-5.5","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}],"temperature":0.2,"max_tokens":32000,"stream":true}"#;

#[test]
fn explain_shows_every_verdict_and_the_upstream_request() {
    let (code, stdout, stderr) = run(&["explain", "--operation", "chat_completions_create"], REQUEST);
    assert_eq!((code, stderr.as_str()), (0, ""));
    insta::assert_snapshot!("explain_chat", stdout);
}

#[test]
fn explain_fails_when_the_request_would_be_refused() {
    let request = r#"{"model":"gpt-5.5","input":"Hi","max_output_tokens":16}"#;
    let arguments = ["explain", "--operation", "responses_create", "--json"];
    let (code, stdout, stderr) = run(&arguments, request);
    let explanation: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, stderr.as_str()), (1, "error: the request would be refused\n"));
    assert_eq!(explanation["problems"][0]["param"], "max_output_tokens");
    assert_eq!(explanation["upstream"], Value::Null);
    let (code, stdout, _) = run(&[&arguments[..], &["--profile", "lenient"]].concat(), request);
    let explanation: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &explanation["ignored"]), (0, &json!(["max_output_tokens"])));
    let (code, _, stderr) = run(&["explain", "--operation", "models_list"], "{}");
    assert_eq!(code, 1);
    assert!(stderr.contains("responses_create"), "{stderr}");
}

#[test]
fn the_matrix_is_exported_in_every_format() {
    let (code, markdown, _) = run(&["contract", "matrix"], "");
    assert_eq!((code, markdown.as_str()), (0, include_str!("../../generated/compatibility.md")));
    let (_, json, _) = run(&["contract", "matrix", "--format", "json"], "");
    let matrix: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(matrix["vendors"][0]["vendor"], "chatgpt");
    let (_, csv, _) = run(&["contract", "matrix", "--format", "csv"], "");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("vendor,operation,method,path,pointer,verdict,"), "{}", lines[0]);
    assert!(lines.iter().any(|line| line.starts_with("chatgpt,responses_create,POST,/v1/responses,/max_output_tokens,reject,drop,")));
    let (_, html, _) = run(&["contract", "matrix", "--format", "html"], "");
    assert!(html.starts_with("<!doctype html>") && html.contains("max_output_tokens"));
}

#[test]
fn diff_fails_only_when_something_published_is_unclassified() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openai.json");
    let published = include_str!("../../fixtures/spec/openai.requests.json");
    std::fs::write(&file, published).unwrap();
    assert_eq!(run(&["contract", "diff", file.to_str().unwrap()], "").0, 0);
    let mut document: Value = serde_json::from_str(published).unwrap();
    document["paths"]["/telepathy"]["post"] = json!({"operationId": "createTelepathy"});
    std::fs::write(&file, document.to_string()).unwrap();
    let (code, stdout, stderr) = run(&["contract", "diff", file.to_str().unwrap()], "");
    assert_eq!(code, 1);
    assert!(stdout.contains("unclassified operation POST /v1/telepathy (createTelepathy)"), "{stdout}");
    assert!(stderr.starts_with("error: 1 published"), "{stderr}");
}

#[test]
fn the_demo_shows_one_call_and_ends() {
    let (code, stdout, stderr) = run(&["demo", "--once", "--model", "gpt-5.5", "Hello!"], "");
    assert_eq!((code, stderr.as_str()), (0, ""));
    for expected in [
        "You said: Hello!",
        "x-airelays-ignored-parameters: temperature,max_tokens",
        "drop    temperature",
        "The request as it goes upstream",
    ] {
        assert!(stdout.contains(expected), "no `{expected}` in {stdout}");
    }
}
