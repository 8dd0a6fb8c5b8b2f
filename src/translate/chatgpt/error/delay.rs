//! How long the backend asks to wait, in the many places where it says so.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use serde_json::{Map, Value};

/// `retry-after-ms`, or `Retry-After` as seconds or as a date.
pub(super) fn from_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    if let Some(delay) = number(headers, "retry-after-ms").and_then(|milliseconds| seconds(milliseconds / 1000.0)) {
        return Some(delay);
    }
    if let Some(delay) = number(headers, "retry-after").and_then(seconds) {
        return Some(delay);
    }
    let date = httpdate::parse_http_date(headers.get("retry-after")?.to_str().ok()?).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// When the windows that are used up open again, from the limit headers.
pub(super) fn from_windows(headers: &HeaderMap) -> Option<Duration> {
    let reset = |window: &str| {
        let used_percent = number(headers, &format!("x-codex-{window}-used-percent"))?;
        let delay = number(headers, &format!("x-codex-{window}-reset-after-seconds"))?;
        (used_percent >= 100.0).then(|| seconds(delay))?
    };
    reset("primary").max(reset("secondary"))
}

/// `resets_in_seconds`, or `resets_at` in unix seconds.
pub(super) fn from_error(error: &Map<String, Value>, now: SystemTime) -> Option<Duration> {
    if let Some(delay) = error.get("resets_in_seconds").and_then(Value::as_f64).and_then(seconds) {
        return Some(delay);
    }
    let reset = UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(error.get("resets_at")?.as_f64()?).ok()?)?;
    seconds(reset.duration_since(now).unwrap_or_default().as_secs_f64())
}

/// The delay in a sentence such as `Please try again in 1m30.5s.`, `… in 28ms` or `… in 35 seconds`.
pub(super) fn from_message(message: &str) -> Option<Duration> {
    const LEAD: &str = "try again in ";
    let message = message.to_ascii_lowercase();
    let mut rest = &message[message.find(LEAD)? + LEAD.len()..];
    let mut total = None;
    while let Some((delay, after)) = quantity(rest) {
        total = Some(total.unwrap_or(Duration::ZERO) + delay);
        rest = after;
    }
    total
}

/// One number with its unit at the start of `text`, and what follows.
fn quantity(text: &str) -> Option<(Duration, &str)> {
    let text = text.trim_start_matches(' ');
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let value: f64 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim_start_matches(' ');
    let letters = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
    let factor = match &unit[..letters] {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86400.0,
        _ => return None,
    };
    // Whole milliseconds, so that 11.054 s is 11.054 s.
    let delay = seconds((value * factor * 1000.0).round() / 1000.0)?;
    Some((Duration::from_millis(u64::try_from(delay.as_millis()).ok()?), &unit[letters..]))
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Seconds as a duration of at most a year; negative is now, not-a-number is nothing.
fn seconds(value: f64) -> Option<Duration> {
    if value.is_nan() {
        return None;
    }
    Duration::try_from_secs_f64(value.clamp(0.0, 366.0 * 86400.0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_in_sentences() {
        let check = |message: &str, expected_ms: Option<u64>| {
            assert_eq!(from_message(message), expected_ms.map(Duration::from_millis), "{message}");
        };
        check("Used 22999, Requested 12528. Please try again in 11.054s. See", Some(11_054));
        check("Rate limit reached. Please try again in 28ms.", Some(28));
        check("Rate limit exceeded. Try again in 35 seconds.", Some(35_000));
        check("try again in 1m30.5s", Some(90_500));
        check("try again in 2 hours 5 minutes", Some(7_500_000));
        check("try again in 6m0s.", Some(360_000));
        check("try again in 99999999999999999999999 days", Some(366 * 86_400_000));
        check("try again in a while", None);
        check("try again in 5", None);
        check("try again in 5 parsecs", None);
        check("try again later", None);
        check("", None);
    }
}
