//! A `response.create` event: a request, and what only a connection that stays open has.

use crate::contract::models::{ResponsesCreateEvent, ResponsesCreateRequest, ResponsesInput};
use crate::translate::TranslateError;

/// One turn on an open connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Whether the model is to answer. Without it the input is only taken in.
    pub generate: bool,
    /// The request, as over HTTP.
    pub request: ResponsesCreateRequest,
}

/// Takes an event apart. Its `stream_id` was read before, with the frame.
///
/// # Errors
///
/// [`TranslateError::Mismatch`] when there is neither input nor a response to continue.
pub fn event_to_turn(event: ResponsesCreateEvent) -> Result<Turn, TranslateError> {
    let ResponsesCreateEvent {
        type_: _,
        generate,
        stream_id: _,
        previous_response_id,
        input,
        model,
        instructions,
        tools,
        tool_choice,
        parallel_tool_calls,
        reasoning,
        text,
        include,
        service_tier,
        prompt_cache_key,
        client_metadata,
        metadata,
        stream_options,
        conversation,
        store,
    } = event;
    let input = match input {
        Some(input) => input,
        None if previous_response_id.is_some() => ResponsesInput::Items(Vec::new()),
        None => {
            let message = "is required, unless `previous_response_id` names a response to continue";
            return Err(TranslateError::mismatch("input", message));
        }
    };
    let request = ResponsesCreateRequest {
        input,
        model,
        instructions,
        tools,
        tool_choice,
        parallel_tool_calls,
        reasoning,
        text,
        include,
        service_tier,
        prompt_cache_key,
        client_metadata,
        metadata,
        stream: Some(true),
        stream_options,
        conversation,
        previous_response_id,
        store,
    };
    Ok(Turn { generate: generate.unwrap_or(true), request })
}
