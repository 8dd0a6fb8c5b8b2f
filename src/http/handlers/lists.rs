//! What all paginated lists have in common.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::error::ApiError;
use crate::store::{Order, PageQuery};

/// The part of the query that says which page.
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    limit: Option<u32>,
    order: Option<String>,
    after: Option<String>,
}

impl ListQuery {
    /// The page, with a list's default order and its default and most entries.
    pub(super) fn page(self, default: u32, most: u32, order: Order) -> Result<PageQuery, ApiError> {
        let limit = self.limit.unwrap_or(default);
        if limit == 0 || limit > most {
            return Err(refused("limit", &format!("`limit` is a number from 1 to {most}")));
        }
        let order = match self.order.as_deref() {
            None => order,
            Some("asc") => Order::Ascending,
            Some("desc") => Order::Descending,
            Some(_) => return Err(refused("order", "`order` is `asc` or `desc`")),
        };
        Ok(PageQuery { order, limit, after: self.after.filter(|after| !after.is_empty()) })
    }

    /// For an `after` that nobody knows.
    pub(super) fn unknown_after() -> ApiError {
        refused("after", "`after` is the id of an entry of this list; this one is not known")
    }
}

fn refused(param: &str, message: &str) -> ApiError {
    let error = ApiError::client(StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", message);
    ApiError { param: Some(param.to_owned()), ..error }
}

/// A page of objects that have an `id`.
pub(super) fn list_object(data: Vec<Value>, has_more: bool) -> Value {
    let id = |entry: Option<&Value>| entry.and_then(|entry| entry.get("id")).cloned().unwrap_or_default();
    json!({"object": "list", "first_id": id(data.first()), "last_id": id(data.last()), "data": data, "has_more": has_more})
}
