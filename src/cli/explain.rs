//! `airelays explain`: what the relay would do with a request, offline.

use clap::Args;

use std::io::Read as _;

use anyhow::{Context as _, bail};
use serde_json::json;

use super::Session;
use super::options::choice;
use crate::config::RawConfig;
use crate::contract::Profile;
use crate::contract::table::{OperationRow, Verdict};
use crate::contract::{Fired, Reading, tables};
use crate::translate::chat_completions::ChatRequestOptions;
use crate::translate::{EXPLAINABLE, Explanation, explain};
use crate::upstream::chatgpt::models;

/// Show what becomes of a request, read from standard input: verdicts, reasons, and what is sent upstream
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays explain --operation chat_completions_create < request.json\n  airelays explain --operation responses_create --profile lenient < request.json\n\nNothing is sent. The names of the operations are in `airelays contract matrix`."
)]
pub struct ExplainArgs {
    /// The operation the request is for, such as `chat_completions_create`
    #[arg(long, value_name = "OPERATION")]
    pub operation: String,

    /// Read the contract under this profile [default: the configured one]
    #[arg(long, value_parser = choice(Profile::NAMES, Profile::parse))]
    pub profile: Option<Profile>,

    /// Read it as on the `/no-tools` routes
    #[arg(long)]
    pub no_tools: bool,

    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// Reads a request from standard input and tells what becomes of it. Fails when the request would be refused.
pub(super) fn run(args: &ExplainArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(RawConfig::default())?;
    let Some(operation) = operation(&args.operation) else {
        bail!(
            "there is nothing to explain for `{}`; operations with a request body are {}",
            args.operation,
            EXPLAINABLE.join(", ")
        );
    };
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body).context("cannot read the request from standard input")?;
    let reading = Reading {
        operation,
        profile: args.profile.unwrap_or(config.contract.profile),
        no_tools: args.no_tools,
        explain: true,
    };
    let explanation = explained(&body, reading)?;
    if args.json {
        session.printer.json(&as_json(&explanation))?;
    } else {
        session.printer.text(&as_text(&explanation))?;
    }
    match explanation.problems.len() {
        0 => Ok(()),
        1 => bail!("the request would be refused"),
        problems => bail!("the request would be refused for {problems} reasons"),
    }
}

/// What the boundary says of an operation that takes a body.
pub(super) fn operation(id: &str) -> Option<&'static OperationRow> {
    tables::BOUNDARIES.first()?.operation(id).filter(|row| row.body.is_some())
}

/// Explains a request with the bundled model list.
pub(super) fn explained(body: &[u8], reading: Reading) -> anyhow::Result<Explanation> {
    let options = ChatRequestOptions { reasoning_summaries: true };
    let is_lite = |model: &str| models::fallback().find(model).is_some_and(|model| model.use_responses_lite);
    Ok(explain(body, reading, options, is_lite)?)
}

/// For people: verdicts that changed something first, then what is sent.
pub(super) fn as_text(explanation: &Explanation) -> String {
    let Explanation { fired, ignored: _, problems, upstream } = explanation;
    let mut text = String::from("What the contract did\n");
    let spoke = fired.iter().filter(|fired| fired.verdict != Verdict::Pass && !names_only(fired));
    for Fired { param, verdict, row } in spoke.clone() {
        let what = match (verdict, row.to) {
            (Verdict::Adapt, Some(to)) => format!("-> {to}"),
            (Verdict::Drop, _) => "left out".to_owned(),
            (Verdict::Reject, _) => format!("{} {}", row.status, row.code),
            (Verdict::Pass | Verdict::Adapt | Verdict::Local, _) => String::new(),
        };
        let line = format!("  {:<7} {param} {what}", verdict.name());
        text.push_str(&format!("{}\n          {}\n", line.trim_end(), row.reason));
    }
    if spoke.count() == 0 && problems.is_empty() {
        text.push_str("  nothing: every field is forwarded as it is\n");
    }
    let passed: Vec<&str> =
        fired.iter().filter(|fired| fired.verdict == Verdict::Pass).map(|fired| fired.param.as_str()).collect();
    if !passed.is_empty() {
        text.push_str(&format!("  pass    {}\n", passed.join(", ")));
    }
    for problem in problems {
        text.push_str(&format!("\nRefused: {} {}\n  {}\n", problem.status, problem.code, problem.message));
    }
    if let Some(upstream) = upstream {
        text.push_str(&format!("\nThe request as it goes upstream\n{upstream:#}\n"));
    }
    text
}

/// Rows on the member that tells kinds apart say nothing that the row of the kind does not.
fn names_only(fired: &Fired) -> bool {
    fired.verdict == Verdict::Local && (fired.param.ends_with(".type") || fired.param.ends_with(".role"))
}

fn as_json(explanation: &Explanation) -> serde_json::Value {
    let Explanation { fired, ignored, problems, upstream } = explanation;
    let fired: Vec<_> = fired
        .iter()
        .map(|Fired { param, verdict, row }| {
            json!({"param": param, "verdict": verdict.name(), "pointer": row.pointer, "to": row.to, "reason": row.reason,
                "instead": row.instead, "evidence": row.evidence, "verified": row.verified})
        })
        .collect();
    let problems: Vec<_> = problems
        .iter()
        .map(|problem| json!({"param": problem.param, "status": problem.status, "code": problem.code, "message": problem.message}))
        .collect();
    json!({"fired": fired, "ignored": ignored, "problems": problems, "upstream": upstream})
}
