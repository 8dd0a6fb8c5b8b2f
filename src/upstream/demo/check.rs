//! What the subscription backend refuses, in its own words, as far as they are known.
//!
//! Three sources, in this order: the edge's `{"detail": string}` answers (`fixtures/upstream/rejections.json` has one per row), the wire contract's schema,
//! and rules no schema can say (`items.rs`). Words that are not known from a captured answer begin with `demo upstream:`.

mod items;

use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::read::{array, text};
use super::reply::Refusal;
use crate::contract;
use crate::upstream::ModelEntry;
use crate::upstream::chatgpt::models;

/// Header that says a request is in the Lite form.
const LITE_HEADER: &str = "x-openai-internal-codex-responses-lite";

/// Every member the backend takes; it names any other in a refusal.
///
/// Source: `schemas/upstream/chatgpt/wire.json#/request/properties`; a test compares.
const MEMBERS: [&str; 15] = [
    "model",
    "instructions",
    "input",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning",
    "store",
    "stream",
    "stream_options",
    "include",
    "service_tier",
    "prompt_cache_key",
    "text",
    "client_metadata",
];

/// The members the backend takes to shorten a conversation.
///
/// Source: `schemas/upstream/chatgpt/wire.json#/compact/properties`; a test compares.
const COMPACT_MEMBERS: [&str; 9] = [
    "model",
    "instructions",
    "input",
    "tools",
    "parallel_tool_calls",
    "reasoning",
    "service_tier",
    "prompt_cache_key",
    "text",
];

/// Reads a request and refuses it as the backend would.
pub(super) fn checked(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let body = object(headers, body)?;
    edge(&body)?;
    let model = model(text(&body, "model"))?;
    form(&model, headers, &body)?;
    schema(contract::chatgpt_wire_violations(&body).next())?;
    items::checked(&body)?;
    Ok(body)
}

/// Reads a request to shorten a conversation and refuses it as the backend would.
pub(super) fn compactable(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let body = object(headers, body)?;
    let unknown = body.as_object().into_iter().flatten().find(|(name, _)| !COMPACT_MEMBERS.contains(&name.as_str()));
    if let Some((name, _)) = unknown {
        let message = format!("Unknown parameter: '{name}'.");
        return Err(Refusal::invalid(&message, Some(name), Some("unknown_parameter")));
    }
    conversation(&body)?;
    let model = model(text(&body, "model"))?;
    form(&model, headers, &body)?;
    schema(contract::chatgpt_compact_violations(&body).next())?;
    items::checked(&body)?;
    Ok(body)
}

fn object(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    login(headers)?;
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::detail(400, &format!("demo upstream: the body is not JSON: {error}")))?;
    if !body.is_object() {
        return Err(Refusal::detail(400, "demo upstream: the body is not an object"));
    }
    Ok(body)
}

/// A call without a login gets no further than the edge.
fn login(headers: &HeaderMap) -> Result<(), Refusal> {
    let bearer = headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if bearer.is_none_or(|value| value.strip_prefix("Bearer ").is_none_or(str::is_empty)) {
        return Err(Refusal::detail(401, "Unauthorized"));
    }
    Ok(())
}

/// The checks of the edge, whose answers are known word by word.
fn edge(body: &Value) -> Result<(), Refusal> {
    let no_members = Map::new();
    let members = body.as_object().unwrap_or(&no_members);
    let refuse = |message: &str| Err(Refusal::detail(400, message));
    let public_stream_options =
        members.get("stream_options").is_some_and(|options| options.get("reasoning_summary_delivery").is_none());
    let unknown = members.keys().find(|name| !MEMBERS.contains(&name.as_str()));
    if let Some(name) = unknown.map(String::as_str).or(public_stream_options.then_some("stream_options")) {
        return refuse(&format!("Unsupported parameter: {name}"));
    }
    if members.get("stream") != Some(&json!(true)) {
        return refuse("Stream must be set to true");
    }
    if members.get("store") != Some(&json!(false)) {
        return refuse("Store must be set to false");
    }
    conversation(body)
}

/// The checks of the edge that have to do with the conversation.
fn conversation(body: &Value) -> Result<(), Refusal> {
    let refuse = |message: &str| Err(Refusal::detail(400, message));
    let Some(input) = body.get("input").and_then(Value::as_array) else {
        return refuse("Input must be a list");
    };
    if input.iter().any(|item| text(item, "role") == "system") {
        return refuse("System messages are not allowed");
    }
    match body.get("service_tier") {
        None => Ok(()),
        Some(Value::String(tier)) if tier == "priority" => Ok(()),
        Some(tier) => {
            let tier = tier.as_str().map_or_else(|| tier.to_string(), str::to_owned);
            refuse(&format!("Unsupported service_tier: {tier}"))
        }
    }
}

fn model(slug: &str) -> Result<ModelEntry, Refusal> {
    let known = models::fallback().models.iter().find(|model| model.slug == slug).cloned();
    known.ok_or_else(|| {
        let message = format!("The '{slug}' model is not supported when using Codex with a ChatGPT account.");
        Refusal::detail(400, &message)
    })
}

/// Instructions in the plain form; tools and instructions as input items, and the header, in the Lite form.
fn form(model: &ModelEntry, headers: &HeaderMap, body: &Value) -> Result<(), Refusal> {
    let lite_header = headers.get(LITE_HEADER).is_some_and(|value| value == "true");
    let lite_body = array(body, "input").first().is_some_and(|item| text(item, "type") == "additional_tools");
    if !model.use_responses_lite {
        if lite_header || lite_body {
            let message = format!("demo upstream: `{}` does not take the Responses Lite form", model.slug);
            return Err(Refusal::detail(400, &message));
        }
        return match text(body, "instructions") {
            "" => Err(Refusal::detail(400, "Instructions are required")),
            _ => Ok(()),
        };
    }
    let problem = if !lite_header {
        Some("its header is missing")
    } else if !lite_body {
        Some("the first input item is not `additional_tools`")
    } else if body.get("parallel_tool_calls") != Some(&json!(false)) {
        Some("`parallel_tool_calls` is not false")
    } else if body.pointer("/reasoning/context") != Some(&json!("all_turns")) {
        Some("`reasoning.context` is not `all_turns`")
    } else {
        None
    };
    problem.map_or(Ok(()), |problem| {
        let message = format!("demo upstream: `{}` takes the Responses Lite form: {problem}", model.slug);
        Err(Refusal::detail(400, &message))
    })
}

/// The wire contract's own schema.
fn schema(violation: Option<jsonschema::ValidationError<'_>>) -> Result<(), Refusal> {
    let Some(violation) = violation else { return Ok(()) };
    let message = format!("demo upstream: {}", violation.masked_with("the value"));
    Err(Refusal::invalid(&message, Some(&param(&violation.instance_path().to_string())), Some("invalid_value")))
}

/// `/input/0/type` as `input[0].type`.
fn param(pointer: &str) -> String {
    let mut param = String::new();
    for step in pointer.split('/').skip(1) {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            param.push_str(&format!("[{step}]"));
        } else {
            param.push_str(if param.is_empty() { "" } else { "." });
            param.push_str(step);
        }
    }
    param
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_are_written_as_the_backend_does() {
        assert_eq!(param("/input/0/content/12/type"), "input[0].content[12].type");
        assert_eq!(param("/model"), "model");
    }

    #[test]
    fn the_member_list_is_that_of_the_contract() {
        let contract = include_str!("../../../schemas/upstream/chatgpt/wire.json");
        let contract: Value = serde_json::from_str(contract).unwrap();
        for (body, ours) in [("request", MEMBERS.as_slice()), ("compact", COMPACT_MEMBERS.as_slice())] {
            let mut listed: Vec<&str> =
                contract[body]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let mut ours = ours.to_vec();
            listed.sort_unstable();
            ours.sort_unstable();
            assert_eq!(ours, listed, "{body}");
        }
    }
}
