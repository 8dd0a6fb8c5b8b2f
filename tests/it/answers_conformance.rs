//! Every answer against the published schemas: Open Responses for responses, OpenAI's document for the rest.

use airelays::translate::chat_completions::{ChatSettings, ReasoningStyle};
use serde_json::Value;

use crate::support::answers::{
    chat, chat_settings, completion, data, full_responses_settings, hub_events, response, responses_settings,
    transcripts,
};
use crate::support::spec::{Document, RELAXATIONS, Spec};

/// Something a client gets, and the schema that it must match.
struct Sample {
    document: Document,
    schema: &'static str,
    value: Value,
    from: String,
}

/// Events and items by the schema that publishes them. What Open Responses has is checked against it, the rest against OpenAI's document.
const EVENTS: &[(&str, Document, &str)] = &[
    ("response.created", Document::OpenResponses, "ResponseCreatedStreamingEvent"),
    ("response.in_progress", Document::OpenResponses, "ResponseInProgressStreamingEvent"),
    ("response.queued", Document::OpenResponses, "ResponseQueuedStreamingEvent"),
    ("response.completed", Document::OpenResponses, "ResponseCompletedStreamingEvent"),
    ("response.failed", Document::OpenResponses, "ResponseFailedStreamingEvent"),
    ("response.incomplete", Document::OpenResponses, "ResponseIncompleteStreamingEvent"),
    ("response.output_item.added", Document::OpenResponses, "ResponseOutputItemAddedStreamingEvent"),
    ("response.output_item.done", Document::OpenResponses, "ResponseOutputItemDoneStreamingEvent"),
    ("response.content_part.added", Document::OpenResponses, "ResponseContentPartAddedStreamingEvent"),
    ("response.content_part.done", Document::OpenResponses, "ResponseContentPartDoneStreamingEvent"),
    ("response.output_text.delta", Document::OpenResponses, "ResponseOutputTextDeltaStreamingEvent"),
    ("response.output_text.done", Document::OpenResponses, "ResponseOutputTextDoneStreamingEvent"),
    (
        "response.output_text.annotation.added",
        Document::OpenResponses,
        "ResponseOutputTextAnnotationAddedStreamingEvent",
    ),
    ("response.refusal.delta", Document::OpenResponses, "ResponseRefusalDeltaStreamingEvent"),
    ("response.refusal.done", Document::OpenResponses, "ResponseRefusalDoneStreamingEvent"),
    (
        "response.reasoning_summary_part.added",
        Document::OpenResponses,
        "ResponseReasoningSummaryPartAddedStreamingEvent",
    ),
    ("response.reasoning_summary_part.done", Document::OpenResponses, "ResponseReasoningSummaryPartDoneStreamingEvent"),
    ("response.reasoning_summary_text.delta", Document::OpenResponses, "ResponseReasoningSummaryDeltaStreamingEvent"),
    ("response.reasoning_summary_text.done", Document::OpenResponses, "ResponseReasoningSummaryDoneStreamingEvent"),
    (
        "response.function_call_arguments.delta",
        Document::OpenResponses,
        "ResponseFunctionCallArgumentsDeltaStreamingEvent",
    ),
    (
        "response.function_call_arguments.done",
        Document::OpenResponses,
        "ResponseFunctionCallArgumentsDoneStreamingEvent",
    ),
    ("response.function_call_arguments.done", Document::OpenAi, "ResponseFunctionCallArgumentsDoneEvent"),
    ("response.reasoning_text.delta", Document::OpenAi, "ResponseReasoningTextDeltaEvent"),
    ("response.reasoning_text.done", Document::OpenAi, "ResponseReasoningTextDoneEvent"),
    ("response.custom_tool_call_input.delta", Document::OpenAi, "ResponseCustomToolCallInputDeltaEvent"),
    ("response.custom_tool_call_input.done", Document::OpenAi, "ResponseCustomToolCallInputDoneEvent"),
    ("response.web_search_call.in_progress", Document::OpenAi, "ResponseWebSearchCallInProgressEvent"),
    ("response.web_search_call.searching", Document::OpenAi, "ResponseWebSearchCallSearchingEvent"),
    ("response.web_search_call.completed", Document::OpenAi, "ResponseWebSearchCallCompletedEvent"),
    ("response.image_generation_call.in_progress", Document::OpenAi, "ResponseImageGenCallInProgressEvent"),
    ("response.image_generation_call.generating", Document::OpenAi, "ResponseImageGenCallGeneratingEvent"),
    ("response.image_generation_call.partial_image", Document::OpenAi, "ResponseImageGenCallPartialImageEvent"),
    ("response.image_generation_call.completed", Document::OpenAi, "ResponseImageGenCallCompletedEvent"),
    ("error", Document::OpenResponses, "ErrorStreamingEvent"),
    ("error", Document::OpenAi, "ResponseErrorEvent"),
];

/// Finished items that Open Responses does not have.
const ITEMS: &[(&str, &str)] = &[
    ("custom_tool_call", "CustomToolCall"),
    ("web_search_call", "WebSearchToolCall"),
    ("image_generation_call", "ImageGenToolCall"),
    ("tool_search_call", "ToolSearchCall"),
];

#[test]
fn answers_are_what_is_published() {
    let mut open_responses = Spec::new(Document::OpenResponses, None);
    let mut open_ai = Spec::new(Document::OpenAi, None);
    let samples = samples();
    assert!(samples.len() > 1000, "{} samples", samples.len());
    let failures = samples.iter().filter_map(|sample| {
        let spec = match sample.document {
            Document::OpenResponses => &mut open_responses,
            Document::OpenAi => &mut open_ai,
        };
        let reason = spec.check(sample.schema, &sample.value).err()?;
        Some(format!("{}: {reason}\n  {}", sample.from, sample.value))
    });
    let failures: Vec<String> = failures.collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A relaxation that nothing needs hides a difference that we do not have.
#[test]
fn relaxations_are_needed() {
    let samples = samples();
    for relaxation in RELAXATIONS {
        assert!(!relaxation.reason.is_empty());
        let mut spec = Spec::new(relaxation.document, Some(relaxation.name));
        let mut of_document = samples.iter().filter(|sample| sample.document == relaxation.document);
        let needed = of_document.any(|sample| spec.check(sample.schema, &sample.value).is_err());
        assert!(needed, "not needed: {}", relaxation.name);
    }
}

fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for path in transcripts() {
        let events = hub_events(&path, usize::MAX);
        let from = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut add = |document, schema, value: &Value| {
            samples.push(Sample { document, schema, value: value.clone(), from: from.clone() });
        };
        for settings in [responses_settings(), full_responses_settings()] {
            let (stream, answer) = response(settings, &events);
            data(&stream).iter().for_each(|event| add_event(event, &mut add));
            if let Ok(body) = &answer {
                add(Document::OpenResponses, "ResponseResource", body);
            }
        }
        for legacy_functions in [false, true] {
            let settings =
                ChatSettings { legacy_functions, reasoning: ReasoningStyle::ReasoningContent, ..chat_settings() };
            let (stream, answer) = chat(settings, &events);
            add_chunks(&stream, "CreateChatCompletionStreamResponse", &mut add);
            if let Ok(body) = &answer {
                add(Document::OpenAi, "CreateChatCompletionResponse", body);
            }
        }
        let (stream, answer) = completion(&events);
        add_chunks(&stream, "CreateCompletionResponse", &mut add);
        if let Ok(body) = &answer {
            add(Document::OpenAi, "CreateCompletionResponse", body);
        }
    }
    samples
}

fn add_event(event: &Value, add: &mut impl FnMut(Document, &'static str, &Value)) {
    let kind = event["type"].as_str().unwrap();
    let schemas: Vec<_> = EVENTS.iter().filter(|(name, ..)| *name == kind).collect();
    assert!(!schemas.is_empty(), "an event that nobody publishes: {event}");
    for (_, document, schema) in schemas {
        add(*document, schema, event);
    }
    if kind == "response.output_item.done" {
        let item = &event["item"];
        for (_, schema) in ITEMS.iter().filter(|(name, _)| item["type"] == *name) {
            add(Document::OpenAi, schema, item);
        }
    }
}

fn add_chunks(stream: &str, schema: &'static str, add: &mut impl FnMut(Document, &'static str, &Value)) {
    for chunk in data(stream) {
        if chunk.get("error").is_some() {
            add(Document::OpenAi, "ErrorResponse", &chunk);
        } else if chunk != "[DONE]" {
            add(Document::OpenAi, schema, &chunk);
        }
    }
}
