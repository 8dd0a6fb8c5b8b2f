//! Token usage in Chat Completions' names.

use serde::{Serialize, Serializer};

use crate::translate::hub::TokenCounts;

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
    /// The same in this dialect; nothing when the vendor did not count both the prompt and the answer.
    #[must_use]
    pub fn from_counts(counts: TokenCounts) -> Option<Self> {
        let (prompt_tokens, completion_tokens) = (counts.input?, counts.output?);
        Some(Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: counts.total.unwrap_or_else(|| prompt_tokens.saturating_add(completion_tokens)),
            cached_tokens: counts.cached,
            cache_write_tokens: counts.cache_write,
            reasoning_tokens: counts.reasoning,
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
    use serde_json::{Value, json};

    use super::*;

    fn check(counts: TokenCounts, expected: Option<Value>) {
        assert_eq!(ChatUsage::from_counts(counts).map(|usage| json!(usage)), expected);
    }

    #[test]
    fn details_that_the_vendor_does_not_give_are_not_invented() {
        let input = TokenCounts { input: Some(5), ..TokenCounts::default() };
        let both = TokenCounts { output: Some(2), ..input };
        check(TokenCounts::default(), None);
        check(input, None);
        check(both, Some(json!({"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7})));
        check(
            TokenCounts { cached: Some(0), cache_write: Some(4), reasoning: Some(1), total: Some(8), ..both },
            Some(json!({
                "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 8,
                "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 1},
            })),
        );
    }
}
