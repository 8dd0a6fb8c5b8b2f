//! `airelays logs stats`: what the ends of requests add up to.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::tz::TimeZone;
use jiff::{SpanRelativeTo, Timestamp, Unit};
use serde_json::{Value, json};

use super::{harmless, nothing};
use crate::cli::Session;
use crate::cli::printer::{View, bar};
use crate::config::Config;
use crate::traffic::read::{Logged, records};
use crate::traffic::{Hour, find};

/// Count requests, errors and tokens
#[derive(Debug, Clone, Args)]
pub struct StatsArgs {
    /// How far back, such as 30m, 24h or 7d
    #[arg(long, value_name = "PERIOD", default_value = "24h", value_parser = period)]
    pub since: Duration,

    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Figures of all requests, of an operation, or of a model.
#[derive(Debug, Default)]
struct Figures {
    requests: u64,
    errors: u64,
    durations_ms: Vec<f64>,
    input_tokens: u64,
    cached_tokens: u64,
    output_tokens: u64,
    reasoning_tokens: u64,
}

/// Everything that is told.
#[derive(Debug, Default)]
struct Stats {
    all: Figures,
    outcomes: BTreeMap<String, u64>,
    codes: BTreeMap<String, u64>,
    operations: BTreeMap<String, Figures>,
    models: BTreeMap<String, Figures>,
    /// By the hour they ended in, in unix seconds.
    hours: BTreeMap<i64, Figures>,
    passed_over: usize,
}

/// Adds up and tells.
pub(super) fn run(args: &StatsArgs, config: &Config, session: &mut Session<'_>) -> anyhow::Result<()> {
    let until = Timestamp::now();
    let since = until.checked_sub(args.since).context("that is too far back")?;
    let mut stats = Stats::default();
    for file in find(&config.paths.logs_dir).iter().filter(|file| file.hour >= Hour::of(since)) {
        let read = records(&file.path, |record| {
            if record.phase() == "end" && record.logged_at().is_some_and(|at| at >= since) {
                stats.add(&record);
            }
        });
        stats.passed_over += read.with_context(|| format!("cannot read {}", file.path.display()))?;
    }
    if args.json {
        session.printer.json(&stats.json(since, until))?;
    } else if stats.all.requests == 0 {
        bail!(nothing(config));
    } else {
        session.printer.view(&stats.view(since, &TimeZone::system(), session.printer.is_interactive()))?;
    }
    Ok(())
}

fn period(text: &str) -> Result<Duration, String> {
    let span: jiff::Span =
        text.parse().map_err(|_| "a period is a number and a unit, such as 30m, 24h or 7d".to_owned())?;
    let seconds = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "a period is not negative".to_owned())
}

impl Figures {
    fn add(&mut self, record: &Logged, is_error: bool) {
        self.requests += 1;
        self.errors += u64::from(is_error);
        self.durations_ms.extend(record.number("duration_ms"));
        let tokens = |name: &str| record.whole(name).unwrap_or_default();
        self.input_tokens += tokens("input_tokens");
        self.cached_tokens += tokens("cached_tokens");
        self.output_tokens += tokens("output_tokens");
        self.reasoning_tokens += tokens("reasoning_tokens");
    }

    /// The duration that this part of the requests did not exceed, in milliseconds.
    fn percentile(&self, percent: usize) -> Option<f64> {
        let mut sorted = self.durations_ms.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }

    fn json(&self) -> Value {
        json!({
            "requests": self.requests,
            "errors": self.errors,
            "duration_ms": {"p50": self.percentile(50), "p99": self.percentile(99)},
            "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "reasoning_tokens": self.reasoning_tokens,
        })
    }
}

impl Stats {
    fn add(&mut self, record: &Logged) {
        let outcome = record.text("outcome").unwrap_or("unknown");
        let is_error = matches!(outcome, "failed" | "refused");
        self.all.add(record, is_error);
        *self.outcomes.entry(harmless(outcome)).or_default() += 1;
        if let Some(code) = record.text("code").filter(|_| is_error) {
            *self.codes.entry(harmless(code)).or_default() += 1;
        }
        self.operations.entry(harmless(record.text("operation").unwrap_or("other"))).or_default().add(record, is_error);
        if let Some(model) = record.text("model") {
            self.models.entry(harmless(model)).or_default().add(record, is_error);
        }
        if let Some(at) = record.logged_at() {
            self.hours.entry(at.as_second().div_euclid(3600) * 3600).or_default().add(record, is_error);
        }
    }

    fn json(&self, since: Timestamp, until: Timestamp) -> Value {
        let each = |figures: &BTreeMap<String, Figures>| {
            figures.iter().map(|(name, figures)| (name.clone(), figures.json())).collect::<serde_json::Map<_, _>>()
        };
        let hours: Vec<_> = self
            .hours
            .iter()
            .map(|(hour, figures)| {
                let mut figures = figures.json();
                figures["hour"] = Timestamp::from_second(*hour).map_or(Value::Null, |hour| hour.to_string().into());
                figures
            })
            .collect();
        json!({
            "since": since.to_string(),
            "until": until.to_string(),
            "total": self.all.json(),
            "outcomes": self.outcomes,
            "codes": self.codes,
            "operations": each(&self.operations),
            "models": each(&self.models),
            "hours": hours,
            "lines_passed_over": self.passed_over,
        })
    }

    fn view(&self, since: Timestamp, zone: &TimeZone, is_interactive: bool) -> View {
        let local = |at: Timestamp, format: &str| at.to_zoned(zone.clone()).strftime(format).to_string();
        let milliseconds = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.0} ms"));
        let mut view = View::new("AIRelays Traffic")
            .section("Requests")
            .field("Since", local(since, "%Y-%m-%d %H:%M %Z"))
            .field("Requests", self.all.requests)
            .field("Errors", self.all.errors)
            .field(
                "Duration",
                format!("p50 {}, p99 {}", milliseconds(self.all.percentile(50)), milliseconds(self.all.percentile(99))),
            );
        for (outcome, count) in &self.outcomes {
            view = view.field(capital(outcome), count);
        }
        if !self.codes.is_empty() {
            let rows: Vec<_> = self.codes.iter().map(|(code, count)| vec![count.to_string(), code.clone()]).collect();
            view = view.section("Errors").table(&rows);
        }
        let heads = |heads: &[&str]| heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>();
        let mut rows = vec![heads(&["operation", "requests", "errors", "p50", "p99"])];
        rows.extend(self.operations.iter().map(|(name, figures)| {
            let (p50, p99) = (milliseconds(figures.percentile(50)), milliseconds(figures.percentile(99)));
            vec![name.clone(), figures.requests.to_string(), figures.errors.to_string(), p50, p99]
        }));
        view = view.section("Operations").table(&rows);
        if !self.models.is_empty() {
            let mut rows = vec![heads(&["model", "requests", "input", "cached", "output", "reasoning"])];
            rows.extend(self.models.iter().map(|(name, figures)| {
                let Figures { requests, input_tokens, cached_tokens, output_tokens, reasoning_tokens, .. } = figures;
                let counts = [requests, input_tokens, cached_tokens, output_tokens, reasoning_tokens];
                std::iter::once(name.clone()).chain(counts.map(u64::to_string)).collect()
            }));
            view = view.section("Tokens").table(&rows);
        }
        let most = self.hours.values().map(|hour| hour.requests).max().unwrap_or(1).max(1);
        let rows: Vec<_> = self
            .hours
            .iter()
            .filter_map(|(hour, figures)| {
                let share = figures.requests as f64 * 100.0 / most as f64;
                let errors = if figures.errors > 0 { format!("{} errors", figures.errors) } else { String::new() };
                let hour = local(Timestamp::from_second(*hour).ok()?, "%a %d %b %H:%M");
                Some(vec![hour, bar(share, is_interactive), figures.requests.to_string(), errors])
            })
            .collect();
        view.section("Hours").table(&rows)
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(outcome: &str, code: Option<&str>, duration_ms: f64, at: &str) -> Logged {
        Logged(json!({
            "phase": "end", "outcome": outcome, "code": code, "operation": "responses_create", "model": "gpt-5.5",
            "duration_ms": duration_ms, "input_tokens": 10, "cached_tokens": 4, "output_tokens": 2, "reasoning_tokens": 1, "logged_at": at,
        }))
    }

    #[test]
    fn figures_add_up() {
        let mut stats = Stats::default();
        for number in 1..=99 {
            stats.add(&end("completed", None, f64::from(number), "2026-11-21T12:10:00+00:00"));
        }
        stats.add(&end("failed", Some("server_error"), 5000.0, "2026-11-21T13:00:00+00:00"));
        let view = stats.view("2026-11-20T13:30:00Z".parse().unwrap(), &TimeZone::UTC, false);
        insta::assert_snapshot!(view.render(false), @"
        AIRelays Traffic

        Requests
          Since:             2026-11-20 13:30 UTC
          Requests:          100
          Errors:            1
          Duration:          p50 50 ms, p99 99 ms
          Completed:         99
          Failed:            1

        Errors
          1  server_error

        Operations
          operation         requests  errors  p50    p99
          responses_create  100       1       50 ms  99 ms

        Tokens
          model    requests  input  cached  output  reasoning
          gpt-5.5  100       1000   400     200     100

        Hours
          Sat 21 Nov 12:00  [########################]  99
          Sat 21 Nov 13:00  [------------------------]  1   1 errors
        ");
    }

    #[test]
    fn periods() {
        assert_eq!(period("30m"), Ok(Duration::from_secs(1800)));
        assert_eq!(period("7d"), Ok(Duration::from_secs(7 * 86_400)));
        assert!(period("yesterday").is_err() && period("-1h").is_err());
    }
}
