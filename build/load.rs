//! Reads `schemas/` and merges the client-facing fragments into one flat name space.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::generator::Problems;

/// The contract as written.
pub(crate) struct Contract {
    /// All operations, in file and then document order.
    pub operations: Vec<Operation>,
    /// All named schemas.
    pub schemas: Map<String, Value>,
    /// The file each schema comes from.
    pub schema_files: BTreeMap<String, String>,
    /// The vendors, by folder name.
    pub vendors: Vec<Vendor>,
}

impl Contract {
    /// Follows a `$ref`, if there is one: the name (for named schemas) and the schema itself.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        match reference(schema) {
            Some(name) => match self.schemas.get_key_value(name) {
                Some((name, target)) => (Some(name.as_str()), target),
                None => (None, schema),
            },
            None => (None, schema),
        }
    }
}

/// The schema name a `$ref` points at.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// One operation of the client-facing surface.
pub(crate) struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub tag: String,
    pub relay: OperationRelay,
    /// Name of the schema of the request body, or of a WebSocket's messages.
    pub body: Option<String>,
    /// The operation object as written.
    pub document: Value,
    pub file: String,
}

/// The `x-relay` member of an operation.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationRelay {
    pub published_as: Option<String>,
    pub mounts: Option<Vec<String>>,
    pub access: OperationAccess,
    /// Name of the schema of the text frames that clients send: the operation opens a WebSocket.
    pub messages: Option<String>,
}

impl OperationRelay {
    pub(crate) fn mounts(&self) -> Vec<String> {
        self.mounts.clone().unwrap_or_else(|| vec!["/v1".to_owned()])
    }
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OperationAccess {
    Public,
    #[default]
    Bearer,
}

/// One folder of `schemas/upstream/`.
pub(crate) struct Vendor {
    pub name: String,
    pub boundary: Value,
    pub wire: Option<Value>,
    pub client: Option<Value>,
}

/// Reads everything.
pub(crate) fn load(schemas: &Path) -> Result<Contract, Problems> {
    let mut problems = Vec::new();
    let mut contract =
        Contract { operations: Vec::new(), schemas: Map::new(), schema_files: BTreeMap::new(), vendors: Vec::new() };
    for (file, document) in read_folder(&schemas.join("openai"), "schemas/openai", &mut problems) {
        merge_schemas(&mut contract, &file, &document, &mut problems);
        merge_operations(&mut contract, &file, &document, &mut problems);
    }
    extend(&mut contract, &mut problems);
    for vendor in folders(&schemas.join("upstream"), &mut problems) {
        let folder = schemas.join("upstream").join(&vendor);
        let mut files: BTreeMap<_, _> =
            read_folder(&folder, &format!("schemas/upstream/{vendor}"), &mut problems).into_iter().collect();
        let mut take = |name: &str| files.remove(&format!("schemas/upstream/{vendor}/{name}"));
        match take("boundary.json") {
            Some(boundary) => {
                let (wire, client) = (take("wire.json"), take("client.json"));
                contract.vendors.push(Vendor { name: vendor, boundary, wire, client });
            }
            None => problems.push(format!("schemas/upstream/{vendor}: has no boundary.json")),
        }
    }
    if problems.is_empty() { Ok(contract) } else { Err(problems) }
}

fn merge_schemas(contract: &mut Contract, file: &str, document: &Value, problems: &mut Problems) {
    let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else { return };
    for (name, schema) in schemas {
        if let Some(other) = contract.schema_files.insert(name.clone(), file.to_owned()) {
            problems.push(format!("{file}#/components/schemas/{name}: the name is already taken in {other}"));
        }
        contract.schemas.insert(name.clone(), schema.clone());
    }
}

/// Gives schemas that extend another the properties of that one which they do not have themselves.
fn extend(contract: &mut Contract, problems: &mut Problems) {
    let extending: Vec<(String, String)> = contract
        .schemas
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), schema.pointer("/x-relay/extends")?.as_str()?.to_owned())))
        .collect();
    for (name, base) in extending {
        let at = format!("{}#/components/schemas/{name}/x-relay/extends", contract.schema_files[&name]);
        let inherited = contract.schemas.get(&base).and_then(|base| base["properties"].as_object().cloned());
        let Some(inherited) = inherited else {
            problems.push(format!("{at}: `{base}` is no object schema"));
            continue;
        };
        let Some(own) = contract.schemas.get_mut(&name).and_then(|schema| schema["properties"].as_object_mut()) else {
            problems.push(format!("{at}: has no properties of its own"));
            continue;
        };
        for (property, schema) in inherited {
            own.entry(property).or_insert(schema);
        }
    }
}

fn merge_operations(contract: &mut Contract, file: &str, document: &Value, problems: &mut Problems) {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return };
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let at = format!("{file}#/paths/{path}/{method}");
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
                problems.push(format!("{at}: has no operationId"));
                continue;
            };
            if let Some(other) = contract.operations.iter().find(|other| other.id == id) {
                problems.push(format!("{at}: operationId `{id}` is already taken in {}", other.file));
            }
            let relay = operation.get("x-relay").cloned().unwrap_or_else(|| Value::Object(Map::new()));
            let relay = match OperationRelay::deserialize(relay) {
                Ok(relay) => relay,
                Err(error) => {
                    problems.push(format!("{at}/x-relay: {error}"));
                    continue;
                }
            };
            let text =
                |pointer: &str| operation.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            let body = operation.pointer("/requestBody/content/application~1json/schema").and_then(reference);
            let body = body.map(str::to_owned).or_else(|| relay.messages.clone());
            contract.operations.push(Operation {
                id: id.to_owned(),
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                summary: text("/summary"),
                tag: text("/tags/0"),
                relay,
                body,
                document: operation.clone(),
                file: file.to_owned(),
            });
        }
    }
}

fn read_folder(folder: &Path, label: &str, problems: &mut Problems) -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for name in entries(folder, problems) {
        if !name.ends_with(".json") {
            continue;
        }
        let file = format!("{label}/{name}");
        match std::fs::read(folder.join(&name)) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(document) => documents.push((file, document)),
                Err(error) => problems.push(format!("{file}: not JSON: {error}")),
            },
            Err(error) => problems.push(format!("{file}: {error}")),
        }
    }
    documents
}

fn folders(folder: &Path, problems: &mut Problems) -> Vec<String> {
    entries(folder, problems).into_iter().filter(|name| folder.join(name).is_dir()).collect()
}

fn entries(folder: &Path, problems: &mut Problems) -> Vec<String> {
    let mut names: Vec<String> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect(),
        Err(error) => {
            problems.push(format!("{}: {error}", folder.display()));
            Vec::new()
        }
    };
    names.sort();
    names
}
