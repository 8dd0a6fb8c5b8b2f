//! The part of a response object that repeats the request.

use serde_json::{Map, Number, Value};

use crate::contract::models::{ResponsesConversation, ResponsesConversationObject, ResponsesCreateRequest};

/// What the caller asked for, as far as a response object repeats it.
///
/// The vendor repeats the request it got, which is not the caller's: fields were adapted, left out or handled by the relay itself. Members marked
/// *caller only* are never taken from the vendor; the others are the vendor's where it gives them and the caller's where it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseEcho {
    /// The model that was asked for.
    pub model: String,
    /// `instructions`, caller only: the vendor's may hold the relay's placeholder or merged messages.
    pub instructions: Option<String>,
    /// `tools`.
    pub tools: Vec<Value>,
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

impl ResponseEcho {
    /// What a request asked for.
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
            instructions: request.instructions.clone(),
            tools: request.tools.iter().map(serde_json::to_value).collect::<Result<_, _>>()?,
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
            tools: Vec::new(),
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
