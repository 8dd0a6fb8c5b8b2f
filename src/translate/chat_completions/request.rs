//! Chat Completions request to hub: settings and tools; messages are in [`super::messages`].

use std::collections::BTreeMap;

use crate::contract::models::{
    AllowedToolsChoice, AllowedToolsMode, ChatAllowedTools, ChatAllowedToolsChoice, ChatAllowedToolsMode,
    ChatApproximateLocation, ChatCompletionsCreateRequest, ChatCustomDefinition, ChatCustomTool, ChatFormatJsonSchema,
    ChatFunction, ChatFunctionCallChoice, ChatFunctionChoice, ChatFunctionTool, ChatJsonSchema, ChatNamedToolChoice,
    ChatResponseFormat, ChatServiceTier, ChatTool, ChatToolChoice, ChatToolName, ChatUserLocation,
    ChatWebSearchOptions, CustomTool, FunctionTool, FunctionToolChoice, ResponsesReasoning, ResponsesServiceTier,
    ResponsesText, TextFormat, TextFormatJsonObject, TextFormatJsonSchema, TextFormatText, Tool, ToolChoice,
    ToolChoiceObject, WebSearchLocation, WebSearchTool,
};
use crate::translate::TranslateError;
use crate::translate::hub::HubRequest;

use super::messages::messages_to_items;

/// What the relay's configuration has to say on chat requests.
#[derive(Debug, Clone, Copy)]
pub struct ChatRequestOptions {
    /// Ask the model for reasoning summaries, because the answer will show them.
    pub reasoning_summaries: bool,
}

/// Puts a Chat Completions request into the hub's shape.
///
/// # Errors
///
/// [`TranslateError::Mismatch`] for a tool without a name, a tool message that answers no call, and the like: what no row of the contract can say of a single field.
pub fn chat_to_hub(
    request: ChatCompletionsCreateRequest,
    options: ChatRequestOptions,
) -> Result<HubRequest, TranslateError> {
    let ChatCompletionsCreateRequest {
        function_call,
        functions,
        instructions,
        messages,
        model,
        parallel_tool_calls,
        prompt_cache_key,
        reasoning_effort,
        response_format,
        service_tier,
        // Honoured by the relay.
        conversation: _,
        stream: _,
        stream_options: _,
        tool_choice,
        tools,
        verbosity,
        web_search_options,
    } = request;

    // The backend wants the word "json" in `input`, not only in `instructions`, for a `json_object` answer.
    let keep_in_input = matches!(response_format, Some(ChatResponseFormat::JsonObject(_)));
    let (instructions, input) = messages_to_items(instructions, messages, keep_in_input)?;

    // The legacy form has room for one call.
    let is_legacy = tools.is_empty() && !functions.is_empty();
    let parallel_tool_calls = if is_legacy { Some(false) } else { parallel_tool_calls };
    let mut hub_tools = Vec::with_capacity(tools.len() + functions.len());
    for (index, tool) in tools.into_iter().enumerate() {
        hub_tools.push(tool_to_hub(index, tool)?);
    }
    if hub_tools.is_empty() {
        hub_tools.extend(functions.into_iter().map(|function| Tool::Function(function_to_hub(function))));
    }
    hub_tools.extend(web_search_options.map(web_search_to_hub));

    let tool_choice = match (tool_choice, function_call) {
        (Some(choice), _) => Some(tool_choice_to_hub(choice)?),
        (None, Some(choice)) => Some(function_call_to_hub(choice)),
        (None, None) => None,
    };
    let summary = options.reasoning_summaries.then(|| "auto".to_owned());
    let reasoning = (reasoning_effort.is_some() || summary.is_some()).then_some(ResponsesReasoning {
        context: None,
        effort: reasoning_effort,
        generate_summary: None,
        summary,
    });
    let format = response_format.map(format_to_hub);
    let text = (format.is_some() || verbosity.is_some()).then_some(ResponsesText { format, verbosity });
    Ok(HubRequest {
        model,
        instructions: instructions.map(Into::into),
        input,
        tools: hub_tools,
        tool_choice,
        parallel_tool_calls,
        reasoning,
        text,
        include: Vec::new(),
        service_tier: service_tier.map(service_tier_to_hub),
        prompt_cache_key,
        client_metadata: BTreeMap::new(),
    })
}

/// A function as the hub has it. Chat's own default for `strict` is false, where the Responses API's is true, so it is written out.
fn function_to_hub(function: ChatFunction) -> FunctionTool {
    let ChatFunction { description, name, parameters, strict } = function;
    FunctionTool {
        defer_loading: None,
        description,
        name,
        parameters: Some(parameters_or_none_taken(parameters)),
        strict: Some(strict.unwrap_or(false)),
    }
}

/// A function without `parameters` takes none.
fn parameters_or_none_taken(parameters: Option<serde_json::Value>) -> serde_json::Value {
    parameters.unwrap_or_else(|| serde_json::json!({"type": "object", "properties": {}}))
}

fn tool_to_hub(index: usize, tool: ChatTool) -> Result<Tool, TranslateError> {
    match tool {
        ChatTool::Function(ChatFunctionTool { function: Some(function), .. }) => {
            Ok(Tool::Function(function_to_hub(function)))
        }
        // Some editors send the flat form of the Responses API here.
        ChatTool::Function(ChatFunctionTool { function: None, description, name: Some(name), parameters, strict }) => {
            Ok(Tool::Function(function_to_hub(ChatFunction { description, name, parameters, strict })))
        }
        ChatTool::Function(ChatFunctionTool { function: None, name: None, .. }) => {
            Err(TranslateError::mismatch(format!("tools[{index}].function"), "is required"))
        }
        ChatTool::Custom(ChatCustomTool {
            custom: Some(ChatCustomDefinition { description, format, name }), ..
        })
        | ChatTool::Custom(ChatCustomTool { custom: None, description, format, name: Some(name) }) => {
            Ok(Tool::Custom(CustomTool { defer_loading: None, description, format: format.map(grammar_to_hub), name }))
        }
        ChatTool::Custom(ChatCustomTool { custom: None, name: None, .. }) => {
            Err(TranslateError::mismatch(format!("tools[{index}].custom"), "is required"))
        }
    }
}

/// Chat nests a grammar as `{"type": "grammar", "grammar": {…}}`; the hub has it flat.
fn grammar_to_hub(mut format: serde_json::Value) -> serde_json::Value {
    if let Some(map) = format.as_object_mut()
        && let Some(serde_json::Value::Object(grammar)) = map.remove("grammar")
    {
        map.extend(grammar);
    }
    format
}

fn web_search_to_hub(options: ChatWebSearchOptions) -> Tool {
    let ChatWebSearchOptions { search_context_size, user_location } = options;
    let user_location = user_location.map(|ChatUserLocation { approximate, type_ }| {
        let ChatApproximateLocation { city, country, region, timezone } = approximate;
        WebSearchLocation {
            city,
            country,
            region,
            timezone,
            type_: Some(type_.unwrap_or_else(|| "approximate".to_owned())),
        }
    });
    Tool::WebSearch(WebSearchTool {
        external_web_access: None,
        filters: None,
        indexed_web_access: None,
        search_content_types: Vec::new(),
        search_context_size,
        user_location,
    })
}

fn tool_choice_to_hub(choice: ChatToolChoice) -> Result<ToolChoice, TranslateError> {
    let object = match choice {
        ChatToolChoice::ChatToolChoiceMode(mode) => return Ok(ToolChoice::ToolChoiceMode(mode)),
        ChatToolChoice::ChatNamedToolChoice(ChatNamedToolChoice::Function(ChatFunctionChoice { function, name })) => {
            let name = function
                .map(|ChatToolName { name }| name)
                .or(name)
                .ok_or_else(|| TranslateError::mismatch("tool_choice.function", "is required"))?;
            ToolChoiceObject::Function(FunctionToolChoice { name })
        }
        ChatToolChoice::ChatNamedToolChoice(ChatNamedToolChoice::AllowedTools(ChatAllowedToolsChoice {
            allowed_tools,
        })) => {
            let ChatAllowedTools { mode, tools } = allowed_tools;
            let mode = match mode {
                ChatAllowedToolsMode::Auto => AllowedToolsMode::Auto,
                ChatAllowedToolsMode::Required => AllowedToolsMode::Required,
            };
            ToolChoiceObject::AllowedTools(AllowedToolsChoice {
                mode,
                tools: tools.into_iter().map(flatten_allowed_tool).collect(),
            })
        }
    };
    Ok(ToolChoice::ToolChoiceObject(object))
}

/// `{"type": "function", "function": {"name": …}}` to `{"type": "function", "name": …}`.
fn flatten_allowed_tool(mut tool: serde_json::Value) -> serde_json::Value {
    if let Some(map) = tool.as_object_mut() {
        for nested in ["function", "custom"] {
            if let Some(serde_json::Value::Object(inner)) = map.remove(nested) {
                map.extend(inner);
            }
        }
    }
    tool
}

fn function_call_to_hub(choice: ChatFunctionCallChoice) -> ToolChoice {
    match choice {
        ChatFunctionCallChoice::ChatFunctionCallMode(mode) => ToolChoice::ToolChoiceMode(mode),
        ChatFunctionCallChoice::ChatToolName(ChatToolName { name }) => {
            ToolChoice::ToolChoiceObject(ToolChoiceObject::Function(FunctionToolChoice { name }))
        }
    }
}

fn format_to_hub(format: ChatResponseFormat) -> TextFormat {
    match format {
        ChatResponseFormat::Text(_) => TextFormat::Text(TextFormatText {}),
        ChatResponseFormat::JsonObject(_) => TextFormat::JsonObject(TextFormatJsonObject {}),
        ChatResponseFormat::JsonSchema(ChatFormatJsonSchema { json_schema }) => {
            let ChatJsonSchema { description, name, schema, strict } = json_schema;
            let schema = schema.unwrap_or_else(|| serde_json::json!({"type": "object"}));
            // As with functions: chat's default is false.
            TextFormat::JsonSchema(TextFormatJsonSchema {
                description,
                name,
                schema,
                strict: Some(strict.unwrap_or(false)),
            })
        }
    }
}

fn service_tier_to_hub(tier: ChatServiceTier) -> ResponsesServiceTier {
    match tier {
        ChatServiceTier::Auto => ResponsesServiceTier::Auto,
        ChatServiceTier::Default => ResponsesServiceTier::Default,
        ChatServiceTier::Flex => ResponsesServiceTier::Flex,
        ChatServiceTier::Scale => ResponsesServiceTier::Scale,
        ChatServiceTier::Priority => ResponsesServiceTier::Priority,
        ChatServiceTier::Fast => ResponsesServiceTier::Fast,
    }
}
