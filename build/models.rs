//! Typed request models: typify for objects and closed enums, our own few lines for unions.
//!
//! Unions are ours because typify turns a union of references into an untagged enum whose first structurally fitting variant wins.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use typify::{TypeSpace, TypeSpaceImpl, TypeSpaceSettings};

use crate::generator::Problems;
use crate::generator::load::{Contract, reference};
use crate::generator::shape::{Plan, json_type};

/// Emits `models.rs`.
pub(crate) fn emit(contract: &Contract, plan: &Plan) -> Result<TokenStream, Problems> {
    let mut reachable = BTreeSet::new();
    let bodies: BTreeSet<&str> = plan.bodies.keys().filter_map(|(_, id)| body_of(contract, id)).collect();
    for body in &bodies {
        reach(contract, plan, body, &mut reachable);
    }
    let arms = tagged_arms(contract);

    let mut settings = TypeSpaceSettings::default();
    settings.with_map_type("::std::collections::BTreeMap".to_owned());
    settings.with_derive("PartialEq".to_owned());
    let mut definitions = BTreeMap::new();
    let mut unions = Vec::new();
    for name in &reachable {
        let schema = &contract.schemas[name.as_str()];
        if schema.get("oneOf").is_some() {
            settings.with_replacement(name, name, [TypeSpaceImpl::Default].into_iter().filter(|_| false));
            definitions.insert(name.clone(), json!({"type": "object"}));
            unions.push(union(contract, plan, name, schema));
        } else if is_bare(plan, name, schema, arms.get(name.as_str()).copied()) {
            settings.with_replacement(name, name, [TypeSpaceImpl::Default].into_iter());
            definitions.insert(name.clone(), json!({"type": "object"}));
            unions.push(bare(name, schema));
        } else if !is_open(schema) {
            definitions.insert(name.clone(), object_or_enum(contract, plan, name, schema, arms.get(name.as_str())));
        }
    }
    let mut space = TypeSpace::new(&settings);
    let definitions: Map<String, Value> = definitions.into_iter().collect();
    let root: schemars08::schema::RootSchema = serde_json::from_value(json!({ "definitions": definitions }))
        .map_err(|error| vec![format!("schemas/openai: not a JSON schema: {error}")])?;
    space.add_ref_types(root.definitions).map_err(|error| vec![format!("schemas/openai: typify: {error}")])?;
    let structs = space.to_stream();
    Ok(quote! { #structs #(#unions)* })
}

/// The body schema of an operation.
pub(crate) fn body_of<'a>(contract: &'a Contract, id: &str) -> Option<&'a str> {
    contract.operations.iter().find(|operation| operation.id == id)?.body.as_deref()
}

/// Whether an enum's other values pass, which makes it a plain string.
fn is_open(schema: &Value) -> bool {
    schema.pointer("/x-relay/open") == Some(&Value::Bool(true))
}

/// Everything an accepted request can contain.
fn reach(contract: &Contract, plan: &Plan, name: &str, reachable: &mut BTreeSet<String>) {
    if !reachable.insert(name.to_owned()) {
        return;
    }
    let schema = &contract.schemas[name];
    for (property, inner) in properties(schema) {
        if plan.accepted.contains(&(name.to_owned(), property.to_owned())) {
            reach_in(contract, plan, inner, reachable);
        }
    }
    let is_tagged = schema.pointer("/x-relay/tag").is_some();
    for arm in arms_of(schema) {
        let is_accepted = reference(arm).is_some_and(|arm| plan.accepted.contains(&(name.to_owned(), arm.to_owned())));
        if !is_tagged || is_accepted {
            reach_in(contract, plan, arm, reachable);
        }
    }
}

fn reach_in(contract: &Contract, plan: &Plan, schema: &Value, reachable: &mut BTreeSet<String>) {
    if let Some(name) = reference(schema) {
        reach(contract, plan, name, reachable);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            reach_in(contract, plan, inner, reachable);
        }
    }
}

/// Objects that are arms of a tagged union, with their tag.
fn tagged_arms(contract: &Contract) -> BTreeMap<&str, &str> {
    let mut arms = BTreeMap::new();
    for schema in contract.schemas.values() {
        if let Some(tag) = schema.pointer("/x-relay/tag").and_then(Value::as_str) {
            arms.extend(arms_of(schema).filter_map(reference).map(|arm| (arm, tag)));
        }
    }
    arms
}

fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, inner)| (name.as_str(), inner))
}

fn arms_of(schema: &Value) -> impl Iterator<Item = &Value> {
    schema.get("oneOf").and_then(Value::as_array).into_iter().flatten()
}

/// Whether an object has nothing but its tag; typify would make a map of it.
fn is_bare(plan: &Plan, name: &str, schema: &Value, tag: Option<&str>) -> bool {
    schema.get("properties").is_some()
        && !properties(schema).any(|(property, _)| {
            tag != Some(property) && plan.accepted.contains(&(name.to_owned(), property.to_owned()))
        })
}

fn bare(name: &str, schema: &Value) -> TokenStream {
    let ident = format_ident!("{name}");
    let doc = schema.get("description").and_then(Value::as_str).unwrap_or(name);
    quote! {
        #[doc = #doc]
        #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
        pub struct #ident {}
    }
}

/// The form typify is good at: no limits, no defaults, no tag, only accepted properties.
fn object_or_enum(contract: &Contract, plan: &Plan, name: &str, schema: &Value, tag: Option<&&str>) -> Value {
    let mut out = Map::new();
    if let Some(description) = schema.get("description") {
        out.insert("description".to_owned(), description.clone());
    }
    if let Some(values) = schema.get("enum") {
        out.insert("type".to_owned(), json!("string"));
        out.insert("enum".to_owned(), values.clone());
        return Value::Object(out);
    }
    let keeps = |property: &str| {
        plan.accepted.contains(&(name.to_owned(), property.to_owned())) && tag.is_none_or(|tag| *tag != property)
    };
    let kept: Map<String, Value> = properties(schema)
        .filter(|(property, _)| keeps(property))
        .map(|(property, inner)| (property.to_owned(), plain(contract, inner)))
        .collect();
    let required: Vec<&Value> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|property| property.as_str().is_some_and(|property| kept.contains_key(property)))
        .collect();
    out.insert("type".to_owned(), json!("object"));
    out.insert("required".to_owned(), json!(required));
    out.insert("properties".to_owned(), Value::Object(kept));
    Value::Object(out)
}

/// A property's schema without what only the validator needs.
fn plain(contract: &Contract, schema: &Value) -> Value {
    let mut out = Map::new();
    if let Some(description) = schema.get("description") {
        out.insert("description".to_owned(), description.clone());
    }
    if let Some(name) = reference(schema) {
        if is_open(&contract.schemas[name]) {
            out.insert("type".to_owned(), json!("string"));
        } else {
            out.insert("$ref".to_owned(), json!(format!("#/definitions/{name}")));
        }
        return Value::Object(out);
    }
    for key in ["type", "const"] {
        if let Some(value) = schema.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
    if let (Some(values), false) = (schema.get("enum"), is_open(schema)) {
        out.insert("enum".to_owned(), values.clone());
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            out.insert(key.to_owned(), if inner.is_object() { plain(contract, inner) } else { inner.clone() });
        }
    }
    Value::Object(out)
}

fn union(contract: &Contract, plan: &Plan, name: &str, schema: &Value) -> TokenStream {
    let ident = format_ident!("{name}");
    let doc = schema.get("description").and_then(Value::as_str).unwrap_or(name);
    if let Some(tag) = schema.pointer("/x-relay/tag").and_then(Value::as_str) {
        let variants = arms_of(schema)
            .filter_map(reference)
            .filter(|arm| plan.accepted.contains(&(name.to_owned(), (*arm).to_owned())));
        let variants = variants.map(|arm| {
            let target = &contract.schemas[arm];
            let value = target.pointer(&format!("/properties/{tag}/const")).and_then(Value::as_str).unwrap_or_default();
            let (variant, content) = (format_ident!("{}", pascal(value)), format_ident!("{arm}"));
            let doc = target.get("description").and_then(Value::as_str).unwrap_or(value);
            quote! { #[doc = #doc] #[serde(rename = #value)] #variant(#content) }
        });
        return quote! {
            #[doc = #doc]
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
            #[serde(tag = #tag)]
            pub enum #ident { #(#variants,)* }
        };
    }
    let arms: Vec<_> = arms_of(schema).map(|arm| Arm::of(contract, arm)).collect();
    let reading = reading(&ident, &arms);
    let variants = arms.iter().map(|Arm { variant, content, doc, .. }| quote! { #[doc = #doc] #variant(#content) });
    quote! {
        #[doc = #doc]
        #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
        #[serde(untagged)]
        pub enum #ident { #(#variants,)* }
        #reading
    }
}

/// One arm of a union without a tag.
struct Arm {
    variant: Ident,
    content: TokenStream,
    doc: String,
    /// The kind of JSON that it takes.
    kind: String,
}

impl Arm {
    fn of(contract: &Contract, schema: &Value) -> Self {
        let text = |name: &str| schema.get(name).and_then(Value::as_str);
        let title = text("title").or_else(|| reference(schema)).unwrap_or("Other");
        let doc = text("description").unwrap_or(title).to_owned();
        Self {
            variant: format_ident!("{}", pascal(title)),
            content: rust_type(contract, schema),
            doc,
            kind: json_type(contract, schema),
        }
    }
}

/// How a union without a tag is read: the kind of the value says which arm it is. An untagged enum of serde's own would put the value aside first and
/// try one arm after the other on it, so that a large one is there twice.
fn reading(ident: &Ident, arms: &[Arm]) -> TokenStream {
    let expecting = arms.iter().map(|arm| arm.kind.as_str()).collect::<Vec<_>>().join(" or ");
    let visits = arms.iter().map(|Arm { variant, kind, content, .. }| match kind.as_str() {
        "string" => quote! {
            fn visit_str<E>(self, text: &str) -> ::std::result::Result<#ident, E> {
                Ok(#ident::#variant(text.to_owned()))
            }
            fn visit_string<E>(self, text: ::std::string::String) -> ::std::result::Result<#ident, E> {
                Ok(#ident::#variant(text))
            }
        },
        "integer" => quote! {
            fn visit_i64<E>(self, number: i64) -> ::std::result::Result<#ident, E> {
                Ok(#ident::#variant(number))
            }
            fn visit_u64<E: ::serde::de::Error>(self, number: u64) -> ::std::result::Result<#ident, E> {
                number.try_into().map(#ident::#variant).map_err(E::custom)
            }
        },
        "array" => quote! {
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, elements: A) -> ::std::result::Result<#ident, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <#content as ::serde::Deserialize>::deserialize(elements).map(#ident::#variant)
            }
        },
        // No other kind passes the check of the authoring rules.
        _ => quote! {
            fn visit_map<A: ::serde::de::MapAccess<'de>>(self, members: A) -> ::std::result::Result<#ident, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <#content as ::serde::Deserialize>::deserialize(members).map(#ident::#variant)
            }
        },
    });
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                struct Visitor;
                impl<'de> ::serde::de::Visitor<'de> for Visitor {
                    type Value = #ident;
                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(#expecting)
                    }
                    #(#visits)*
                }
                deserializer.deserialize_any(Visitor)
            }
        }
    }
}

fn rust_type(contract: &Contract, schema: &Value) -> TokenStream {
    if let Some(name) = reference(schema) {
        if is_open(&contract.schemas[name]) {
            return quote!(::std::string::String);
        }
        let ident = format_ident!("{name}");
        return quote!(#ident);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => quote!(::std::string::String),
        Some("integer") => quote!(i64),
        Some("number") => quote!(f64),
        Some("boolean") => quote!(bool),
        Some("array") => {
            let inner =
                schema.get("items").map_or_else(|| quote!(::serde_json::Value), |items| rust_type(contract, items));
            quote!(::std::vec::Vec<#inner>)
        }
        Some("object") => quote!(::serde_json::Map<::std::string::String, ::serde_json::Value>),
        Some(_) | None => quote!(::serde_json::Value),
    }
}

/// `input_text` to `InputText`.
pub(crate) fn pascal(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
        .collect()
}
