//! `airelays contract record`: a logged exchange as a fixture that can be shared.
//!
//! Identifiers become invented ones, the same one everywhere; texts keep their length and their punctuation and lose their words. What is left shows how
//! the backend speaks and not what was said.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Map, Value, json};

use crate::cli::Session;
use crate::config::RawConfig;
use crate::traffic::find;
use crate::traffic::read::{Logged, records};

/// Turn a logged exchange into fixtures without identifiers and words
#[derive(Debug, Clone, Args)]
pub struct RecordArgs {
    /// The request, by its `x-request-id`
    #[arg(long, value_name = "ID")]
    pub request: String,

    /// Where to put the files; none is overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,

    /// Directory of the traffic log [default: that of the configuration]
    #[arg(long, value_name = "DIR")]
    pub logs: Option<PathBuf>,
}

/// Members whose text is somebody's words.
const WORDS: &[&str] = &[
    "text",
    "delta",
    "content",
    "input",
    "instructions",
    "arguments",
    "refusal",
    "output",
    "description",
    "name",
    "title",
    "query",
    "url",
    "summary",
    "filename",
];

/// Members whose value is an identifier or opaque.
const IDENTIFIERS: &[&str] = &[
    "id",
    "item_id",
    "response_id",
    "call_id",
    "previous_response_id",
    "prompt_cache_key",
    "safety_identifier",
    "user",
    "encrypted_content",
    "x-request-id",
    "x-oai-request-id",
    "cf-ray",
    "etag",
    "x-models-etag",
    "session-id",
    "session_id",
    "x-codex-turn-state",
    "set-cookie",
    "date",
];

/// A moment that stands for all moments, in unix seconds.
const MOMENT: u64 = 1_777_989_632;

/// Reads the records of the request and writes the files.
pub(super) fn run(args: &RecordArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let directory = match &args.logs {
        Some(directory) => directory.clone(),
        None => session.config(RawConfig::default())?.paths.logs_dir,
    };
    let mut found = Vec::new();
    for file in find(&directory) {
        let read = records(&file.path, |record| {
            if record.request_id() == args.request {
                found.push(record);
            }
        });
        read.with_context(|| format!("cannot read {}", file.path.display()))?;
    }
    if found.is_empty() {
        bail!("`{}` is not in the log in {}", args.request, directory.display());
    }
    let name: String =
        args.request.trim_start_matches("req_").chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let files = files(&name, &found);
    if files.is_empty() {
        bail!("the records of `{}` hold nothing of the backend; was it called?", args.request);
    }
    if !files.keys().any(|file| file.ends_with(".sse") || file.ends_with("errors.json")) {
        session.printer.warning(&"no events of it are in the log; `logging.stream_lines` writes them")?;
    }
    for (file, content) in files {
        let path = args.out.join(&file);
        write_new(&path, &content).with_context(|| format!("cannot write {}", path.display()))?;
        session.printer.text(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

fn write_new(path: &Path, content: &str) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(content.as_bytes())
}

/// The fixtures of an exchange by their file names.
fn files(name: &str, found: &[Logged]) -> BTreeMap<String, String> {
    let mut disguise = Disguise::default();
    let (mut files, mut stream, mut errors) = (BTreeMap::new(), String::new(), Vec::new());
    let mut terminal = Value::Null;
    let mut usage = Value::Null;
    for Logged(record) in found {
        match record["phase"].as_str().unwrap_or_default() {
            "upstream_request" if record["body"]["json"].is_object() => {
                let body = disguise.value(&record["body"]["json"]);
                files.insert(format!("{name}.request.json"), format!("{body:#}\n"));
            }
            "upstream_response" if record["url"] == "/responses" => {
                let headers = disguise.value(&record["headers"]);
                files.insert(format!("{name}.headers.json"), format!("{headers:#}\n"));
            }
            "upstream_response_error" if record["status_code"].is_number() => errors.push(json!({
                "case": name,
                "status": record["status_code"],
                "headers": disguise.value(&record["headers"]),
                "body": disguise.value(&record["body"]["json"]),
                "retry": found.iter().any(|Logged(record)| record["phase"] == "upstream_retry"),
                "source": "recorded from a traffic log",
            })),
            "upstream_stream_line" => {
                let event = disguise.value(&record["data"]["json"]);
                if let Some(kind) = event["type"].as_str() {
                    terminal = kind.strip_prefix("response.").map_or(Value::Null, Value::from);
                }
                if event["response"]["usage"].is_object() {
                    usage = event["response"]["usage"].clone();
                }
                if let Some(kind) = record["event"].as_str() {
                    stream.push_str(&format!("event: {kind}\n"));
                }
                stream.push_str(&format!("data: {event}\n\n"));
            }
            _ => {}
        }
    }
    if !errors.is_empty() {
        files.insert(format!("{name}.errors.json"), format!("{:#}\n", Value::from(errors)));
    }
    if !stream.is_empty() {
        let entry = json!([{
            "file": format!("{name}.sse"),
            "shows": "recorded; say what it shows",
            "sources": ["recorded from a traffic log, words and identifiers replaced"],
            "expect": {"terminal": terminal, "usage": usage},
        }]);
        files.insert(format!("{name}.manifest.json"), format!("{entry:#}\n"));
        files.insert(format!("{name}.sse"), stream);
    }
    files
}

/// Replaces identifiers and words. Messages of errors stay: they are the backend's own words.
#[derive(Debug, Default)]
struct Disguise {
    identifiers: BTreeMap<String, String>,
}

impl Disguise {
    fn value(&mut self, value: &Value) -> Value {
        self.member("", value)
    }

    fn member(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let disguised = members.iter().map(|(name, value)| (name.clone(), self.member(name, value)));
                Value::Object(disguised.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(|item| self.member(name, item)).collect(),
            Value::String(text) if IDENTIFIERS.contains(&name) => Value::from(self.identifier(text)),
            Value::String(text) if WORDS.contains(&name) => Value::from(words(text)),
            Value::Number(_) if name.ends_with("_at") => Value::from(MOMENT),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    /// `msg_68af…` becomes `msg_fixture_1`.
    fn identifier(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let number = self.identifiers.len() + 1;
        let kind = text.split_once('_').map_or("id", |(kind, _)| kind);
        let kind = if kind.len() <= 8 && kind.bytes().all(|byte| byte.is_ascii_lowercase()) { kind } else { "id" };
        self.identifiers.entry(text.to_owned()).or_insert_with(|| format!("{kind}_fixture_{number}")).clone()
    }
}

/// The text with other letters and digits.
fn words(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_ascii_digit() => '0',
            c if c.is_alphanumeric() => 'x',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_words_are_replaced_and_the_rest_is_kept() {
        let mut disguise = Disguise::default();
        let value = disguise.value(&json!({
            "type": "response.output_item.done", "created_at": 5, "item_id": "msg_1a", "model": "gpt-5.5",
            "item": {"id": "msg_1a", "content": [{"type": "output_text", "text": "Hi, Ann 42!"}], "call_id": "call_7"},
        }));
        assert_eq!(
            value,
            json!({
                "type": "response.output_item.done", "created_at": MOMENT, "item_id": "msg_fixture_1", "model": "gpt-5.5",
                "item": {"id": "msg_fixture_1", "content": [{"type": "output_text", "text": "xx, xxx 00!"}], "call_id": "call_fixture_2"},
            })
        );
    }
}
