//! The part of a response object that repeats the request.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytestring::ByteString;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::contract::models::{ResponsesConversation, ResponsesConversationObject, ResponsesCreateRequest};
use crate::translate::hub::RawJson;
use crate::translate::json_text;

/// What the caller asked for, as far as a response object repeats it.
///
/// The vendor repeats the request it got, which is not the caller's: fields were adapted, left out or handled by the relay itself. Members marked
/// *caller only* are never taken from the vendor; the others are the vendor's where it gives them and the caller's where it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseEcho {
    /// The model that was asked for.
    pub model: String,
    /// `instructions`, caller only: the vendor's may hold the relay's placeholder or merged messages.
    pub instructions: Option<ByteString>,
    /// `tools` as [`tools_text`] makes them.
    pub tools: RawJson,
    /// `tool_choice`. Shown as `"auto"` when nobody says.
    pub tool_choice: Option<Value>,
    /// `parallel_tool_calls`. Shown as `true` when nobody says.
    pub parallel_tool_calls: Option<bool>,
    /// `text`: `format` and `verbosity`. The format is shown as plain text when nobody says.
    pub text: Option<Map<String, Value>>,
    /// `reasoning`: `effort` and `summary`, null when nobody says.
    pub reasoning: Option<Map<String, Value>>,
    /// `metadata`, caller only.
    pub metadata: Option<Map<String, Value>>,
    /// `truncation`. Shown as `"disabled"` when nobody says: the relay never truncates.
    pub truncation: Option<String>,
    /// `temperature`, null when nobody says.
    pub temperature: Option<Number>,
    /// `top_p`, null when nobody says.
    pub top_p: Option<Number>,
    /// `presence_penalty`, null when nobody says.
    pub presence_penalty: Option<Number>,
    /// `frequency_penalty`, null when nobody says.
    pub frequency_penalty: Option<Number>,
    /// `top_logprobs`, null when nobody says.
    pub top_logprobs: Option<Number>,
    /// `max_output_tokens`, null when there is no limit that was kept.
    pub max_output_tokens: Option<Number>,
    /// `max_tool_calls`, null when there is no limit that was kept.
    pub max_tool_calls: Option<Number>,
    /// `previous_response_id`, caller only: the relay replays history itself.
    pub previous_response_id: Option<String>,
    /// Id of the `conversation`, caller only; the member is left out without one.
    pub conversation: Option<String>,
    /// `store`, caller only: whether the relay keeps the response.
    pub store: bool,
    /// `service_tier`, null when nobody says.
    pub service_tier: Option<String>,
    /// `prompt_cache_key`, caller only.
    pub prompt_cache_key: Option<String>,
    /// `prompt_cache_retention`, caller only; the member is left out without one.
    pub prompt_cache_retention: Option<String>,
    /// `safety_identifier`, caller only: the vendor's is an id of the account.
    pub safety_identifier: Option<String>,
    /// `user`, caller only; the member is left out without one.
    pub user: Option<String>,
}

/// The id of a conversation, in either form of the field.
#[must_use]
pub fn conversation_id(conversation: &ResponsesConversation) -> &str {
    match conversation {
        ResponsesConversation::Id(id)
        | ResponsesConversation::ResponsesConversationObject(ResponsesConversationObject { id }) => id,
    }
}

/// The members that a function has in a response, whether it has them in the request or not.
pub(super) const FUNCTION_MEMBERS: [&str; 3] = ["description", "parameters", "strict"];

/// Tools as a response lists them, every function with all its members: as text, which takes a fraction of what the values take.
///
/// # Errors
///
/// When a tool cannot be written as JSON, or is no object.
pub fn tools_text<T: Serialize>(tools: &[T]) -> Result<RawJson, serde_json::Error> {
    let mut list = String::from("[");
    for tool in tools {
        let tool = json_text(tool)?;
        let members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(&tool)?;
        let is_function = members.get("type").is_some_and(|kind| kind.get() == r#""function""#);
        if list.len() > 1 {
            list.push(',');
        }
        // Without its closing brace; a function has at least its type before it.
        list.push_str(&tool[..tool.len() - 1]);
        for name in FUNCTION_MEMBERS.into_iter().filter(|name| is_function && !members.contains_key(*name)) {
            list.push_str(",\"");
            list.push_str(name);
            list.push_str("\":null");
        }
        list.push('}');
    }
    list.push(']');
    Ok(RawJson::from_parsed(list))
}

impl ResponseEcho {
    /// What a request asked for, without its `instructions`: [`HubRequest`](crate::translate::hub::HubRequest) has them to share.
    ///
    /// # Errors
    ///
    /// When a setting cannot be written as JSON, which no request read from JSON can cause.
    pub fn of(request: &ResponsesCreateRequest) -> Result<Self, serde_json::Error> {
        let object = |value: Value| if let Value::Object(map) = value { Some(map) } else { None };
        let text = request.text.as_ref().map(serde_json::to_value).transpose()?.and_then(object);
        let reasoning = request.reasoning.as_ref().map(serde_json::to_value).transpose()?.and_then(object);
        let metadata = object(serde_json::to_value(&request.metadata)?).filter(|map| !map.is_empty());
        Ok(Self {
            tools: tools_text(&request.tools)?,
            tool_choice: request.tool_choice.as_ref().map(serde_json::to_value).transpose()?,
            parallel_tool_calls: request.parallel_tool_calls,
            text,
            reasoning,
            metadata,
            prompt_cache_key: request.prompt_cache_key.clone(),
            previous_response_id: request.previous_response_id.clone(),
            conversation: request.conversation.as_ref().map(|conversation| conversation_id(conversation).to_owned()),
            ..Self::new(request.model.clone())
        })
    }

    /// The echo of a request that names a model and nothing else.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            instructions: None,
            tools: RawJson::from_parsed("[]"),
            tool_choice: None,
            parallel_tool_calls: None,
            text: None,
            reasoning: None,
            metadata: None,
            truncation: None,
            temperature: None,
            top_p: None,
            presence_penalty: None,
            frequency_penalty: None,
            top_logprobs: None,
            max_output_tokens: None,
            max_tool_calls: None,
            previous_response_id: None,
            conversation: None,
            store: false,
            service_tier: None,
            prompt_cache_key: None,
            prompt_cache_retention: None,
            safety_identifier: None,
            user: None,
        }
    }
}
