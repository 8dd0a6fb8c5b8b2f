//! `airelays usage`: what is left of the subscription's limits, asked of the upstream.

use clap::Args;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::options::UpstreamOption;
use super::printer::{View, bar};
use super::time::{local, period};
use super::{APP_NAME, Session, account, runtime};
use crate::serve;
use crate::upstream::RequestContext;

/// Show the plan, the 5-hour and weekly limits, and the credits
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  airelays usage\n  airelays usage --json\n  airelays usage --json --raw     with the backend's own answer\n\nTimes are local; in JSON they are UTC. The JSON is that of GET /v1/subscription/status."
)]
pub struct UsageArgs {
    #[command(flatten)]
    upstream: UpstreamOption,

    /// Answer in JSON
    #[arg(long)]
    pub json: bool,

    /// Add the backend's own answer to the JSON
    #[arg(long, requires = "json")]
    pub raw: bool,
}

/// Asks for the usage and shows it.
pub(super) fn run(args: &UsageArgs, session: &mut Session<'_>) -> anyhow::Result<()> {
    let config = session.config(args.upstream.overrides())?;
    runtime::start_log(session.environment);
    let (upstream, login) = serve::upstream(&config)?;
    let status = runtime::block_on(async {
        Ok(account::settled(login.as_ref(), upstream.usage(args.raw, RequestContext::default())).await?)
    })?;
    if args.json {
        session.printer.json(&status)?;
    } else {
        let view = view(&status, &TimeZone::system(), session.printer.is_interactive());
        session.printer.view(&view)?;
    }
    Ok(())
}

fn view(status: &Value, zone: &TimeZone, is_interactive: bool) -> View {
    let account = &status["account"];
    let mut view = View::new(format!("{APP_NAME} Usage"))
        .section("Account")
        .optional_field("Plan", account["plan_type"].as_str())
        .optional_field("Email", account["email"].as_str())
        .section("Limits");
    let limits = limits(&status["rate_limits"]);
    if limits.is_empty() {
        view = view.line("The backend names no limits for this account.");
    }
    for (name, limit) in &limits {
        for window in [&limit["primary_window"], &limit["secondary_window"]] {
            if window.is_object() {
                view = view.field(label(name, window), window_text(window, zone, is_interactive));
            }
        }
        if limit["limit_reached"] == true || limit["allowed"] == false {
            let what = if name.is_empty() { "calls" } else { name };
            view = view.line(format!("The limit is reached: {what} are refused until it resets."));
        }
    }
    if let Some(reached) = status["rate_limit_reached_type"].as_str() {
        view = view.field("Reached", reached);
    }
    credits(view, status)
}

/// The limits with what they are for; the account's own is for nothing in particular.
fn limits(rate_limits: &Value) -> Vec<(String, &Value)> {
    let own = [("", &rate_limits["default"]), ("code review", &rate_limits["code_review"])];
    let own = own.into_iter().map(|(name, limit)| (name.to_owned(), limit));
    let additional = rate_limits["additional"].as_array().into_iter().flatten().map(|entry| {
        let name = entry["limit_name"].as_str().or(entry["metered_feature"].as_str()).unwrap_or("other");
        (name.to_owned(), &entry["rate_limit"])
    });
    own.chain(additional).filter(|(_, limit)| limit.is_object()).collect()
}

fn label(name: &str, window: &Value) -> String {
    let length = window["window_label"].as_str().unwrap_or("window");
    if name.is_empty() { length.to_owned() } else { format!("{name}, {length}") }
}

/// `[######------------------]  27% used,  73% left; resets Fri 06 Nov 14:05 UTC (in 2 h 30 min)`
fn window_text(window: &Value, zone: &TimeZone, is_interactive: bool) -> String {
    let used = window["used_percent"].as_f64();
    let mut text = match used {
        Some(used) => format!(
            "{} {used:>3}% used, {:>3}% left",
            bar(used, is_interactive),
            window["remaining_percent"].to_string()
        ),
        None => "not told".to_owned(),
    };
    if let Some(reset_at) = window["reset_at"].as_u64().and_then(|seconds| local(seconds, zone)) {
        text.push_str(&format!("; resets {reset_at}"));
    }
    if let Some(seconds) = window["reset_after_seconds"].as_u64() {
        text.push_str(&format!(" (in {})", period(seconds)));
    }
    text
}

fn credits(view: View, status: &Value) -> View {
    let credits = &status["credits"];
    let view = match (&credits["unlimited"], credits["balance"].as_str(), &credits["has_credits"]) {
        _ if credits.is_null() => view,
        (Value::Bool(true), _, _) => view.section("Credits").field("Credits", "unlimited"),
        (_, _, Value::Bool(false)) => view.section("Credits").field("Credits", "none"),
        (_, balance, _) => view.section("Credits").optional_field("Balance", balance),
    };
    match status["rate_limit_reset_credits"]["available_count"].as_u64().filter(|count| *count > 0) {
        Some(count) => view.section("Resets").field("Limit resets", format!("{count} available")),
        None => view,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::chatgpt::subscription_status;

    fn shown(fixture: &str) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/usage").join(fixture);
        let raw = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        view(&subscription_status(&raw, 0, false), &zone, false).render(false)
    }

    #[test]
    fn usage_of_each_fixture() {
        for name in ["plus", "limit-reached", "additional-limits", "unknown-enums", "workspace-spend"] {
            insta::assert_snapshot!(format!("usage_{name}"), shown(&format!("{name}.json")));
        }
    }

    #[test]
    fn bars_fill_up() {
        assert_eq!(bar(0.0, false), "[------------------------]");
        assert_eq!(bar(50.0, false), "[############------------]");
        assert_eq!(bar(130.0, false), "[########################]");
        assert_eq!(bar(50.0, true), "[████████████░░░░░░░░░░░░]");
    }
}
