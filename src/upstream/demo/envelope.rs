//! The response object that lifecycle and terminal events carry, with all the members the backend shows.

use serde_json::{Map, Value, json};

/// What stays the same over the events of one response.
#[derive(Debug)]
pub(super) struct Envelope {
    /// Part of every id: `resp_<tag>`, `msg_<tag>_<n>`.
    pub(super) tag: String,
    created_at: u64,
    input_tokens: u64,
    /// The members that echo the request.
    echoed: Map<String, Value>,
}

/// The status a response object is shown in, with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) enum State<'a> {
    InProgress,
    Completed { output: &'a [Value], usage: bool },
    Incomplete { reason: &'a str },
    Failed { code: &'a str },
}

/// How much was written, for the usage.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written {
    pub(super) text_bytes: usize,
    pub(super) reasoning_bytes: usize,
    pub(super) searches: usize,
}

impl Envelope {
    /// For an accepted request of `request_bytes`.
    pub(super) fn new(tag: String, created_at: u64, body: &Value, request_bytes: usize) -> Self {
        let member = |name: &str, default: Value| (name.to_owned(), body.get(name).cloned().unwrap_or(default));
        let echoed = Map::from_iter([
            member("instructions", Value::Null),
            member("model", Value::Null),
            member("parallel_tool_calls", json!(true)),
            member("prompt_cache_key", Value::Null),
            member("reasoning", json!({ "effort": "medium", "summary": null })),
            member("text", json!({ "format": { "type": "text" }, "verbosity": "medium" })),
            member("tool_choice", json!("auto")),
            member("tools", json!([])),
        ]);
        Self { tag, created_at, input_tokens: tokens(request_bytes), echoed }
    }

    /// The response object.
    ///
    /// Source: captured envelope in icebear0828/codex-proxy#65, order of members included.
    pub(super) fn response(&self, state: State<'_>, written: Written) -> Value {
        let echoed = |name: &str| self.echoed.get(name).cloned().unwrap_or_default();
        let (status, completed_at, error, incomplete, output, usage) = match state {
            State::InProgress => ("in_progress", Value::Null, Value::Null, Value::Null, [].as_slice(), Value::Null),
            State::Completed { output, usage } => {
                let usage = if usage { self.usage(written) } else { Value::Null };
                ("completed", json!(self.created_at), Value::Null, Value::Null, output, usage)
            }
            State::Incomplete { reason } => {
                let details = json!({ "reason": reason });
                ("incomplete", Value::Null, Value::Null, details, [].as_slice(), self.usage(written))
            }
            State::Failed { code } => {
                let message = failure(code);
                let error = json!({ "code": code, "message": message });
                ("failed", Value::Null, error, Value::Null, [].as_slice(), Value::Null)
            }
        };
        json!({
            "id": format!("resp_{}", self.tag),
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "background": false,
            "completed_at": completed_at,
            "error": error,
            "frequency_penalty": 0.0,
            "incomplete_details": incomplete,
            "instructions": echoed("instructions"),
            "max_output_tokens": null,
            "max_tool_calls": null,
            "model": echoed("model"),
            "moderation": null,
            "output": output,
            "parallel_tool_calls": echoed("parallel_tool_calls"),
            "presence_penalty": 0.0,
            "previous_response_id": null,
            "prompt_cache_key": echoed("prompt_cache_key"),
            "prompt_cache_retention": "24h",
            "reasoning": echoed("reasoning"),
            "safety_identifier": "user-demo",
            "service_tier": if status == "in_progress" { "auto" } else { "default" },
            "store": false,
            "temperature": 1.0,
            "text": echoed("text"),
            "tool_choice": echoed("tool_choice"),
            "tool_usage": {
                "image_gen": {
                    "input_tokens": 0,
                    "input_tokens_details": { "image_tokens": 0, "text_tokens": 0 },
                    "output_tokens": 0,
                    "output_tokens_details": { "image_tokens": 0, "text_tokens": 0 },
                    "total_tokens": 0
                },
                "web_search": { "num_requests": written.searches }
            },
            "tools": echoed("tools"),
            "top_logprobs": 0,
            "top_p": 0.98,
            "truncation": "disabled",
            "usage": usage,
            "user": null,
            "metadata": {}
        })
    }

    fn usage(&self, written: Written) -> Value {
        let reasoning = tokens(written.reasoning_bytes);
        let output = tokens(written.text_bytes) + reasoning;
        json!({
            "input_tokens": self.input_tokens,
            "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": output,
            "output_tokens_details": { "reasoning_tokens": reasoning },
            "total_tokens": self.input_tokens + output
        })
    }
}

/// The words of a failure.
pub(super) fn failure(code: &str) -> String {
    match code {
        "rate_limit_exceeded" => "Rate limit reached (demo). Please try again in 28ms.".to_owned(),
        _ => format!("The demo upstream was told to fail with {code}."),
    }
}

/// One token for every four bytes, rounded up. The demo has no tokenizer; the number only has to be plausible and steady.
pub(super) fn tokens(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(4)).unwrap_or(u64::MAX)
}
