//! The boundary walk: applies the verdict rows to one request body.
//!
//! It runs before validation and before any typed model: nulls and no-op values go, dropped fields go and are named, refused fields are reported all at once. What is left is what the
//! translations see. The walk knows no field by name; it follows the generated [`Shape`].

use serde_json::{Map, Value};

use super::table::{Edge, OperationRow, Row, Shape, Unknown, Verdict};

/// How strictly the rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The verdicts as written.
    #[default]
    Strict,
    /// Some refusals become disclosed drops, and so do unknown parameters.
    Lenient,
}

impl Profile {
    /// Every profile's name.
    pub const NAMES: &'static [&'static str] = &["strict", "lenient"];

    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "strict" => Some(Self::Strict),
            "lenient" => Some(Self::Lenient),
            _ => None,
        }
    }

    /// `strict` or `lenient`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
        }
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which field, in OpenAI's notation: `messages[0].content[1]`. Empty for the body as a whole.
    pub param: String,
    /// HTTP status it asks for.
    pub status: u16,
    /// `error.code`
    pub code: String,
    /// For the client; names the field, never repeats its value.
    pub message: String,
}

/// A row that spoke, and where.
#[derive(Debug, Clone)]
pub struct Fired {
    /// Where in this request, in OpenAI's notation.
    pub param: String,
    /// The verdict under the profile used.
    pub verdict: Verdict,
    /// The row.
    pub row: &'static Row,
}

/// How many problems of a request are told. A body can be made to have millions, and an answer that names them all would be many times its size.
pub(super) const MAX_PROBLEMS: usize = 100;

/// How much of a field's path is told, in bytes.
const MAX_SHOWN_PATH_BYTES: usize = 512;

/// What the walk found; the body itself is changed in place.
#[derive(Debug, Default)]
pub struct Findings {
    /// Refusals, in document order; of many, the first hundred.
    pub problems: Vec<Problem>,
    /// Fields left out, in OpenAI's notation.
    pub ignored: Vec<String>,
    /// Every row that spoke; only filled when asked for.
    pub fired: Vec<Fired>,
}

/// Walks a body in place.
///
/// With `explain`, every row that speaks is recorded in [`Findings::fired`], which costs an allocation per row.
pub fn walk(
    body: &mut Value,
    operation: &'static OperationRow,
    profile: Profile,
    no_tools: bool,
    explain: bool,
) -> Findings {
    let overrides = if no_tools { operation.no_tools } else { &[] };
    let mut walker = Walker {
        rows: operation.rows,
        overrides,
        profile,
        explain,
        path: String::new(),
        findings: Findings::default(),
    };
    if let Some(shape) = operation.body {
        walker.descend(body, shape);
    }
    walker.findings
}

struct Walker {
    rows: &'static [Row],
    overrides: &'static [(u16, u16)],
    profile: Profile,
    explain: bool,
    path: String,
    findings: Findings,
}

/// What becomes of a value after the walk went through it.
#[derive(PartialEq)]
enum Fate {
    Keep,
    Remove,
}

impl Walker {
    fn row(&self, index: u16) -> Option<&'static Row> {
        let index = self.overrides.iter().find(|(base, _)| *base == index).map_or(index, |(_, instead)| *instead);
        self.rows.get(usize::from(index))
    }

    fn edge(&mut self, value: &mut Value, edge: &'static Edge) -> Fate {
        let mut row = edge.row.and_then(|index| self.row(index));
        if let (Shape::Values(values), Value::String(text)) = (edge.shape, &*value) {
            let own = values.iter().find(|(known, _)| known == text).and_then(|(_, index)| self.row(*index));
            row = own.or(row);
        }
        if let Some(row) = row
            && let Some(fate) = self.speak(row, value)
        {
            return fate;
        }
        self.descend(value, edge.shape)
    }

    /// Applies one row; `None` when the walk goes on below.
    fn speak(&mut self, row: &'static Row, value: &Value) -> Option<Fate> {
        if row.accept.iter().any(|accepted| accepted.matches(value)) {
            return Some(Fate::Remove);
        }
        let verdict = match self.profile {
            Profile::Strict => row.verdict,
            Profile::Lenient => row.lenient,
        };
        let is_too_long = matches!((row.max_items, value), (Some(most), Value::Array(items)) if items.len() > most);
        let is_other = !row.only.is_empty() && !row.only.iter().any(|taken| taken.matches(value));
        if self.explain {
            self.findings.fired.push(Fired {
                param: self.path.clone(),
                verdict: if is_too_long || is_other { Verdict::Reject } else { verdict },
                row,
            });
        }
        match verdict {
            Verdict::Reject => self.refuse(row),
            Verdict::Drop => {
                self.findings.ignored.push(self.path.clone());
                return Some(Fate::Remove);
            }
            Verdict::Pass | Verdict::Adapt | Verdict::Local if is_other => self.refuse(row),
            Verdict::Pass | Verdict::Adapt | Verdict::Local if is_too_long => self.refuse_length(row),
            Verdict::Pass | Verdict::Adapt | Verdict::Local => return None,
        }
        Some(Fate::Keep)
    }

    fn refuse(&mut self, row: &'static Row) {
        self.problem(row, "is not supported");
    }

    fn refuse_length(&mut self, row: &'static Row) {
        self.problem(row, &format!("has more items than {}", row.max_items.unwrap_or_default()));
    }

    fn problem(&mut self, row: &'static Row, what: &str) {
        if self.findings.problems.len() == MAX_PROBLEMS {
            return;
        }
        let param = shown(&self.path);
        let mut message = format!("`{param}` {what}: {}", row.reason);
        if let Some(instead) = row.instead {
            message.push_str("; ");
            message.push_str(instead);
        }
        self.findings.problems.push(Problem { param, status: row.status, code: row.code.to_owned(), message });
    }

    fn descend(&mut self, value: &mut Value, shape: &'static Shape) -> Fate {
        match shape {
            Shape::Any | Shape::Scalar | Shape::Values(_) => {}
            Shape::Shared(shared) => return self.descend(value, shared),
            Shape::Object { unknown, fields } => {
                if let Value::Object(map) = value {
                    self.object(map, *unknown, fields);
                }
            }
            Shape::Array(edge) => {
                if let Value::Array(items) = value {
                    self.items(items, edge);
                }
            }
            Shape::Tagged { tag, default, arms } => {
                if let Value::Object(map) = value {
                    if let (Some(default), None | Some(Value::Null)) = (default, map.get(*tag)) {
                        map.insert((*tag).to_owned(), Value::from(*default));
                    }
                    let arm = map
                        .get(*tag)
                        .and_then(Value::as_str)
                        .and_then(|name| arms.iter().find(|(known, _)| *known == name));
                    if let Some((_, edge)) = arm {
                        return self.edge(value, edge);
                    }
                }
            }
            Shape::ByType(arms) => {
                if let Some((_, edge)) = arms.iter().find(|(kind, _)| kind.matches(value)) {
                    return self.edge(value, edge);
                }
            }
        }
        Fate::Keep
    }

    fn object(&mut self, map: &mut Map<String, Value>, unknown: Unknown, fields: &'static [super::table::Field]) {
        let parent = self.path.len();
        map.retain(|name, value| {
            if value.is_null() {
                return false;
            }
            if parent > 0 {
                self.path.push('.');
            }
            self.path.push_str(name);
            let fate = match fields.iter().find(|field| field.name == name) {
                Some(field) => self.edge(value, &field.edge),
                None => self.unknown(unknown),
            };
            self.path.truncate(parent);
            fate == Fate::Keep
        });
    }

    fn unknown(&mut self, unknown: Unknown) -> Fate {
        match (unknown, self.profile) {
            (Unknown::Keep, _) => Fate::Keep,
            (Unknown::Drop, _) | (Unknown::Reject, Profile::Lenient) => {
                self.findings.ignored.push(self.path.clone());
                Fate::Remove
            }
            (Unknown::Reject, Profile::Strict) if self.findings.problems.len() == MAX_PROBLEMS => Fate::Keep,
            (Unknown::Reject, Profile::Strict) => {
                let param = shown(&self.path);
                let message =
                    format!("`{param}` is not a parameter of this operation; check its spelling or leave it out");
                self.findings.problems.push(Problem {
                    param,
                    status: 422,
                    code: "unknown_parameter".to_owned(),
                    message,
                });
                Fate::Keep
            }
        }
    }

    fn items(&mut self, items: &mut Vec<Value>, edge: &'static Edge) {
        let parent = self.path.len();
        let mut index = 0_usize;
        items.retain_mut(|value| {
            self.path.push_str(&format!("[{index}]"));
            index += 1;
            let fate = self.edge(value, edge);
            self.path.truncate(parent);
            fate == Fate::Keep
        });
    }
}

/// A path that a client can read; of one that is made of names without end, the beginning.
fn shown(path: &str) -> String {
    if path.len() <= MAX_SHOWN_PATH_BYTES {
        return path.to_owned();
    }
    format!("{}…", &path[..path.floor_char_boundary(MAX_SHOWN_PATH_BYTES)])
}
