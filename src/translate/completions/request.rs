//! Completions request to hub.

use std::collections::BTreeMap;

use crate::contract::models::{
    CompletionsCreateRequest, CompletionsPrompt, CompletionsPromptItem, ContentPart, InputItem, InputRole,
    InputTextPart, MessageContent, MessageItem, ResponsesReasoning,
};
use crate::translate::TranslateError;
use crate::translate::hub::HubRequest;

/// Puts a Completions request into the hub's shape: the prompt becomes one user message.
///
/// # Errors
///
/// [`TranslateError::Mismatch`] for an empty prompt list; the contract has refused token arrays and several prompts before.
pub fn completions_to_hub(request: CompletionsCreateRequest) -> Result<HubRequest, TranslateError> {
    let CompletionsCreateRequest { instructions, model, prompt, reasoning_effort, stream: _, stream_options: _ } =
        request;
    let text = match prompt {
        CompletionsPrompt::Text(text) => text,
        CompletionsPrompt::List(items) => match items.into_iter().next() {
            Some(CompletionsPromptItem::Text(text)) => text,
            Some(CompletionsPromptItem::Token(_) | CompletionsPromptItem::Tokens(_)) | None => {
                return Err(TranslateError::mismatch("prompt", "must hold one string"));
            }
        },
    };
    let content = MessageContent::Parts(vec![ContentPart::InputText(InputTextPart { text })]);
    let message = MessageItem { content, id: None, phase: None, role: InputRole::User, status: None };
    let reasoning = reasoning_effort.map(|effort| ResponsesReasoning {
        context: None,
        effort: Some(effort),
        generate_summary: None,
        summary: None,
    });
    Ok(HubRequest {
        model,
        instructions: instructions.map(Into::into),
        input: vec![InputItem::Message(message)],
        tools: Vec::new(),
        tool_choice: None,
        parallel_tool_calls: None,
        reasoning,
        text: None,
        include: Vec::new(),
        service_tier: None,
        prompt_cache_key: None,
        client_metadata: BTreeMap::new(),
    })
}
