//! Lays a boundary's rows over the schemas they speak of, and proves that none is missing and none points at nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::generator::Problems;
use crate::generator::boundary::{Boundary, OperationBoundary, Row, Segment, Verdict};
use crate::generator::load::{Contract, reference};

/// What a value looks like, with rows attached; the build-time twin of the crate's `contract::table::Shape`.
pub(crate) enum Shape {
    Any,
    Scalar,
    Values(Vec<(String, usize)>),
    Object { unknown: String, fields: Vec<(String, Edge)> },
    Array(Box<Edge>),
    Tagged { tag: String, default: Option<String>, arms: Vec<(String, Edge)> },
    ByType(Vec<(String, Edge)>),
    Shared(String),
}

pub(crate) struct Edge {
    pub row: Option<usize>,
    pub shape: Shape,
}

/// Shapes of all bodies, and what of each schema some backend accepts.
pub(crate) struct Plan {
    /// Keyed by vendor and operation.
    pub bodies: BTreeMap<(String, String), Shape>,
    /// Shapes below which no row speaks, by schema name.
    pub shared: BTreeMap<String, Shape>,
    /// Properties and arms at least one backend is sent or the relay honours: `(schema, member)`.
    pub accepted: BTreeSet<(String, String)>,
}

/// Plans every supported operation of every vendor.
pub(crate) fn plan(contract: &Contract, boundaries: &[Boundary]) -> Result<Plan, Problems> {
    let mut planner = Planner {
        contract,
        plan: Plan { bodies: BTreeMap::new(), shared: BTreeMap::new(), accepted: BTreeSet::new() },
        problems: Vec::new(),
        file: String::new(),
    };
    for boundary in boundaries {
        for row in boundary.operations.iter().filter(|row| row.supported) {
            let Some(operation) = contract.operations.iter().find(|operation| operation.id == row.id) else { continue };
            planner.file = format!("schemas/upstream/{}/boundary.json#/operations/{}", boundary.vendor, row.id);
            match &operation.body {
                Some(body) => {
                    let shape = planner.body(body, row);
                    planner.plan.bodies.insert((boundary.vendor.clone(), row.id.clone()), shape);
                }
                None if row.rows.is_empty() => {}
                None => planner.problems.push(format!("{}: has rows, but the operation takes no body", planner.file)),
            }
        }
    }
    if planner.problems.is_empty() { Ok(planner.plan) } else { Err(planner.problems) }
}

struct Planner<'a> {
    contract: &'a Contract,
    plan: Plan,
    problems: Problems,
    file: String,
}

/// A row on its way down: what is left of its pointer, and its index.
type Below<'a> = Vec<(&'a [Segment], usize)>;

impl Planner<'_> {
    fn body(&mut self, name: &str, operation: &OperationBoundary) -> Shape {
        let schema = &self.contract.schemas[name];
        let below: Below<'_> =
            operation.fields().iter().enumerate().map(|(index, row)| (row.segments.as_slice(), index)).collect();
        let shape = self.object(&operation.rows, name, schema, below, "", Some("reject"));
        for row in operation.no_tools() {
            if !operation.fields().iter().any(|base| base.pointer == row.pointer) {
                self.problems.push(format!("{}/no_tools/`{}`: replaces no row of `fields`", self.file, row.pointer));
            }
        }
        shape
    }

    fn shape(&mut self, rows: &[Row], schema: &Value, below: Below<'_>, at: &str) -> Shape {
        let contract = self.contract;
        let (name, target) = contract.resolve(schema);
        if let (Some(name), true) = (name, below.is_empty()) {
            if is_plain_enum(target) {
                return Shape::Scalar;
            }
            self.share(name, target);
            return Shape::Shared(name.to_owned());
        }
        self.inline(rows, name, target, below, at)
    }

    /// Plans a named schema below which no row speaks, once.
    fn share(&mut self, name: &str, schema: &Value) {
        if self.plan.shared.contains_key(name) {
            return;
        }
        self.plan.shared.insert(name.to_owned(), Shape::Any);
        let shape = self.inline(&[], Some(name), schema, Vec::new(), name);
        self.plan.shared.insert(name.to_owned(), shape);
    }

    fn inline(&mut self, rows: &[Row], name: Option<&str>, schema: &Value, below: Below<'_>, at: &str) -> Shape {
        let tag = schema.pointer("/x-relay/tag").and_then(Value::as_str);
        if let Some(arms) = schema.get("oneOf").and_then(Value::as_array) {
            return match tag {
                Some(tag) => self.tagged(rows, name, tag, schema, arms, below, at),
                None => self.by_type(rows, arms, below, at),
            };
        }
        if schema.get("properties").is_some() {
            return self.object(rows, name.unwrap_or_default(), schema, below, at, None);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => self.array(rows, schema, below, at),
            Some("string") => self.text(schema, below, at),
            Some("integer" | "number" | "boolean") => {
                self.nothing_below(&below, at);
                Shape::Scalar
            }
            Some(_) | None => {
                self.nothing_below(&below, at);
                Shape::Any
            }
        }
    }

    fn object(
        &mut self,
        rows: &[Row],
        name: &str,
        schema: &Value,
        below: Below<'_>,
        at: &str,
        unknown: Option<&str>,
    ) -> Shape {
        let properties = schema.get("properties").and_then(Value::as_object);
        let is_root = at.is_empty();
        let has_rows = !below.is_empty();
        let mut fields = Vec::new();
        let mut known = BTreeSet::new();
        for (property, inner) in properties.into_iter().flatten() {
            let segment = Segment::Property(property.clone());
            known.insert(property.as_str());
            let is_tag = inner.get("const").is_some();
            let path = format!("{at}/{property}");
            let edge = self.edge(rows, inner, take(&below, &segment), &path);
            if (is_root || has_rows) && edge.row.is_none() && !is_tag {
                self.problems.push(format!("{}/fields: no row for `{path}`", self.file));
            }
            if self.is_accepted(rows, &edge) {
                self.plan.accepted.insert((name.to_owned(), property.clone()));
            }
            fields.push((property.clone(), edge));
        }
        for (segments, index) in &below {
            let names_field =
                matches!(segments.first(), Some(Segment::Property(property)) if known.contains(property.as_str()));
            if !names_field {
                self.names_nothing(rows, *index, at);
            }
        }
        let unknown = schema.pointer("/x-relay/unknown").and_then(Value::as_str).or(unknown).unwrap_or("drop");
        Shape::Object { unknown: unknown.to_owned(), fields }
    }

    fn array(&mut self, rows: &[Row], schema: &Value, below: Below<'_>, at: &str) -> Shape {
        for (segments, index) in &below {
            if segments.first() != Some(&Segment::Items) {
                self.names_nothing(rows, *index, at);
            }
        }
        let path = format!("{at}/*");
        let items = schema.get("items").cloned().unwrap_or(Value::Object(serde_json::Map::new()));
        let edge = self.edge(rows, &items, take(&below, &Segment::Items), &path);
        match edge {
            Edge { row: None, shape: Shape::Any } => Shape::Any,
            edge => Shape::Array(Box::new(edge)),
        }
    }

    fn text(&mut self, schema: &Value, below: Below<'_>, at: &str) -> Shape {
        if below.is_empty() {
            return Shape::Scalar;
        }
        let values: Vec<_> =
            schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut found = Vec::new();
        for (segments, index) in &below {
            match segments {
                [Segment::Value(value)] if values.contains(&value.as_str()) => found.push((value.clone(), *index)),
                _ => self.problems.push(format!("{}/fields: a row below `{at}` names nothing", self.file)),
            }
        }
        let is_open = schema.pointer("/x-relay/open") == Some(&Value::Bool(true));
        for value in values.iter().filter(|_| !is_open) {
            if !found.iter().any(|(other, _)| other == value) {
                self.problems.push(format!("{}/fields: no row for `{at}[={value}]`", self.file));
            }
        }
        Shape::Values(found)
    }

    #[expect(clippy::too_many_arguments, reason = "one recursive step; a struct would only rename the arguments")]
    fn tagged(
        &mut self,
        rows: &[Row],
        name: Option<&str>,
        tag: &str,
        schema: &Value,
        arms: &[Value],
        below: Below<'_>,
        at: &str,
    ) -> Shape {
        let has_rows = !below.is_empty();
        let mut planned = Vec::new();
        for arm in arms {
            let (arm_name, target) = self.contract.resolve(arm);
            let value = target.pointer(&format!("/properties/{tag}/const")).and_then(Value::as_str).unwrap_or_default();
            let path = format!("{at}[{tag}={value}]");
            let edge = self.edge(rows, arm, take(&below, &Segment::Arm(tag.to_owned(), value.to_owned())), &path);
            if has_rows && edge.row.is_none() {
                self.problems.push(format!("{}/fields: no row for `{path}`", self.file));
            }
            if self.is_accepted(rows, &edge) {
                self.plan
                    .accepted
                    .insert((name.unwrap_or_default().to_owned(), arm_name.unwrap_or_default().to_owned()));
            }
            planned.push((value.to_owned(), edge));
        }
        for (segments, index) in &below {
            let names_arm = matches!(segments.first(), Some(Segment::Arm(of, value)) if of == tag && planned.iter().any(|(known, _)| known == value));
            if !names_arm {
                self.names_nothing(rows, *index, at);
            }
        }
        let default = schema.pointer("/x-relay/default").and_then(Value::as_str).map(str::to_owned);
        Shape::Tagged { tag: tag.to_owned(), default, arms: planned }
    }

    fn by_type(&mut self, rows: &[Row], arms: &[Value], below: Below<'_>, at: &str) -> Shape {
        let mut taken = BTreeSet::new();
        let mut planned = Vec::new();
        for arm in arms {
            let kind = json_type(self.contract, arm);
            let mut mine: Below<'_> = Vec::new();
            for (segments, index) in &below {
                let belongs = match segments.first() {
                    Some(Segment::Type(name)) => *name == kind,
                    Some(Segment::Items) => kind == "array",
                    Some(Segment::Property(_) | Segment::Arm(..)) => kind == "object",
                    Some(Segment::Value(_)) => kind == "string",
                    None => false,
                };
                if belongs {
                    taken.insert(*index);
                    let rest =
                        if matches!(segments.first(), Some(Segment::Type(_))) { &segments[1..] } else { segments };
                    mine.push((rest, *index));
                }
            }
            planned.push((kind.clone(), self.edge(rows, arm, mine, &format!("{at}[{kind}]"))));
        }
        for (_, index) in below.iter().filter(|(_, index)| !taken.contains(index)) {
            self.names_nothing(rows, *index, at);
        }
        Shape::ByType(planned)
    }

    /// Splits rows into the one that speaks for this place and those that speak for something below.
    fn edge(&mut self, rows: &[Row], schema: &Value, here: Below<'_>, at: &str) -> Edge {
        let row = here.iter().find(|(rest, _)| rest.is_empty()).map(|(_, index)| *index);
        let below = here.into_iter().filter(|(rest, _)| !rest.is_empty()).collect();
        Edge { row, shape: self.shape(rows, schema, below, at) }
    }

    /// Whether a value here ever reaches a translation: rejected and dropped ones do not, unless some of their values do.
    fn is_accepted(&self, rows: &[Row], edge: &Edge) -> bool {
        let speaks =
            |index: usize| matches!(rows[index].content.verdict, Verdict::Pass | Verdict::Adapt | Verdict::Local);
        match (edge.row, &edge.shape) {
            (Some(_), Shape::Values(values)) => values.iter().any(|(_, index)| speaks(*index)),
            (Some(index), _) => speaks(index),
            (None, _) => true,
        }
    }

    fn names_nothing(&mut self, rows: &[Row], index: usize, at: &str) {
        let pointer = rows.get(index).map(|row| row.pointer.clone()).unwrap_or_default();
        let place = if at.is_empty() { "in the body".to_owned() } else { format!("below `{at}`") };
        self.problems.push(format!("{}/fields/`{pointer}`: names nothing {place}", self.file));
    }

    fn nothing_below(&mut self, below: &Below<'_>, at: &str) {
        if !below.is_empty() {
            self.problems.push(format!("{}/fields: a row below `{at}` names nothing", self.file));
        }
    }
}

/// Rows that go through `segment`, with that segment taken off.
fn take<'a>(below: &Below<'a>, segment: &Segment) -> Below<'a> {
    below.iter().filter(|(rest, _)| rest.first() == Some(segment)).map(|(rest, index)| (&rest[1..], *index)).collect()
}

fn is_plain_enum(schema: &Value) -> bool {
    schema.get("enum").is_some() && schema.get("oneOf").is_none()
}

/// The JSON type of an arm of a union by type.
pub(crate) fn json_type(contract: &Contract, schema: &Value) -> String {
    let (_, target) = contract.resolve(schema);
    match target.get("type").and_then(Value::as_str) {
        Some(kind) => kind.to_owned(),
        None if target.get("oneOf").is_some() || target.get("properties").is_some() => "object".to_owned(),
        None => reference(schema).map_or_else(|| "any".to_owned(), str::to_owned),
    }
}
