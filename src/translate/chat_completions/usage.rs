//! Token usage in Chat Completions' names.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// `usage` of a chat or text completion.
///
/// `{"prompt_tokens": integer, "completion_tokens": integer, "total_tokens": integer, "prompt_tokens_details"?: {"cached_tokens"?: integer,
/// "cache_write_tokens"?: integer}, "completion_tokens_details"?: {"reasoning_tokens"?: integer}}`
///
/// Holds what the vendor counted: a detail it leaves out or sends as null is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatUsage {
    /// Tokens of the prompt, cached ones included.
    pub prompt_tokens: u64,
    /// Tokens of the answer, reasoning included.
    pub completion_tokens: u64,
    /// Both.
    pub total_tokens: u64,
    /// Prompt tokens read from the vendor's cache.
    pub cached_tokens: Option<u64>,
    /// Prompt tokens written to the vendor's cache.
    pub cache_write_tokens: Option<u64>,
    /// Answer tokens spent on reasoning.
    pub reasoning_tokens: Option<u64>,
}

impl ChatUsage {
    /// Reads a response object's `usage`; nothing when it is null or without token counts.
    #[must_use]
    pub fn from_vendor(usage: &Value) -> Option<Self> {
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        let detail = |details: &str, name: &str| usage.get(details)?.get(name)?.as_u64();
        let prompt_tokens = count("input_tokens")?;
        let completion_tokens = count("output_tokens")?;
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: count("total_tokens").unwrap_or(prompt_tokens + completion_tokens),
            cached_tokens: detail("input_tokens_details", "cached_tokens"),
            cache_write_tokens: detail("input_tokens_details", "cache_write_tokens"),
            reasoning_tokens: detail("output_tokens_details", "reasoning_tokens"),
        })
    }
}

impl Serialize for ChatUsage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Usage {
            prompt_tokens: u64,
            completion_tokens: u64,
            total_tokens: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            prompt_tokens_details: Option<PromptDetails>,
            #[serde(skip_serializing_if = "Option::is_none")]
            completion_tokens_details: Option<CompletionDetails>,
        }

        #[derive(Serialize)]
        struct PromptDetails {
            #[serde(skip_serializing_if = "Option::is_none")]
            cached_tokens: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            cache_write_tokens: Option<u64>,
        }

        #[derive(Serialize)]
        struct CompletionDetails {
            reasoning_tokens: u64,
        }

        let Self {
            prompt_tokens,
            completion_tokens,
            total_tokens,
            cached_tokens,
            cache_write_tokens,
            reasoning_tokens,
        } = *self;
        let prompt_tokens_details =
            cached_tokens.or(cache_write_tokens).map(|_| PromptDetails { cached_tokens, cache_write_tokens });
        let completion_tokens_details = reasoning_tokens.map(|reasoning_tokens| CompletionDetails { reasoning_tokens });
        Usage { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details, completion_tokens_details }
            .serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "reads better")]
    fn check(usage: Value, expected: Option<Value>) {
        assert_eq!(ChatUsage::from_vendor(&usage).map(|usage| json!(usage)), expected);
    }

    #[test]
    fn details_that_the_vendor_does_not_give_are_not_invented() {
        check(Value::Null, None);
        check(json!({"input_tokens": 1}), None);
        check(
            json!({"input_tokens": 1, "input_tokens_details": null, "output_tokens": 2, "output_tokens_details": null}),
            Some(json!({"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3})),
        );
        check(
            json!({
                "input_tokens": 5, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4},
                "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 7,
            }),
            Some(json!({
                "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7,
                "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 1},
            })),
        );
    }
}
