// Made by build.rs from schemas/openai/*.json. Edit those, not this.

use std::future::Future;
use std::sync::Arc;
use axum::extract::{Path, State};
use axum::routing::{MethodFilter, MethodRouter};
use crate::contract::{models, tables};
use crate::http::call::{self, Call, Form, Reply};
/// Everything a backend serves, one method per operation.
pub trait Relay: call::Site {
    ///`POST /v1/chat/completions`: Create a chat completion
    fn chat_completions_create(
        &self,
        call: Call,
        request: models::ChatCompletionsCreateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/completions`: Create a text completion
    fn completions_create(
        &self,
        call: Call,
        request: models::CompletionsCreateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/conversations`: Create a conversation
    fn conversations_create(
        &self,
        call: Call,
        request: models::ConversationsCreateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/conversations/{conversation_id}`: Show a conversation
    fn conversations_retrieve(
        &self,
        call: Call,
        conversation_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/conversations/{conversation_id}`: Replace the metadata of a conversation
    fn conversations_update(
        &self,
        call: Call,
        conversation_id: String,
        request: models::ConversationsUpdateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`DELETE /v1/conversations/{conversation_id}`: Delete a conversation and its items
    fn conversations_delete(
        &self,
        call: Call,
        conversation_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/conversations/{conversation_id}/items`: List the items of a conversation
    fn conversation_items_list(
        &self,
        call: Call,
        conversation_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/conversations/{conversation_id}/items`: Append items to a conversation
    fn conversation_items_create(
        &self,
        call: Call,
        conversation_id: String,
        request: models::ConversationItemsCreateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/conversations/{conversation_id}/items/{item_id}`: Show an item of a conversation
    fn conversation_items_retrieve(
        &self,
        call: Call,
        conversation_id: String,
        item_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`DELETE /v1/conversations/{conversation_id}/items/{item_id}`: Delete an item of a conversation
    fn conversation_items_delete(
        &self,
        call: Call,
        conversation_id: String,
        item_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/files`: List the uploaded files
    fn files_list(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/files`: Upload a file
    fn files_create(&self, call: Call, form: Form) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/files/{file_id}`: Show an uploaded file
    fn files_retrieve(
        &self,
        call: Call,
        file_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`DELETE /v1/files/{file_id}`: Delete an uploaded file
    fn files_delete(
        &self,
        call: Call,
        file_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/files/{file_id}/content`: Download an uploaded file
    fn files_content(
        &self,
        call: Call,
        file_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/models`: List the models that can be asked for
    fn models_list(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/models/{model}`: Show one model
    fn models_retrieve(
        &self,
        call: Call,
        model: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /`: Welcome page for a browser
    fn landing_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /healthz`: Tell that the process is alive
    fn health_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /openapi.json`: OpenAPI document of what this relay accepts
    fn openapi_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /compatibility`: Compatibility matrix for a browser
    fn compatibility_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /metrics`: Figures about the traffic, for Prometheus
    fn metrics_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/relay/status`: State of the relay itself, without a call upstream
    fn relay_status_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/subscription/status`: Plan, limits and credits of the subscription
    fn subscription_status_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/account/rate_limits`: Another name of the subscription status
    fn account_rate_limits_view(&self, call: Call) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/responses`: Create a model response
    fn responses_create(
        &self,
        call: Call,
        request: models::ResponsesCreateRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/responses/{response_id}`: Show a remembered response
    fn responses_retrieve(
        &self,
        call: Call,
        response_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`DELETE /v1/responses/{response_id}`: Forget a response
    fn responses_delete(
        &self,
        call: Call,
        response_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/responses/{response_id}/input_items`: List the input of a remembered response
    fn responses_input_items(
        &self,
        call: Call,
        response_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/responses/{response_id}/cancel`: Refuse to cancel: no response runs in the background
    fn responses_cancel(
        &self,
        call: Call,
        response_id: String,
    ) -> impl Future<Output = Reply> + Send;
    ///`POST /v1/responses/compact`: Shorten a conversation
    fn responses_compact(
        &self,
        call: Call,
        request: models::ResponsesCompactRequest,
    ) -> impl Future<Output = Reply> + Send;
    ///`GET /v1/responses`: Open a WebSocket for responses
    fn responses_connect(
        self: Arc<Self>,
        call: Call,
        opening: call::Opening,
    ) -> impl Future<Output = Reply> + Send;
}
/// Every operation of the contract, routed: to a method of [`Relay`] where a backend serves it, to a 501 where none does.
pub fn routes<R: Relay>() -> axum::Router<Arc<R>> {
    axum::Router::new()
        .route(
            "/",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[17usize],
                                request,
                                |call| relay.landing_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/compatibility",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[20usize],
                                request,
                                |call| relay.compatibility_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/healthz",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[18usize],
                                request,
                                |call| relay.health_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/metrics",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[21usize],
                                request,
                                |call| relay.metrics_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/chat/completions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[0usize],
                                true,
                                request,
                                |call, body| relay.chat_completions_create(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/completions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[1usize],
                                true,
                                request,
                                |call, body| relay.completions_create(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/models",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[15usize],
                                request,
                                |call| relay.models_list(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/models/{model}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(model): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[16usize],
                                request,
                                |call| relay.models_retrieve(call, model),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/responses",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[25usize],
                                true,
                                request,
                                |call, body| relay.responses_create(call, body),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_socket(
                                &relay,
                                &tables::OPERATIONS[31usize],
                                true,
                                request,
                                |call, opening| {
                                    Arc::clone(&relay).responses_connect(call, opening)
                                },
                            )
                            .await
                    },
                ),
        )
        .route(
            "/no-tools/v1/responses/compact",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[30usize],
                                true,
                                request,
                                |call, body| relay.responses_compact(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/openapi.json",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[19usize],
                                request,
                                |call| relay.openapi_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/account/rate_limits",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[24usize],
                                request,
                                |call| relay.account_rate_limits_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/assistants",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[32usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[33usize])
                    },
                ),
        )
        .route(
            "/v1/assistants/{assistant_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[34usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[35usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[36usize])
                    },
                ),
        )
        .route(
            "/v1/audio/speech",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[37usize])
                    },
                ),
        )
        .route(
            "/v1/audio/transcriptions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[38usize])
                    },
                ),
        )
        .route(
            "/v1/audio/translations",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[39usize])
                    },
                ),
        )
        .route(
            "/v1/audio/voice_consents",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[40usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[41usize])
                    },
                ),
        )
        .route(
            "/v1/audio/voice_consents/{consent_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[42usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[43usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[44usize])
                    },
                ),
        )
        .route(
            "/v1/audio/voices",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[45usize])
                    },
                ),
        )
        .route(
            "/v1/batches",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[46usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[47usize])
                    },
                ),
        )
        .route(
            "/v1/batches/{batch_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[48usize])
                    },
                ),
        )
        .route(
            "/v1/batches/{batch_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[49usize])
                    },
                ),
        )
        .route(
            "/v1/chat/completions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[0usize],
                                false,
                                request,
                                |call, body| relay.chat_completions_create(call, body),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[50usize])
                    },
                ),
        )
        .route(
            "/v1/chat/completions/{completion_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[51usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[52usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[53usize])
                    },
                ),
        )
        .route(
            "/v1/chat/completions/{completion_id}/messages",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[54usize])
                    },
                ),
        )
        .route(
            "/v1/chatkit/sessions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[55usize])
                    },
                ),
        )
        .route(
            "/v1/chatkit/sessions/{session_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[56usize])
                    },
                ),
        )
        .route(
            "/v1/chatkit/threads",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[57usize])
                    },
                ),
        )
        .route(
            "/v1/chatkit/threads/{thread_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[58usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[59usize])
                    },
                ),
        )
        .route(
            "/v1/chatkit/threads/{thread_id}/items",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[60usize])
                    },
                ),
        )
        .route(
            "/v1/completions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[1usize],
                                false,
                                request,
                                |call, body| relay.completions_create(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/containers",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[61usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[62usize])
                    },
                ),
        )
        .route(
            "/v1/containers/{container_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[63usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[64usize])
                    },
                ),
        )
        .route(
            "/v1/containers/{container_id}/files",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[65usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[66usize])
                    },
                ),
        )
        .route(
            "/v1/containers/{container_id}/files/{file_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[67usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[68usize])
                    },
                ),
        )
        .route(
            "/v1/containers/{container_id}/files/{file_id}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[69usize])
                    },
                ),
        )
        .route(
            "/v1/content_provenance_checks",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[70usize])
                    },
                ),
        )
        .route(
            "/v1/conversations",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[2usize],
                                false,
                                request,
                                |call, body| relay.conversations_create(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/conversations/{conversation_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(conversation_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[3usize],
                                request,
                                |call| relay.conversations_retrieve(call, conversation_id),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::POST,
                    |
                        State(relay): State<Arc<R>>,
                        Path(conversation_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[4usize],
                                false,
                                request,
                                |call, body| {
                                    relay.conversations_update(call, conversation_id, body)
                                },
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::DELETE,
                    |
                        State(relay): State<Arc<R>>,
                        Path(conversation_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[5usize],
                                request,
                                |call| relay.conversations_delete(call, conversation_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/conversations/{conversation_id}/items",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(conversation_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[6usize],
                                request,
                                |call| relay.conversation_items_list(call, conversation_id),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::POST,
                    |
                        State(relay): State<Arc<R>>,
                        Path(conversation_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[7usize],
                                false,
                                request,
                                |call, body| {
                                    relay.conversation_items_create(call, conversation_id, body)
                                },
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/conversations/{conversation_id}/items/{item_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path((conversation_id, item_id)): Path<(String, String)>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[8usize],
                                request,
                                |call| {
                                    relay
                                        .conversation_items_retrieve(call, conversation_id, item_id)
                                },
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::DELETE,
                    |
                        State(relay): State<Arc<R>>,
                        Path((conversation_id, item_id)): Path<(String, String)>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[9usize],
                                request,
                                |call| {
                                    relay
                                        .conversation_items_delete(call, conversation_id, item_id)
                                },
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/embeddings",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[71usize])
                    },
                ),
        )
        .route(
            "/v1/evals",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[72usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[73usize])
                    },
                ),
        )
        .route(
            "/v1/evals/{eval_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[74usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[75usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[76usize])
                    },
                ),
        )
        .route(
            "/v1/evals/{eval_id}/runs",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[77usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[78usize])
                    },
                ),
        )
        .route(
            "/v1/evals/{eval_id}/runs/{run_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[79usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[80usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[81usize])
                    },
                ),
        )
        .route(
            "/v1/evals/{eval_id}/runs/{run_id}/output_items",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[82usize])
                    },
                ),
        )
        .route(
            "/v1/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[83usize])
                    },
                ),
        )
        .route(
            "/v1/files",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[10usize],
                                request,
                                |call| relay.files_list(call),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_form(
                                &relay,
                                &tables::OPERATIONS[11usize],
                                request,
                                |call, form| relay.files_create(call, form),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/files/{file_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(file_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[12usize],
                                request,
                                |call| relay.files_retrieve(call, file_id),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::DELETE,
                    |
                        State(relay): State<Arc<R>>,
                        Path(file_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[13usize],
                                request,
                                |call| relay.files_delete(call, file_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/files/{file_id}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(file_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[14usize],
                                request,
                                |call| relay.files_content(call, file_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/alpha/graders/run",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[84usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/alpha/graders/validate",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[85usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[86usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[87usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[88usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[89usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[90usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[91usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[92usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[93usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}/events",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[94usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}/pause",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[95usize])
                    },
                ),
        )
        .route(
            "/v1/fine_tuning/jobs/{fine_tuning_job_id}/resume",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[96usize])
                    },
                ),
        )
        .route(
            "/v1/images/edits",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[97usize])
                    },
                ),
        )
        .route(
            "/v1/images/generations",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[98usize])
                    },
                ),
        )
        .route(
            "/v1/images/variations",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[99usize])
                    },
                ),
        )
        .route(
            "/v1/models",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[15usize],
                                request,
                                |call| relay.models_list(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/models/{model}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(model): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[16usize],
                                request,
                                |call| relay.models_retrieve(call, model),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[100usize])
                    },
                ),
        )
        .route(
            "/v1/moderations",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[101usize])
                    },
                ),
        )
        .route(
            "/v1/organization/admin_api_keys",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[102usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[103usize])
                    },
                ),
        )
        .route(
            "/v1/organization/admin_api_keys/{key_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[104usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[105usize])
                    },
                ),
        )
        .route(
            "/v1/organization/audit_logs",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[106usize])
                    },
                ),
        )
        .route(
            "/v1/organization/certificates",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[107usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[108usize])
                    },
                ),
        )
        .route(
            "/v1/organization/certificates/activate",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[109usize])
                    },
                ),
        )
        .route(
            "/v1/organization/certificates/deactivate",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[110usize])
                    },
                ),
        )
        .route(
            "/v1/organization/certificates/{certificate_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[111usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[112usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[113usize])
                    },
                ),
        )
        .route(
            "/v1/organization/costs",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[114usize])
                    },
                ),
        )
        .route(
            "/v1/organization/data_retention",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[115usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[116usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[117usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[118usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups/{group_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[119usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[120usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[121usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups/{group_id}/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[122usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[123usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups/{group_id}/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[124usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[125usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups/{group_id}/users",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[126usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[127usize])
                    },
                ),
        )
        .route(
            "/v1/organization/groups/{group_id}/users/{user_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[128usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[129usize])
                    },
                ),
        )
        .route(
            "/v1/organization/invites",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[130usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[131usize])
                    },
                ),
        )
        .route(
            "/v1/organization/invites/{invite_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[132usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[133usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[134usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[135usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[136usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[137usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/api_keys",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[138usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/api_keys/{api_key_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[139usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[140usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/archive",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[141usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/certificates",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[142usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/certificates/activate",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[143usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/certificates/deactivate",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[144usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/data_retention",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[145usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[146usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/groups",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[147usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[148usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/groups/{group_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[149usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[150usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/hosted_tool_permissions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[151usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[152usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/model_permissions",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[153usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[154usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[155usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/rate_limits",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[156usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[157usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/service_accounts",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[158usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[159usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[160usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[161usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[162usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[163usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/spend_alerts",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[164usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[165usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/spend_alerts/{alert_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[166usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[167usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[168usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/spend_limit",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[169usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[170usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[171usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/users",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[172usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[173usize])
                    },
                ),
        )
        .route(
            "/v1/organization/projects/{project_id}/users/{user_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[174usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[175usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[176usize])
                    },
                ),
        )
        .route(
            "/v1/organization/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[177usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[178usize])
                    },
                ),
        )
        .route(
            "/v1/organization/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[179usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[180usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[181usize])
                    },
                ),
        )
        .route(
            "/v1/organization/spend_alerts",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[182usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[183usize])
                    },
                ),
        )
        .route(
            "/v1/organization/spend_alerts/{alert_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[184usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[185usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[186usize])
                    },
                ),
        )
        .route(
            "/v1/organization/spend_limit",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[187usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[188usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[189usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/audio_speeches",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[190usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/audio_transcriptions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[191usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/code_interpreter_sessions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[192usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/completions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[193usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/embeddings",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[194usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/file_search_calls",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[195usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/images",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[196usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/moderations",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[197usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/vector_stores",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[198usize])
                    },
                ),
        )
        .route(
            "/v1/organization/usage/web_search_calls",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[199usize])
                    },
                ),
        )
        .route(
            "/v1/organization/users",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[200usize])
                    },
                ),
        )
        .route(
            "/v1/organization/users/{user_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[201usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[202usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[203usize])
                    },
                ),
        )
        .route(
            "/v1/organization/users/{user_id}/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[204usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[205usize])
                    },
                ),
        )
        .route(
            "/v1/organization/users/{user_id}/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[206usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[207usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/groups/{group_id}/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[208usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[209usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/groups/{group_id}/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[210usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[211usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[212usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[213usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[214usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[215usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[216usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/users/{user_id}/roles",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[217usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[218usize])
                    },
                ),
        )
        .route(
            "/v1/projects/{project_id}/users/{user_id}/roles/{role_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[219usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[220usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/calls",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[221usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/calls/{call_id}/accept",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[222usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/calls/{call_id}/hangup",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[223usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/calls/{call_id}/refer",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[224usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/calls/{call_id}/reject",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[225usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/client_secrets",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[226usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/sessions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[227usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/transcription_sessions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[228usize])
                    },
                ),
        )
        .route(
            "/v1/realtime/translations/client_secrets",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[229usize])
                    },
                ),
        )
        .route(
            "/v1/relay/status",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[22usize],
                                request,
                                |call| relay.relay_status_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/responses",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[25usize],
                                false,
                                request,
                                |call, body| relay.responses_create(call, body),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_socket(
                                &relay,
                                &tables::OPERATIONS[31usize],
                                false,
                                request,
                                |call, opening| {
                                    Arc::clone(&relay).responses_connect(call, opening)
                                },
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/responses/compact",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::with_body(
                                &relay,
                                &tables::OPERATIONS[30usize],
                                false,
                                request,
                                |call, body| relay.responses_compact(call, body),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/responses/input_tokens",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[230usize])
                    },
                ),
        )
        .route(
            "/v1/responses/{response_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(response_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[26usize],
                                request,
                                |call| relay.responses_retrieve(call, response_id),
                            )
                            .await
                    },
                )
                .on(
                    MethodFilter::DELETE,
                    |
                        State(relay): State<Arc<R>>,
                        Path(response_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[27usize],
                                request,
                                |call| relay.responses_delete(call, response_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/responses/{response_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |
                        State(relay): State<Arc<R>>,
                        Path(response_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[29usize],
                                request,
                                |call| relay.responses_cancel(call, response_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/responses/{response_id}/input_items",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |
                        State(relay): State<Arc<R>>,
                        Path(response_id): Path<String>,
                        request: axum::extract::Request|
                    async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[28usize],
                                request,
                                |call| relay.responses_input_items(call, response_id),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/skills",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[231usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[232usize])
                    },
                ),
        )
        .route(
            "/v1/skills/{skill_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[233usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[234usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[235usize])
                    },
                ),
        )
        .route(
            "/v1/skills/{skill_id}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[236usize])
                    },
                ),
        )
        .route(
            "/v1/skills/{skill_id}/versions",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[237usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[238usize])
                    },
                ),
        )
        .route(
            "/v1/skills/{skill_id}/versions/{version}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[239usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[240usize])
                    },
                ),
        )
        .route(
            "/v1/skills/{skill_id}/versions/{version}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[241usize])
                    },
                ),
        )
        .route(
            "/v1/subscription/status",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>, request: axum::extract::Request| async move {
                        call::without_body(
                                &relay,
                                &tables::OPERATIONS[23usize],
                                request,
                                |call| relay.subscription_status_view(call),
                            )
                            .await
                    },
                ),
        )
        .route(
            "/v1/threads",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[242usize])
                    },
                ),
        )
        .route(
            "/v1/threads/runs",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[243usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[244usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[245usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[246usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/messages",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[247usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[248usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/messages/{message_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[249usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[250usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[251usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[252usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[253usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs/{run_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[254usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[255usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs/{run_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[256usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs/{run_id}/steps",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[257usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs/{run_id}/steps/{step_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[258usize])
                    },
                ),
        )
        .route(
            "/v1/threads/{thread_id}/runs/{run_id}/submit_tool_outputs",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[259usize])
                    },
                ),
        )
        .route(
            "/v1/uploads",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[260usize])
                    },
                ),
        )
        .route(
            "/v1/uploads/{upload_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[261usize])
                    },
                ),
        )
        .route(
            "/v1/uploads/{upload_id}/complete",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[262usize])
                    },
                ),
        )
        .route(
            "/v1/uploads/{upload_id}/parts",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[263usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[264usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[265usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[266usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[267usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[268usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/file_batches",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[269usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[270usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[271usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[272usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/files",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[273usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[274usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/files/{file_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[275usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[276usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[277usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/files/{file_id}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[278usize])
                    },
                ),
        )
        .route(
            "/v1/vector_stores/{vector_store_id}/search",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[279usize])
                    },
                ),
        )
        .route(
            "/v1/videos",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[280usize])
                    },
                )
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[281usize])
                    },
                ),
        )
        .route(
            "/v1/videos/characters",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[282usize])
                    },
                ),
        )
        .route(
            "/v1/videos/characters/{character_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[283usize])
                    },
                ),
        )
        .route(
            "/v1/videos/edits",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[284usize])
                    },
                ),
        )
        .route(
            "/v1/videos/extensions",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[285usize])
                    },
                ),
        )
        .route(
            "/v1/videos/{video_id}",
            MethodRouter::new()
                .on(
                    MethodFilter::DELETE,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[286usize])
                    },
                )
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[287usize])
                    },
                ),
        )
        .route(
            "/v1/videos/{video_id}/content",
            MethodRouter::new()
                .on(
                    MethodFilter::GET,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[288usize])
                    },
                ),
        )
        .route(
            "/v1/videos/{video_id}/remix",
            MethodRouter::new()
                .on(
                    MethodFilter::POST,
                    |State(relay): State<Arc<R>>| async move {
                        call::unsupported(relay.as_ref(), &tables::OPERATIONS[289usize])
                    },
                ),
        )
}
