//! `GET /v1/models` and `GET /v1/models/{model}`

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::http::App;
use crate::http::answer::json_response;
use crate::http::call::{Call, Reply};
use crate::http::error::ApiError;
use crate::upstream::ModelEntry;

/// `owned_by` of every model, as in the Python 0.2.4.
const OWNED_BY: &str = "airelays-upstream";

/// Where a model list is from: the backend, a cache of it, or this program because the backend could not be asked.
const MODELS_SOURCE: HeaderName = HeaderName::from_static("x-airelays-models-source");

impl App {
    pub(super) async fn list_models(&self, call: &Call) -> Reply {
        let catalog = self.upstream.models(call.context()).await?;
        let data: Vec<Value> = catalog.models.iter().filter(|model| model.is_listed()).map(model_object).collect();
        let source = catalog.source.to_string();
        let mut response = json_response(
            StatusCode::OK,
            json!({"object": "list", "data": data, "airelays": {"source": source}}).to_string(),
        );
        let source = source.chars().filter(char::is_ascii).collect::<String>();
        if let Ok(source) = HeaderValue::from_str(&source) {
            response.headers_mut().insert(MODELS_SOURCE, source);
        }
        Ok(response)
    }

    pub(super) async fn retrieve_model(&self, call: &Call, id: &str) -> Reply {
        let catalog = self.upstream.models(call.context()).await?;
        match catalog.models.iter().find(|model| model.slug == id) {
            Some(model) => Ok(json_response(StatusCode::OK, model_object(model).to_string())),
            None => {
                let message = "the backend lists no such model; `GET /v1/models` lists them";
                let error = ApiError::client(StatusCode::NOT_FOUND, "model_not_found", message);
                Err(ApiError { param: Some("model".to_owned()), ..error })
            }
        }
    }
}

fn model_object(model: &ModelEntry) -> Value {
    let mut details = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            details.insert(key.to_owned(), value);
        }
    };
    put("display_name", json!(model.display_name));
    put("context_window", json!(model.context_window));
    put("reasoning_efforts", json!(model.reasoning_efforts));
    put("default_reasoning_effort", json!(model.default_reasoning_effort));
    put("input_modalities", json!(model.input_modalities));
    json!({"id": model.slug, "object": "model", "created": 0, "owned_by": OWNED_BY, "airelays": details})
}
