//! The hub's request: a Responses request without what only the client's side of the relay cares about.

use std::collections::BTreeMap;

use bytestring::ByteString;

use super::files::empty_part;
use crate::contract::models::{
    CustomToolCallItem, FunctionCallItem, InputItem, InputRole, ItemReferenceItem, MessageItem, ReasoningItem,
    ResponsesInclude, ResponsesReasoning, ResponsesServiceTier, ResponsesText, Tool, ToolChoice,
};
use crate::translate::TranslateError;

/// A generation request, in the one shape every vendor's translation starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct HubRequest {
    /// Model id, as the client wrote it.
    pub model: String,
    /// System instructions; absent when the client gave none. Shared with what repeats them, because they can be as large as a body.
    pub instructions: Option<ByteString>,
    /// The conversation, oldest item first.
    pub input: Vec<InputItem>,
    /// Tools the model may call.
    pub tools: Vec<Tool>,
    /// Which tool it is to call.
    pub tool_choice: Option<ToolChoice>,
    /// Whether it may call several in one turn.
    pub parallel_tool_calls: Option<bool>,
    /// Reasoning settings.
    pub reasoning: Option<ResponsesReasoning>,
    /// Output format and verbosity.
    pub text: Option<ResponsesText>,
    /// Extra data wanted in the answer.
    pub include: Vec<ResponsesInclude>,
    /// Processing tier.
    pub service_tier: Option<ResponsesServiceTier>,
    /// Key that steers similar requests to the same prompt cache.
    pub prompt_cache_key: Option<String>,
    /// The client's own labels, forwarded.
    pub client_metadata: BTreeMap<String, String>,
}

impl HubRequest {
    /// Puts remembered items in the place of references and of reasoning items that lost their encrypted content.
    ///
    /// A backend that keeps nothing can resolve neither, but real clients send both in a tool loop. A bare reasoning item that is no longer remembered is left out and reported to `forgotten` as
    /// `input[3]`: the conversation stays intact, only the model's private notes are gone.
    ///
    /// # Errors
    ///
    /// [`TranslateError::UnknownItem`] for a reference to anything but a reasoning item that is not remembered: leaving that out would change the
    /// conversation. [`TranslateError::Mismatch`] for a file or an image without any.
    pub fn recall(&mut self, memory: &dyn ItemMemory, forgotten: &mut Vec<String>) -> Result<(), TranslateError> {
        self.input = recall_items(std::mem::take(&mut self.input), "input", memory, forgotten)?;
        Ok(())
    }

    /// Puts remembered reasoning before the tool calls it led to.
    ///
    /// For dialects that have no place for reasoning items: their clients send the calls of a turn back without it, and the model would have to think anew in every step of a tool loop.
    pub fn recall_reasoning(&mut self, memory: &dyn ItemMemory) {
        let mut recalled: Vec<InputItem> = Vec::with_capacity(self.input.len());
        for item in std::mem::take(&mut self.input) {
            if let Some(reasoning) = call_id(&item).and_then(|call_id| memory.recall_reasoning(call_id)) {
                // What the model said in the same turn came after its reasoning.
                let said = recalled.iter().rev().take_while(|item| is_said_by_the_model(item)).count();
                recalled.insert(recalled.len() - said, reasoning);
            }
            recalled.push(item);
        }
        self.input = recalled;
    }
}

/// Puts remembered items in the place of references and bare reasoning, as [`HubRequest::recall`] does, in a list that the client calls `member`.
///
/// # Errors
///
/// [`TranslateError::UnknownItem`], [`TranslateError::Mismatch`]
pub fn recall_items(
    items: Vec<InputItem>,
    member: &str,
    memory: &dyn ItemMemory,
    forgotten: &mut Vec<String>,
) -> Result<Vec<InputItem>, TranslateError> {
    let mut recalled = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let (id, is_reasoning) = if let InputItem::ItemReference(ItemReferenceItem { id }) = &item {
            (Some(id.as_str()), id.starts_with("rs_"))
        } else if let InputItem::Reasoning(ReasoningItem { encrypted_content: None, id, .. }) = &item {
            (id.as_deref(), true)
        } else {
            if let Some((place, needs)) = empty_part(&item) {
                return Err(TranslateError::mismatch(format!("{member}[{index}].{place}"), needs));
            }
            recalled.push(item);
            continue;
        };
        match id.and_then(|id| memory.recall(id)) {
            Some(item) => recalled.push(item),
            None if is_reasoning => forgotten.push(format!("{member}[{index}]")),
            None => return Err(TranslateError::UnknownItem { param: format!("{member}[{index}]") }),
        }
    }
    Ok(recalled)
}

fn call_id(item: &InputItem) -> Option<&str> {
    if let InputItem::FunctionCall(FunctionCallItem { call_id, .. })
    | InputItem::CustomToolCall(CustomToolCallItem { call_id, .. }) = item
    {
        return Some(call_id);
    }
    None
}

fn is_said_by_the_model(item: &InputItem) -> bool {
    matches!(item, InputItem::Message(MessageItem { role: InputRole::Assistant, .. }))
}

/// Output items of earlier answers.
pub trait ItemMemory {
    /// The item of this id, as it can be sent again.
    fn recall(&self, id: &str) -> Option<InputItem>;

    /// The reasoning that led to the tool call of this `call_id`.
    fn recall_reasoning(&self, call_id: &str) -> Option<InputItem>;
}
