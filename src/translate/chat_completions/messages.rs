//! Chat messages to hub items.

use crate::contract::models::{
    ChatAssistantContent, ChatAssistantMessage, ChatAssistantPart, ChatContent, ChatContentPart, ChatCustomCall,
    ChatCustomToolCall, ChatDeveloperMessage, ChatFile, ChatFilePart, ChatFunctionCall, ChatFunctionMessage,
    ChatFunctionToolCall, ChatImage, ChatImagePart, ChatImageUrl, ChatMessage, ChatRefusalPart, ChatSystemMessage,
    ChatTextContent, ChatTextPart, ChatToolCall, ChatToolMessage, ChatUserMessage, ContentPart, CustomToolCallItem,
    CustomToolCallOutputItem, FunctionCallItem, FunctionCallOutputItem, InputFilePart, InputImagePart, InputItem,
    InputRole, InputTextPart, MessageContent, MessageItem, OutputTextPart, RefusalPart, ToolOutput,
};
use crate::translate::TranslateError;

/// Between system messages, and between `instructions` and them.
const INSTRUCTIONS_SEPARATOR: &str = "\n\n";

/// Splits a conversation into instructions and items.
///
/// System and developer messages at the beginning become instructions, unless `keep_in_input` says otherwise or nothing else is there; later ones stay where they are, as developer messages.
pub(super) fn messages_to_items(
    instructions: Option<String>,
    messages: Vec<ChatMessage>,
    keep_in_input: bool,
) -> Result<(Option<String>, Vec<InputItem>), TranslateError> {
    let is_system = |message: &ChatMessage| matches!(message, ChatMessage::System(_) | ChatMessage::Developer(_));
    let leading = if keep_in_input || messages.iter().all(is_system) {
        0
    } else {
        messages.iter().take_while(|message| is_system(message)).count()
    };

    let mut texts: Vec<String> = instructions.into_iter().collect();
    let mut conversation = Conversation { items: Vec::with_capacity(messages.len()), calls: Vec::new() };
    for (index, message) in messages.into_iter().enumerate() {
        match message {
            ChatMessage::System(ChatSystemMessage { content, .. })
            | ChatMessage::Developer(ChatDeveloperMessage { content, .. }) => {
                let text = text_of(content);
                if index < leading {
                    texts.push(text);
                } else {
                    conversation.message(InputRole::Developer, vec![input_text(text)]);
                }
            }
            ChatMessage::User(ChatUserMessage { content, .. }) => {
                conversation.message(InputRole::User, content_to_parts(index, content)?)
            }
            ChatMessage::Assistant(message) => conversation.assistant(index, message),
            ChatMessage::Tool(message) => conversation.tool(index, message)?,
            ChatMessage::Function(message) => conversation.function(index, message)?,
        }
    }
    let instructions = (!texts.is_empty()).then(|| texts.join(INSTRUCTIONS_SEPARATOR));
    Ok((instructions, conversation.items))
}

/// Items so far, and the calls a later tool message may answer.
struct Conversation {
    items: Vec<InputItem>,
    calls: Vec<Call>,
}

struct Call {
    id: String,
    name: String,
    is_custom: bool,
    /// Made by the legacy `function_call`, which has no id; answered by name.
    is_legacy: bool,
}

impl Conversation {
    fn message(&mut self, role: InputRole, parts: Vec<ContentPart>) {
        let content = MessageContent::Parts(parts);
        self.items.push(InputItem::Message(MessageItem { content, id: None, phase: None, role, status: None }));
    }

    fn assistant(&mut self, index: usize, message: ChatAssistantMessage) {
        // `reasoning_content` is what the relay itself showed; reasoning goes back as remembered items, never as text.
        let ChatAssistantMessage { content, function_call, reasoning_content: _, refusal, tool_calls } = message;
        let mut parts = match content {
            None => Vec::new(),
            Some(ChatAssistantContent::Text(text)) if text.is_empty() => Vec::new(),
            Some(ChatAssistantContent::Text(text)) => vec![output_text(text)],
            Some(ChatAssistantContent::Parts(parts)) => parts.into_iter().map(assistant_part).collect(),
        };
        parts.extend(refusal.map(|refusal| ContentPart::Refusal(RefusalPart { refusal })));
        if !parts.is_empty() {
            self.message(InputRole::Assistant, parts);
        }
        for (position, call) in tool_calls.into_iter().enumerate() {
            self.tool_call(format!("call_{index}_{position}"), call);
        }
        if let Some(ChatFunctionCall { arguments, name }) = function_call {
            self.function_call(format!("call_{index}"), name, arguments, true);
        }
    }

    fn tool_call(&mut self, fallback_id: String, call: ChatToolCall) {
        match call {
            ChatToolCall::Function(ChatFunctionToolCall { function: ChatFunctionCall { arguments, name }, id }) => {
                self.function_call(id.unwrap_or(fallback_id), name, arguments, false);
            }
            ChatToolCall::Custom(ChatCustomToolCall { custom: ChatCustomCall { input, name }, id }) => {
                let id = id.unwrap_or(fallback_id);
                self.calls.push(Call { id: id.clone(), name: name.clone(), is_custom: true, is_legacy: false });
                let input = input.unwrap_or_default();
                self.items.push(InputItem::CustomToolCall(CustomToolCallItem {
                    call_id: id,
                    id: None,
                    input,
                    name,
                    namespace: None,
                    status: None,
                }));
            }
        }
    }

    fn function_call(&mut self, id: String, name: String, arguments: Option<String>, is_legacy: bool) {
        self.calls.push(Call { id: id.clone(), name: name.clone(), is_custom: false, is_legacy });
        let arguments = arguments.filter(|arguments| !arguments.is_empty()).unwrap_or_else(|| "{}".to_owned());
        self.items.push(InputItem::FunctionCall(FunctionCallItem {
            arguments,
            call_id: id,
            id: None,
            name,
            namespace: None,
            status: None,
        }));
    }

    fn tool(&mut self, index: usize, message: ChatToolMessage) -> Result<(), TranslateError> {
        let ChatToolMessage { content, tool_call_id } = message;
        let Some(call) = self.calls.iter().find(|call| call.id == tool_call_id) else {
            return Err(TranslateError::mismatch(
                format!("messages[{index}].tool_call_id"),
                "answers no call: send the assistant message whose `tool_calls` has this id before it",
            ));
        };
        let output = match content {
            None => ToolOutput::Text(String::new()),
            Some(ChatContent::Text(text)) => ToolOutput::Text(text),
            Some(ChatContent::Parts(parts)) => ToolOutput::Parts(parts_to_hub(index, parts)?),
        };
        self.items.push(if call.is_custom {
            InputItem::CustomToolCallOutput(CustomToolCallOutputItem {
                call_id: tool_call_id,
                id: None,
                name: None,
                output,
            })
        } else {
            InputItem::FunctionCallOutput(FunctionCallOutputItem {
                call_id: Some(tool_call_id),
                id: None,
                name: None,
                namespace: None,
                output,
                status: None,
            })
        });
        Ok(())
    }

    fn function(&mut self, index: usize, message: ChatFunctionMessage) -> Result<(), TranslateError> {
        let ChatFunctionMessage { content, name } = message;
        let Some(at) = self.calls.iter().rposition(|call| call.is_legacy && call.name == name) else {
            return Err(TranslateError::mismatch(
                format!("messages[{index}].name"),
                "answers no call: send the assistant message with this `function_call` before it",
            ));
        };
        let call = self.calls.remove(at);
        let output = ToolOutput::Text(content.unwrap_or_default());
        self.items.push(InputItem::FunctionCallOutput(FunctionCallOutputItem {
            call_id: Some(call.id),
            id: None,
            name: None,
            namespace: None,
            output,
            status: None,
        }));
        Ok(())
    }
}

fn input_text(text: String) -> ContentPart {
    ContentPart::InputText(InputTextPart { text })
}

fn output_text(text: String) -> ContentPart {
    ContentPart::OutputText(OutputTextPart { annotations: Vec::new(), logprobs: Vec::new(), text })
}

fn text_of(content: ChatTextContent) -> String {
    match content {
        ChatTextContent::Text(text) => text,
        ChatTextContent::Parts(parts) => {
            parts.into_iter().map(|ChatTextPart { text, .. }| text).collect::<Vec<_>>().join("\n")
        }
    }
}

/// The content of the message of this index.
fn content_to_parts(message: usize, content: ChatContent) -> Result<Vec<ContentPart>, TranslateError> {
    match content {
        ChatContent::Text(text) => Ok(vec![input_text(text)]),
        ChatContent::Parts(parts) => parts_to_hub(message, parts),
    }
}

fn parts_to_hub(message: usize, parts: Vec<ChatContentPart>) -> Result<Vec<ContentPart>, TranslateError> {
    let place = |index| move || format!("messages[{message}].content[{index}]");
    parts.into_iter().enumerate().map(|(index, part)| content_part(part, place(index))).collect()
}

fn content_part(part: ChatContentPart, place: impl FnOnce() -> String) -> Result<ContentPart, TranslateError> {
    Ok(match part {
        ChatContentPart::Text(ChatTextPart { text, .. }) => input_text(text),
        ChatContentPart::ImageUrl(ChatImagePart { image_url, .. }) => {
            let (url, detail) = match image_url {
                ChatImage::Url(url) => (url, None),
                ChatImage::ChatImageUrl(ChatImageUrl { detail, url }) => (url, detail),
            };
            let detail = Some(detail.unwrap_or_else(|| "auto".to_owned()));
            ContentPart::InputImage(InputImagePart { detail, file_id: None, image_url: Some(url) })
        }
        ChatContentPart::File(ChatFilePart { file: ChatFile { file_data: None, file_id: None, .. }, .. }) => {
            return Err(TranslateError::mismatch(format!("{}.file", place()), "needs `file_data` or `file_id`"));
        }
        ChatContentPart::File(ChatFilePart { file: ChatFile { file_data, file_id, filename }, .. }) => {
            ContentPart::InputFile(InputFilePart { detail: None, file_data, file_id, file_url: None, filename })
        }
    })
}

fn assistant_part(part: ChatAssistantPart) -> ContentPart {
    match part {
        ChatAssistantPart::Text(ChatTextPart { text, .. }) => output_text(text),
        ChatAssistantPart::Refusal(ChatRefusalPart { refusal }) => ContentPart::Refusal(RefusalPart { refusal }),
    }
}
