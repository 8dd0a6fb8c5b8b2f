//! What the vendor's stream events and error codes are, as tables.
//!
//! The contents are those of `schemas/upstream/chatgpt/wire.json` (`events`, `private_prefixes`, `private_members`, `error_codes`), which gives the
//! reason and evidence of each row.

use crate::translate::hub::ErrorClass;

/// One known type of stream event.
#[derive(Debug)]
pub(crate) struct EventRow {
    /// The event's `type`.
    pub(crate) kind: &'static str,
    /// Whether clients may see it.
    pub(crate) public: bool,
    /// How it is read.
    pub(crate) class: EventClass,
}

/// The ways of reading a stream event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventClass {
    /// The response is made, waits or runs.
    Lifecycle,
    /// An output item begins or ends.
    Item,
    /// A part of an item begins or ends.
    Part,
    /// Something is added to a part or an item.
    Delta,
    /// A streamed text is complete.
    Done,
    /// A hosted tool gets on.
    Progress,
    /// The response is over.
    Terminal,
    /// The stream broke.
    Error,
    /// For the vendor's own client.
    Vendor,
}

/// One known error code. `*` stands for all others.
#[derive(Debug)]
pub(crate) struct ErrorRow {
    /// The vendor's `code`, or its `type` where it gives no code.
    pub(crate) code: &'static str,
    /// What kind of failure it is.
    pub(crate) class: ErrorClass,
    /// HTTP status for the client.
    pub(crate) status: u16,
    /// `error.type` for the client.
    pub(crate) kind: &'static str,
    /// Whether the same request may be sent again.
    pub(crate) retry: bool,
}

/// Every known event type.
pub(crate) static EVENTS: &[EventRow] = &[
    EventRow { kind: "response.created", public: true, class: EventClass::Lifecycle },
    EventRow { kind: "response.queued", public: true, class: EventClass::Lifecycle },
    EventRow { kind: "response.in_progress", public: true, class: EventClass::Lifecycle },
    EventRow { kind: "response.output_item.added", public: true, class: EventClass::Item },
    EventRow { kind: "response.output_item.done", public: true, class: EventClass::Item },
    EventRow { kind: "response.content_part.added", public: true, class: EventClass::Part },
    EventRow { kind: "response.content_part.done", public: true, class: EventClass::Part },
    EventRow { kind: "response.output_text.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.output_text.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.output_text.annotation.added", public: true, class: EventClass::Delta },
    EventRow { kind: "response.refusal.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.refusal.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.reasoning_summary_part.added", public: true, class: EventClass::Part },
    EventRow { kind: "response.reasoning_summary_part.done", public: true, class: EventClass::Part },
    EventRow { kind: "response.reasoning_summary_text.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.reasoning_summary_text.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.reasoning_text.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.reasoning_text.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.function_call_arguments.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.function_call_arguments.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.custom_tool_call_input.delta", public: true, class: EventClass::Delta },
    EventRow { kind: "response.custom_tool_call_input.done", public: true, class: EventClass::Done },
    EventRow { kind: "response.web_search_call.in_progress", public: true, class: EventClass::Progress },
    EventRow { kind: "response.web_search_call.searching", public: true, class: EventClass::Progress },
    EventRow { kind: "response.web_search_call.completed", public: true, class: EventClass::Progress },
    EventRow { kind: "response.image_generation_call.in_progress", public: true, class: EventClass::Progress },
    EventRow { kind: "response.image_generation_call.generating", public: true, class: EventClass::Progress },
    EventRow { kind: "response.image_generation_call.partial_image", public: true, class: EventClass::Progress },
    EventRow { kind: "response.image_generation_call.completed", public: true, class: EventClass::Progress },
    EventRow { kind: "response.completed", public: true, class: EventClass::Terminal },
    EventRow { kind: "response.failed", public: true, class: EventClass::Terminal },
    EventRow { kind: "response.incomplete", public: true, class: EventClass::Terminal },
    EventRow { kind: "error", public: true, class: EventClass::Error },
    EventRow { kind: "response.metadata", public: false, class: EventClass::Vendor },
    EventRow { kind: "keepalive", public: false, class: EventClass::Vendor },
    EventRow { kind: "codex.rate_limits", public: false, class: EventClass::Vendor },
    EventRow { kind: "codex.response.metadata", public: false, class: EventClass::Vendor },
    EventRow { kind: "responsesapi.websocket_timing", public: false, class: EventClass::Vendor },
];

/// Event types that begin so are private, known or not.
pub(crate) static PRIVATE_PREFIXES: &[&str] = &["codex.", "responsesapi."];

/// Members of events, of the response object and of its usage that no client sees.
pub(crate) static PRIVATE_MEMBERS: &[&str] = &[
    "safety_identifier",
    "user",
    "instructions",
    "prompt_cache_key",
    "headers",
    "codex_rollout_budget_units",
    "safety_buffering",
];

/// Every known error code.
pub(crate) static ERROR_CODES: &[ErrorRow] = &[
    ErrorRow {
        code: "usage_limit_reached",
        class: ErrorClass::Quota,
        status: 429,
        kind: "insufficient_quota",
        retry: false,
    },
    ErrorRow {
        code: "rate_limit_reached",
        class: ErrorClass::Quota,
        status: 429,
        kind: "insufficient_quota",
        retry: false,
    },
    ErrorRow {
        code: "insufficient_quota",
        class: ErrorClass::Quota,
        status: 429,
        kind: "insufficient_quota",
        retry: false,
    },
    ErrorRow {
        code: "usage_not_included",
        class: ErrorClass::Quota,
        status: 403,
        kind: "insufficient_quota",
        retry: false,
    },
    ErrorRow {
        code: "rate_limit_exceeded",
        class: ErrorClass::Transient,
        status: 429,
        kind: "rate_limit_error",
        retry: true,
    },
    ErrorRow {
        code: "server_is_overloaded",
        class: ErrorClass::Overload,
        status: 503,
        kind: "server_error",
        retry: false,
    },
    ErrorRow { code: "slow_down", class: ErrorClass::Overload, status: 503, kind: "server_error", retry: false },
    ErrorRow { code: "server_error", class: ErrorClass::Transient, status: 502, kind: "server_error", retry: true },
    ErrorRow {
        code: "context_length_exceeded",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_prompt",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "bio_policy",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "cyber_policy",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_encrypted_content",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "data_residency_mismatch",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_image",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_image_format",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_base64_image",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_image_url",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_too_large",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_too_small",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_parse_error",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_content_policy_violation",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_image_mode",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_file_too_large",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "unsupported_image_media_type",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "empty_image_file",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "failed_to_download_image",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "image_file_not_found",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "vector_store_timeout",
        class: ErrorClass::Transient,
        status: 502,
        kind: "server_error",
        retry: true,
    },
    ErrorRow {
        code: "invalid_request_error",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_request",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "invalid_value",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "unsupported_value",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "unsupported_parameter",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "unknown_parameter",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "string_above_max_length",
        class: ErrorClass::Client,
        status: 400,
        kind: "invalid_request_error",
        retry: false,
    },
    ErrorRow {
        code: "token_invalidated",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "token_revoked",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "token_expired",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "refresh_token_expired",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "refresh_token_reused",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "refresh_token_invalidated",
        class: ErrorClass::Auth,
        status: 503,
        kind: "authentication_error",
        retry: false,
    },
    ErrorRow {
        code: "websocket_connection_limit_reached",
        class: ErrorClass::Protocol,
        status: 502,
        kind: "server_error",
        retry: true,
    },
    ErrorRow {
        code: "previous_response_not_found",
        class: ErrorClass::Protocol,
        status: 502,
        kind: "server_error",
        retry: true,
    },
    ErrorRow { code: "*", class: ErrorClass::Transient, status: 502, kind: "server_error", retry: true },
];
