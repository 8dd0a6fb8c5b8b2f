//! The compatibility matrix: what happens to every field of every operation, as data and for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::generator::boundary::{Boundary, OperationBoundary, Row, Verdict};
use crate::generator::load::{Contract, Operation};

/// The matrix as data: one entry per vendor, with its operations.
pub(crate) fn build(contract: &Contract, boundaries: &[Boundary]) -> Value {
    let vendors = boundaries.iter().map(|boundary| {
        let operations = contract
            .operations
            .iter()
            .filter_map(|operation| Some(operation_entry(operation, boundary.operation(&operation.id)?)));
        json!({"vendor": boundary.vendor, "title": boundary.title, "operations": operations.collect::<Vec<_>>()})
    });
    json!({"relay": env!("CARGO_PKG_VERSION"), "vendors": vendors.collect::<Vec<_>>()})
}

fn operation_entry(operation: &Operation, row: &OperationBoundary) -> Value {
    let mut entry = Map::new();
    entry.insert("operation".to_owned(), json!(operation.id));
    entry.insert("method".to_owned(), json!(operation.method));
    entry.insert("path".to_owned(), json!(operation.path));
    entry.insert("summary".to_owned(), json!(operation.summary));
    entry.insert("tag".to_owned(), json!(operation.tag));
    entry.insert("published_as".to_owned(), json!(operation.relay.published_as));
    entry.insert("verdict".to_owned(), json!(if row.supported { "supported" } else { "unsupported" }));
    let details =
        [("upstream", &row.upstream), ("like", &row.like), ("feature", &row.feature), ("instead", &row.instead)];
    entry.extend(details.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?)))));
    if !row.supported {
        entry.insert("status".to_owned(), json!(row.status));
    }
    entry.insert("reason".to_owned(), json!(row.reason));
    entry.insert("evidence".to_owned(), json!(row.evidence));
    entry.insert("verified".to_owned(), json!(row.verified));
    if row.supported {
        let own = |rows: &[Row]| rows.iter().filter(|row| !row.inherited).map(field_entry).collect::<Vec<_>>();
        entry.insert("fields".to_owned(), json!(own(row.fields())));
        let no_tools = own(row.no_tools());
        if !no_tools.is_empty() {
            entry.insert("no_tools".to_owned(), json!(no_tools));
        }
    }
    Value::Object(entry)
}

fn field_entry(row: &Row) -> Value {
    let content = &row.content;
    let mut entry = Map::new();
    entry.insert("pointer".to_owned(), json!(row.pointer));
    entry.insert("verdict".to_owned(), json!(content.verdict.name()));
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            entry.insert(key.to_owned(), value);
        }
    };
    put("to", json!(content.to));
    put("lenient", json!(content.lenient.map(Verdict::name)));
    if !content.accept.is_empty() {
        put("accept", json!(content.accept));
    }
    put("max_items", json!(content.max_items));
    if content.verdict == Verdict::Reject || content.max_items.is_some() {
        put("status", json!(content.status.unwrap_or(422)));
        put("code", json!(content.code.as_deref().unwrap_or("unsupported_parameter")));
    }
    put("reason", json!(content.reason));
    put("instead", json!(content.instead));
    put("evidence", json!(content.evidence));
    put("verified", json!(content.verified));
    put("fixture", json!(content.fixture));
    Value::Object(entry)
}

/// Only what is refused: rows and operations.
pub(crate) fn rejections(matrix: &Value) -> Value {
    let mut list = Vec::new();
    for vendor in matrix["vendors"].as_array().into_iter().flatten() {
        for operation in vendor["operations"].as_array().into_iter().flatten() {
            if operation["verdict"] == "unsupported" {
                list.push(json!({"vendor": vendor["vendor"], "operation": operation["operation"], "status": operation["status"], "code": "unsupported_operation", "reason": operation["reason"]}));
            }
            let rows = operation["fields"].as_array().into_iter().flatten().filter(|row| row["verdict"] == "reject");
            list.extend(rows.map(|row| {
                json!({"vendor": vendor["vendor"], "operation": operation["operation"], "pointer": row["pointer"], "status": row["status"], "code": row["code"],
                    "reason": row["reason"], "lenient": row.get("lenient").cloned().unwrap_or_else(|| json!("reject"))})
            }));
        }
    }
    Value::Array(list)
}

/// The matrix for people.
pub(crate) fn markdown(matrix: &Value) -> String {
    let mut out = String::from(INTRODUCTION);
    for vendor in matrix["vendors"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "\n## {} (`{}`)\n", text(&vendor["title"]), text(&vendor["vendor"]));
        let operations: Vec<&Value> = vendor["operations"].as_array().into_iter().flatten().collect();
        out.push_str("| operation | method and path | upstream |\n| --- | --- | --- |\n");
        for operation in operations.iter().filter(|operation| operation["verdict"] == "supported") {
            let id = text(&operation["operation"]);
            let upstream = operation["upstream"]
                .as_str()
                .map_or_else(|| "answered by the relay".to_owned(), |upstream| format!("`{upstream}`"));
            let name = if rows(operation).is_empty() { format!("`{id}`") } else { format!("[`{id}`](#{id})") };
            let _ = writeln!(
                out,
                "| {name} | `{} {}` | {upstream} |",
                text(&operation["method"]),
                text(&operation["path"])
            );
        }
        for operation in operations.iter().filter(|operation| !rows(operation).is_empty()) {
            operation_section(&mut out, operation);
        }
        unsupported_section(&mut out, &operations);
    }
    out
}

const INTRODUCTION: &str = "<!-- Made by build.rs from schemas/. Edit those, not this. -->

# Compatibility matrix

What happens to every field a client may send, per backend. Each row comes from `schemas/`, and the same row makes the relay's behaviour, the error text and the tests.

| verdict | what happens | what the client sees |
| --- | --- | --- |
| pass | forwarded unchanged | nothing |
| adapt | forwarded in another shape | nothing |
| local | the relay itself honours it | nothing |
| drop | has no equal upstream and changes no promise; left out | its name in the response header `x-airelays-ignored-parameters` |
| **reject** | would change what was asked for | an error (422, or 501 for a whole feature) that names the field, says why and what to do instead |

Under profile `lenient` some rejected fields are dropped instead; the verdict column says so as `reject → drop`. Values in *no-op* ask for nothing and are always accepted, and JSON `null` always means absent.
In pointers, `*` is any array item, `[type=…]` one kind of object, `[=…]` one value.
";

fn operation_section(out: &mut String, operation: &Value) {
    let _ = writeln!(out, "\n### {}\n", text(&operation["operation"]));
    let _ = writeln!(
        out,
        "`{} {}`: {}.\n",
        text(&operation["method"]),
        text(&operation["path"]),
        text(&operation["reason"])
    );
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows(operation) {
        *counts.entry(text(&row["verdict"])).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let _ = writeln!(
        out,
        "{} rows: {}. Rows on the `type` or `role` that tells kinds of objects apart are left out here; `compatibility.json` has them.\n",
        rows(operation).len(),
        counts.join(", ")
    );
    out.push_str("| field | verdict | what happens and why | evidence |\n| --- | --- | --- | --- |\n");
    for row in rows(operation).iter().filter(|row| !names_only(row)) {
        row_line(out, row);
    }
    if let Some(no_tools) = operation["no_tools"].as_array() {
        out.push_str("\nUnder `/no-tools/v1` instead:\n\n| field | verdict | what happens and why | evidence |\n| --- | --- | --- | --- |\n");
        no_tools.iter().for_each(|row| row_line(out, row));
    }
}

/// Rows on the member that tells kinds of objects apart say nothing that the row of the kind does not.
fn names_only(row: &Value) -> bool {
    let pointer = text(&row["pointer"]);
    matches!(text(&row["verdict"]), "pass" | "local")
        && (pointer.ends_with("]/type") || pointer.ends_with("]/role") || pointer.ends_with("*/type"))
}

fn row_line(out: &mut String, row: &Value) {
    let verdict = match (text(&row["verdict"]), row["lenient"].as_str()) {
        ("reject", Some(lenient)) => format!("**reject** → {lenient}"),
        ("reject", None) => "**reject**".to_owned(),
        (verdict, _) => verdict.to_owned(),
    };
    let mut why = Vec::new();
    if let Some(to) = row["to"].as_str() {
        why.push(format!("becomes `{to}`"));
    }
    if let Some(reason) = row["reason"].as_str() {
        why.push(cell(reason));
    }
    if let Some(instead) = row["instead"].as_str() {
        why.push(format!("instead: {}", cell(instead)));
    }
    if let Some(status) = row["status"].as_u64() {
        why.push(format!("{status} `{}`", text(&row["code"])));
    }
    if let Some(most) = row["max_items"].as_u64() {
        why.push(format!("at most {most} item{}", if most == 1 { "" } else { "s" }));
    }
    if let Some(accept) = row["accept"].as_array() {
        let values: Vec<String> = accept.iter().map(|value| format!("`{value}`")).collect();
        why.push(format!("no-op: {}", values.join(", ")));
    }
    let _ = writeln!(
        out,
        "| `{}` | {verdict} | {} | {} ({}) |",
        text(&row["pointer"]),
        why.join("; "),
        cell(text(&row["evidence"])),
        text(&row["verified"])
    );
}

fn unsupported_section(out: &mut String, operations: &[&Value]) {
    let mut features: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| operation["verdict"] == "unsupported") {
        features.entry(text(&operation["feature"])).or_default().push(operation);
    }
    out.push_str("\n### Not served\n\nEvery other operation OpenAI publishes answers 501 `unsupported_error` with the reason below, never 404.\n\n");
    out.push_str("| feature | why | operations |\n| --- | --- | --- |\n");
    for (feature, members) in features {
        let first = members[0];
        let instead =
            first["instead"].as_str().map(|instead| format!("; instead: {}", cell(instead))).unwrap_or_default();
        let list: Vec<String> = members
            .iter()
            .map(|operation| format!("`{} {}`", text(&operation["method"]), text(&operation["path"])))
            .collect();
        let _ = writeln!(
            out,
            "| {feature} | {}{instead} ({}) | {} |",
            cell(text(&first["reason"])),
            cell(text(&first["evidence"])),
            list.join("<br>")
        );
    }
}

fn rows(operation: &Value) -> &[Value] {
    operation["fields"].as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Keeps a table cell in one cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
