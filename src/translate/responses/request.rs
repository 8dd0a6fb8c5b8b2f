//! Responses request to hub.

use bytestring::ByteString;

use crate::contract::models::{
    ContentPart, InputItem, InputRole, InputTextPart, MessageContent, MessageItem, OutputTextPart,
    ResponsesCreateRequest, ResponsesInput, TextPart,
};
use crate::translate::hub::HubRequest;

/// Puts a Responses request into the hub's shape, which is nearly its own.
///
/// A string input becomes one user message, role `system` becomes `developer` and bare `text` parts get the kind their role calls for.
#[must_use]
pub fn responses_to_hub(request: ResponsesCreateRequest) -> HubRequest {
    let ResponsesCreateRequest {
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
        // Honoured by the relay: what comes before the input, and what becomes of the answer.
        conversation: _,
        previous_response_id: _,
        store: _,
        // Honoured by the answer side.
        metadata: _,
        stream: _,
        stream_options: _,
    } = request;
    HubRequest {
        model,
        instructions: instructions.map(ByteString::from),
        input: items(input),
        tools,
        tool_choice,
        parallel_tool_calls,
        reasoning,
        text,
        include,
        service_tier,
        prompt_cache_key,
        client_metadata,
    }
}

/// Items as the hub has them: role `system` becomes `developer`, and bare `text` parts get the kind their role calls for.
#[must_use]
pub fn normalised(items: Vec<InputItem>) -> Vec<InputItem> {
    items.into_iter().map(normalise).collect()
}

/// The items of an input.
pub(super) fn items(input: ResponsesInput) -> Vec<InputItem> {
    match input {
        ResponsesInput::Text(text) => vec![user_text(text)],
        ResponsesInput::Items(items) => normalised(items),
    }
}

fn user_text(text: String) -> InputItem {
    let part = ContentPart::InputText(InputTextPart { text });
    let content = MessageContent::Parts(vec![part]);
    InputItem::Message(MessageItem { content, id: None, phase: None, role: InputRole::User, status: None })
}

fn normalise(item: InputItem) -> InputItem {
    let InputItem::Message(mut message) = item else { return item };
    if message.role == InputRole::System {
        message.role = InputRole::Developer;
    }
    if let MessageContent::Parts(parts) = &mut message.content {
        let is_assistant = message.role == InputRole::Assistant;
        for part in parts {
            if let ContentPart::Text(TextPart { text, .. }) = part {
                let text = std::mem::take(text);
                *part = if is_assistant {
                    ContentPart::OutputText(OutputTextPart { annotations: Vec::new(), logprobs: Vec::new(), text })
                } else {
                    ContentPart::InputText(InputTextPart { text })
                };
            }
        }
    }
    InputItem::Message(message)
}
