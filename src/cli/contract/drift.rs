//! `airelays contract drift`: what the backend sent and `wire.json` does not know.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use crate::cli::Session;
use crate::config::RawConfig;
use crate::contract::tables::{
    CHATGPT_ERRORS, CHATGPT_EVENT_MEMBERS, CHATGPT_EVENTS, CHATGPT_PRIVATE_EVENT_MEMBERS, CHATGPT_PRIVATE_PREFIXES,
    CHATGPT_PRIVATE_RESPONSE_MEMBERS, CHATGPT_RESPONSE_HEADERS, CHATGPT_RESPONSE_MEMBERS,
};
use crate::traffic::find;
use crate::traffic::read::{Logged, records};

/// List what the backend sent and the wire schema does not know; exits 1 if there is anything
#[derive(Debug, Clone, Args)]
pub struct DriftArgs {
    /// Directory of the traffic log [default: that of the configuration]
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub logs: Option<PathBuf>,

    /// Files of the traffic log, instead of a directory
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// A kind of thing a backend sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    EventType,
    EventMember,
    ResponseMember,
    ErrorCode,
    Header,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventType => "event type",
            Self::EventMember => "event member",
            Self::ResponseMember => "response member",
            Self::ErrorCode => "error code",
            Self::Header => "header",
        })
    }
}

/// What was found, how often, and in which request first.
#[derive(Debug, Default)]
struct Drift {
    news: BTreeMap<(Kind, String), (u64, String)>,
    events: u64,
    answers: u64,
}

/// Reads the log and tells.
pub(super) fn run(args: &DriftArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let files = if args.files.is_empty() {
        let directory = match &args.logs {
            Some(directory) => directory.clone(),
            None => session.config(RawConfig::default())?.paths.logs_dir,
        };
        find(&directory).into_iter().map(|file| file.path).collect()
    } else {
        args.files.clone()
    };
    let mut drift = Drift::default();
    for file in &files {
        records(file, |record| drift.look(&record)).with_context(|| format!("cannot read {}", file.display()))?;
    }
    let lines = drift.news.iter().map(|((kind, name), (times, request))| {
        let name = super::super::logs::harmless(name);
        format!("{kind} {name} ({times} times, first in {request})\n")
    });
    session.printer.text(&lines.collect::<String>())?;
    if drift.events == 0 {
        session.printer.warning(&"the log has no events of the backend; `logging.stream_lines` writes them")?;
    }
    let (events, answers) = (drift.events, drift.answers);
    match drift.news.len() {
        0 => Ok(session.printer.note(&format!("{answers} answers and {events} events: nothing new\n"))?),
        news => bail!("{news} things in {answers} answers and {events} events are not in wire.json"),
    }
}

impl Drift {
    fn look(&mut self, record: &Logged) {
        let id = record.request_id();
        match record.phase() {
            "upstream_stream_line" => {
                self.events += 1;
                self.event(&record.0["data"]["json"], id);
            }
            "upstream_response" => {
                self.answers += 1;
                self.headers(&record.0["headers"], id);
            }
            "upstream_response_error" if record.whole("status_code").is_some() => {
                self.answers += 1;
                self.headers(&record.0["headers"], id);
                self.error(&record.0["body"]["json"]["error"], id);
            }
            _ => {}
        }
    }

    fn event(&mut self, event: &Value, id: &str) {
        let Value::Object(members) = event else { return };
        let Some(kind) = event["type"].as_str() else { return };
        let Some(row) = CHATGPT_EVENTS.iter().find(|row| row.kind == kind) else {
            if !CHATGPT_PRIVATE_PREFIXES.iter().any(|prefix| kind.starts_with(prefix)) {
                self.found(Kind::EventType, kind, id);
            }
            return;
        };
        let known = [row.members, CHATGPT_EVENT_MEMBERS, CHATGPT_PRIVATE_EVENT_MEMBERS];
        for name in members.keys().filter(|name| !known.iter().any(|known| known.contains(&name.as_str()))) {
            self.found(Kind::EventMember, &format!("{kind} /{name}"), id);
        }
        let known = [CHATGPT_RESPONSE_MEMBERS, CHATGPT_PRIVATE_RESPONSE_MEMBERS];
        let response = event["response"].as_object();
        for name in response.into_iter().flat_map(|response| response.keys()) {
            if !known.iter().any(|known| known.contains(&name.as_str())) {
                self.found(Kind::ResponseMember, &format!("/{name}"), id);
            }
        }
        self.error(&event["error"], id);
        self.error(&event["response"]["error"], id);
    }

    /// The code counts; without one, the type.
    fn error(&mut self, error: &Value, id: &str) {
        let Some(code) = error["code"].as_str().or_else(|| error["type"].as_str()) else { return };
        if !CHATGPT_ERRORS.iter().any(|row| row.code == code) {
            self.found(Kind::ErrorCode, code, id);
        }
    }

    fn headers(&mut self, headers: &Value, id: &str) {
        let names = headers.as_object().into_iter().flat_map(|headers| headers.keys());
        for name in names {
            let is_known = CHATGPT_RESPONSE_HEADERS.iter().any(|known| match known.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => name == known,
            });
            if !is_known {
                self.found(Kind::Header, name, id);
            }
        }
    }

    fn found(&mut self, kind: Kind, name: &str, id: &str) {
        let name = name.chars().take(200).collect();
        self.news.entry((kind, name)).or_insert_with(|| (0, id.to_owned())).0 += 1;
    }
}
