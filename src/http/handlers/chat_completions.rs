//! `POST /v1/chat/completions`

use crate::contract::models::ChatCompletionsCreateRequest;
use crate::http::App;
use crate::http::answer::{self, Memory};
use crate::http::call::{Call, Reply};
use crate::http::turn::Links;
use crate::translate::chat_completions::{
    ChatAnswer, ChatRequestOptions, ChatSettings, ChatStream, ReasoningStyle, chat_to_hub, file_places,
};
use crate::translate::responses::conversation_id;

impl App {
    pub(super) async fn create_chat_completion(&self, call: Call, request: ChatCompletionsCreateRequest) -> Reply {
        let is_stream = request.stream.unwrap_or(false);
        let settings = ChatSettings {
            id: format!("chatcmpl-{}", call.request_id.digits()),
            created_at: self.now(),
            model: request.model.clone(),
            include_usage: request.stream_options.as_ref().and_then(|options| options.include_usage).unwrap_or(false),
            reasoning: self.settings.reasoning,
            legacy_functions: request.tools.is_empty() && !request.functions.is_empty(),
        };
        let options = ChatRequestOptions { reasoning_summaries: self.settings.reasoning != ReasoningStyle::Off };
        let conversation = request.conversation.as_ref().map(|conversation| conversation_id(conversation).to_owned());
        let links = Links { conversation, ..Links::default() };
        let places = file_places(&request);
        let mut hub = chat_to_hub(request, options)?;
        hub.recall_reasoning(self.items.as_ref());
        let turn = self.open_turn(&mut hub, links, |file| places.get(&file.id).cloned().unwrap_or_default()).await?;
        let events = self.send(hub, call.context(), |events| turn.recorded(events, None)).await?.events;
        let memory = Memory::of_reasoning(&self.items);
        if is_stream {
            Ok(answer::stream(events, ChatStream::new(settings), memory))
        } else {
            answer::json(events, ChatAnswer::new(settings), memory).await
        }
    }
}
