//! `POST /v1/responses`

use std::sync::Arc;

use super::forgetting;
use crate::contract::models::ResponsesCreateRequest;
use crate::http::App;
use crate::http::answer::{self, Memory};
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::turn::{History, in_input};
use crate::translate::responses::{
    ResponseEcho, ResponsesAnswer, ResponsesSettings, ResponsesStream, conversation_id, responses_to_hub,
};

impl App {
    pub(super) async fn create_response(&self, call: Call, request: ResponsesCreateRequest) -> Reply {
        let is_stream = request.stream.unwrap_or(false);
        let history = History {
            previous_response_id: request.previous_response_id.clone(),
            conversation: request.conversation.as_ref().map(|conversation| conversation_id(conversation).to_owned()),
            remember: request.store != Some(false) && !self.state.settings.response_ttl.is_zero(),
        };
        let settings = ResponsesSettings {
            id: format!("resp_{}", call.request_id.digits()),
            created_at: self.now(),
            include_obfuscation: request
                .stream_options
                .as_ref()
                .and_then(|options| options.include_obfuscation)
                .unwrap_or(true),
            echo: ResponseEcho {
                store: history.remember,
                ..ResponseEcho::of(&request).map_err(|_| ApiError::internal())?
            },
        };
        let mut hub = responses_to_hub(request);
        let mut forgotten = Vec::new();
        hub.recall(self.items.as_ref(), &mut forgotten)?;
        let turn = self.open_turn(&mut hub, history, in_input).await?;
        let upstream = self.send(hub, &call).await?;
        let events = turn.recorded(upstream.events, Some(&settings));
        let memory = Memory::Items(Arc::clone(&self.items));
        let response = if is_stream {
            answer::stream(events, ResponsesStream::new(settings), memory)
        } else {
            answer::json(events, ResponsesAnswer::new(settings), memory).await?
        };
        Ok(forgetting(response, forgotten))
    }
}
