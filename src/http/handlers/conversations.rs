//! `/v1/conversations`: conversations that are kept on this machine.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::forgetting;
use super::lists::{ListQuery, list_object};
use crate::contract::models::{
    ConversationItemsCreateRequest, ConversationsCreateRequest, ConversationsUpdateRequest, InputItem,
};
use crate::http::App;
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::turn::{CONVERSATION_ID, stored_items};
use crate::store::{ConversationRecord, Order, StoredItem, StoredItems, StoredText, is_id, new_id};
use crate::translate::hub::recall_items;
use crate::translate::responses::normalised;

/// Longest name of a label, in characters.
const MAX_LABEL: usize = 64;

impl App {
    pub(super) async fn create_conversation(&self, request: ConversationsCreateRequest) -> Reply {
        let ConversationsCreateRequest { items, metadata } = request;
        let conversation =
            ConversationRecord { id: new_id(CONVERSATION_ID), created_at: self.now(), metadata: labels(metadata)? };
        let (items, forgotten) = self.items_to_keep(items)?;
        self.state.store().insert_conversation(conversation.clone(), items).await?;
        Ok(forgetting(json_response(StatusCode::OK, conversation_object(&conversation).to_string()), forgotten))
    }

    pub(super) async fn retrieve_conversation(&self, id: &str) -> Reply {
        let conversation = self.known_conversation(id).await?;
        Ok(json_response(StatusCode::OK, conversation_object(&conversation).to_string()))
    }

    pub(super) async fn update_conversation(&self, id: &str, request: ConversationsUpdateRequest) -> Reply {
        let ConversationsUpdateRequest { metadata } = request;
        let mut conversation = self.known_conversation(id).await?;
        conversation.metadata = labels(metadata)?;
        if !self.state.store().update_conversation(id, conversation.metadata.clone()).await? {
            return Err(conversation_not_found());
        }
        Ok(json_response(StatusCode::OK, conversation_object(&conversation).to_string()))
    }

    pub(super) async fn delete_conversation(&self, id: &str) -> Reply {
        self.known_conversation(id).await?;
        if !self.state.store().delete_conversation(id).await? {
            return Err(conversation_not_found());
        }
        let body = json!({"id": id, "object": "conversation.deleted", "deleted": true});
        Ok(json_response(StatusCode::OK, body.to_string()))
    }

    pub(super) async fn list_conversation_items(&self, call: &Call, id: &str) -> Reply {
        let page = call.query_as::<ListQuery>()?.page(20, 100, Order::Descending)?;
        self.known_conversation(id).await?;
        let items = self.state.store().items(id, &page).await?.ok_or_else(ListQuery::unknown_after)?;
        let data = items.data.into_iter().map(|item| Value::Object(item.item)).collect();
        Ok(json_response(StatusCode::OK, list_object(data, items.has_more).to_string()))
    }

    pub(super) async fn create_conversation_items(&self, id: &str, request: ConversationItemsCreateRequest) -> Reply {
        let ConversationItemsCreateRequest { items } = request;
        self.known_conversation(id).await?;
        let (items, forgotten) = self.items_to_keep(items)?;
        self.state.store().append_items(id, items.clone()).await?;
        let data: Result<_, _> = items.texts()?.iter().map(StoredText::value).collect();
        Ok(forgetting(json_response(StatusCode::OK, list_object(data?, false).to_string()), forgotten))
    }

    pub(super) async fn retrieve_conversation_item(&self, conversation_id: &str, id: &str) -> Reply {
        self.known_conversation(conversation_id).await?;
        let item = if is_id("", id) { self.state.store().item(conversation_id, id).await? } else { None };
        let StoredItem { item, .. } = item.ok_or_else(item_not_found)?;
        Ok(json_response(StatusCode::OK, Value::Object(item).to_string()))
    }

    pub(super) async fn delete_conversation_item(&self, conversation_id: &str, id: &str) -> Reply {
        let conversation = self.known_conversation(conversation_id).await?;
        if !is_id("", id) || !self.state.store().delete_item(conversation_id, id).await? {
            return Err(item_not_found());
        }
        Ok(json_response(StatusCode::OK, conversation_object(&conversation).to_string()))
    }

    /// Items as they are kept: themselves and not references, which would lead nowhere later. Also names those that had to be left out.
    fn items_to_keep(&self, items: Vec<InputItem>) -> Result<(StoredItems, Vec<String>), ApiError> {
        let mut forgotten = Vec::new();
        let items = recall_items(normalised(items), "items", self.items.as_ref(), &mut forgotten)?;
        Ok((stored_items(&items), forgotten))
    }

    /// A conversation.
    ///
    /// # Errors
    ///
    /// 404 when there is none of this id.
    pub(in crate::http) async fn known_conversation(&self, id: &str) -> Result<ConversationRecord, ApiError> {
        if !is_id(CONVERSATION_ID, id) {
            return Err(conversation_not_found());
        }
        self.state.store().conversation(id).await?.ok_or_else(conversation_not_found)
    }
}

fn conversation_object(conversation: &ConversationRecord) -> Value {
    let ConversationRecord { id, created_at, metadata } = conversation;
    json!({"id": id, "object": "conversation", "created_at": created_at, "metadata": metadata})
}

/// The contract has checked the number of labels and their values; their names it cannot see.
fn labels(metadata: impl IntoIterator<Item = (String, impl Into<String>)>) -> Result<Map<String, Value>, ApiError> {
    let labels: Map<String, Value> =
        metadata.into_iter().map(|(name, value)| (name, Value::String(value.into()))).collect();
    if labels.keys().any(|name| name.chars().count() > MAX_LABEL) {
        let message = format!("names in `metadata` have at most {MAX_LABEL} characters");
        let error = ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", message);
        return Err(ApiError { param: Some("metadata".to_owned()), ..error });
    }
    Ok(labels)
}

fn conversation_not_found() -> ApiError {
    let error =
        ApiError::client(StatusCode::NOT_FOUND, "conversation_not_found", "there is no conversation with this id");
    ApiError { param: Some("conversation".to_owned()), ..error }
}

fn item_not_found() -> ApiError {
    let error = ApiError::client(StatusCode::NOT_FOUND, "item_not_found", "the conversation has no item with this id");
    ApiError { param: Some("item_id".to_owned()), ..error }
}
