//! `POST /v1/completions`

use crate::contract::models::CompletionsCreateRequest;
use crate::http::App;
use crate::http::answer::{self, Memory};
use crate::http::call::{Call, Reply};
use crate::translate::completions::{CompletionAnswer, CompletionSettings, CompletionStream, completions_to_hub};

impl App {
    pub(super) async fn create_completion(&self, call: Call, request: CompletionsCreateRequest) -> Reply {
        let is_stream = request.stream.unwrap_or(false);
        let settings = CompletionSettings {
            id: format!("cmpl-{}", call.request_id.digits()),
            created_at: self.now(),
            model: request.model.clone(),
            include_usage: request.stream_options.as_ref().and_then(|options| options.include_usage).unwrap_or(false),
        };
        let upstream = self.send(completions_to_hub(request)?, call.context(), |events| events).await?;
        if is_stream {
            Ok(answer::stream(upstream.events, CompletionStream::new(settings), Memory::None))
        } else {
            answer::json(upstream.events, CompletionAnswer::new(settings), Memory::None).await
        }
    }
}
