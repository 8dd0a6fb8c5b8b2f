//! What the contract and the translations make of a request, offline: for `airelays explain`, the demo and the curious.

use serde_json::Value;

use super::TranslateError;
use super::chat_completions::{ChatRequestOptions, chat_to_hub};
use super::chatgpt::{hub_to_chatgpt, hub_to_chatgpt_compact};
use super::completions::completions_to_hub;
use super::hub::HubRequest;
use super::responses::{compact_to_hub, responses_to_hub};
use crate::contract::models::{
    ChatCompletionsCreateRequest, CompletionsCreateRequest, ResponsesCompactRequest, ResponsesCreateRequest,
};
use crate::contract::table::RequestBody;
use crate::contract::{Decoded, Fired, Problem, Reading, Refusal, decode};

/// What becomes of one request.
#[derive(Debug)]
pub struct Explanation {
    /// Every row that spoke, in document order.
    pub fired: Vec<Fired>,
    /// Fields left out, in OpenAI's notation.
    pub ignored: Vec<String>,
    /// Why it is refused; empty when it is not.
    pub problems: Vec<Problem>,
    /// The body for the backend; absent when the request is refused.
    pub upstream: Option<Value>,
}

/// Operations that can be explained: those with a request body.
pub const EXPLAINABLE: &[&str] = &[
    ChatCompletionsCreateRequest::OPERATION,
    CompletionsCreateRequest::OPERATION,
    ResponsesCreateRequest::OPERATION,
    ResponsesCompactRequest::OPERATION,
];

/// Explains a request body of the operation that `reading` names.
///
/// `lite` says whether the backend's catalogue wants the Lite form for a model. Items that a running relay would recall by id stay as they are.
///
/// # Errors
///
/// [`serde_json::Error`] when the upstream body cannot be written, which no request read from JSON can cause.
pub fn explain(
    body: &[u8],
    reading: Reading,
    options: ChatRequestOptions,
    lite: impl FnOnce(&str) -> bool,
) -> Result<Explanation, serde_json::Error> {
    let reading = Reading { explain: true, ..reading };
    let (hub, fired, ignored) = match reading.operation.operation {
        ChatCompletionsCreateRequest::OPERATION => {
            run::<ChatCompletionsCreateRequest>(body, reading, |request| chat_to_hub(request, options))
        }
        ResponsesCompactRequest::OPERATION => {
            run::<ResponsesCompactRequest>(body, reading, |request| Ok(compact_to_hub(request)))
        }
        CompletionsCreateRequest::OPERATION => run::<CompletionsCreateRequest>(body, reading, completions_to_hub),
        _ => run::<ResponsesCreateRequest>(body, reading, |request| Ok(responses_to_hub(request))),
    };
    match hub {
        Ok(hub) => {
            let is_lite = lite(&hub.model);
            let is_compaction = reading.operation.operation == ResponsesCompactRequest::OPERATION;
            let prepared =
                if is_compaction { hub_to_chatgpt_compact(hub, is_lite) } else { hub_to_chatgpt(hub, is_lite) }?;
            Ok(Explanation {
                fired,
                ignored,
                problems: Vec::new(),
                upstream: Some(serde_json::from_slice(&prepared.body)?),
            })
        }
        Err(problems) => Ok(Explanation { fired, ignored, problems, upstream: None }),
    }
}

type Explained = (Result<HubRequest, Vec<Problem>>, Vec<Fired>, Vec<String>);

fn run<T: RequestBody>(
    body: &[u8],
    reading: Reading,
    translate: impl FnOnce(T) -> Result<HubRequest, TranslateError>,
) -> Explained {
    match decode::<T>(body, reading) {
        Ok(Decoded { request, ignored, fired }) => {
            (translate(request).map_err(|error| vec![problem(&error)]), fired, ignored)
        }
        Err(Refusal { problems, ignored, fired }) => (Err(problems), fired, ignored),
    }
}

fn problem(error: &TranslateError) -> Problem {
    Problem {
        param: error.param().to_owned(),
        status: 422,
        code: "invalid_value".to_owned(),
        message: error.to_string(),
    }
}
