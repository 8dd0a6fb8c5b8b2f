//! Hub request to the body the subscription backend accepts.

use std::collections::BTreeMap;

use bytestring::ByteString;
use serde::Serialize;
use serde_json::Value;

use crate::contract::models::{
    AdditionalToolsItem, ContentPart, InputFilePart, InputItem, InputRole, InputTextPart, MessageContent, MessageItem,
    NamespaceTool, ResponsesInclude, ResponsesReasoning, ResponsesServiceTier, ResponsesText, Tool, ToolChoice,
    ToolChoiceObject, WebSearchPreviewTool, WebSearchPreviewTool20250311, WebSearchTool, WebSearchTool20250826,
    WebSearchToolChoice,
};
use crate::translate::hub::HubRequest;
use crate::translate::text::json_bytes;

/// Sent as `instructions` when the client gave none: the backend refuses a request without them.
///
/// Source: `schemas/upstream/chatgpt/boundary.json`, row `/instructions`.
const NO_INSTRUCTIONS: &str = ".";

/// Name of the namespace that holds functions in the Lite form.
///
/// Source: openai/codex#37022 (2026-08-05).
const LITE_NAMESPACE: &str = "functions";

/// A request body, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The JSON body.
    pub body: bytes::Bytes,
    /// Whether the body has the Lite form, which a header must say.
    pub lite: bool,
    /// Identifier of the conversation, when the client gave one; keeps the turns of one together upstream.
    pub session_id: Option<String>,
}

/// Writes the body for `POST /responses`.
///
/// With `lite`, the form of models whose catalogue entry says `use_responses_lite`: tools and instructions travel as input items.
///
/// # Errors
///
/// When a value cannot be written as JSON, which no request read from JSON can cause.
///
/// Source: openai/codex `codex-api/src/common.rs` and `core/src/client.rs`, release 0.147.0.
pub fn hub_to_chatgpt(request: HubRequest, lite: bool) -> Result<Prepared, serde_json::Error> {
    let (body, session_id) = body(request, lite)?;
    Ok(Prepared { body: json_bytes(&body)?.into(), lite, session_id })
}

/// Writes the body for `POST /responses/compact`: the same, without what is about storing, streaming and the next answer.
///
/// # Errors
///
/// As for [`hub_to_chatgpt`].
///
/// Source: openai/codex `codex-api/src/common.rs` (`CompactionInput`) and `core/src/client.rs`, release 0.147.0.
pub fn hub_to_chatgpt_compact(request: HubRequest, lite: bool) -> Result<Prepared, serde_json::Error> {
    let (body, session_id) = body(request, lite)?;
    let Body {
        model,
        instructions,
        input,
        tools,
        parallel_tool_calls,
        reasoning,
        service_tier,
        prompt_cache_key,
        text,
        tool_choice: _,
        store: _,
        stream: _,
        include: _,
        client_metadata: _,
    } = body;
    let body = CompactBody {
        model,
        instructions,
        input,
        tools,
        parallel_tool_calls: parallel_tool_calls.unwrap_or(true),
        reasoning,
        service_tier,
        prompt_cache_key,
        text,
    };
    Ok(Prepared { body: json_bytes(&body)?.into(), lite, session_id })
}

/// The members of a request, and the name of its conversation.
fn body(request: HubRequest, lite: bool) -> Result<(Body, Option<String>), serde_json::Error> {
    let HubRequest {
        model,
        instructions,
        input,
        tools,
        tool_choice,
        parallel_tool_calls,
        reasoning,
        text,
        include,
        service_tier,
        prompt_cache_key,
        client_metadata,
    } = request;
    // The client's own name for the conversation, else its cache key, which clients choose per conversation.
    let session_id = client_metadata.get("session_id").or(prompt_cache_key.as_ref()).cloned();
    let instructions = instructions.filter(|text| !text.is_empty());
    let mut input: Vec<InputItem> = input.into_iter().map(sendable).collect();
    let tools: Vec<Tool> = tools.into_iter().map(known_tool).collect();
    let has_tools = !tools.is_empty();
    let tool_choice =
        tool_choice.map(known_tool_choice).or_else(|| has_tools.then(|| ToolChoice::ToolChoiceMode("auto".to_owned())));
    let reasoning = reasoning.map(known_reasoning);

    let mut body = Body {
        model,
        instructions: None,
        input: Vec::new(),
        tools: Vec::new(),
        tool_choice,
        parallel_tool_calls,
        reasoning,
        store: false,
        stream: true,
        include: wanted(include),
        service_tier: service_tier.and_then(known_tier),
        prompt_cache_key,
        text,
        client_metadata,
    };
    if lite {
        let mut head = vec![lite_tools(tools)?];
        head.extend(instructions.map(|text| developer_message(text.into())));
        head.append(&mut input);
        body.input = head;
        body.parallel_tool_calls = Some(false);
        let reasoning = body.reasoning.get_or_insert(ResponsesReasoning {
            context: None,
            effort: None,
            generate_summary: None,
            summary: None,
        });
        reasoning.context = Some("all_turns".to_owned());
    } else {
        body.instructions = Some(instructions.unwrap_or_else(|| ByteString::from_static(NO_INSTRUCTIONS)));
        body.input = input;
        body.tools = tools;
    }
    Ok((body, session_id))
}

#[derive(Serialize)]
struct Body {
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<ByteString>,
    input: Vec<InputItem>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<ResponsesReasoning>,
    store: bool,
    stream: bool,
    include: Vec<ResponsesInclude>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<ResponsesText>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    client_metadata: BTreeMap<String, String>,
}

/// Codex never leaves `tools` and `parallel_tool_calls` out here.
#[derive(Serialize)]
struct CompactBody {
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<ByteString>,
    input: Vec<InputItem>,
    tools: Vec<Tool>,
    parallel_tool_calls: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<ResponsesReasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<ResponsesText>,
}

/// Encrypted reasoning is always asked for: without it a tool loop cannot go on, since the backend keeps nothing.
fn wanted(include: Vec<ResponsesInclude>) -> Vec<ResponsesInclude> {
    let mut wanted = vec![ResponsesInclude::ReasoningEncryptedContent];
    wanted.extend(include.into_iter().filter(|value| *value != ResponsesInclude::ReasoningEncryptedContent));
    wanted
}

/// Only `priority` is a tier the backend takes; the contract has refused or removed the others.
fn known_tier(tier: ResponsesServiceTier) -> Option<&'static str> {
    match tier {
        ResponsesServiceTier::Priority | ResponsesServiceTier::Fast => Some("priority"),
        ResponsesServiceTier::Auto
        | ResponsesServiceTier::Default
        | ResponsesServiceTier::Flex
        | ResponsesServiceTier::Scale
        | ResponsesServiceTier::Ultrafast => None,
    }
}

fn known_reasoning(reasoning: ResponsesReasoning) -> ResponsesReasoning {
    let ResponsesReasoning { context, effort, generate_summary, summary } = reasoning;
    ResponsesReasoning { context, effort, generate_summary: None, summary: summary.or(generate_summary) }
}

/// Without ids: with `store: false` the backend can resolve none, and refuses those it did not make. Generated images keep theirs, as Codex does.
fn sendable(mut item: InputItem) -> InputItem {
    match &mut item {
        InputItem::Message(item) => {
            item.id = None;
            if let MessageContent::Parts(parts) = &mut item.content {
                parts.iter_mut().for_each(complete_file);
            }
        }
        InputItem::WebSearchCall(item) => item.id = None,
        InputItem::FunctionCall(item) => item.id = None,
        InputItem::FunctionCallOutput(item) => item.id = None,
        InputItem::ToolSearchCall(item) => item.id = None,
        InputItem::ToolSearchOutput(item) => item.id = None,
        InputItem::AdditionalTools(item) => item.id = None,
        InputItem::Reasoning(item) => item.id = None,
        InputItem::Compaction(item) => item.id = None,
        InputItem::LocalShellCall(item) => item.id = None,
        InputItem::CustomToolCallOutput(item) => item.id = None,
        InputItem::CustomToolCall(item) => item.id = None,
        InputItem::CompactionTrigger(_) | InputItem::ImageGenerationCall(_) | InputItem::ItemReference(_) => {}
    }
    item
}

/// Bare base64 becomes a data URL, which is what the backend reads; the media type comes from the file name.
fn complete_file(part: &mut ContentPart) {
    if let ContentPart::InputFile(InputFilePart { file_data: Some(data), filename, .. }) = part
        && !data.starts_with("data:")
    {
        let media_type = filename.as_deref().map_or("application/octet-stream", media_type);
        *data = format!("data:{media_type};base64,{data}");
    }
}

/// Media types of the documents people send to models, by file name extension.
fn media_type(filename: &str) -> &'static str {
    match filename.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "json" => "application/json",
        "csv" => "text/csv",
        "md" => "text/markdown",
        "html" | "htm" => "text/html",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "txt" | "log" | "rs" | "py" | "js" | "ts" | "c" | "h" | "go" | "java" | "sh" | "toml" => "text/plain",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}

/// The backend knows web search under one name only.
fn known_tool(tool: Tool) -> Tool {
    match tool {
        Tool::WebSearchPreview(WebSearchPreviewTool { search_content_types, search_context_size, user_location })
        | Tool::WebSearchPreview20250311(WebSearchPreviewTool20250311 {
            search_content_types,
            search_context_size,
            user_location,
        }) => Tool::WebSearch(WebSearchTool {
            external_web_access: None,
            filters: None,
            indexed_web_access: None,
            search_content_types,
            search_context_size,
            user_location,
        }),
        Tool::WebSearch20250826(WebSearchTool20250826 {
            external_web_access,
            filters,
            indexed_web_access,
            search_content_types,
            search_context_size,
            user_location,
        }) => Tool::WebSearch(WebSearchTool {
            external_web_access,
            filters,
            indexed_web_access,
            search_content_types,
            search_context_size,
            user_location,
        }),
        tool @ (Tool::Function(_)
        | Tool::WebSearch(_)
        | Tool::ImageGeneration(_)
        | Tool::LocalShell(_)
        | Tool::Custom(_)
        | Tool::Namespace(_)
        | Tool::ToolSearch(_)) => tool,
    }
}

fn known_tool_choice(choice: ToolChoice) -> ToolChoice {
    let is_preview = matches!(
        choice,
        ToolChoice::ToolChoiceObject(
            ToolChoiceObject::WebSearchPreview(_) | ToolChoiceObject::WebSearchPreview20250311(_)
        )
    );
    if is_preview {
        return ToolChoice::ToolChoiceObject(ToolChoiceObject::WebSearch(WebSearchToolChoice {}));
    }
    choice
}

/// The leading item of the Lite form: functions in one namespace, other tools beside it.
fn lite_tools(tools: Vec<Tool>) -> Result<InputItem, serde_json::Error> {
    let (functions, others): (Vec<Tool>, Vec<Tool>) =
        tools.into_iter().partition(|tool| matches!(tool, Tool::Function(_)));
    let mut listed: Vec<Value> = Vec::new();
    if !functions.is_empty() {
        let tools = functions.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        listed.push(serde_json::to_value(Tool::Namespace(NamespaceTool {
            description: Some(String::new()),
            name: LITE_NAMESPACE.to_owned(),
            tools,
        }))?);
    }
    for tool in &others {
        listed.push(serde_json::to_value(tool)?);
    }
    Ok(InputItem::AdditionalTools(AdditionalToolsItem { id: None, role: "developer".to_owned(), tools: listed }))
}

fn developer_message(text: String) -> InputItem {
    let content = MessageContent::Parts(vec![ContentPart::InputText(InputTextPart { text })]);
    InputItem::Message(MessageItem { content, id: None, phase: None, role: InputRole::Developer, status: None })
}
