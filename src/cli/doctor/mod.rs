//! `airelays doctor`: looks at everything a relay needs, and says what to do about what is wrong.
//!
//! Checks come in the order in which one depends on the other: what is on this machine (`local`), then what the upstream answers (`remote`).

mod local;
mod remote;

use anyhow::bail;
use clap::Args;
use serde_json::{Value, json};

use super::options::UpstreamOption;
use super::printer::{Mark, View};
use super::{APP_NAME, Session, account, runtime};
use crate::config::{Config, ConfigError, Loaded};

/// Check everything a relay needs, and say what to do about what is wrong
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays doctor\n  airelays doctor --skip-response     without the one tiny generation\n  airelays doctor --json | jq '.checks[] | select(.state != \"ok\")'\n\nExit code 1 when a check fails; warnings do not count."
)]
pub struct DoctorArgs {
    #[command(flatten)]
    upstream: UpstreamOption,

    /// Do not generate anything, not even the one tiny answer
    #[arg(long)]
    pub skip_response: bool,

    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Check {
    /// Its name, for programs.
    name: &'static str,
    mark: Mark,
    /// What was found.
    text: String,
    /// What to do about it.
    fix: Option<String>,
}

impl Check {
    fn ok(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, mark: Mark::Ok, text: text.into(), fix: None }
    }

    fn skip(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, mark: Mark::Skip, text: text.into(), fix: None }
    }

    fn warn(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, mark: Mark::Warn, text: text.into(), fix: Some(fix.into()) }
    }

    fn fail(name: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name, mark: Mark::Fail, text: text.into(), fix: Some(fix.into()) }
    }
}

/// Checks everything and tells. Fails when a check does.
pub(super) fn run(args: &DoctorArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    runtime::start_log(session.environment);
    let checks = match session.load(args.upstream.overrides()) {
        Ok(Loaded { config, warnings }) => {
            let mut checks = local::configuration(&config, &warnings);
            checks.extend(runtime::block_on(async { Ok(examine(&config, args.skip_response).await) })?);
            checks
        }
        Err(error) if error.is::<ConfigError>() => {
            vec![Check::fail("config", error.to_string(), "correct it, or move the file away and run `airelays init`")]
        }
        Err(error) => return Err(error),
    };
    let failed = checks.iter().filter(|check| check.mark == Mark::Fail).count();
    if args.json {
        session.printer.json(&as_json(&checks))?;
    } else {
        session.printer.view(&view(&checks))?;
    }
    match failed {
        0 => Ok(()),
        1 => bail!("1 check failed"),
        failed => bail!("{failed} checks failed"),
    }
}

async fn examine(config: &Config, skip_response: bool) -> Vec<Check> {
    let mut checks = local::permissions(config);
    checks.push(local::relay_token(config));
    let account = account::look(config).await;
    checks.extend(local::keyring(account.as_ref()));
    checks.extend(local::login(account.as_ref()));
    checks.extend(local::network(config).await);
    checks.extend(remote::checks(config, account.as_ref(), skip_response).await);
    checks
}

/// **Shape**: `{"ok": boolean, "checks": [{"check", "state": "ok" | "warn" | "fail" | "skip", "message", "fix": string | null}]}`
fn as_json(checks: &[Check]) -> Value {
    let listed: Vec<Value> = checks
        .iter()
        .map(
            |Check { name, mark, text, fix }| json!({"check": name, "state": mark.name(), "message": text, "fix": fix}),
        )
        .collect();
    json!({"ok": checks.iter().all(|check| check.mark != Mark::Fail), "checks": listed})
}

fn view(checks: &[Check]) -> View {
    checks.iter().fold(View::new(format!("{APP_NAME} Doctor")).section("Checks"), |view, check| {
        let mut lines = check.text.lines();
        let first = format!("{}: {}", check.name, lines.next().unwrap_or_default());
        let fix = check.fix.iter().map(|fix| format!("fix: {fix}"));
        view.check(check.mark, first, lines.map(str::to_owned).chain(fix).collect())
    })
}
