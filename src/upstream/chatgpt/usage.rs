//! The account's plan, limits and credits, in steady names.
//!
//! The shape is that of the Python package 0.2.4. A member that the backend leaves out or gives in another type is null; plan names, limit names and
//! reasons are open sets and pass as they are.

use serde_json::{Value, json};

/// Path of the route, as shown to clients.
const UPSTREAM_PATH: &str = "/backend-api/wham/usage";

/// The subscription status of a raw usage answer.
///
/// `captured_at` is when the backend was asked, in unix seconds; `include_raw` adds the backend's own words as `raw`.
///
/// **Shape**: `SubscriptionStatus` in `schemas/openai/relay.json`. Source: openai/codex `backend-client`, release 0.147.0, verified 2026-08-06.
#[must_use]
pub fn subscription_status(raw: &Value, captured_at: u64, include_raw: bool) -> Value {
    let credits = object(raw, "credits").map(|credits| {
        json!({
            "has_credits": flag(credits, "has_credits"),
            "unlimited": flag(credits, "unlimited"),
            "overage_limit_reached": flag(credits, "overage_limit_reached"),
            "balance": text(credits, "balance"),
            "approx_local_messages": list(credits, "approx_local_messages"),
            "approx_cloud_messages": list(credits, "approx_cloud_messages")
        })
    });
    let additional: Vec<Value> = entries(raw, "additional_rate_limits")
        .map(|limit| {
            json!({
                "limit_name": text(limit, "limit_name"),
                "metered_feature": text(limit, "metered_feature"),
                "rate_limit": rate_limit(limit.get("rate_limit"))
            })
        })
        .collect();
    let mut status = json!({
        "object": "subscription_status",
        "captured_at": rfc3339(captured_at),
        "source": { "kind": "chatgpt_subscription", "upstream_path": UPSTREAM_PATH },
        "account": {
            "user_id": text(raw, "user_id"),
            "account_id": text(raw, "account_id"),
            "email": text(raw, "email"),
            "plan_type": text(raw, "plan_type")
        },
        "rate_limits": {
            "default": rate_limit(raw.get("rate_limit")),
            "code_review": rate_limit(raw.get("code_review_rate_limit")),
            "additional": additional
        },
        "credits": credits,
        "spend_control": object(raw, "spend_control"),
        "rate_limit_reached_type": reached(raw),
        "rate_limit_reset_credits": object(raw, "rate_limit_reset_credits")
    });
    if include_raw && let Some(members) = status.as_object_mut() {
        members.insert("raw".to_owned(), raw.clone());
    }
    status
}

fn rate_limit(limit: Option<&Value>) -> Value {
    let Some(limit) = limit.filter(|limit| limit.is_object()) else { return Value::Null };
    json!({
        "allowed": flag(limit, "allowed"),
        "limit_reached": flag(limit, "limit_reached"),
        "primary_window": window(limit.get("primary_window")),
        "secondary_window": window(limit.get("secondary_window"))
    })
}

/// Windows have no fixed length: a lone weekly one may be the primary.
fn window(window: Option<&Value>) -> Value {
    let Some(window) = window.filter(|window| window.is_object()) else { return Value::Null };
    let used = window.get("used_percent").filter(|used| used.is_number());
    let seconds = whole(window, "limit_window_seconds");
    let reset_at = whole(window, "reset_at");
    json!({
        "used_percent": used,
        "remaining_percent": used.and_then(Value::as_f64).map(remaining),
        "window_seconds": seconds,
        "window_minutes": seconds.map(|seconds| seconds.div_ceil(60)),
        "window_label": seconds.and_then(label),
        "reset_after_seconds": whole(window, "reset_after_seconds"),
        "reset_at": reset_at,
        "reset_at_iso": reset_at.map(rfc3339)
    })
}

/// What is left, two decimals, whole numbers as such.
fn remaining(used: f64) -> Value {
    let left = ((100.0 - used).clamp(0.0, 100.0) * 100.0).round() / 100.0;
    if left.fract() == 0.0 { json!(left as u64) } else { json!(left) }
}

/// `weekly`, else the largest unit that divides the length.
fn label(seconds: u64) -> Option<String> {
    match seconds {
        0 => None,
        604_800 => Some("weekly".to_owned()),
        _ => [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
            .into_iter()
            .find(|(unit, _)| seconds.is_multiple_of(*unit))
            .map(|(unit, name)| format!("{}{name}", seconds / unit)),
    }
}

/// `{"type": string}`, or the string alone.
fn reached(raw: &Value) -> Option<&str> {
    let reached = raw.get("rate_limit_reached_type")?;
    reached.as_str().or_else(|| reached.get("type")?.as_str())
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

fn flag(value: &Value, member: &str) -> Option<bool> {
    value.get(member)?.as_bool()
}

fn whole(value: &Value, member: &str) -> Option<u64> {
    value.get(member)?.as_u64()
}

fn object<'a>(value: &'a Value, member: &str) -> Option<&'a Value> {
    value.get(member).filter(|member| member.is_object())
}

fn list<'a>(value: &'a Value, member: &str) -> Option<&'a Value> {
    value.get(member).filter(|member| member.is_array())
}

fn entries<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    let entries = value.get(member).and_then(Value::as_array);
    entries.into_iter().flatten().filter(|entry| entry.is_object())
}

/// Unix seconds as `2026-01-31T23:59:59Z`.
fn rfc3339(unix_seconds: u64) -> String {
    let (days, seconds) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a count of days since 1970-01-01, in the Gregorian calendar.
///
/// Source: `civil_from_days` in Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"; years start in March, so leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_782_770_922, "2026-06-29T22:08:42Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), date);
        }
    }

    #[test]
    fn windows_are_labelled_by_length() {
        let labels = [604_800, 18_000, 86_400, 5400, 61, 0].map(label);
        assert_eq!(labels.map(Option::unwrap_or_default), ["weekly", "5h", "1d", "90m", "61s", ""]);
    }

    #[test]
    fn what_is_left_stays_within_bounds() {
        assert_eq!([27.0, 12.345, 130.0, -5.0].map(remaining), [json!(73), json!(87.66), json!(0), json!(100)]);
    }

    #[test]
    fn wrong_types_are_null() {
        let status = subscription_status(
            &json!({"plan_type": 7, "credits": [], "rate_limit": {"primary_window": {"used_percent": "3", "reset_at": -1}}}),
            0,
            false,
        );
        assert_eq!(status["account"]["plan_type"], Value::Null);
        assert_eq!(status["credits"], Value::Null);
        let window = &status["rate_limits"]["default"]["primary_window"];
        assert!(window.as_object().unwrap().values().all(Value::is_null), "{window}");
    }
}
