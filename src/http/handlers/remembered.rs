//! `/v1/responses/{response_id}`: responses that are remembered for a while.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::lists::{ListQuery, list_object};
use crate::http::App;
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::http::turn::RESPONSE_ID;
use crate::store::{Order, ResponseRecord, is_id};

impl App {
    pub(super) async fn retrieve_response(&self, call: &Call, id: &str) -> Reply {
        let StreamQuery { stream } = call.query_as()?;
        let response = self.known_response(id).await?;
        if stream == Some(true) {
            let message = "the events of a response are not kept; leave `stream` out and read the response whole";
            let error = ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "unsupported_value", message);
            return Err(ApiError { param: Some("stream".to_owned()), ..error });
        }
        Ok(json_response(StatusCode::OK, response.response.into_text()))
    }

    pub(super) async fn delete_response(&self, id: &str) -> Reply {
        self.known_response(id).await?;
        if !self.state.store().delete_response(id).await? {
            return Err(response_not_found());
        }
        Ok(json_response(StatusCode::OK, json!({"id": id, "object": "response", "deleted": true}).to_string()))
    }

    pub(super) async fn list_input_items(&self, call: &Call, id: &str) -> Reply {
        let page = call.query_as::<ListQuery>()?.page(20, 100, Order::Descending)?;
        let input = self.known_response(id).await?.input;
        let mut items = input.texts()?;
        if page.order == Order::Descending {
            items.reverse();
        }
        if let Some(after) = &page.after {
            let place = items.iter().position(|item| item.id == *after).ok_or_else(ListQuery::unknown_after)?;
            items.drain(..=place);
        }
        let has_more = items.len() > page.limit as usize;
        items.truncate(page.limit as usize);
        let data: Result<_, _> = items.into_iter().map(|item| item.value()).collect();
        Ok(json_response(StatusCode::OK, list_object(data?, has_more).to_string()))
    }

    pub(super) async fn cancel_response(&self, id: &str) -> Reply {
        self.known_response(id).await?;
        let message = "only a response that runs in the background can be cancelled, and none does; close the connection to end one that is being made";
        Err(ApiError::client(StatusCode::CONFLICT, "response_not_cancellable", message))
    }

    async fn known_response(&self, id: &str) -> Result<ResponseRecord, ApiError> {
        if !is_id(RESPONSE_ID, id) {
            return Err(response_not_found());
        }
        self.state.store().response(id, self.now()).await?.ok_or_else(response_not_found)
    }
}

#[derive(Deserialize)]
struct StreamQuery {
    stream: Option<bool>,
}

fn response_not_found() -> ApiError {
    let message = "no response with this id is remembered: it never was, has expired or was deleted";
    let error = ApiError::client(StatusCode::NOT_FOUND, "response_not_found", message);
    ApiError { param: Some("response_id".to_owned()), ..error }
}
