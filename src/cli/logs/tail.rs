//! `airelays logs tail`: the last requests, or all records of one, and those that come.

use std::collections::VecDeque;
use std::io::{BufReader, Write as _};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use jiff::tz::TimeZone;
use memchr::memmem;
use serde_json::Value;

use super::{harmless, nothing};
use crate::cli::Session;
use crate::config::Config;
use crate::traffic::find;
use crate::traffic::read::{Follower, Lines, Logged};

/// How often the log is looked at for more.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Show the last requests, one a line
#[derive(Debug, Clone, Args)]
pub struct TailArgs {
    /// Go on with what comes
    #[arg(short, long)]
    pub follow: bool,

    /// Show all records as they are in the log, one JSON object a line
    #[arg(long)]
    pub json: bool,

    /// Show the records of this request only
    #[arg(long, value_name = "ID")]
    pub request: Option<String>,

    /// How many requests to show, or records with --json [default: 20; with --request all]
    #[arg(short = 'n', long = "lines", value_name = "N")]
    pub lines: Option<usize>,
}

/// Shows what is there, and then what comes.
pub(super) fn run(args: &TailArgs, config: &Config, session: &mut Session<'_>) -> anyhow::Result<()> {
    let logs_dir = &config.paths.logs_dir;
    let most = args.lines.unwrap_or(if args.request.is_some() { usize::MAX } else { 20 });
    let mut follower = Follower::at_the_end(logs_dir);
    let zone = TimeZone::system();
    let shown = last(args, &find(logs_dir).into_iter().map(|file| file.path).collect::<Vec<_>>(), most, &zone)?;
    if shown.is_empty() && !args.follow {
        bail!(nothing(config));
    }
    session.printer.text(&shown.into_iter().collect::<String>())?;
    if !args.follow {
        return Ok(());
    }
    loop {
        let lines = follower.poll();
        let text: String = lines.iter().filter_map(|line| shown_as(args, line, &zone)).collect();
        if text.is_empty() {
            std::thread::sleep(LOOK_EVERY);
        } else {
            session.printer.text(&text)?;
        }
    }
}

/// The last lines to show of files, which are in order.
fn last(
    args: &TailArgs,
    files: &[std::path::PathBuf],
    most: usize,
    zone: &TimeZone,
) -> anyhow::Result<VecDeque<String>> {
    let mut shown = VecDeque::new();
    for file in files.iter().rev() {
        let room = most - shown.len();
        if room == 0 {
            break;
        }
        let mut here = VecDeque::new();
        let mut lines = Lines::new(BufReader::new(std::fs::File::open(file)?));
        while let Some(line) = lines.next()? {
            if let Some(text) = shown_as(args, &line.bytes, zone) {
                here.push_back(text);
                if here.len() > room {
                    here.pop_front();
                }
            }
        }
        here.append(&mut shown);
        shown = here;
    }
    Ok(shown)
}

/// A line of the log as it is shown; nothing when it is not.
fn shown_as(args: &TailArgs, line: &[u8], zone: &TimeZone) -> Option<String> {
    if let Some(id) = &args.request {
        memmem::find(line, id.as_bytes())?;
    }
    let record = Logged::parse(line)?;
    if args.request.as_ref().is_some_and(|id| record.request_id() != id) {
        return None;
    }
    if args.json {
        // As it was written: control characters are escaped there.
        return Some(format!("{}\n", String::from_utf8_lossy(line.trim_ascii())));
    }
    let gist = match (&args.request, record.phase()) {
        (_, "end") => end(&record),
        (Some(_), phase) => format!("{phase:<26}{}", gist(&record)),
        (None, phase @ ("relay_started" | "relay_stopped")) => format!("{phase:<26}{}", gist(&record)),
        (None, _) => return None,
    };
    let time = record
        .logged_at()
        .map_or_else(String::new, |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string());
    Some(harmless(&format!("{time}  {}", gist.trim_end())) + "\n")
}

/// `200 completed     1234 ms  POST /v1/chat/completions  gpt-5.5  57 in, 16 out  req_…`
fn end(record: &Logged) -> String {
    let text = |name: &str| record.text(name).unwrap_or_default();
    let status = record.whole("status").map_or_else(|| "-".to_owned(), |status| status.to_string());
    let mut line = format!(
        "{status:>3} {:<9} {:>8.0} ms  {} {}",
        text("outcome"),
        record.number("duration_ms").unwrap_or_default(),
        text("method"),
        text("path")
    );
    let tokens = |name: &str| record.whole(name);
    let spent =
        tokens("input_tokens").zip(tokens("output_tokens")).map(|(read, written)| format!("{read} in, {written} out"));
    let more = [record.text("model").map(str::to_owned), record.text("code").map(str::to_owned), spent];
    for more in more.into_iter().flatten().chain([record.request_id().to_owned()]) {
        line.push_str("  ");
        line.push_str(&more);
    }
    line
}

/// What matters of a record, without its bodies.
fn gist(record: &Logged) -> String {
    let Value::Object(members) = &record.0 else { return String::new() };
    let hidden = ["phase", "request_id", "logged_at", "headers"];
    let mut line = Vec::new();
    for (name, value) in members.iter().filter(|(name, _)| !hidden.contains(&name.as_str())) {
        let told = match value {
            Value::Null => continue,
            Value::Object(body) if body.contains_key("kind") => {
                let bytes = body.get("bytes").map_or_else(String::new, |bytes| format!(" {bytes} bytes"));
                // Writing into memory does not fail.
                let _ = write!(line, "{name}={}{bytes} ", body["kind"].as_str().unwrap_or_default());
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
        };
        let _ = write!(line, "{name}={} ", told.chars().take(160).collect::<String>());
    }
    String::from_utf8_lossy(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_wrote_cannot_steer_the_terminal() {
        let args = TailArgs { follow: false, json: false, request: None, lines: None };
        let line = r#"{"phase":"end","outcome":"refused","status":404,"method":"GET","path":"/\u001b[31m","model":"a\nb","duration_ms":1.6,"request_id":"req_1","logged_at":"2026-11-21T13:00:00.5+00:00"}"#;
        assert_eq!(
            shown_as(&args, line.as_bytes(), &TimeZone::UTC).as_deref(),
            Some("2026-11-21 13:00:00.500  404 refused          2 ms  GET /?[31m  a?b  req_1\n")
        );
        assert_eq!(shown_as(&args, br#"{"phase":"end"#, &TimeZone::UTC), None);
    }

    #[test]
    fn the_last_lines_of_several_files() {
        let home = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..3).map(|number| home.path().join(number.to_string())).collect();
        for (number, file) in files.iter().enumerate() {
            let line = |part| format!("{{\"phase\":\"end\",\"request_id\":\"req_{number}{part}\"}}\n");
            std::fs::write(file, line("a") + "torn\n" + &line("b")).unwrap();
        }
        let args = TailArgs { follow: false, json: false, request: None, lines: None };
        let shown = last(&args, &files, 3, &TimeZone::UTC).unwrap();
        let ids: Vec<_> = shown.iter().map(|line| line.trim_end().rsplit(' ').next().unwrap()).collect();
        assert_eq!(ids, ["req_1b", "req_2a", "req_2b"]);
    }
}
