//! One method per operation of the contract; the generated [`Relay`] trait says which.

mod chat_completions;
mod completions;
mod conversations;
mod files;
mod lists;
mod models;
mod relay;
mod remembered;
mod relay_status;
mod responses;
mod responses_compact;
mod responses_connect;

use std::sync::Arc;

use axum::response::Response;
use futures_util::StreamExt as _;

pub(super) use self::files::file_not_found;
pub(super) use self::responses::Asked;
use super::App;
use super::call::{Call, Forgotten, Form, Opening, Reply};
use super::error::ApiError;
use super::router::Relay;
use super::shutdown::generation;
use crate::contract::models::{
    ChatCompletionsCreateRequest, CompletionsCreateRequest, ConversationItemsCreateRequest, ConversationsCreateRequest,
    ConversationsUpdateRequest, ResponsesCompactRequest, ResponsesCreateRequest,
};
use crate::traffic::Exchange;
use crate::translate::hub::HubRequest;
use crate::upstream::{Answer, EventStream, RequestContext};

impl Relay for App {
    async fn chat_completions_create(&self, call: Call, request: ChatCompletionsCreateRequest) -> Reply {
        self.create_chat_completion(call, request).await
    }

    async fn completions_create(&self, call: Call, request: CompletionsCreateRequest) -> Reply {
        self.create_completion(call, request).await
    }

    async fn responses_create(&self, call: Call, request: ResponsesCreateRequest) -> Reply {
        self.create_response(call, request).await
    }

    async fn conversations_create(&self, _call: Call, request: ConversationsCreateRequest) -> Reply {
        self.create_conversation(request).await
    }

    async fn conversations_retrieve(&self, _call: Call, conversation_id: String) -> Reply {
        self.retrieve_conversation(&conversation_id).await
    }

    async fn conversations_update(
        &self,
        _call: Call,
        conversation_id: String,
        request: ConversationsUpdateRequest,
    ) -> Reply {
        self.update_conversation(&conversation_id, request).await
    }

    async fn conversations_delete(&self, _call: Call, conversation_id: String) -> Reply {
        self.delete_conversation(&conversation_id).await
    }

    async fn conversation_items_list(&self, call: Call, conversation_id: String) -> Reply {
        self.list_conversation_items(&call, &conversation_id).await
    }

    async fn conversation_items_create(
        &self,
        _call: Call,
        conversation_id: String,
        request: ConversationItemsCreateRequest,
    ) -> Reply {
        self.create_conversation_items(&conversation_id, request).await
    }

    async fn conversation_items_retrieve(&self, _call: Call, conversation_id: String, item_id: String) -> Reply {
        self.retrieve_conversation_item(&conversation_id, &item_id).await
    }

    async fn conversation_items_delete(&self, _call: Call, conversation_id: String, item_id: String) -> Reply {
        self.delete_conversation_item(&conversation_id, &item_id).await
    }

    async fn responses_retrieve(&self, call: Call, response_id: String) -> Reply {
        self.retrieve_response(&call, &response_id).await
    }

    async fn responses_delete(&self, _call: Call, response_id: String) -> Reply {
        self.delete_response(&response_id).await
    }

    async fn responses_input_items(&self, call: Call, response_id: String) -> Reply {
        self.list_input_items(&call, &response_id).await
    }

    async fn responses_cancel(&self, _call: Call, response_id: String) -> Reply {
        self.cancel_response(&response_id).await
    }

    async fn files_create(&self, call: Call, form: Form) -> Reply {
        self.create_file(call, form).await
    }

    async fn files_list(&self, call: Call) -> Reply {
        self.list_files(call).await
    }

    async fn files_retrieve(&self, _call: Call, file_id: String) -> Reply {
        self.retrieve_file(&file_id).await
    }

    async fn files_delete(&self, _call: Call, file_id: String) -> Reply {
        self.delete_file(&file_id).await
    }

    async fn files_content(&self, _call: Call, file_id: String) -> Reply {
        self.download_file(&file_id).await
    }

    async fn responses_connect(self: Arc<Self>, call: Call, opening: Opening) -> Reply {
        self.open_socket(&call, opening)
    }

    async fn responses_compact(&self, call: Call, request: ResponsesCompactRequest) -> Reply {
        self.compact_conversation(call, request).await
    }

    async fn models_list(&self, call: Call) -> Reply {
        self.list_models(&call).await
    }

    async fn models_retrieve(&self, call: Call, model: String) -> Reply {
        self.retrieve_model(&call, &model).await
    }

    async fn landing_view(&self, _call: Call) -> Reply {
        Ok(self.view_landing_page().await)
    }

    async fn health_view(&self, _call: Call) -> Reply {
        Ok(self.view_health())
    }

    async fn openapi_view(&self, _call: Call) -> Reply {
        Ok(self.view_openapi())
    }

    async fn compatibility_view(&self, call: Call) -> Reply {
        self.view_compatibility(&call)
    }

    async fn metrics_view(&self, _call: Call) -> Reply {
        Ok(self.view_metrics())
    }

    async fn relay_status_view(&self, call: Call) -> Reply {
        Ok(self.view_relay_status(&call).await)
    }

    async fn subscription_status_view(&self, call: Call) -> Reply {
        self.view_subscription_status(call).await
    }

    async fn account_rate_limits_view(&self, call: Call) -> Reply {
        self.view_subscription_status(call).await
    }
}

impl App {
    /// Sends a request upstream and waits for the first generated event. `record` is what becomes of the events before the client gets them.
    pub(super) async fn send(
        &self,
        request: HubRequest,
        cx: RequestContext,
        record: impl FnOnce(EventStream) -> EventStream,
    ) -> Result<Answer, ApiError> {
        let exchange = cx.exchange.clone();
        exchange.sent(self.upstream.name(), &request.model);
        let Answer { events, sent, facts } = self.upstream.send(request, cx).await?;
        let events = generation(events, &self.cutoff, exchange.clone());
        Ok(Answer { events: given(exchange, record(events)), sent, facts })
    }
}

/// The same events, which are what the client gets: the exchange learns from the last one how they ended.
pub(super) fn given(exchange: Exchange, events: EventStream) -> EventStream {
    Box::pin(events.inspect(move |read| read.last().into_iter().for_each(|event| exchange.given(event))))
}

/// Marks an answer with the items that had to be left out of its request.
fn forgetting(mut response: Response, forgotten: Vec<String>) -> Response {
    if !forgotten.is_empty() {
        response.extensions_mut().insert(Forgotten(forgotten));
    }
    response
}
