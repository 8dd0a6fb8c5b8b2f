//! The authoring rules of `docs/contract.md`, enforced on every client-facing schema.

use serde_json::Value;

use crate::generator::Problems;
use crate::generator::load::{Contract, reference};
use crate::generator::shape::json_type;

/// What arms of a union without a tag can be: the kind of a value says which arm it is.
const KINDS_OF_ARMS: &[&str] = &["string", "integer", "array", "object"];

const KEYWORDS: &[&str] = &[
    "$ref",
    "$comment",
    "type",
    "title",
    "description",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "enum",
    "const",
    "oneOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "pattern",
    "format",
    "default",
    "deprecated",
    "x-relay",
];
const RELAY_KEYS: &[&str] = &["tag", "default", "unknown", "open", "extends"];

/// Checks all named schemas.
pub(crate) fn check(contract: &Contract) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for (name, schema) in &contract.schemas {
        let at = format!("{}#/components/schemas/{name}", contract.schema_files[name]);
        if !name.starts_with(|first: char| first.is_ascii_uppercase())
            || !name.chars().all(|c| c.is_ascii_alphanumeric())
        {
            problems.push(format!("{at}: a schema's name is PascalCase"));
        }
        let is_object =
            schema.get("properties").is_some() || schema.get("type").and_then(Value::as_str) == Some("object");
        let is_enum = schema.get("enum").is_some();
        let is_union = schema.get("oneOf").is_some();
        if !(is_object || is_enum || is_union) {
            problems.push(format!("{at}: a named schema is an object, a string enum or a union"));
        }
        node(contract, &at, schema, true, &mut problems);
    }
    for operation in &contract.operations {
        let at = format!("{}#/paths/{}", operation.file, operation.path);
        if let Some(body) = &operation.body {
            match contract.schemas.get(body) {
                Some(schema) if schema.get("properties").is_some() => {}
                Some(_) => problems.push(format!("{at}: the body `{body}` is not an object")),
                None => problems.push(format!("{at}: the body `{body}` does not exist")),
            }
        }
        if operation.summary.is_empty() {
            problems.push(format!("{at}: `{}` has no summary", operation.id));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn node(contract: &Contract, at: &str, schema: &Value, named: bool, problems: &mut Problems) {
    let Some(map) = schema.as_object() else {
        problems.push(format!("{at}: a schema is an object"));
        return;
    };
    for key in map.keys().filter(|key| !KEYWORDS.contains(&key.as_str())) {
        problems.push(format!("{at}: `{key}` is not among the keywords the generator understands"));
    }
    for key in map.get("x-relay").and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys) {
        if !RELAY_KEYS.contains(&key.as_str()) {
            problems.push(format!("{at}/x-relay: `{key}` is none of {}", RELAY_KEYS.join(", ")));
        }
    }
    if let Some(name) = reference(schema) {
        if !contract.schemas.contains_key(name) {
            problems.push(format!("{at}: `$ref` to `{name}`, which does not exist"));
        }
    } else if map.contains_key("$ref") {
        problems.push(format!("{at}: a `$ref` is `#/components/schemas/Name`"));
    }
    match map.get("type") {
        Some(Value::String(kind)) if kind == "null" => {
            problems.push(format!("{at}: null is never written; it means absent"))
        }
        Some(Value::String(_)) | None => {}
        Some(_) => problems.push(format!("{at}: `type` is one name; alternatives are a `oneOf` with titles")),
    }
    if map.contains_key("const") && !map.contains_key("type") {
        problems.push(format!("{at}: a `const` carries its `type`"));
    }
    folded_twins(at, map, problems);
    if let Some(properties) = map.get("properties").and_then(Value::as_object) {
        if !named {
            problems.push(format!("{at}: an inline object with properties; give it a name"));
        }
        for (name, property) in properties {
            if property.get("oneOf").is_some() {
                problems.push(format!("{at}/properties/{name}: an inline union; give it a name"));
            }
            node(contract, &format!("{at}/properties/{name}"), property, false, problems);
        }
        for name in map.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !name.as_str().is_some_and(|name| properties.contains_key(name)) {
                problems.push(format!("{at}/required: {name} is not a property"));
            }
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get(key).filter(|inner| inner.is_object()) {
            node(contract, &format!("{at}/{key}"), inner, false, problems);
        }
    }
    if let Some(arms) = map.get("oneOf").and_then(Value::as_array) {
        union(contract, at, schema, arms, problems);
    }
}

fn union(contract: &Contract, at: &str, schema: &Value, arms: &[Value], problems: &mut Problems) {
    let tag = schema.pointer("/x-relay/tag").and_then(Value::as_str);
    for (index, arm) in arms.iter().enumerate() {
        let at = format!("{at}/oneOf/{index}");
        node(contract, &at, arm, false, problems);
        match tag {
            Some(tag) => {
                let (name, target) = contract.resolve(arm);
                let constant = target.pointer(&format!("/properties/{tag}/const")).and_then(Value::as_str);
                if name.is_none() || constant.is_none() {
                    problems.push(format!(
                        "{at}: an arm of a tagged union is a `$ref` to an object whose `{tag}` is a `const`"
                    ));
                }
            }
            None => {
                if reference(arm).is_none() && arm.get("title").is_none() {
                    problems.push(format!("{at}: an inline arm has a `title`"));
                }
                let kind = json_type(contract, arm);
                if !KINDS_OF_ARMS.contains(&kind.as_str()) {
                    problems.push(format!(
                        "{at}: an arm of type `{kind}`; in a union without a tag they are {}",
                        KINDS_OF_ARMS.join(", ")
                    ));
                }
                if arms[..index].iter().any(|other| json_type(contract, other) == kind) {
                    problems.push(format!(
                        "{at}: another arm is of type `{kind}` too, so that a value does not say which is meant; the union needs a tag"
                    ));
                }
            }
        }
    }
}

fn folded_twins(at: &str, map: &serde_json::Map<String, Value>, problems: &mut Problems) {
    let mut seen = std::collections::BTreeSet::new();
    for value in map.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let folded: String = value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if !seen.insert(folded) {
            problems.push(format!("{at}/enum: `{value}` equals another value after case folding"));
        }
    }
}
