//! `POST /v1/responses`

use std::sync::Arc;

use super::forgetting;
use crate::contract::models::ResponsesCreateRequest;
use crate::http::App;
use crate::http::answer::{self, Memory};
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::middleware::RequestId;
use crate::http::turn::{Links, in_input};
use crate::translate::hub::HubRequest;
use crate::translate::responses::{
    ResponseEcho, ResponsesAnswer, ResponsesSettings, ResponsesStream, conversation_id, responses_to_hub,
};

/// A request that is ready to be sent.
pub(in crate::http) struct Asked {
    /// What the caller and the relay decide about the response.
    pub(in crate::http) settings: ResponsesSettings,
    /// The request in the hub's shape.
    pub(in crate::http) hub: HubRequest,
    /// What it says of other turns.
    pub(in crate::http) links: Links,
    /// Items that had to be left out.
    pub(in crate::http) forgotten: Vec<String>,
}

impl App {
    pub(super) async fn create_response(&self, call: Call, request: ResponsesCreateRequest) -> Reply {
        let is_stream = request.stream.unwrap_or(false);
        let Asked { settings, mut hub, links, forgotten } = self.ask(&call.request_id, request)?;
        let settings = Arc::new(settings);
        let turn = self.open_turn(&mut hub, links, in_input).await?;
        let events = self.send(hub, call.context(), |events| turn.recorded(events, Some(&settings))).await?.events;
        let memory = Memory::Items(Arc::clone(&self.items));
        let response = if is_stream {
            answer::stream(events, ResponsesStream::new(settings), memory)
        } else {
            answer::json(events, ResponsesAnswer::new(settings), memory).await?
        };
        Ok(forgetting(response, forgotten))
    }

    /// Puts a request into the shape in which it is sent, and notes what its answer has to repeat.
    pub(in crate::http) fn ask(&self, id: &RequestId, request: ResponsesCreateRequest) -> Result<Asked, ApiError> {
        let links = Links {
            previous_response_id: request.previous_response_id.clone(),
            conversation: request.conversation.as_ref().map(|conversation| conversation_id(conversation).to_owned()),
            remember: request.store != Some(false) && !self.state.settings.response_ttl.is_zero(),
            ..Links::default()
        };
        let mut settings = ResponsesSettings {
            id: format!("resp_{}", id.digits()),
            created_at: self.now(),
            include_obfuscation: request
                .stream_options
                .as_ref()
                .and_then(|options| options.include_obfuscation)
                .unwrap_or(true),
            echo: ResponseEcho::of(&request).map_err(|_| ApiError::internal())?,
            ignored: Vec::new(),
        };
        settings.echo.store = links.remember;
        let mut hub = responses_to_hub(request);
        settings.echo.instructions.clone_from(&hub.instructions);
        let mut forgotten = Vec::new();
        hub.recall(self.items.as_ref(), &mut forgotten)?;
        Ok(Asked { settings, hub, links, forgotten })
    }
}
