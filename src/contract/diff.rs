//! What OpenAI publishes and this contract does not classify: the report behind `airelays contract diff`.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::table::{Edge, Field, JsonType, Shape};
use super::tables::{BOUNDARIES, OPERATIONS};

/// One difference between a published `OpenAPI` document and the contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Published, but no fragment has it.
    Operation {
        /// `POST /v1/things`
        route: String,
        /// The published operation id.
        id: String,
    },
    /// A property, union arm or enum value of a supported operation's body that no row and no fragment knows.
    Field {
        /// Our operation id.
        operation: String,
        /// Where, in the notation of `docs/contract.md`.
        pointer: String,
    },
    /// In our fragments, but not in the document: an addition of ours, or published no more.
    OnlyHere {
        /// Our operation id.
        operation: String,
        /// Where; empty for the whole operation.
        pointer: String,
    },
}

impl Difference {
    /// Whether something published is missing here, which is what `contract diff` fails for.
    #[must_use]
    pub fn is_unclassified(&self) -> bool {
        matches!(self, Self::Operation { .. } | Self::Field { .. })
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operation { route, id } => write!(f, "unclassified operation {route} ({id})"),
            Self::Field { operation, pointer } => write!(f, "unclassified field {operation} {pointer}"),
            Self::OnlyHere { operation, pointer } if pointer.is_empty() => {
                write!(f, "only here, not in that document: {operation}")
            }
            Self::OnlyHere { operation, pointer } => {
                write!(f, "only here, not in that document: {operation} {pointer}")
            }
        }
    }
}

/// Compares a published `OpenAPI` 3.1 document, as JSON, with the contract.
///
/// Operations of ours that the document does not have are not reported, so that an extract can be compared too.
#[must_use]
pub fn diff(published: &Value) -> Vec<Difference> {
    let mut comparison = Comparison { published, found: BTreeSet::new(), seen: HashSet::new() };
    let mut ids = HashSet::new();
    for (path, methods) in published["paths"].as_object().into_iter().flatten() {
        for (method, document) in methods.as_object().into_iter().flatten() {
            let Some(id) = document["operationId"].as_str() else { continue };
            ids.insert(id);
            comparison.operation(path, method, id, document);
        }
    }
    comparison.found.into_iter().collect()
}

struct Comparison<'a> {
    published: &'a Value,
    found: BTreeSet<Difference>,
    /// Pairs of schema and shape that are being compared or were; schemas may refer to themselves.
    seen: HashSet<(*const Value, *const Shape)>,
}

impl<'a> Comparison<'a> {
    fn operation(&mut self, path: &str, method: &str, id: &str, document: &'a Value) {
        let Some(operation) = OPERATIONS.iter().find(|operation| operation.published_as == Some(id)) else {
            // Second names for routes that are listed under their first one.
            let is_listed = OPERATIONS.iter().any(|operation| {
                operation.method.eq_ignore_ascii_case(method)
                    && bare(operation.path.strip_prefix("/v1").unwrap_or(operation.path)) == bare(path)
            });
            if !is_listed {
                let route = format!("{} /v1{path}", method.to_ascii_uppercase());
                self.found.insert(Difference::Operation { route, id: id.to_owned() });
            }
            return;
        };
        let Some(schema) = document.pointer("/requestBody/content/application~1json/schema") else { return };
        for boundary in BOUNDARIES {
            if let Some(shape) = boundary.operation(operation.id).and_then(|row| row.body) {
                self.compare(operation.id, schema, shape, "");
            }
        }
    }

    fn compare(&mut self, operation: &str, schema: &'a Value, shape: &'static Shape, pointer: &str) {
        if !self.seen.insert((std::ptr::from_ref(schema), std::ptr::from_ref(shape))) {
            return;
        }
        let arms = self.arms(schema);
        match shape {
            Shape::Any | Shape::Scalar => {}
            Shape::Shared(shared) => self.compare(operation, schema, shared, pointer),
            Shape::Values(values) => {
                for value in arms.iter().flat_map(|arm| strings(arm)) {
                    if !values.iter().any(|(known, _)| *known == value) {
                        self.field(operation, format!("{pointer}[={value}]"));
                    }
                }
            }
            Shape::Object { fields, .. } => self.object(operation, &arms, fields, pointer),
            Shape::Array(edge) => {
                for items in arms.iter().filter_map(|arm| arm.get("items")) {
                    self.compare(operation, items, edge.shape, &format!("{pointer}/*"));
                }
            }
            Shape::Tagged { tag, arms: known, .. } => self.tagged(operation, &arms, tag, known, pointer),
            Shape::ByType(known) => {
                for arm in arms {
                    if let Some((_, edge)) = known.iter().find(|(kind, _)| is_of(arm, *kind)) {
                        self.compare(operation, arm, edge.shape, pointer);
                    }
                }
            }
        }
    }

    fn object(&mut self, operation: &str, arms: &[&'a Value], fields: &'static [Field], pointer: &str) {
        let properties: Vec<(&String, &'a Value)> =
            arms.iter().filter_map(|arm| arm["properties"].as_object()).flatten().collect();
        for (name, schema) in &properties {
            let place = format!("{pointer}/{name}");
            match fields.iter().find(|field| field.name == name.as_str()) {
                Some(field) => self.compare(operation, schema, field.edge.shape, &place),
                None => self.field(operation, place),
            }
        }
        for field in fields.iter().filter(|_| !properties.is_empty()) {
            if !properties.iter().any(|(name, _)| *name == field.name) {
                let pointer = format!("{pointer}/{}", field.name);
                self.found.insert(Difference::OnlyHere { operation: operation.to_owned(), pointer });
            }
        }
    }

    fn tagged(
        &mut self,
        operation: &str,
        arms: &[&'a Value],
        tag: &str,
        known: &'static [(&'static str, Edge)],
        pointer: &str,
    ) {
        for arm in arms {
            let Some(schema) = arm.pointer(&format!("/properties/{tag}")) else { continue };
            let values: Vec<&str> = self.arms(schema).into_iter().flat_map(strings).collect();
            for value in values {
                let place = format!("{pointer}[{tag}={value}]");
                match known.iter().find(|(name, _)| *name == value) {
                    Some((_, edge)) => self.compare(operation, arm, edge.shape, &place),
                    None => self.field(operation, place),
                }
            }
        }
    }

    fn field(&mut self, operation: &str, pointer: String) {
        self.found.insert(Difference::Field { operation: operation.to_owned(), pointer });
    }

    /// A schema without `$ref`, `allOf`, `anyOf` and `oneOf`: every alternative or part of it.
    fn arms(&self, schema: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        let mut open = vec![(schema, 0)];
        while let Some((schema, depth)) = open.pop() {
            if depth > 16 {
                continue;
            }
            if let Some(target) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
                open.extend(self.published.pointer(target).map(|target| (target, depth + 1)));
            }
            for key in ["allOf", "anyOf", "oneOf"] {
                open.extend(schema[key].as_array().into_iter().flatten().map(|part| (part, depth + 1)));
            }
            found.push(schema);
        }
        found
    }
}

/// A path without its parameters' names.
fn bare(path: &str) -> String {
    path.split('/').map(|step| if step.starts_with('{') { "{}" } else { step }).collect::<Vec<_>>().join("/")
}

fn strings(schema: &Value) -> Vec<&str> {
    let listed = schema["enum"].as_array().into_iter().flatten();
    listed.chain(schema.get("const")).filter_map(Value::as_str).collect()
}

fn is_of(schema: &Value, kind: JsonType) -> bool {
    let name = match kind {
        JsonType::String => "string",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::Boolean => "boolean",
        JsonType::Array => "array",
        JsonType::Object => "object",
    };
    let written = &schema["type"];
    if written.is_null() {
        return kind == JsonType::Object && schema.get("properties").is_some();
    }
    written == name || written.as_array().is_some_and(|names| names.iter().any(|written| written == name))
}
