//! One compile-time validator per request body.
//!
//! Unions are rewritten so that error paths are exact: a tagged union becomes a check of the tag and one `if`/`then` per arm, a union by JSON type one `if`/`then` per type.
//! What every backend refuses or drops is left open here: the boundary has spoken already.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use crate::generator::Problems;
use crate::generator::load::{Contract, reference};
use crate::generator::models::{body_of, pascal};
use crate::generator::shape::{Plan, json_type};

/// Emits `validators.rs`.
pub(crate) fn emit(contract: &Contract, plan: &Plan) -> Result<TokenStream, Problems> {
    let mut code = TokenStream::new();
    let mut done = Vec::new();
    for (_, id) in plan.bodies.keys() {
        let Some(body) = body_of(contract, id) else { continue };
        if done.contains(&body) {
            continue;
        }
        done.push(body);
        let mut definitions = BTreeMap::new();
        let mut root = rewrite(contract, plan, Some(body), &contract.schemas[body], &mut definitions);
        root.insert(
            "$defs".to_owned(),
            json!(definitions.into_iter().filter_map(|(name, schema)| Some((name, schema?))).collect::<Map<_, _>>()),
        );
        let (schema, validator, model) =
            (Value::Object(root).to_string(), format_ident!("{body}Validator"), format_ident!("{body}"));
        let doc = format!("Validator of the body of `{id}`.");
        code.extend(quote! {
            #[doc = #doc]
            #[jsonschema::validator(schema = #schema, draft = Draft202012)]
            pub struct #validator;

            impl super::table::RequestBody for super::models::#model {
                const OPERATION: &'static str = #id;
                fn validate<'v>(value: &'v ::serde_json::Value, report: &mut dyn FnMut(&::jsonschema::ValidationError<'v>)) {
                    for error in #validator::iter_errors(value) { report(&error); }
                }
            }
        });
    }
    for vendor in &contract.vendors {
        if let Some(request) = vendor.wire.as_ref().and_then(|wire| wire.get("request")) {
            let (validator, schema) = (format_ident!("{}WireValidator", pascal(&vendor.name)), request.to_string());
            let doc = format!("Validator of what the `{}` backend accepts on its main endpoint.", vendor.name);
            code.extend(quote! {
                #[doc = #doc]
                #[jsonschema::validator(schema = #schema, draft = Draft202012)]
                pub struct #validator;
            });
            if let Some(compact) = vendor.wire.as_ref().and_then(|wire| wire.get("compact")) {
                let mut compact = compact.clone();
                compact["$defs"] = request["$defs"].clone();
                let (validator, schema) =
                    (format_ident!("{}CompactValidator", pascal(&vendor.name)), compact.to_string());
                let doc = format!("Validator of what the `{}` backend accepts to shorten a conversation.", vendor.name);
                code.extend(quote! {
                    #[doc = #doc]
                    #[jsonschema::validator(schema = #schema, draft = Draft202012)]
                    pub struct #validator;
                });
            }
        }
    }
    Ok(code)
}

type Definitions = BTreeMap<String, Option<Value>>;

fn rewrite(
    contract: &Contract,
    plan: &Plan,
    name: Option<&str>,
    schema: &Value,
    definitions: &mut Definitions,
) -> Map<String, Value> {
    if let Some(name) = reference(schema) {
        if !definitions.contains_key(name) {
            definitions.insert(name.to_owned(), None);
            let target = rewrite(contract, plan, Some(name), &contract.schemas[name], definitions);
            definitions.insert(name.to_owned(), Some(Value::Object(target)));
        }
        return Map::from_iter([("$ref".to_owned(), json!(format!("#/$defs/{name}")))]);
    }
    if let Some(arms) = schema.get("oneOf").and_then(Value::as_array) {
        return match schema.pointer("/x-relay/tag").and_then(Value::as_str) {
            Some(tag) => tagged(contract, plan, name.unwrap_or_default(), tag, arms, definitions),
            None => by_type(contract, plan, arms, definitions),
        };
    }
    let is_open = schema.pointer("/x-relay/open") == Some(&Value::Bool(true));
    let mut out = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "title" | "description" | "$comment" | "default" | "deprecated" | "x-relay" | "format" => {}
            "enum" if is_open => {}
            "properties" => {
                let properties = value.as_object().into_iter().flatten().map(|(property, inner)| {
                    let is_accepted =
                        name.is_none_or(|name| plan.accepted.contains(&(name.to_owned(), property.clone())));
                    let inner =
                        if is_accepted { rewrite(contract, plan, None, inner, definitions) } else { Map::new() };
                    (property.clone(), Value::Object(inner))
                });
                let properties: Map<String, Value> = properties.collect();
                out.insert(key.clone(), Value::Object(properties));
                out.insert("type".to_owned(), json!("object"));
            }
            "items" | "additionalProperties" if value.is_object() => {
                out.insert(key.clone(), Value::Object(rewrite(contract, plan, None, value, definitions)));
            }
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    out
}

fn tagged(
    contract: &Contract,
    plan: &Plan,
    name: &str,
    tag: &str,
    arms: &[Value],
    definitions: &mut Definitions,
) -> Map<String, Value> {
    let (mut values, mut branches) = (Vec::new(), Vec::new());
    for arm in arms.iter().filter_map(reference) {
        let target = &contract.schemas[arm];
        let value = &target["properties"][tag]["const"];
        values.push(value.clone());
        if plan.accepted.contains(&(name.to_owned(), arm.to_owned())) {
            let then =
                rewrite(contract, plan, None, &json!({"$ref": format!("#/components/schemas/{arm}")}), definitions);
            branches.push(json!({"if": {"properties": {tag: {"const": value}}, "required": [tag]}, "then": then}));
        }
    }
    let mut out = Map::new();
    out.insert("type".to_owned(), json!("object"));
    out.insert("required".to_owned(), json!([tag]));
    out.insert("properties".to_owned(), json!({ tag: { "type": "string", "enum": values } }));
    out.insert("allOf".to_owned(), Value::Array(branches));
    out
}

fn by_type(contract: &Contract, plan: &Plan, arms: &[Value], definitions: &mut Definitions) -> Map<String, Value> {
    let (mut kinds, mut branches) = (Vec::new(), Vec::new());
    for arm in arms {
        let kind = json_type(contract, arm);
        let mut then = rewrite(contract, plan, None, arm, definitions);
        then.remove("type");
        if !then.is_empty() {
            branches.push(json!({"if": {"type": kind}, "then": then}));
        }
        kinds.push(kind);
    }
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(kinds));
    if !branches.is_empty() {
        out.insert("allOf".to_owned(), Value::Array(branches));
    }
    out
}
