//! `POST /v1/responses/compact`

use axum::http::StatusCode;
use serde_json::Value;

use super::forgetting;
use crate::contract::models::ResponsesCompactRequest;
use crate::http::App;
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::translate::responses::{compact_to_hub, compaction_object};

impl App {
    pub(super) async fn compact_conversation(&self, call: Call, request: ResponsesCompactRequest) -> Reply {
        let mut hub = compact_to_hub(request);
        let mut forgotten = Vec::new();
        hub.recall(self.items.as_ref(), &mut forgotten)?;
        self.expand(&mut hub).await?;
        call.exchange.sent(self.upstream.name(), &hub.model);
        let vendor = self.upstream.compact(hub, call.context()).await?;
        let object = compaction_object(vendor, call.request_id.digits(), self.now());
        for item in object["output"].as_array().into_iter().flatten().filter_map(Value::as_object) {
            self.items.remember(item);
        }
        Ok(forgetting(json_response(StatusCode::OK, object.to_string()), forgotten))
    }
}
