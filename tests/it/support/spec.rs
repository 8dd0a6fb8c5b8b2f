//! The published schemas in `fixtures/spec/`, with the differences that we have on purpose.

use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

/// A published document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    /// `fixtures/spec/openresponses.json`
    OpenResponses,
    /// `fixtures/spec/openai.json`
    OpenAi,
}

impl Document {
    fn load(self) -> Value {
        let name = match self {
            Self::OpenResponses => "openresponses.json",
            Self::OpenAi => "openai.json",
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/spec").join(name);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }
}

/// A change to a document that makes it accept what it otherwise would not.
pub(crate) struct Relaxation {
    /// The document it changes.
    pub(crate) document: Document,
    /// Short name, for reports.
    pub(crate) name: &'static str,
    /// Why our answers differ from the document.
    pub(crate) reason: &'static str,
    /// Changes `components.schemas`.
    apply: fn(&mut Value),
}

/// All of them. A test checks that each is needed.
pub(crate) static RELAXATIONS: &[Relaxation] = &[
    Relaxation {
        document: Document::OpenResponses,
        name: "unknown sampling settings are null",
        reason: "the document requires numbers; where neither vendor nor caller gives one, null says so and a number would be invented",
        apply: |schemas| {
            for name in ["temperature", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs"] {
                or_null(&mut schemas["ResponseResource"]["properties"][name]);
            }
        },
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "unknown service tier is null",
        reason: "the document requires a string; a sparse vendor does not say which tier it used",
        apply: |schemas| or_null(&mut schemas["ResponseResource"]["properties"]["service_tier"]),
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "items of other types",
        reason: "the document has neither hosted tool calls nor custom tool calls; OpenAI publishes them, and items newer than both documents are passed on",
        apply: |schemas| {
            let known = ["message", "function_call", "function_call_output", "reasoning", "compaction"];
            or_other(&mut schemas["ItemField"], &known);
        },
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "tools of other types",
        reason: "the document has function tools only; OpenAI publishes hosted and custom tools",
        apply: |schemas| or_other(&mut schemas["Tool"], &["function"]),
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "tool choices of other types",
        reason: "as for tools",
        apply: |schemas| {
            let choice = &mut schemas["ResponseResource"]["properties"]["tool_choice"];
            or_other(choice, &["function", "allowed_tools"]);
        },
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "schema of a text format",
        reason: "the document admits null only, so that no echo of a real schema can be valid",
        apply: |schemas| {
            or(&mut schemas["JsonSchemaResponseFormat"]["properties"]["schema"], json!({"type": "object"}));
        },
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "reasoning efforts are open",
        reason: "the document's enum lacks its own `minimal`, and vendors add efforts without notice",
        apply: |schemas| schemas["ReasoningEffortEnum"] = json!({"type": "string"}),
    },
    Relaxation {
        document: Document::OpenResponses,
        name: "encrypted reasoning may be null",
        reason: "OpenAI publishes it as nullable and the vendor sends it so; items are passed on as they are",
        apply: |schemas| or_null(&mut schemas["ReasoningBody"]["properties"]["encrypted_content"]),
    },
    Relaxation {
        document: Document::OpenAi,
        name: "nullable",
        reason: "the document says 3.1 but writes `nullable: true`, a keyword that 3.1 does not have",
        apply: allow_nullable,
    },
    Relaxation {
        document: Document::OpenAi,
        name: "custom tool calls in chunks",
        reason: "the message has them, the chunk's `type` was left at `function`",
        apply: |schemas| {
            let kind = &mut schemas["ChatCompletionMessageToolCallChunk"]["properties"]["type"];
            *kind = json!({"enum": ["function", "custom"]});
        },
    },
    Relaxation {
        document: Document::OpenAi,
        name: "completion chunks have no finish reason yet",
        reason: "one schema serves body and chunks; OpenAI's own chunks have null until the last one",
        apply: |schemas| {
            let choice = &mut schemas["CreateCompletionResponse"]["properties"]["choices"]["items"];
            or_null(&mut choice["properties"]["finish_reason"]);
        },
    },
    Relaxation {
        document: Document::OpenAi,
        name: "completion chunks have no usage yet",
        reason: "as for the finish reason: with `include_usage` all chunks but the last have null",
        apply: |schemas| or_null(&mut schemas["CreateCompletionResponse"]["properties"]["usage"]),
    },
    Relaxation {
        document: Document::OpenAi,
        name: "tool search calls without status",
        reason: "the vendor leaves it out; it is passed on, not invented",
        apply: |schemas| {
            let required = schemas["ToolSearchCall"]["required"].as_array_mut().unwrap();
            required.retain(|name| name != "status");
        },
    },
];

/// Validators of a document's schemas, made when they are asked for.
pub(crate) struct Spec {
    document: Value,
    validators: BTreeMap<String, Validator>,
}

impl Spec {
    /// The document with all of its relaxations but `without`.
    pub(crate) fn new(document: Document, without: Option<&str>) -> Self {
        let mut loaded = document.load();
        let schemas = &mut loaded["components"]["schemas"];
        for relaxation in RELAXATIONS.iter().filter(|relaxation| relaxation.document == document) {
            if Some(relaxation.name) != without {
                (relaxation.apply)(schemas);
            }
        }
        Self { document: loaded, validators: BTreeMap::new() }
    }

    /// What is wrong with a value, if anything.
    pub(crate) fn check(&mut self, schema: &str, value: &Value) -> Result<(), String> {
        if !self.validators.contains_key(schema) {
            assert!(self.document["components"]["schemas"].get(schema).is_some(), "no schema {schema}");
            let reference = format!("#/components/schemas/{schema}");
            let root = json!({"$ref": reference, "components": self.document["components"]});
            self.validators.insert(schema.to_owned(), jsonschema::draft202012::new(&root).unwrap());
        }
        let errors = self.validators[schema].iter_errors(value);
        let errors: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        if errors.is_empty() { Ok(()) } else { Err(format!("{schema}: {}", errors.join("; "))) }
    }
}

fn or(schema: &mut Value, other: Value) {
    assert!(!schema.is_null(), "nothing to relax");
    *schema = json!({"anyOf": [schema.take(), other]});
}

fn or_null(schema: &mut Value) {
    or(schema, json!({"type": "null"}));
}

/// Admits objects whose type is none of those that the schema knows.
fn or_other(schema: &mut Value, known: &[&str]) {
    let kind = json!({"type": "string", "not": {"enum": known}});
    or(schema, json!({"type": "object", "required": ["type"], "properties": {"type": kind}}));
}

fn allow_nullable(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut() {
        let nullable = members.remove("nullable") == Some(Value::Bool(true));
        members.values_mut().for_each(allow_nullable);
        if nullable {
            or_null(schema);
        }
    } else if let Some(elements) = schema.as_array_mut() {
        elements.iter_mut().for_each(allow_nullable);
    }
}
