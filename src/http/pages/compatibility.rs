//! `GET /compatibility`: the matrix as a page, with a filter that the relay itself applies, so that the page needs no script.

use serde::Deserialize;
use serde_json::Value;

use super::{Escaped, page};

/// Verdicts in the order of the legend: name, class, meaning.
const VERDICTS: [(&str, &str, &str); 6] = [
    ("pass", "good", "forwarded unchanged"),
    ("adapt", "good", "forwarded in another shape"),
    ("local", "good", "honoured by the relay itself"),
    ("drop", "warn", "left out, and named in the header x-airelays-ignored-parameters"),
    ("reject", "bad", "refused with the reason, before anything is sent"),
    ("unsupported", "bad", "an operation the backend has no equal of; answered with 501"),
];

/// What the reader wants to see; empty members mean everything. Comes from the query string.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CompatibilityFilter {
    /// Text to be found in an operation's or a field's row, whatever its case.
    pub q: String,
    /// A verdict.
    pub verdict: String,
}

/// The page over the matrix: an array of operations with their fields.
///
/// **Shape**: `[{"operation", "method", "path", "verdict", "reason", "fields": [{"pointer", "verdict", "to", "lenient", "status", "code",
/// "reason", "instead", "accept", "evidence", "verified"}]}]`, every member a scalar except `fields` and `accept`; missing ones show as nothing.
#[must_use]
pub fn compatibility_page(matrix: &Value, filter: &CompatibilityFilter) -> String {
    let operations = matrix.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<_> = operations.iter().filter_map(|operation| Shown::new(operation, filter)).collect();
    let (supported, unsupported): (Vec<_>, Vec<_>) = shown.iter().partition(|shown| !shown.is_unsupported());
    let nothing = if shown.is_empty() { "<p>Nothing matches.</p>\n" } else { "" };
    let sections: String = supported.iter().map(|shown| shown.section()).collect();
    let body =
        [heading(), form(filter), nothing.to_owned(), contents(&supported), sections, unsupported_table(&unsupported)];
    page("airelays: compatibility", &body.concat())
}

/// An operation, with those of its fields that the filter lets through.
struct Shown<'a> {
    operation: &'a Value,
    fields: Vec<&'a Value>,
}

impl<'a> Shown<'a> {
    /// `None` when the filter leaves nothing of the operation.
    fn new(operation: &'a Value, filter: &CompatibilityFilter) -> Option<Self> {
        let q = filter.q.trim().to_lowercase();
        let mentions = |value: &Value, members: &[&str]| {
            members.iter().any(|member| text(value, member).to_lowercase().contains(&q))
        };
        let has_verdict = |value: &Value| filter.verdict.is_empty() || text(value, "verdict") == filter.verdict;

        let is_named = mentions(operation, &["operation", "method", "path", "reason"]);
        let all = operation["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fits = |field: &&Value| {
            has_verdict(field) && (is_named || mentions(field, &["pointer", "to", "code", "reason", "instead"]))
        };
        let fields: Vec<_> = all.iter().filter(fits).collect();
        (!fields.is_empty() || (is_named && has_verdict(operation))).then_some(Self { operation, fields })
    }

    fn is_unsupported(&self) -> bool {
        text(self.operation, "verdict") == "unsupported"
    }

    /// Method and path.
    fn route(&self) -> String {
        format!("{} {}", text(self.operation, "method").to_uppercase(), text(self.operation, "path"))
    }

    fn section(&self) -> String {
        let (id, route, reason) = (text(self.operation, "operation"), self.route(), text(self.operation, "reason"));
        let rows: String = self.fields.iter().map(|field| row(field)).collect();
        let table = match rows.as_str() {
            "" => String::new(),
            rows => format!(
                "<div class=\"scroll\"><table>\n<thead><tr><th>Field</th><th>Verdict</th><th>What happens, and why</th></tr></thead>\n\
                 <tbody>\n{rows}</tbody>\n</table></div>\n"
            ),
        };
        format!(
            "<section id=\"{}\">\n<h2><code>{}</code></h2>\n<p class=\"soft\">{}</p>\n{table}</section>\n",
            Escaped(&id),
            Escaped(&route),
            Escaped(&reason)
        )
    }
}

fn heading() -> String {
    let legend: String = VERDICTS
        .iter()
        .map(|(name, class, meaning)| format!("<li><strong class=\"{class}\">{name}</strong> {meaning}</li>\n"))
        .collect();
    format!(
        "<h1>Compatibility</h1>\n<p class=\"soft\">What becomes of each field. The same rows check every request, so this page cannot \
         disagree with what the relay does. <a href=\"/\">Back to the relay</a></p>\n<ul class=\"chips\">\n{legend}</ul>\n"
    )
}

fn form(filter: &CompatibilityFilter) -> String {
    let option = |name: &str, label: &str| {
        let selected = if filter.verdict == name { " selected" } else { "" };
        format!("<option value=\"{name}\"{selected}>{label}</option>")
    };
    let options: String = VERDICTS.iter().map(|(name, ..)| option(name, name)).collect();
    format!(
        "<form method=\"get\" action=\"/compatibility\">\n<input type=\"search\" name=\"q\" value=\"{}\" placeholder=\"Field, route or reason\" \
         aria-label=\"Text to find\">\n<select name=\"verdict\" aria-label=\"Verdict\">{}{options}</select>\n<button>Filter</button>\n</form>\n",
        Escaped(&filter.q),
        option("", "every verdict")
    )
}

fn contents(supported: &[&Shown<'_>]) -> String {
    let link = |shown: &&Shown<'_>| {
        let id = text(shown.operation, "operation");
        format!(
            "<li><a href=\"#{}\">{}</a> <span class=\"soft\">{}</span></li>\n",
            Escaped(&id),
            Escaped(&shown.route()),
            shown.fields.len()
        )
    };
    let links: String = supported.iter().map(link).collect();
    if links.is_empty() { String::new() } else { format!("<h2>Operations</h2>\n<ul>\n{links}</ul>\n") }
}

fn unsupported_table(unsupported: &[&Shown<'_>]) -> String {
    let row = |shown: &&Shown<'_>| {
        let reason = text(shown.operation, "reason");
        format!("<tr><td><code>{}</code></td><td>{}</td></tr>\n", Escaped(&shown.route()), Escaped(&reason))
    };
    let rows: String = unsupported.iter().map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<section id=\"unsupported\">\n<h2>Not supported</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Route</th><th>Why</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table></div>\n</section>\n"
    )
}

fn row(field: &Value) -> String {
    let (pointer, verdict) = (text(field, "pointer"), text(field, "verdict"));
    let class = VERDICTS.iter().find(|(name, ..)| *name == verdict).map_or("soft", |(_, class, _)| class);
    let lenient = match text(field, "lenient") {
        lenient if lenient.is_empty() || lenient == verdict => String::new(),
        lenient => format!("<p class=\"soft\">{} when lenient</p>", Escaped(&lenient)),
    };
    let remarks: String =
        remarks(field).iter().map(|(label, remark)| format!("<p>{label}{}</p>", Escaped(remark))).collect();
    format!(
        "<tr><td><code>{}</code></td><td><strong class=\"{class}\">{}</strong>{lenient}</td><td>{remarks}</td></tr>\n",
        Escaped(&pointer),
        Escaped(&verdict)
    )
}

/// Label and text of everything the row has to say.
fn remarks(field: &Value) -> Vec<(&'static str, String)> {
    let accept: Vec<_> = field["accept"].as_array().into_iter().flatten().map(Value::to_string).collect();
    let refusal = [text(field, "status"), text(field, "code")].join(" ");
    let evidence = [text(field, "evidence"), text(field, "verified")].join(", ");
    let remarks = [
        ("", text(field, "reason")),
        ("Instead: ", text(field, "instead")),
        ("Becomes: ", text(field, "to")),
        ("Asks for nothing: ", accept.join(", ")),
        ("Answer: ", if text(field, "verdict") == "reject" { refusal } else { String::new() }),
        ("Evidence: ", evidence),
    ];
    remarks
        .into_iter()
        .map(|(label, remark)| (label, remark.trim_matches([' ', ',']).to_owned()))
        .filter(|(_, remark)| !remark.is_empty())
        .collect()
}

/// A scalar member as text; nothing for null, for a missing one, and for anything else.
fn text(value: &Value, member: &str) -> String {
    match &value[member] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(boolean) => boolean.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matrix() -> Value {
        json!([
            {"operation": "chat_create", "method": "post", "path": "/v1/chat", "verdict": "supported", "reason": "served", "fields": [
                {"pointer": "/model", "verdict": "pass", "lenient": "pass", "evidence": "seen", "verified": "2026-01-01"},
                {"pointer": "/n", "verdict": "reject", "lenient": "drop", "status": 422, "code": "unsupported_value", "accept": [1, "1"],
                 "reason": "one answer per call", "instead": "call twice", "to": null},
            ]},
            {"operation": "speech_create", "method": "post", "path": "/v1/speech", "verdict": "unsupported", "reason": "no <audio>", "fields": []},
        ])
    }

    fn filtered(q: &str, verdict: &str) -> String {
        compatibility_page(&matrix(), &CompatibilityFilter { q: q.to_owned(), verdict: verdict.to_owned() })
    }

    /// Which rows of the matrix a filter leaves.
    fn rows(q: &str, verdict: &str) -> Vec<&'static str> {
        let page = filtered(q, verdict);
        let rows = ["/model", "/n", "/v1/speech"];
        rows.into_iter().filter(|row| page.contains(&format!("{row}</code></td>"))).collect()
    }

    #[test]
    fn the_whole_matrix() {
        let page = filtered("", "");
        insta::assert_snapshot!("compatibility", page.split_once("</form>\n").unwrap().1);
    }

    #[test]
    fn filters() {
        for (q, verdict, expected) in [
            ("", "", vec!["/model", "/n", "/v1/speech"]),
            ("", "reject", vec!["/n"]),
            ("", "unsupported", vec!["/v1/speech"]),
            ("ONE answer", "", vec!["/n"]),
            ("/v1/chat", "", vec!["/model", "/n"]),
            ("/v1/chat", "pass", vec!["/model"]),
            ("nowhere", "", vec![]),
        ] {
            assert_eq!(rows(q, verdict), expected, "{q} {verdict}");
        }
        assert!(filtered("nowhere", "").contains("Nothing matches."));
        assert!(filtered("", "reject").contains("<option value=\"reject\" selected>"));
    }

    #[test]
    fn everything_is_escaped() {
        let odd = "\"><script>";
        let mut matrix = matrix();
        for pointer in
            ["/0/operation", "/0/path", "/0/reason", "/0/fields/1/pointer", "/0/fields/1/reason", "/0/fields/1/lenient"]
        {
            *matrix.pointer_mut(pointer).unwrap() = json!(odd);
        }
        let page = compatibility_page(&matrix, &CompatibilityFilter { q: String::new(), verdict: odd.to_owned() });
        assert!(!page.contains("<script"));
        let page = compatibility_page(&matrix, &CompatibilityFilter { q: odd.to_owned(), verdict: String::new() });
        assert!(page.contains("&lt;script") && !page.contains("<script"));
        assert!(compatibility_page(&Value::Null, &CompatibilityFilter::default()).contains("Nothing matches."));
    }
}
