//! Where a chat request names uploaded files; in the hub's input its messages stand in other places.

use std::collections::BTreeMap;

use crate::contract::models::{
    ChatCompletionsCreateRequest, ChatContent, ChatContentPart, ChatFile, ChatFilePart, ChatMessage, ChatUserMessage,
};

/// The first place of each file id: `messages[2].content[1].file.file_id`.
#[must_use]
pub fn file_places(request: &ChatCompletionsCreateRequest) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    for (message, parts) in
        request.messages.iter().enumerate().filter_map(|(index, message)| Some((index, parts(message)?)))
    {
        for (index, part) in parts.iter().enumerate() {
            if let ChatContentPart::File(ChatFilePart { file: ChatFile { file_id: Some(id), .. }, .. }) = part {
                places
                    .entry(id.clone())
                    .or_insert_with(|| format!("messages[{message}].content[{index}].file.file_id"));
            }
        }
    }
    places
}

fn parts(message: &ChatMessage) -> Option<&[ChatContentPart]> {
    if let ChatMessage::User(ChatUserMessage { content: ChatContent::Parts(parts) }) = message {
        return Some(parts);
    }
    None
}
