// Made by build.rs from schemas/openai/*.json. Edit those, not this.

///Tools declared inside the input, from this point of the conversation on.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct AdditionalToolsItem {
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///Who declares them.
    pub role: ::std::string::String,
    ///Definitions of the tools.
    pub tools: ::std::vec::Vec<::serde_json::Value>,
}
///Only some of the tools may be used in this turn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct AllowedToolsChoice {
    ///Whether a tool may or must be used.
    pub mode: AllowedToolsMode,
    ///The tools that are left, each by type and name.
    pub tools: ::std::vec::Vec<::serde_json::Value>,
}
///Whether one of the allowed tools may or must be used.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum AllowedToolsMode {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "required")]
    Required,
}
impl ::std::fmt::Display for AllowedToolsMode {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Auto => f.write_str("auto"),
            Self::Required => f.write_str("required"),
        }
    }
}
impl ::std::str::FromStr for AllowedToolsMode {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "auto" => Ok(Self::Auto),
            "required" => Ok(Self::Required),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for AllowedToolsMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for AllowedToolsMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Some of the tools of the request.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatAllowedTools {
    ///Whether one of them has to be called.
    pub mode: ChatAllowedToolsMode,
    ///The tools, each as `{"type": "function", "function": {"name": …}}`.
    pub tools: ::std::vec::Vec<::serde_json::Value>,
}
///Choose among some of the tools only.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatAllowedToolsChoice {
    ///The tools that may be called.
    pub allowed_tools: ChatAllowedTools,
}
///`auto`: the model may call one of the tools; `required`: it has to.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ChatAllowedToolsMode {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "required")]
    Required,
}
impl ::std::fmt::Display for ChatAllowedToolsMode {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Auto => f.write_str("auto"),
            Self::Required => f.write_str("required"),
        }
    }
}
impl ::std::str::FromStr for ChatAllowedToolsMode {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "auto" => Ok(Self::Auto),
            "required" => Ok(Self::Required),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ChatAllowedToolsMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ChatAllowedToolsMode {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A rough location, as far as known.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatApproximateLocation {
    ///City.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub city: ::std::option::Option<::std::string::String>,
    ///Two-letter ISO country code.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    ///Region or state.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub region: ::std::option::Option<::std::string::String>,
    ///IANA time zone.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub timezone: ::std::option::Option<::std::string::String>,
}
///An earlier answer of the model, sent back as history.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatAssistantMessage {
    ///What the model said; absent or empty when it only called tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub content: ::std::option::Option<ChatAssistantContent>,
    ///Older form of `tool_calls`: the one function the model called.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub function_call: ::std::option::Option<ChatFunctionCall>,
    ///Reasoning text that came with the answer. Not a published field; clients send it back as they got it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning_content: ::std::option::Option<::std::string::String>,
    ///The words with which the model declined.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub refusal: ::std::option::Option<::std::string::String>,
    ///Tools the model called in this turn.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tool_calls: ::std::vec::Vec<ChatToolCall>,
}
///Body of `POST /v1/chat/completions`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatCompletionsCreateRequest {
    ///Conversation whose items come before `messages` and to which this turn is appended, an id or `{"id": …}`. Not a published field of this operation.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub conversation: ::std::option::Option<ResponsesConversation>,
    ///Older form of `tool_choice`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub function_call: ::std::option::Option<ChatFunctionCallChoice>,
    ///Older form of `tools`: the functions the model may call.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub functions: ::std::vec::Vec<ChatFunction>,
    ///Instructions placed before those of the system and developer messages. Not a published field; earlier versions of this relay took it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///The conversation so far, oldest message first.
    pub messages: ::std::vec::Vec<ChatMessage>,
    ///Id of the model that answers, as listed by `GET /v1/models`.
    pub model: ::std::string::String,
    ///Whether the model may call several tools in one turn. Default: true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parallel_tool_calls: ::std::option::Option<bool>,
    ///Key that steers similar requests to the same prompt cache.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_key: ::std::option::Option<::std::string::String>,
    ///How much the model reasons before it answers. The model decides which values it knows and which one is the default.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning_effort: ::std::option::Option<::std::string::String>,
    ///Form of the answer: plain text, any JSON object, or JSON that follows a schema. Default: text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub response_format: ::std::option::Option<ChatResponseFormat>,
    ///Processing tier of the request. Default: auto.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub service_tier: ::std::option::Option<ChatServiceTier>,
    ///Send the answer as server-sent events while it is made. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream: ::std::option::Option<bool>,
    ///Options of a streamed answer; only read when `stream` is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream_options: ::std::option::Option<ChatStreamOptions>,
    ///Whether and which tool is called. Default: `auto` when there are tools, otherwise `none`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_choice: ::std::option::Option<ChatToolChoice>,
    ///Tools the model may call.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<ChatTool>,
    ///How detailed the answer is. Default: medium.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub verbosity: ::std::option::Option<::std::string::String>,
    ///Lets the model search the web, with the options given here.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub web_search_options: ::std::option::Option<ChatWebSearchOptions>,
}
///A custom tool and the input it was called with.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatCustomCall {
    ///The input as the model wrote it. Absent counts as empty.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub input: ::std::option::Option<::std::string::String>,
    ///Name of the tool.
    pub name: ::std::string::String,
}
///A tool that takes free text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatCustomDefinition {
    ///What the tool does and when to call it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Form of the input: `{"type": "text"}`, or `{"type": "grammar", "grammar": {"syntax", "definition"}}`. Default: any text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub format: ::std::option::Option<::serde_json::Value>,
    ///Name of the tool.
    pub name: ::std::string::String,
}
///A tool that takes free text. The members of `custom` may also stand beside `type`, as some editors send them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatCustomTool {
    ///The tool.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub custom: ::std::option::Option<ChatCustomDefinition>,
    ///Flat form: what the tool does and when to call it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Flat form: form of the input, `{"type": "text"}` or a grammar.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub format: ::std::option::Option<::serde_json::Value>,
    ///Flat form: name of the tool.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
}
///A call of a custom tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatCustomToolCall {
    ///The tool and its input.
    pub custom: ChatCustomCall,
    ///Id that ties the call to its result.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
}
///Instructions the model follows whatever the user says.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatDeveloperMessage {
    ///The instructions.
    pub content: ChatTextContent,
}
///A document, in the request itself or by the id of an upload.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatFile {
    ///The document, base64 or as a data URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_data: ::std::option::Option<::std::string::String>,
    ///Id of an uploaded file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_id: ::std::option::Option<::std::string::String>,
    ///Name of the document; its extension tells the type when `file_data` is bare base64.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: ::std::option::Option<::std::string::String>,
}
///A document.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFilePart {
    ///The document.
    pub file: ChatFile,
    ///Marks the end of a prompt prefix the caller would like to have cached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_breakpoint: ::std::option::Option<ChatPromptCacheBreakpoint>,
}
///JSON that follows a schema.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFormatJsonSchema {
    ///The schema and its name.
    pub json_schema: ChatJsonSchema,
}
///A function the model may call.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFunction {
    ///What the function does and when to call it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the function: letters, digits, `_` and `-`, at most 64.
    pub name: ::std::string::String,
    ///JSON Schema of the arguments. Absent means there are none.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parameters: ::std::option::Option<::serde_json::Value>,
    ///Hold the model to the schema. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: ::std::option::Option<bool>,
}
///A function and the arguments it was called with.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFunctionCall {
    ///The arguments as JSON text. Absent counts as `{}`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub arguments: ::std::option::Option<::std::string::String>,
    ///Name of the function.
    pub name: ::std::string::String,
}
///Call this function. The name may also stand beside `type`, as some clients send it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatFunctionChoice {
    ///The function.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub function: ::std::option::Option<ChatToolName>,
    ///Flat form: name of the function.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
}
///The result of a call made in the older form.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFunctionMessage {
    ///The result. Absent counts as empty.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub content: ::std::option::Option<::std::string::String>,
    ///Name of the function that was called.
    pub name: ::std::string::String,
}
///A function described by a JSON Schema. The members of `function` may also stand beside `type`, as some editors send them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatFunctionTool {
    ///Flat form: what the function does and when to call it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///The function.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub function: ::std::option::Option<ChatFunction>,
    ///Flat form: name of the function.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///Flat form: JSON Schema of the arguments.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parameters: ::std::option::Option<::serde_json::Value>,
    ///Flat form: hold the model to the schema. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: ::std::option::Option<bool>,
}
///A call of a function tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatFunctionToolCall {
    ///The function and its arguments.
    pub function: ChatFunctionCall,
    ///Id that ties the call to its result.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
}
///An image.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatImagePart {
    ///Where the image is.
    pub image_url: ChatImage,
}
///Where an image is and how closely to look at it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatImageUrl {
    ///How closely the model looks at the image. Default: auto.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: ::std::option::Option<::std::string::String>,
    ///URL of the image, or a data URL that holds it.
    pub url: ::std::string::String,
}
///A JSON Schema for the answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatJsonSchema {
    ///What the format is for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the format: letters, digits, `_` and `-`, at most 64.
    pub name: ::std::string::String,
    ///The JSON Schema.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub schema: ::std::option::Option<::serde_json::Value>,
    ///Hold the model to the schema exactly. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: ::std::option::Option<bool>,
}
///The end of a prompt prefix that may be cached.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatPromptCacheBreakpoint {
    ///Kind of breakpoint.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub mode: ::std::option::Option<::std::string::String>,
}
///The words with which the model declined.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatRefusalPart {
    ///The refusal.
    pub refusal: ::std::string::String,
}
///Processing tier of a request.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ChatServiceTier {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "default")]
    Default,
    #[serde(rename = "flex")]
    Flex,
    #[serde(rename = "scale")]
    Scale,
    #[serde(rename = "priority")]
    Priority,
    #[serde(rename = "fast")]
    Fast,
}
impl ::std::fmt::Display for ChatServiceTier {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Auto => f.write_str("auto"),
            Self::Default => f.write_str("default"),
            Self::Flex => f.write_str("flex"),
            Self::Scale => f.write_str("scale"),
            Self::Priority => f.write_str("priority"),
            Self::Fast => f.write_str("fast"),
        }
    }
}
impl ::std::str::FromStr for ChatServiceTier {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "auto" => Ok(Self::Auto),
            "default" => Ok(Self::Default),
            "flex" => Ok(Self::Flex),
            "scale" => Ok(Self::Scale),
            "priority" => Ok(Self::Priority),
            "fast" => Ok(Self::Fast),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ChatServiceTier {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ChatServiceTier {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Options of a streamed answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatStreamOptions {
    ///Send a last chunk with the token counts and no choices. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub include_usage: ::std::option::Option<bool>,
}
///Instructions the model follows whatever the user says; the older role for them.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatSystemMessage {
    ///The instructions.
    pub content: ChatTextContent,
}
///A piece of text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatTextPart {
    ///Marks the end of a prompt prefix the caller would like to have cached.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_breakpoint: ::std::option::Option<ChatPromptCacheBreakpoint>,
    ///The text.
    pub text: ::std::string::String,
}
///The result of a tool call.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatToolMessage {
    ///The result: text, or a list of parts. Absent counts as empty.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub content: ::std::option::Option<ChatContent>,
    ///Id of the call this is the result of.
    pub tool_call_id: ::std::string::String,
}
///A tool by name.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatToolName {
    ///Name of the tool.
    pub name: ::std::string::String,
}
///A rough location.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatUserLocation {
    ///The location.
    pub approximate: ChatApproximateLocation,
    ///Kind of location.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
}
///What the end user said or attached.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ChatUserMessage {
    ///Text, or a list of text, image, audio and file parts.
    pub content: ChatContent,
}
///How the model searches the web.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatWebSearchOptions {
    ///How much of the context window search results may take. Default: medium.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub search_context_size: ::std::option::Option<::std::string::String>,
    ///Where the user is, to search nearby.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_location: ::std::option::Option<ChatUserLocation>,
}
///Shortened form of everything before it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompactionItem {
    ///The shortened conversation in encrypted form.
    pub encrypted_content: ::std::string::String,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
}
///Body of `POST /v1/completions`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CompletionsCreateRequest {
    ///Instructions for the model. Not a published field; earlier versions of this relay took it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///Id of the model that answers, as listed by `GET /v1/models`.
    pub model: ::std::string::String,
    ///The text to complete. Default: an empty document, which has to be asked for here with an empty text.
    pub prompt: CompletionsPrompt,
    ///How much the model reasons before it answers. Not a published field; earlier versions of this relay took it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning_effort: ::std::option::Option<::std::string::String>,
    ///Send the answer as server-sent events while it is made. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream: ::std::option::Option<bool>,
    ///Options of a streamed answer; only read when `stream` is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream_options: ::std::option::Option<ChatStreamOptions>,
}
///Items to append.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ConversationItemsCreateRequest {
    ///Up to 20 items.
    pub items: ::std::vec::Vec<InputItem>,
}
///A new conversation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ConversationsCreateRequest {
    ///What was said before, up to 20 items.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub items: ::std::vec::Vec<InputItem>,
    ///Up to 16 labels; names of up to 64 characters, values of up to 512.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
}
///New metadata of a conversation.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ConversationsUpdateRequest {
    ///Up to 16 labels; names of up to 64 characters, values of up to 512.
    pub metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
}
///Tool of the caller whose input is free text, optionally bound to a grammar.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CustomTool {
    ///Whether the model only sees the tool after a tool search. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub defer_loading: ::std::option::Option<bool>,
    ///What it does and when to use it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Form of the input: any text, or a Lark or regex grammar.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub format: ::std::option::Option<::serde_json::Value>,
    ///Name of the tool.
    pub name: ::std::string::String,
}
///Call of a custom tool, with free text as its input.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CustomToolCallItem {
    ///Id that ties a call and its result together.
    pub call_id: ::std::string::String,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///Text the model wrote for the tool.
    pub input: ::std::string::String,
    ///Name of the tool.
    pub name: ::std::string::String,
    ///Namespace the tool belongs to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub namespace: ::std::option::Option<::std::string::String>,
    ///How far the call got. Sent by the Codex client, not published.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Result of a custom tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CustomToolCallOutputItem {
    ///Id that ties a call and its result together.
    pub call_id: ::std::string::String,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///Name of the tool. Sent by the Codex client, not published.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///What the tool returned.
    pub output: ToolOutput,
}
///A certain custom tool must be called.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct CustomToolChoice {
    ///Name of the tool.
    pub name: ::std::string::String,
}
///When a file is removed by itself.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FileExpiry {
    ///The moment the time counts from: that of the upload.
    pub anchor: ::std::string::String,
    ///How long after that, in seconds: an hour to 30 days.
    pub seconds: i64,
}
///What a file is for.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum FilePurpose {
    #[serde(rename = "assistants")]
    Assistants,
    #[serde(rename = "batch")]
    Batch,
    #[serde(rename = "fine-tune")]
    FineTune,
    #[serde(rename = "vision")]
    Vision,
    #[serde(rename = "user_data")]
    UserData,
    #[serde(rename = "evals")]
    Evals,
}
impl ::std::fmt::Display for FilePurpose {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Assistants => f.write_str("assistants"),
            Self::Batch => f.write_str("batch"),
            Self::FineTune => f.write_str("fine-tune"),
            Self::Vision => f.write_str("vision"),
            Self::UserData => f.write_str("user_data"),
            Self::Evals => f.write_str("evals"),
        }
    }
}
impl ::std::str::FromStr for FilePurpose {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "assistants" => Ok(Self::Assistants),
            "batch" => Ok(Self::Batch),
            "fine-tune" => Ok(Self::FineTune),
            "vision" => Ok(Self::Vision),
            "user_data" => Ok(Self::UserData),
            "evals" => Ok(Self::Evals),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for FilePurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for FilePurpose {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///A form with one file.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FilesCreateRequest {
    ///When the file is removed by itself; in the form as `expires_after[anchor]` and `expires_after[seconds]`. Default: never.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub expires_after: ::std::option::Option<FileExpiry>,
    ///The file itself, as the part of the form that has a file name.
    pub file: ::std::string::String,
    ///What the file is for. The relay treats all alike.
    pub purpose: FilePurpose,
}
///Call of a function that the model asked for.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FunctionCallItem {
    ///Arguments as JSON text, exactly as the model wrote them.
    pub arguments: ::std::string::String,
    ///Id that ties a call and its result together.
    pub call_id: ::std::string::String,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///Name of the function.
    pub name: ::std::string::String,
    ///Namespace the function belongs to, when it came from a namespace tool.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub namespace: ::std::option::Option<::std::string::String>,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Result of a function call.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FunctionCallOutputItem {
    ///Id that ties a call and its result together.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub call_id: ::std::option::Option<::std::string::String>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///Name of the function, when the result belongs to no call in the input.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    ///Namespace of that function.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub namespace: ::std::option::Option<::std::string::String>,
    ///What the function returned.
    pub output: ToolOutput,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Function of the caller that the model may ask to be called.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FunctionTool {
    ///Whether the model only sees the function after a tool search. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub defer_loading: ::std::option::Option<bool>,
    ///What it does and when to use it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the function.
    pub name: ::std::string::String,
    ///JSON Schema of the arguments, kept exactly as it was sent.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parameters: ::std::option::Option<::serde_json::Value>,
    ///Whether the arguments must follow the schema exactly. OpenAI's own default is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: ::std::option::Option<bool>,
}
///A certain function must be called.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct FunctionToolChoice {
    ///Name of the function.
    pub name: ::std::string::String,
}
///Image the service made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ImageGenerationCallItem {
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///The image in base64.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub result: ::std::option::Option<::std::string::String>,
    ///Description the image was really made from. Sent by the Codex client, not published for input.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub revised_prompt: ::std::option::Option<::std::string::String>,
    ///How far the image got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Image generation run by the service.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ImageGenerationTool {
    ///Whether to make a new image or edit one. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub action: ::std::option::Option<::std::string::String>,
    ///Background of the image. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub background: ::std::option::Option<::std::string::String>,
    ///How closely input images are followed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub input_fidelity: ::std::option::Option<::std::string::String>,
    ///Mask for editing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub input_image_mask: ::std::option::Option<ImageMask>,
    ///Image model. Default: chosen by the service.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub model: ::std::option::Option<::std::string::String>,
    ///How strictly the request is moderated. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub moderation: ::std::option::Option<::std::string::String>,
    ///Compression level in percent. Default: 100.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub output_compression: ::std::option::Option<i64>,
    ///File format of the image. Default: `png`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub output_format: ::std::option::Option<::std::string::String>,
    ///Unfinished images sent while streaming. Default: 0.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub partial_images: ::std::option::Option<i64>,
    ///Quality of the image. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub quality: ::std::option::Option<::std::string::String>,
    ///Width and height in pixels. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub size: ::std::option::Option<::std::string::String>,
}
///Part of an image that may be changed.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ImageMask {
    ///Id of an uploaded file that holds the mask.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_id: ::std::option::Option<::std::string::String>,
    ///The mask as a `data:` URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub image_url: ::std::option::Option<::std::string::String>,
}
///File for the model to read, given by content, address or file id.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct InputFilePart {
    ///How closely pages with images are looked at.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: ::std::option::Option<::std::string::String>,
    ///Content of the file as a `data:` URL with base64.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_data: ::std::option::Option<::std::string::String>,
    ///Id of an uploaded file.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_id: ::std::option::Option<::std::string::String>,
    ///Address the file can be fetched from.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_url: ::std::option::Option<::std::string::String>,
    ///Name shown to the model; its extension tells the file type.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub filename: ::std::option::Option<::std::string::String>,
}
///Image for the model to look at, given by address or by file id.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct InputImagePart {
    ///How closely the image is looked at. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub detail: ::std::option::Option<::std::string::String>,
    ///Id of an uploaded file that holds the image.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub file_id: ::std::option::Option<::std::string::String>,
    ///Address of the image, or the image itself as a `data:` URL.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub image_url: ::std::option::Option<::std::string::String>,
}
///Who speaks in a message.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum InputRole {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "assistant")]
    Assistant,
    #[serde(rename = "system")]
    System,
    #[serde(rename = "developer")]
    Developer,
}
impl ::std::fmt::Display for InputRole {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::User => f.write_str("user"),
            Self::Assistant => f.write_str("assistant"),
            Self::System => f.write_str("system"),
            Self::Developer => f.write_str("developer"),
        }
    }
}
impl ::std::str::FromStr for InputRole {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "user" => Ok(Self::User),
            "assistant" => Ok(Self::Assistant),
            "system" => Ok(Self::System),
            "developer" => Ok(Self::Developer),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for InputRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for InputRole {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Text for the model to read.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct InputTextPart {
    ///The text.
    pub text: ::std::string::String,
}
///Stands for an item of an earlier response, by id alone.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ItemReferenceItem {
    ///Id of the item meant.
    pub id: ::std::string::String,
}
///Command the model wants run on the caller's machine.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct LocalShellCallItem {
    ///The command, its directory, environment and time limit.
    pub action: ::serde_json::Value,
    ///Id that ties a call and its result together.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub call_id: ::std::option::Option<::std::string::String>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Message of the user, the model, the system or the developer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct MessageItem {
    ///What is said.
    pub content: MessageContent,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///For messages of the model: a remark while it works, or the final answer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub phase: ::std::option::Option<::std::string::String>,
    ///Who speaks.
    pub role: InputRole,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Group of functions and custom tools under one name.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct NamespaceTool {
    ///What the group is for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the group; calls carry it as `namespace`.
    pub name: ::std::string::String,
    ///Definitions of the tools in the group.
    pub tools: ::std::vec::Vec<::serde_json::Value>,
}
///Text the model wrote in an earlier turn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct OutputTextPart {
    ///Citations and file references that belong to the text.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub annotations: ::std::vec::Vec<::serde_json::Value>,
    ///Log probabilities of the tokens of the text.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub logprobs: ::std::vec::Vec<::serde_json::Value>,
    ///The text.
    pub text: ::std::string::String,
}
///Thinking of the model in an earlier turn. It has to come back for the model to go on from it.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ReasoningItem {
    ///The thinking itself, where a model shows it.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub content: ::std::vec::Vec<::serde_json::Value>,
    ///The thinking in encrypted form, for services that keep nothing.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub encrypted_content: ::std::option::Option<::std::string::String>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
    ///Summary of the thinking, possibly empty.
    pub summary: ::std::vec::Vec<ReasoningSummaryPart>,
}
///One paragraph of a reasoning summary.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ReasoningSummaryPart {
    ///The paragraph.
    pub text: ::std::string::String,
    ///Always `summary_text`.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///Explanation the model gave for not answering.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct RefusalPart {
    ///The explanation.
    pub refusal: ::std::string::String,
}
///Body of `POST /v1/responses/compact`.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResponsesCompactRequest {
    ///The conversation to shorten: a plain text, or its items, oldest first.
    pub input: ResponsesInput,
    ///The instructions the conversation was held with.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///Identifier of the model that shortens the conversation, as listed by `GET /v1/models`.
    pub model: ::std::string::String,
    ///Whether the model could ask for several tool calls in one turn, sent by the Codex client. Not part of the published API. Default: true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parallel_tool_calls: ::std::option::Option<bool>,
    ///Caller-chosen key that sends requests with a common beginning to the same prompt cache.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_key: ::std::option::Option<::std::string::String>,
    ///How much the model thinks about it, sent by the Codex client. Not part of the published API.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning: ::std::option::Option<ResponsesReasoning>,
    ///Speed and price class in which the request is served. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub service_tier: ::std::option::Option<ResponsesServiceTier>,
    ///Shape and length of the text the conversation was held with, sent by the Codex client. Not part of the published API.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<ResponsesText>,
    ///The tools the conversation was held with, sent by the Codex client. Not part of the published API.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<Tool>,
}
///Conversation named by an object.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResponsesConversationObject {
    ///Id of the conversation.
    pub id: ::std::string::String,
}
///A frame on `GET /v1/responses`: one model turn, with the members of `POST /v1/responses` beside its own.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResponsesCreateEvent {
    ///Pairs of strings about the calling program (session, thread, turn), sent by the Codex client. Not part of the published API.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub client_metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///Conversation whose items come before `input` and to which this turn is appended.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub conversation: ::std::option::Option<ResponsesConversation>,
    ///Whether the model answers. With false the input is only taken in, for a later turn that names this response in `previous_response_id`. Default: true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generate: ::std::option::Option<bool>,
    ///Extra output that is left out unless asked for by name.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub include: ::std::vec::Vec<ResponsesInclude>,
    ///What the model reads: a plain text, or items, oldest first. May be left out when the turn continues another.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub input: ::std::option::Option<ResponsesInput>,
    ///Text placed before the conversation with the weight of a developer message. It is not carried over from one turn to the next.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///Up to 16 pairs of strings that are kept with the response and returned with it. Keys up to 64 characters, values up to 512.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///Identifier of the model that answers, as listed by `GET /v1/models`.
    pub model: ::std::string::String,
    ///Whether the model may ask for several tool calls in the same turn. Default: true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parallel_tool_calls: ::std::option::Option<bool>,
    ///Id of an earlier response that this turn continues, of this connection or one that is remembered.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub previous_response_id: ::std::option::Option<::std::string::String>,
    ///Caller-chosen key that sends requests with a common beginning to the same prompt cache.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_key: ::std::option::Option<::std::string::String>,
    ///How much a reasoning model thinks and what is shown of it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning: ::std::option::Option<ResponsesReasoning>,
    ///Speed and price class in which the request is served. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub service_tier: ::std::option::Option<ResponsesServiceTier>,
    ///Whether the service keeps the response so that it can be fetched or continued by id. OpenAI's own default is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub store: ::std::option::Option<bool>,
    ///Name of the caller's choice that comes back in every event of this response.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream_id: ::std::option::Option<::std::string::String>,
    ///Details of the event stream; only read when `stream` is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream_options: ::std::option::Option<ResponsesStreamOptions>,
    ///Shape and length of the text the model writes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<ResponsesText>,
    ///Whether the model may, must or must not use a tool, or which one it has to use. Default: `auto` when there are tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_choice: ::std::option::Option<ToolChoice>,
    ///Tools the model may use in this turn. Default: none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<Tool>,
    ///Says which kind of event this is.
    #[serde(rename = "type")]
    pub type_: ::std::string::String,
}
///Body of `POST /v1/responses`: one model turn, asked for as a list of items and answered as a list of items.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ResponsesCreateRequest {
    ///Pairs of strings about the calling program (session, thread, turn), sent by the Codex client. Not part of the published API.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub client_metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///Conversation whose items come before `input` and to which this turn is appended.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub conversation: ::std::option::Option<ResponsesConversation>,
    ///Extra output that is left out unless asked for by name.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub include: ::std::vec::Vec<ResponsesInclude>,
    ///What the model reads: a plain text, or the items of the conversation so far, oldest first.
    pub input: ResponsesInput,
    ///Text placed before the conversation with the weight of a developer message. It is not carried over from one turn to the next.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub instructions: ::std::option::Option<::std::string::String>,
    ///Up to 16 pairs of strings that are kept with the response and returned with it. Keys up to 64 characters, values up to 512.
    #[serde(
        default,
        skip_serializing_if = ":: std :: collections :: BTreeMap::is_empty"
    )]
    pub metadata: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
    ///Identifier of the model that answers, as listed by `GET /v1/models`.
    pub model: ::std::string::String,
    ///Whether the model may ask for several tool calls in the same turn. Default: true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parallel_tool_calls: ::std::option::Option<bool>,
    ///Id of a stored response that this turn continues. Not to be combined with `conversation`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub previous_response_id: ::std::option::Option<::std::string::String>,
    ///Caller-chosen key that sends requests with a common beginning to the same prompt cache.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub prompt_cache_key: ::std::option::Option<::std::string::String>,
    ///How much a reasoning model thinks and what is shown of it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reasoning: ::std::option::Option<ResponsesReasoning>,
    ///Speed and price class in which the request is served. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub service_tier: ::std::option::Option<ResponsesServiceTier>,
    ///Whether the service keeps the response so that it can be fetched or continued by id. OpenAI's own default is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub store: ::std::option::Option<bool>,
    ///Whether the answer is sent as server-sent events while it is made; otherwise one JSON object is returned at the end. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream: ::std::option::Option<bool>,
    ///Details of the event stream; only read when `stream` is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub stream_options: ::std::option::Option<ResponsesStreamOptions>,
    ///Shape and length of the text the model writes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub text: ::std::option::Option<ResponsesText>,
    ///Whether the model may, must or must not use a tool, or which one it has to use. Default: `auto` when there are tools.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tool_choice: ::std::option::Option<ToolChoice>,
    ///Tools the model may use in this turn. Default: none.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub tools: ::std::vec::Vec<Tool>,
}
///Extra output that can be asked for.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ResponsesInclude {
    #[serde(rename = "file_search_call.results")]
    FileSearchCallResults,
    #[serde(rename = "web_search_call.results")]
    WebSearchCallResults,
    #[serde(rename = "web_search_call.action.sources")]
    WebSearchCallActionSources,
    #[serde(rename = "message.input_image.image_url")]
    MessageInputImageImageUrl,
    #[serde(rename = "computer_call_output.output.image_url")]
    ComputerCallOutputOutputImageUrl,
    #[serde(rename = "code_interpreter_call.outputs")]
    CodeInterpreterCallOutputs,
    #[serde(rename = "reasoning.encrypted_content")]
    ReasoningEncryptedContent,
    #[serde(rename = "message.output_text.logprobs")]
    MessageOutputTextLogprobs,
}
impl ::std::fmt::Display for ResponsesInclude {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::FileSearchCallResults => f.write_str("file_search_call.results"),
            Self::WebSearchCallResults => f.write_str("web_search_call.results"),
            Self::WebSearchCallActionSources => {
                f.write_str("web_search_call.action.sources")
            }
            Self::MessageInputImageImageUrl => {
                f.write_str("message.input_image.image_url")
            }
            Self::ComputerCallOutputOutputImageUrl => {
                f.write_str("computer_call_output.output.image_url")
            }
            Self::CodeInterpreterCallOutputs => {
                f.write_str("code_interpreter_call.outputs")
            }
            Self::ReasoningEncryptedContent => f.write_str("reasoning.encrypted_content"),
            Self::MessageOutputTextLogprobs => {
                f.write_str("message.output_text.logprobs")
            }
        }
    }
}
impl ::std::str::FromStr for ResponsesInclude {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "file_search_call.results" => Ok(Self::FileSearchCallResults),
            "web_search_call.results" => Ok(Self::WebSearchCallResults),
            "web_search_call.action.sources" => Ok(Self::WebSearchCallActionSources),
            "message.input_image.image_url" => Ok(Self::MessageInputImageImageUrl),
            "computer_call_output.output.image_url" => {
                Ok(Self::ComputerCallOutputOutputImageUrl)
            }
            "code_interpreter_call.outputs" => Ok(Self::CodeInterpreterCallOutputs),
            "reasoning.encrypted_content" => Ok(Self::ReasoningEncryptedContent),
            "message.output_text.logprobs" => Ok(Self::MessageOutputTextLogprobs),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ResponsesInclude {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResponsesInclude {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Settings of reasoning models.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ResponsesReasoning {
    ///Which earlier reasoning items the model sees again: those of this turn or of all turns. Default: `auto`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub context: ::std::option::Option<::std::string::String>,
    ///How much the model thinks before it answers. Which values a model takes differs; the default is usually `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub effort: ::std::option::Option<::std::string::String>,
    ///Older name of `summary`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub generate_summary: ::std::option::Option<::std::string::String>,
    ///How detailed a summary of the thinking is returned. Without it there is no summary.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub summary: ::std::option::Option<::std::string::String>,
}
///Class of service.
#[derive(
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum ResponsesServiceTier {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "default")]
    Default,
    #[serde(rename = "flex")]
    Flex,
    #[serde(rename = "scale")]
    Scale,
    #[serde(rename = "priority")]
    Priority,
    #[serde(rename = "fast")]
    Fast,
    #[serde(rename = "ultrafast")]
    Ultrafast,
}
impl ::std::fmt::Display for ResponsesServiceTier {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Auto => f.write_str("auto"),
            Self::Default => f.write_str("default"),
            Self::Flex => f.write_str("flex"),
            Self::Scale => f.write_str("scale"),
            Self::Priority => f.write_str("priority"),
            Self::Fast => f.write_str("fast"),
            Self::Ultrafast => f.write_str("ultrafast"),
        }
    }
}
impl ::std::str::FromStr for ResponsesServiceTier {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "auto" => Ok(Self::Auto),
            "default" => Ok(Self::Default),
            "flex" => Ok(Self::Flex),
            "scale" => Ok(Self::Scale),
            "priority" => Ok(Self::Priority),
            "fast" => Ok(Self::Fast),
            "ultrafast" => Ok(Self::Ultrafast),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for ResponsesServiceTier {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for ResponsesServiceTier {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
///Options of the event stream.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ResponsesStreamOptions {
    ///Whether events carry random padding that hides the length of the text in them. OpenAI's own default is true.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub include_obfuscation: ::std::option::Option<bool>,
    ///Asks for token counts at the end of the stream. It belongs to chat completions; some clients send it here, where the final event always has them.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub include_usage: ::std::option::Option<bool>,
}
///Settings of the text output.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ResponsesText {
    ///Form the text has to take. Default: plain text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub format: ::std::option::Option<TextFormat>,
    ///How long the answer tends to be. Default: `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub verbosity: ::std::option::Option<::std::string::String>,
}
///JSON that follows a schema.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TextFormatJsonSchema {
    ///What the answer is for, as a hint to the model.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Name of the schema: letters, digits, `_` and `-`, up to 64 characters.
    pub name: ::std::string::String,
    ///JSON Schema of the answer, kept exactly as it was sent.
    pub schema: ::serde_json::Value,
    ///Whether the answer must follow the schema exactly; only a part of JSON Schema is then allowed. Default: false.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub strict: ::std::option::Option<bool>,
}
///Text in the part form of chat completions, which some agents send here as well.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct TextPart {
    ///The text.
    pub text: ::std::string::String,
}
///Search for tools that were not loaded yet.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ToolSearchCallItem {
    ///What is searched for: an object, not JSON text.
    pub arguments: ::serde_json::Value,
    ///Id that ties a call and its result together.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub call_id: ::std::option::Option<::std::string::String>,
    ///Who runs the search.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub execution: ::std::option::Option<::std::string::String>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Tools that a tool search found.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
pub struct ToolSearchOutputItem {
    ///Id that ties a call and its result together.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub call_id: ::std::option::Option<::std::string::String>,
    ///Who ran the search.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub execution: ::std::option::Option<::std::string::String>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///How far the item got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
    ///Definitions of the tools found.
    pub tools: ::std::vec::Vec<::serde_json::Value>,
}
///Lets the model look for tools whose loading was put off.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ToolSearchTool {
    ///What can be found, for searches run by the caller.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub description: ::std::option::Option<::std::string::String>,
    ///Who runs the search. Default: `server`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub execution: ::std::option::Option<::std::string::String>,
    ///JSON Schema of the search arguments, for searches run by the caller.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parameters: ::std::option::Option<::serde_json::Value>,
}
///Record of a web search the service made.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchCallItem {
    ///What was done: a search, an opened page, or a search within a page.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub action: ::std::option::Option<::serde_json::Value>,
    ///Id of the item, as an earlier response gave it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    ///How far the search got.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::std::string::String>,
}
///Limits on where a web search looks.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchFilters {
    ///Only these domains and their subdomains are searched. Default: all.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub allowed_domains: ::std::vec::Vec<::std::string::String>,
}
///Rough place of the user, for local results.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchLocation {
    ///City in free text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub city: ::std::option::Option<::std::string::String>,
    ///Two-letter ISO country code.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    ///Region in free text.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub region: ::std::option::Option<::std::string::String>,
    ///IANA time zone.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub timezone: ::std::option::Option<::std::string::String>,
    ///Always `approximate`.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
}
///Earlier form of the web search tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchPreviewTool {
    ///Kinds of content that are searched for.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub search_content_types: ::std::vec::Vec<::std::string::String>,
    ///How much of the context window search results may take. Default: `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub search_context_size: ::std::option::Option<::std::string::String>,
    ///Rough place of the user.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_location: ::std::option::Option<WebSearchLocation>,
}
///Earlier form of the web search tool, under the name of its version of March 2025.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchPreviewTool20250311 {
    ///Kinds of content that are searched for.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub search_content_types: ::std::vec::Vec<::std::string::String>,
    ///How much of the context window search results may take. Default: `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub search_context_size: ::std::option::Option<::std::string::String>,
    ///Rough place of the user.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_location: ::std::option::Option<WebSearchLocation>,
}
///Web search run by the service.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchTool {
    ///Whether live pages may be fetched; otherwise only what is already indexed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub external_web_access: ::std::option::Option<bool>,
    ///Limits on where the search looks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub filters: ::std::option::Option<WebSearchFilters>,
    ///Whether the index may be used. Sent by the Codex client, not published.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub indexed_web_access: ::std::option::Option<bool>,
    ///Kinds of content that are searched for.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub search_content_types: ::std::vec::Vec<::std::string::String>,
    ///How much of the context window search results may take. Default: `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub search_context_size: ::std::option::Option<::std::string::String>,
    ///Rough place of the user.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_location: ::std::option::Option<WebSearchLocation>,
}
///Web search, under the name of its version of August 2025.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchTool20250826 {
    ///Whether live pages may be fetched; otherwise only what is already indexed.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub external_web_access: ::std::option::Option<bool>,
    ///Limits on where the search looks.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub filters: ::std::option::Option<WebSearchFilters>,
    ///Whether the index may be used. Sent by the Codex client, not published.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub indexed_web_access: ::std::option::Option<bool>,
    ///Kinds of content that are searched for.
    #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub search_content_types: ::std::vec::Vec<::std::string::String>,
    ///How much of the context window search results may take. Default: `medium`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub search_context_size: ::std::option::Option<::std::string::String>,
    ///Rough place of the user.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub user_location: ::std::option::Option<WebSearchLocation>,
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
///What the model said: text, or a list of parts.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatAssistantContent {
    ///Text
    Text(::std::string::String),
    ///Parts
    Parts(::std::vec::Vec<ChatAssistantPart>),
}
impl<'de> ::serde::Deserialize<'de> for ChatAssistantContent {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatAssistantContent;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ChatAssistantContent, E> {
                Ok(ChatAssistantContent::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatAssistantContent, E> {
                Ok(ChatAssistantContent::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<ChatAssistantContent, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    ChatAssistantPart,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(ChatAssistantContent::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One part of an earlier answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatAssistantPart {
    ///A piece of text.
    #[serde(rename = "text")]
    Text(ChatTextPart),
    ///The words with which the model declined.
    #[serde(rename = "refusal")]
    Refusal(ChatRefusalPart),
}
///Text, or a list of parts of several kinds.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatContent {
    ///Text
    Text(::std::string::String),
    ///Parts
    Parts(::std::vec::Vec<ChatContentPart>),
}
impl<'de> ::serde::Deserialize<'de> for ChatContent {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatContent;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(self, text: &str) -> ::std::result::Result<ChatContent, E> {
                Ok(ChatContent::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatContent, E> {
                Ok(ChatContent::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<ChatContent, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    ChatContentPart,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(ChatContent::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One part of a user message or of a tool result.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatContentPart {
    ///A piece of text.
    #[serde(rename = "text")]
    Text(ChatTextPart),
    ///An image.
    #[serde(rename = "image_url")]
    ImageUrl(ChatImagePart),
    ///A document.
    #[serde(rename = "file")]
    File(ChatFilePart),
}
///Any JSON object.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatFormatJsonObject {}
///Plain text.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct ChatFormatText {}
///Older form of a tool choice: a mode, or one named function.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatFunctionCallChoice {
    ///ChatFunctionCallMode
    ChatFunctionCallMode(::std::string::String),
    ///ChatToolName
    ChatToolName(ChatToolName),
}
impl<'de> ::serde::Deserialize<'de> for ChatFunctionCallChoice {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatFunctionCallChoice;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or object")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ChatFunctionCallChoice, E> {
                Ok(ChatFunctionCallChoice::ChatFunctionCallMode(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatFunctionCallChoice, E> {
                Ok(ChatFunctionCallChoice::ChatFunctionCallMode(text))
            }
            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                members: A,
            ) -> ::std::result::Result<ChatFunctionCallChoice, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <ChatToolName as ::serde::Deserialize>::deserialize(members)
                    .map(ChatFunctionCallChoice::ChatToolName)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///An image: its URL alone, as some clients send it, or the URL with a level of detail.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatImage {
    ///Url
    Url(::std::string::String),
    ///ChatImageUrl
    ChatImageUrl(ChatImageUrl),
}
impl<'de> ::serde::Deserialize<'de> for ChatImage {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatImage;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or object")
            }
            fn visit_str<E>(self, text: &str) -> ::std::result::Result<ChatImage, E> {
                Ok(ChatImage::Url(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatImage, E> {
                Ok(ChatImage::Url(text))
            }
            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                members: A,
            ) -> ::std::result::Result<ChatImage, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <ChatImageUrl as ::serde::Deserialize>::deserialize(members)
                    .map(ChatImage::ChatImageUrl)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One message of the conversation; `role` says whose.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "role")]
pub enum ChatMessage {
    ///Instructions the model follows whatever the user says; the older role for them.
    #[serde(rename = "system")]
    System(ChatSystemMessage),
    ///Instructions the model follows whatever the user says.
    #[serde(rename = "developer")]
    Developer(ChatDeveloperMessage),
    ///What the end user said or attached.
    #[serde(rename = "user")]
    User(ChatUserMessage),
    ///An earlier answer of the model, sent back as history.
    #[serde(rename = "assistant")]
    Assistant(ChatAssistantMessage),
    ///The result of a tool call.
    #[serde(rename = "tool")]
    Tool(ChatToolMessage),
    ///The result of a call made in the older form.
    #[serde(rename = "function")]
    Function(ChatFunctionMessage),
}
///The tool to call, or the tools to choose from.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatNamedToolChoice {
    ///Call this function. The name may also stand beside `type`, as some clients send it.
    #[serde(rename = "function")]
    Function(ChatFunctionChoice),
    ///Choose among some of the tools only.
    #[serde(rename = "allowed_tools")]
    AllowedTools(ChatAllowedToolsChoice),
}
///Form of the answer.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatResponseFormat {
    ///Plain text.
    #[serde(rename = "text")]
    Text(ChatFormatText),
    ///JSON that follows a schema.
    #[serde(rename = "json_schema")]
    JsonSchema(ChatFormatJsonSchema),
    ///Any JSON object.
    #[serde(rename = "json_object")]
    JsonObject(ChatFormatJsonObject),
}
///Text, whole or in parts.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatTextContent {
    ///Text
    Text(::std::string::String),
    ///Parts
    Parts(::std::vec::Vec<ChatTextPart>),
}
impl<'de> ::serde::Deserialize<'de> for ChatTextContent {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatTextContent;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ChatTextContent, E> {
                Ok(ChatTextContent::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatTextContent, E> {
                Ok(ChatTextContent::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<ChatTextContent, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    ChatTextPart,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(ChatTextContent::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One tool the model may call.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatTool {
    ///A function described by a JSON Schema. The members of `function` may also stand beside `type`, as some editors send them.
    #[serde(rename = "function")]
    Function(ChatFunctionTool),
    ///A tool that takes free text. The members of `custom` may also stand beside `type`, as some editors send them.
    #[serde(rename = "custom")]
    Custom(ChatCustomTool),
}
///One tool call of an earlier turn.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ChatToolCall {
    ///A call of a function tool.
    #[serde(rename = "function")]
    Function(ChatFunctionToolCall),
    ///A call of a custom tool.
    #[serde(rename = "custom")]
    Custom(ChatCustomToolCall),
}
///Whether and which tool is called: a mode, or one named tool.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ChatToolChoice {
    ///ChatToolChoiceMode
    ChatToolChoiceMode(::std::string::String),
    ///ChatNamedToolChoice
    ChatNamedToolChoice(ChatNamedToolChoice),
}
impl<'de> ::serde::Deserialize<'de> for ChatToolChoice {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ChatToolChoice;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or object")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ChatToolChoice, E> {
                Ok(ChatToolChoice::ChatToolChoiceMode(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ChatToolChoice, E> {
                Ok(ChatToolChoice::ChatToolChoiceMode(text))
            }
            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                members: A,
            ) -> ::std::result::Result<ChatToolChoice, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <ChatNamedToolChoice as ::serde::Deserialize>::deserialize(members)
                    .map(ChatToolChoice::ChatNamedToolChoice)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///Asks for the conversation before it to be shortened.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct CompactionTriggerItem {}
///One text, or a list of texts or token numbers.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum CompletionsPrompt {
    ///Text
    Text(::std::string::String),
    ///List
    List(::std::vec::Vec<CompletionsPromptItem>),
}
impl<'de> ::serde::Deserialize<'de> for CompletionsPrompt {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = CompletionsPrompt;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<CompletionsPrompt, E> {
                Ok(CompletionsPrompt::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<CompletionsPrompt, E> {
                Ok(CompletionsPrompt::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<CompletionsPrompt, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    CompletionsPromptItem,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(CompletionsPrompt::List)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One text of a list, one token number, or one list of token numbers.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum CompletionsPromptItem {
    ///Text
    Text(::std::string::String),
    ///Token
    Token(i64),
    ///Tokens
    Tokens(::std::vec::Vec<i64>),
}
impl<'de> ::serde::Deserialize<'de> for CompletionsPromptItem {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = CompletionsPromptItem;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or integer or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<CompletionsPromptItem, E> {
                Ok(CompletionsPromptItem::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<CompletionsPromptItem, E> {
                Ok(CompletionsPromptItem::Text(text))
            }
            fn visit_i64<E>(
                self,
                number: i64,
            ) -> ::std::result::Result<CompletionsPromptItem, E> {
                Ok(CompletionsPromptItem::Token(number))
            }
            fn visit_u64<E: ::serde::de::Error>(
                self,
                number: u64,
            ) -> ::std::result::Result<CompletionsPromptItem, E> {
                number.try_into().map(CompletionsPromptItem::Token).map_err(E::custom)
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<CompletionsPromptItem, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<i64> as ::serde::Deserialize>::deserialize(elements)
                    .map(CompletionsPromptItem::Tokens)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///One part of a message or of a tool result.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ContentPart {
    ///Text for the model to read.
    #[serde(rename = "input_text")]
    InputText(InputTextPart),
    ///Image for the model to look at, given by address or by file id.
    #[serde(rename = "input_image")]
    InputImage(InputImagePart),
    ///File for the model to read, given by content, address or file id.
    #[serde(rename = "input_file")]
    InputFile(InputFilePart),
    ///Text the model wrote in an earlier turn.
    #[serde(rename = "output_text")]
    OutputText(OutputTextPart),
    ///Explanation the model gave for not answering.
    #[serde(rename = "refusal")]
    Refusal(RefusalPart),
    ///Text in the part form of chat completions, which some agents send here as well.
    #[serde(rename = "text")]
    Text(TextPart),
}
///One item of the conversation. An item without `type` is a message.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum InputItem {
    ///Message of the user, the model, the system or the developer.
    #[serde(rename = "message")]
    Message(MessageItem),
    ///Record of a web search the service made.
    #[serde(rename = "web_search_call")]
    WebSearchCall(WebSearchCallItem),
    ///Call of a function that the model asked for.
    #[serde(rename = "function_call")]
    FunctionCall(FunctionCallItem),
    ///Result of a function call.
    #[serde(rename = "function_call_output")]
    FunctionCallOutput(FunctionCallOutputItem),
    ///Search for tools that were not loaded yet.
    #[serde(rename = "tool_search_call")]
    ToolSearchCall(ToolSearchCallItem),
    ///Tools that a tool search found.
    #[serde(rename = "tool_search_output")]
    ToolSearchOutput(ToolSearchOutputItem),
    ///Tools declared inside the input, from this point of the conversation on.
    #[serde(rename = "additional_tools")]
    AdditionalTools(AdditionalToolsItem),
    ///Thinking of the model in an earlier turn. It has to come back for the model to go on from it.
    #[serde(rename = "reasoning")]
    Reasoning(ReasoningItem),
    ///Shortened form of everything before it.
    #[serde(rename = "compaction")]
    Compaction(CompactionItem),
    ///Asks for the conversation before it to be shortened.
    #[serde(rename = "compaction_trigger")]
    CompactionTrigger(CompactionTriggerItem),
    ///Image the service made.
    #[serde(rename = "image_generation_call")]
    ImageGenerationCall(ImageGenerationCallItem),
    ///Command the model wants run on the caller's machine.
    #[serde(rename = "local_shell_call")]
    LocalShellCall(LocalShellCallItem),
    ///Result of a custom tool.
    #[serde(rename = "custom_tool_call_output")]
    CustomToolCallOutput(CustomToolCallOutputItem),
    ///Call of a custom tool, with free text as its input.
    #[serde(rename = "custom_tool_call")]
    CustomToolCall(CustomToolCallItem),
    ///Stands for an item of an earlier response, by id alone.
    #[serde(rename = "item_reference")]
    ItemReference(ItemReferenceItem),
}
///Shell on the caller's machine.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct LocalShellTool {}
///Content of a message: a text, or parts.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum MessageContent {
    ///Text
    Text(::std::string::String),
    ///Parts
    Parts(::std::vec::Vec<ContentPart>),
}
impl<'de> ::serde::Deserialize<'de> for MessageContent {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = MessageContent;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<MessageContent, E> {
                Ok(MessageContent::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<MessageContent, E> {
                Ok(MessageContent::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<MessageContent, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    ContentPart,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(MessageContent::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///Names the conversation a response belongs to.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ResponsesConversation {
    ///Id
    Id(::std::string::String),
    ///ResponsesConversationObject
    ResponsesConversationObject(ResponsesConversationObject),
}
impl<'de> ::serde::Deserialize<'de> for ResponsesConversation {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ResponsesConversation;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or object")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ResponsesConversation, E> {
                Ok(ResponsesConversation::Id(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ResponsesConversation, E> {
                Ok(ResponsesConversation::Id(text))
            }
            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                members: A,
            ) -> ::std::result::Result<ResponsesConversation, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <ResponsesConversationObject as ::serde::Deserialize>::deserialize(
                        members,
                    )
                    .map(ResponsesConversation::ResponsesConversationObject)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///Input of a turn. A text stands for one user message.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ResponsesInput {
    ///Text
    Text(::std::string::String),
    ///Items
    Items(::std::vec::Vec<InputItem>),
}
impl<'de> ::serde::Deserialize<'de> for ResponsesInput {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ResponsesInput;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(
                self,
                text: &str,
            ) -> ::std::result::Result<ResponsesInput, E> {
                Ok(ResponsesInput::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ResponsesInput, E> {
                Ok(ResponsesInput::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<ResponsesInput, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    InputItem,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(ResponsesInput::Items)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///Form of the text output.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum TextFormat {
    ///Plain text, the default.
    #[serde(rename = "text")]
    Text(TextFormatText),
    ///JSON that follows a schema.
    #[serde(rename = "json_schema")]
    JsonSchema(TextFormatJsonSchema),
    ///Any JSON object; the input has to ask for JSON in words.
    #[serde(rename = "json_object")]
    JsonObject(TextFormatJsonObject),
}
///Any JSON object; the input has to ask for JSON in words.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct TextFormatJsonObject {}
///Plain text, the default.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct TextFormatText {}
///Tool the model may use.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum Tool {
    ///Function of the caller that the model may ask to be called.
    #[serde(rename = "function")]
    Function(FunctionTool),
    ///Web search run by the service.
    #[serde(rename = "web_search")]
    WebSearch(WebSearchTool),
    ///Web search, under the name of its version of August 2025.
    #[serde(rename = "web_search_2025_08_26")]
    WebSearch20250826(WebSearchTool20250826),
    ///Image generation run by the service.
    #[serde(rename = "image_generation")]
    ImageGeneration(ImageGenerationTool),
    ///Shell on the caller's machine.
    #[serde(rename = "local_shell")]
    LocalShell(LocalShellTool),
    ///Tool of the caller whose input is free text, optionally bound to a grammar.
    #[serde(rename = "custom")]
    Custom(CustomTool),
    ///Group of functions and custom tools under one name.
    #[serde(rename = "namespace")]
    Namespace(NamespaceTool),
    ///Lets the model look for tools whose loading was put off.
    #[serde(rename = "tool_search")]
    ToolSearch(ToolSearchTool),
    ///Earlier form of the web search tool.
    #[serde(rename = "web_search_preview")]
    WebSearchPreview(WebSearchPreviewTool),
    ///Earlier form of the web search tool, under the name of its version of March 2025.
    #[serde(rename = "web_search_preview_2025_03_11")]
    WebSearchPreview20250311(WebSearchPreviewTool20250311),
}
///How the model deals with its tools.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ToolChoice {
    ///ToolChoiceMode
    ToolChoiceMode(::std::string::String),
    ///ToolChoiceObject
    ToolChoiceObject(ToolChoiceObject),
}
impl<'de> ::serde::Deserialize<'de> for ToolChoice {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ToolChoice;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or object")
            }
            fn visit_str<E>(self, text: &str) -> ::std::result::Result<ToolChoice, E> {
                Ok(ToolChoice::ToolChoiceMode(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ToolChoice, E> {
                Ok(ToolChoice::ToolChoiceMode(text))
            }
            fn visit_map<A: ::serde::de::MapAccess<'de>>(
                self,
                members: A,
            ) -> ::std::result::Result<ToolChoice, A::Error> {
                let members = ::serde::de::value::MapAccessDeserializer::new(members);
                <ToolChoiceObject as ::serde::Deserialize>::deserialize(members)
                    .map(ToolChoice::ToolChoiceObject)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///Tool the model has to use, or tools it is limited to.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type")]
pub enum ToolChoiceObject {
    ///Only some of the tools may be used in this turn.
    #[serde(rename = "allowed_tools")]
    AllowedTools(AllowedToolsChoice),
    ///A certain function must be called.
    #[serde(rename = "function")]
    Function(FunctionToolChoice),
    ///A certain custom tool must be called.
    #[serde(rename = "custom")]
    Custom(CustomToolChoice),
    ///The web must be searched. Sent by real clients, though the published list only has the preview names.
    #[serde(rename = "web_search")]
    WebSearch(WebSearchToolChoice),
    ///The web must be searched, with the earlier name of the tool.
    #[serde(rename = "web_search_preview")]
    WebSearchPreview(WebSearchPreviewToolChoice),
    ///The web must be searched, with the dated earlier name of the tool.
    #[serde(rename = "web_search_preview_2025_03_11")]
    WebSearchPreview20250311(WebSearchPreviewToolChoice20250311),
}
///Result of a tool call: a text, or parts.
#[derive(::serde::Serialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ToolOutput {
    ///Text
    Text(::std::string::String),
    ///Parts
    Parts(::std::vec::Vec<ContentPart>),
}
impl<'de> ::serde::Deserialize<'de> for ToolOutput {
    fn deserialize<D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> ::serde::de::Visitor<'de> for Visitor {
            type Value = ToolOutput;
            fn expecting(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::fmt::Result {
                f.write_str("string or array")
            }
            fn visit_str<E>(self, text: &str) -> ::std::result::Result<ToolOutput, E> {
                Ok(ToolOutput::Text(text.to_owned()))
            }
            fn visit_string<E>(
                self,
                text: ::std::string::String,
            ) -> ::std::result::Result<ToolOutput, E> {
                Ok(ToolOutput::Text(text))
            }
            fn visit_seq<A: ::serde::de::SeqAccess<'de>>(
                self,
                elements: A,
            ) -> ::std::result::Result<ToolOutput, A::Error> {
                let elements = ::serde::de::value::SeqAccessDeserializer::new(elements);
                <::std::vec::Vec<
                    ContentPart,
                > as ::serde::Deserialize>::deserialize(elements)
                    .map(ToolOutput::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
///The web must be searched, with the earlier name of the tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchPreviewToolChoice {}
///The web must be searched, with the dated earlier name of the tool.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchPreviewToolChoice20250311 {}
///The web must be searched. Sent by real clients, though the published list only has the preview names.
#[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
pub struct WebSearchToolChoice {}
