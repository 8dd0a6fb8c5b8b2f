//! A response object with every member that the public API promises.

use std::sync::Arc;

use serde::ser::{Error as _, SerializeMap as _};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::echo::FUNCTION_MEMBERS;
use super::{ResponseEcho, ResponsesSettings};

/// The members that only one event knows.
#[derive(Debug)]
pub(super) struct Moment {
    /// `status`
    pub(super) status: &'static str,
    /// `output`
    pub(super) output: Vec<Value>,
    /// `error`. `{"code": string, "message": string}`
    pub(super) error: Option<Value>,
}

/// Members of the vendor's object that are not shown: they repeat the relay's request or tell about the account, and what the caller gave for them
/// is in [`ResponseEcho`].
pub(super) const PRIVATE: [&str; 9] = [
    "conversation",
    "headers",
    "instructions",
    "metadata",
    "previous_response_id",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "user",
];

/// A response object that a client sees. What repeats the request is not copied into it: it can be as large as a body.
///
/// **Shape**: `{"id": string, "object": "response", "status": string, "output": array, …}`
#[derive(Debug)]
pub struct ResponseView {
    /// In the order in which they are shown; null in the place of `instructions`, and of `tools` where they are the caller's.
    members: Map<String, Value>,
    settings: Arc<ResponsesSettings>,
}

impl ResponseView {
    /// `id`
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.members.get("id").and_then(Value::as_str)
    }

    /// `status`
    pub(super) fn status(&self) -> Option<&str> {
        self.members.get("status").and_then(Value::as_str)
    }
}

impl Serialize for ResponseView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ResponseEcho { instructions, tools, .. } = &self.settings.echo;
        let mut object = serializer.serialize_map(Some(self.members.len()))?;
        for (name, value) in &self.members {
            match (name.as_str(), value) {
                ("instructions", _) => object.serialize_entry(name, &instructions.as_deref())?,
                ("tools", Value::Null) => {
                    let tools: &RawValue = serde_json::from_str(tools.as_str()).map_err(S::Error::custom)?;
                    object.serialize_entry(name, tools)?;
                }
                (_, value) => object.serialize_entry(name, value)?,
            }
        }
        object.end()
    }
}

/// Makes the object that a client sees.
///
/// Each member is the vendor's where it gives one that is not null and not private, else the caller's, else null or the documented default of the
/// field. Members that the public API does not require are kept as they are.
pub(super) fn complete(vendor: &Map<String, Value>, settings: &Arc<ResponsesSettings>, moment: Moment) -> ResponseView {
    let ResponsesSettings { id, created_at, include_obfuscation: _, echo, ignored } = &**settings;
    let Moment { status, output, error } = moment;
    let given = |name: &str| vendor.get(name).filter(|value| !value.is_null());
    let either = |name: &str, echo: Value| given(name).cloned().unwrap_or(echo);
    let ResponseEcho {
        model,
        instructions: _,
        tools: _,
        tool_choice,
        parallel_tool_calls,
        text: _,
        reasoning: _,
        metadata,
        truncation,
        temperature,
        top_p,
        presence_penalty,
        frequency_penalty,
        top_logprobs,
        max_output_tokens,
        max_tool_calls,
        previous_response_id,
        conversation,
        store,
        service_tier,
        prompt_cache_key,
        prompt_cache_retention,
        safety_identifier,
        user,
    } = echo;

    let mut response = Map::with_capacity(vendor.len().max(34));
    let mut put = |name: &str, value: Value| {
        response.insert(name.to_owned(), value);
    };
    put("id", either("id", id.as_str().into()));
    put("object", "response".into());
    put("created_at", either("created_at", (*created_at).into()));
    put("status", status.into());
    put("background", false.into());
    put("completed_at", either("completed_at", Value::Null));
    put("error", error.unwrap_or_default());
    put("incomplete_details", incomplete_details(given("incomplete_details"), status));
    put("instructions", Value::Null);
    put("max_output_tokens", either("max_output_tokens", json!(max_output_tokens)));
    put("max_tool_calls", either("max_tool_calls", json!(max_tool_calls)));
    put("model", either("model", model.as_str().into()));
    put("output", output.into());
    put("parallel_tool_calls", either("parallel_tool_calls", parallel_tool_calls.unwrap_or(true).into()));
    put("previous_response_id", json!(previous_response_id));
    put("prompt_cache_key", json!(prompt_cache_key));
    put("reasoning", reasoning(given("reasoning"), echo));
    put("safety_identifier", json!(safety_identifier));
    put("service_tier", either("service_tier", json!(service_tier)));
    // Only the relay says this in the object: when it could not keep what it meant to.
    put("store", either("store", (*store).into()));
    put("temperature", either("temperature", json!(temperature)));
    put("text", text(given("text"), echo));
    put("tool_choice", either("tool_choice", tool_choice.clone().unwrap_or_else(|| "auto".into())));
    put("tools", tools(given("tools")));
    put("top_logprobs", either("top_logprobs", json!(top_logprobs)));
    put("top_p", either("top_p", json!(top_p)));
    put("presence_penalty", either("presence_penalty", json!(presence_penalty)));
    put("frequency_penalty", either("frequency_penalty", json!(frequency_penalty)));
    put("truncation", either("truncation", truncation.as_deref().unwrap_or("disabled").into()));
    put("usage", usage(given("usage")));
    put("metadata", Value::Object(metadata.clone().unwrap_or_default()));
    for (name, value) in [("prompt_cache_retention", prompt_cache_retention), ("user", user)] {
        if let Some(value) = value {
            put(name, value.as_str().into());
        }
    }
    if let Some(conversation) = conversation {
        put("conversation", json!({"id": conversation}));
    }
    if !ignored.is_empty() {
        put("airelays", json!({"ignored_parameters": ignored}));
    }
    for (name, value) in vendor {
        if !response.contains_key(name) && !PRIVATE.contains(&name.as_str()) {
            response.insert(name.clone(), value.clone());
        }
    }
    ResponseView { members: response, settings: Arc::clone(settings) }
}

/// Says why only on a response that is incomplete.
fn incomplete_details(vendor: Option<&Value>, status: &str) -> Value {
    vendor.filter(|details| status == "incomplete" && details.get("reason").is_some()).cloned().unwrap_or_default()
}

fn object<'a>(vendor: Option<&'a Value>, echo: Option<&'a Map<String, Value>>) -> Map<String, Value> {
    vendor.and_then(Value::as_object).or(echo).cloned().unwrap_or_default()
}

fn reasoning(vendor: Option<&Value>, echo: &ResponseEcho) -> Value {
    let mut reasoning = object(vendor, echo.reasoning.as_ref());
    for name in ["effort", "summary"] {
        reasoning.entry(name).or_insert(Value::Null);
    }
    reasoning.into()
}

/// `format` and, when it is known, `verbosity`. `strict` of a schema is false unless somebody says: that is the field's published default.
fn text(vendor: Option<&Value>, echo: &ResponseEcho) -> Value {
    let mut text = echo.text.clone().unwrap_or_default();
    text.extend(object(vendor, None));
    text.retain(|_, value| !value.is_null());
    let format = text.entry("format").or_insert_with(|| json!({"type": "text"}));
    if let Some(format) = format.as_object_mut()
        && format.get("type").and_then(Value::as_str) == Some("json_schema")
    {
        format.entry("description").or_insert(Value::Null);
        format.entry("strict").or_insert(false.into());
    }
    text.into()
}

/// The vendor's list, every function with all its members; null when it is empty, because a vendor may take tools in another place than `tools`.
fn tools(vendor: Option<&Value>) -> Value {
    let Some(tools) = vendor.and_then(Value::as_array).filter(|tools| !tools.is_empty()) else { return Value::Null };
    let mut tools = tools.clone();
    for tool in tools.iter_mut().filter_map(Value::as_object_mut) {
        if tool.get("type").and_then(Value::as_str) == Some("function") {
            for name in FUNCTION_MEMBERS {
                tool.entry(name).or_insert(Value::Null);
            }
        }
    }
    tools.into()
}

/// The vendor's counts. Both details are required and clients read them unguarded, so a detail that the vendor leaves out or sends as null counts 0.
pub(super) fn usage(vendor: Option<&Value>) -> Value {
    let Some(usage) = vendor.and_then(Value::as_object) else { return Value::Null };
    let mut usage = usage.clone();
    for (details, count) in [("input_tokens_details", "cached_tokens"), ("output_tokens_details", "reasoning_tokens")] {
        let details = usage.entry(details).or_insert(Value::Null);
        if !details.is_object() {
            *details = json!({});
        }
        if details[count].is_null() {
            details[count] = 0.into();
        }
    }
    usage.into()
}
