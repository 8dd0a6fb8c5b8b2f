//! The `OpenAPI` document of what the relay accepts, served at `/openapi.json`.

use serde_json::{Map, Value, json};

use crate::generator::boundary::Boundary;
use crate::generator::load::{Contract, reference};
use crate::generator::shape::Plan;

/// Builds the document: supported operations, their accepted fields, no `x-` keys but the one for sockets.
pub(crate) fn build(contract: &Contract, boundaries: &[Boundary], plan: &Plan) -> Value {
    let mut paths = Map::new();
    let mut wanted = Vec::new();
    for operation in &contract.operations {
        let is_supported =
            boundaries.iter().any(|boundary| boundary.operation(&operation.id).is_some_and(|row| row.supported));
        if !is_supported {
            continue;
        }
        let mut document = operation.document.clone();
        if let Some(map) = document.as_object_mut() {
            map.remove("x-relay");
            if operation.relay.access == crate::generator::load::OperationAccess::Public {
                map.insert("security".to_owned(), json!([]));
            }
        }
        collect(&document, &mut wanted);
        let methods = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        if let Some(messages) = &operation.relay.messages {
            // The way Open Responses describes its WebSocket.
            let message = json!({"$ref": format!("#/components/schemas/{messages}")});
            collect(&message, &mut wanted);
            methods["x-openresponses-websocket"] =
                json!({"description": operation.document["description"], "clientMessage": message});
        }
        methods[operation.method.to_ascii_lowercase()] = document;
    }
    let mut schemas = Map::new();
    while let Some(name) = wanted.pop() {
        if schemas.contains_key(&name) {
            continue;
        }
        if let Some(schema) = contract.schemas.get(&name) {
            let accepted = accepted(plan, &name, schema);
            collect(&accepted, &mut wanted);
            schemas.insert(name, accepted);
        }
    }
    let mut names: Vec<_> = schemas.into_iter().collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "airelays",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What this relay accepts. Fields that are refused or dropped are left out; the compatibility matrix at /compatibility lists them with the reasons.",
            "license": {"name": "MIT", "identifier": "MIT"}
        },
        "servers": [{"url": "http://127.0.0.1:8080"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "The relay token, unless the relay runs open."}},
            "schemas": names.into_iter().collect::<Map<_, _>>()
        }
    })
}

fn accepted(plan: &Plan, name: &str, schema: &Value) -> Value {
    let has_verdicts = |member: &str| {
        plan.accepted.iter().any(|(of, _)| of == name) && !plan.accepted.contains(&(name.to_owned(), member.to_owned()))
    };
    let mut out = strip(schema);
    if let Some(properties) = out.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|property, _| !has_verdicts(property));
    }
    let kept: Vec<Value> = out["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|name| out["properties"].get(name.as_str().unwrap_or_default()).is_some())
        .cloned()
        .collect();
    if let Some(map) = out.as_object_mut() {
        map.remove("required");
        if !kept.is_empty() {
            map.insert("required".to_owned(), json!(kept));
        }
    }
    if schema.pointer("/x-relay/tag").is_some() {
        if let Some(arms) = out.get_mut("oneOf").and_then(Value::as_array_mut) {
            arms.retain(|arm| reference(arm).is_none_or(|arm| !has_verdicts(arm)));
        }
        if let (Some(tag), Some(map)) = (schema.pointer("/x-relay/tag").cloned(), out.as_object_mut()) {
            map.insert("discriminator".to_owned(), json!({"propertyName": tag}));
        }
    }
    out
}

/// Without `x-relay`; an open enum keeps its values as examples.
fn strip(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let is_open = schema.pointer("/x-relay/open") == Some(&Value::Bool(true));
            let entries = map.iter().filter(|(key, _)| *key != "x-relay");
            Value::Object(
                entries
                    .map(|(key, value)| {
                        (if is_open && key == "enum" { "examples".to_owned() } else { key.clone() }, strip(value))
                    })
                    .collect(),
            )
        }
        Value::Array(values) => Value::Array(values.iter().map(strip).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

fn collect(value: &Value, wanted: &mut Vec<String>) {
    if let Some(name) = reference(value) {
        wanted.push(name.to_owned());
    }
    match value {
        Value::Object(map) => map.values().for_each(|inner| collect(inner, wanted)),
        Value::Array(values) => values.iter().for_each(|inner| collect(inner, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
