//! Reads verdict rows and their pointers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::generator::{Problems, load::Contract};

/// One vendor's boundary, parsed.
pub(crate) struct Boundary {
    pub vendor: String,
    pub title: String,
    /// In the order of the contract's operations.
    pub operations: Vec<OperationBoundary>,
}

impl Boundary {
    pub(crate) fn operation(&self, id: &str) -> Option<&OperationBoundary> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// What a boundary says of one operation.
pub(crate) struct OperationBoundary {
    pub id: String,
    pub supported: bool,
    pub status: u16,
    pub feature: Option<String>,
    pub upstream: Option<String>,
    /// The operation whose rows speak where this one has none of its own.
    pub like: Option<String>,
    pub reason: String,
    pub instead: Option<String>,
    pub evidence: String,
    pub verified: String,
    /// Rows of `fields`, then rows of `no_tools`.
    pub rows: Vec<Row>,
    /// Where the rows of `no_tools` begin.
    pub no_tools_from: usize,
}

impl OperationBoundary {
    pub(crate) fn fields(&self) -> &[Row] {
        &self.rows[..self.no_tools_from]
    }

    pub(crate) fn no_tools(&self) -> &[Row] {
        &self.rows[self.no_tools_from..]
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Pass,
    Adapt,
    Local,
    Drop,
    Reject,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Adapt => "adapt",
            Self::Local => "local",
            Self::Drop => "drop",
            Self::Reject => "reject",
        }
    }
}

/// A row with its pointer taken apart.
pub(crate) struct Row {
    pub pointer: String,
    pub segments: Vec<Segment>,
    pub content: RowContent,
    /// Whether it is taken over from the operation that this one is like.
    pub inherited: bool,
}

/// A row as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowContent {
    pub verdict: Verdict,
    pub to: Option<String>,
    pub lenient: Option<Verdict>,
    #[serde(default)]
    pub accept: Vec<Value>,
    pub max_items: Option<usize>,
    pub status: Option<u16>,
    pub code: Option<String>,
    pub reason: Option<String>,
    pub instead: Option<String>,
    pub evidence: String,
    pub verified: String,
    pub fixture: Option<String>,
}

/// One step of a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// `/name`
    Property(String),
    /// `/*`
    Items,
    /// `[tag=value]`
    Arm(String, String),
    /// `[=value]`
    Value(String),
    /// `[string]`
    Type(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    vendor: String,
    title: String,
    operations: BTreeMap<String, SupportedDocument>,
    #[serde(default)]
    unsupported: Vec<UnsupportedDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SupportedDocument {
    verdict: String,
    upstream: Option<String>,
    like: Option<String>,
    reason: Option<String>,
    evidence: String,
    verified: String,
    #[serde(default)]
    fields: serde_json::Map<String, Value>,
    #[serde(default)]
    no_tools: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnsupportedDocument {
    feature: String,
    reason: String,
    instead: Option<String>,
    evidence: String,
    verified: String,
    #[serde(default = "not_implemented")]
    status: u16,
    operations: Vec<String>,
}

fn not_implemented() -> u16 {
    501
}

/// Reads every vendor's boundary; every operation of the contract must have exactly one verdict in each.
pub(crate) fn read(contract: &Contract) -> Result<Vec<Boundary>, Problems> {
    let mut problems = Vec::new();
    let mut boundaries = Vec::new();
    for vendor in &contract.vendors {
        let file = format!("schemas/upstream/{}/boundary.json", vendor.name);
        match Document::deserialize(&vendor.boundary) {
            Ok(document) => boundaries.push(read_one(contract, &file, document, &mut problems)),
            Err(error) => problems.push(format!("{file}: {error}")),
        }
    }
    if problems.is_empty() { Ok(boundaries) } else { Err(problems) }
}

fn read_one(contract: &Contract, file: &str, mut document: Document, problems: &mut Problems) -> Boundary {
    inherit(contract, file, &mut document.operations, problems);
    let mut operations = Vec::new();
    for operation in &contract.operations {
        let supported = document.operations.remove(&operation.id);
        let mut groups = document.unsupported.iter().filter(|group| group.operations.contains(&operation.id));
        match (supported, groups.next()) {
            (Some(_), Some(_)) => {
                problems.push(format!("{file}: `{}` is both supported and unsupported", operation.id))
            }
            (None, None) => problems.push(format!("{file}: says nothing of operation `{}`", operation.id)),
            (Some(row), None) => operations.push(supported_operation(file, &operation.id, row, problems)),
            (None, Some(group)) => {
                if groups.next().is_some() {
                    problems.push(format!("{file}#/unsupported: `{}` is listed twice", operation.id));
                }
                operations.push(unsupported_operation(&operation.id, group));
            }
        }
    }
    for unknown in document.operations.keys() {
        problems.push(format!("{file}#/operations/{unknown}: there is no such operation"));
    }
    let known: BTreeSet<_> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    for unknown in
        document.unsupported.iter().flat_map(|group| &group.operations).filter(|id| !known.contains(id.as_str()))
    {
        problems.push(format!("{file}#/unsupported: there is no operation `{unknown}`"));
    }
    Boundary { vendor: document.vendor, title: document.title, operations }
}

/// Marks a row that was taken over; no row as written has this key.
const INHERITED: &str = "\u{0}inherited";

/// Gives operations that are `like` another the rows of that one: those about members of their own body, and not at or below a pointer they have a row for.
fn inherit(
    contract: &Contract,
    file: &str,
    operations: &mut BTreeMap<String, SupportedDocument>,
    problems: &mut Problems,
) {
    let bases: BTreeMap<String, [serde_json::Map<String, Value>; 2]> = operations
        .iter()
        .filter(|(_, document)| document.like.is_none())
        .map(|(id, document)| (id.clone(), [document.fields.clone(), document.no_tools.clone()]))
        .collect();
    for (id, document) in operations {
        let Some(like) = &document.like else { continue };
        let Some(base) = bases.get(like) else {
            problems.push(format!("{file}#/operations/{id}/like: `{like}` is no operation with rows of its own"));
            continue;
        };
        let body = contract.operations.iter().find(|operation| operation.id == *id).and_then(|op| op.body.as_deref());
        let members = body.and_then(|body| contract.schemas.get(body)?.get("properties")?.as_object());
        for (own, base) in [&mut document.fields, &mut document.no_tools].into_iter().zip(base) {
            let written: Vec<String> = own.keys().cloned().collect();
            for (pointer, row) in base {
                let member = pointer.trim_start_matches('/').split(['/', '[']).next().unwrap_or_default();
                let is_ours = members.is_some_and(|members| members.contains_key(member));
                if is_ours && !written.iter().any(|written| is_at_or_below(pointer, written)) {
                    let mut row = row.clone();
                    row[INHERITED] = true.into();
                    own.insert(pointer.clone(), row);
                }
            }
        }
    }
}

fn is_at_or_below(pointer: &str, ancestor: &str) -> bool {
    pointer.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[']))
}

fn supported_operation(
    file: &str,
    id: &str,
    document: SupportedDocument,
    problems: &mut Problems,
) -> OperationBoundary {
    if document.verdict != "supported" {
        problems
            .push(format!("{file}#/operations/{id}: the verdict here is `supported`; list others under `unsupported`"));
    }
    let mut rows = read_rows(&format!("{file}#/operations/{id}/fields"), &document.fields, problems);
    let no_tools_from = rows.len();
    rows.extend(read_rows(&format!("{file}#/operations/{id}/no_tools"), &document.no_tools, problems));
    OperationBoundary {
        id: id.to_owned(),
        supported: true,
        status: 200,
        feature: None,
        upstream: document.upstream,
        like: document.like,
        reason: document.reason.unwrap_or_default(),
        instead: None,
        evidence: document.evidence,
        verified: document.verified,
        rows,
        no_tools_from,
    }
}

fn unsupported_operation(id: &str, group: &UnsupportedDocument) -> OperationBoundary {
    OperationBoundary {
        id: id.to_owned(),
        supported: false,
        status: group.status,
        feature: Some(group.feature.clone()),
        upstream: None,
        like: None,
        reason: group.reason.clone(),
        instead: group.instead.clone(),
        evidence: group.evidence.clone(),
        verified: group.verified.clone(),
        rows: Vec::new(),
        no_tools_from: 0,
    }
}

fn read_rows(at: &str, rows: &serde_json::Map<String, Value>, problems: &mut Problems) -> Vec<Row> {
    let mut parsed = Vec::new();
    for (pointer, row) in rows {
        let mut row = row.clone();
        let inherited = row.as_object_mut().is_some_and(|row| row.remove(INHERITED).is_some());
        let content = match RowContent::deserialize(&row) {
            Ok(content) => content,
            Err(error) => {
                problems.push(format!("{at}/`{pointer}`: {error}"));
                continue;
            }
        };
        check_row(&format!("{at}/`{pointer}`"), &content, problems);
        match parse_pointer(pointer) {
            Ok(segments) => parsed.push(Row { pointer: pointer.clone(), segments, content, inherited }),
            Err(error) => problems.push(format!("{at}/`{pointer}`: {error}")),
        }
    }
    parsed
}

fn check_row(at: &str, row: &RowContent, problems: &mut Problems) {
    if row.verdict != Verdict::Pass && row.reason.is_none() {
        problems.push(format!("{at}: a `{}` row says why, in `reason`", row.verdict.name()));
    }
    if row.verdict == Verdict::Adapt && row.to.is_none() {
        problems.push(format!("{at}: an `adapt` row says where it goes, in `to`"));
    }
    if row.lenient.is_some_and(|lenient| lenient != Verdict::Drop) {
        problems.push(format!("{at}: `lenient` can only be `drop`"));
    }
    if row.reason.as_deref().is_some_and(|reason| reason.ends_with('.')) {
        problems.push(format!("{at}: `reason` ends with a period; it is put into a sentence"));
    }
    let is_date = row.verified.len() == 10 && row.verified.bytes().filter(|byte| *byte == b'-').count() == 2;
    if !is_date {
        problems.push(format!("{at}: `verified` is not a date like 2026-08-06"));
    }
}

/// Takes `/input/*[type=message]/role[=system]` apart.
pub(crate) fn parse_pointer(pointer: &str) -> Result<Vec<Segment>, String> {
    let Some(rest) = pointer.strip_prefix('/') else { return Err("a pointer begins with `/`".to_owned()) };
    let mut segments = Vec::new();
    for step in split_steps(rest) {
        let (name, mut brackets) = match step.find('[') {
            Some(at) => step.split_at(at),
            None => (step, ""),
        };
        segments.push(if name == "*" { Segment::Items } else { Segment::Property(name.to_owned()) });
        while let Some(inner) = brackets.strip_prefix('[') {
            let Some((inner, after)) = inner.split_once(']') else { return Err("`[` without `]`".to_owned()) };
            segments.push(match inner.split_once('=') {
                Some(("", value)) => Segment::Value(value.to_owned()),
                Some((tag, value)) => Segment::Arm(tag.to_owned(), value.to_owned()),
                None => Segment::Type(inner.to_owned()),
            });
            brackets = after;
        }
        if !brackets.is_empty() {
            return Err(format!("`{brackets}` after `]`"));
        }
    }
    Ok(segments)
}

/// Splits at `/` outside brackets.
fn split_steps(pointer: &str) -> Vec<&str> {
    let (mut steps, mut depth, mut start) = (Vec::new(), 0_u32, 0);
    for (at, byte) in pointer.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                steps.push(&pointer[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    steps.push(&pointer[start..]);
    steps
}
