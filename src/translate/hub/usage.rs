//! What a generation cost.

use crate::translate::scan::Scanner;

/// The counts of a response object's `usage`, as far as the vendor gives them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// `input_tokens`: of the request, cached ones included.
    pub input: Option<u64>,
    /// `input_tokens_details.cached_tokens`: read from the vendor's cache.
    pub cached: Option<u64>,
    /// `input_tokens_details.cache_write_tokens`: written to the vendor's cache.
    pub cache_write: Option<u64>,
    /// `output_tokens`: of the answer, reasoning included.
    pub output: Option<u64>,
    /// `output_tokens_details.reasoning_tokens`: of the answer, spent on reasoning.
    pub reasoning: Option<u64>,
    /// `total_tokens`: both.
    pub total: Option<u64>,
}

impl TokenCounts {
    /// Reads a `usage`; what is no such count counts as absent.
    pub(super) fn read(usage: &str) -> Self {
        let mut counts = Self::default();
        let read = Scanner::new(usage).object(|name, usage| match name {
            "input_tokens_details" | "output_tokens_details" if usage.is_at_object() => {
                usage.object(|name, details| counts.take(name, details.value()?))
            }
            _ => counts.take(name, usage.value()?),
        });
        read.map_or_else(Self::default, |()| counts)
    }

    /// No two names are the same, whichever object they are in.
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        let count = match name {
            "input_tokens" => &mut self.input,
            "cached_tokens" => &mut self.cached,
            "cache_write_tokens" => &mut self.cache_write,
            "output_tokens" => &mut self.output,
            "reasoning_tokens" => &mut self.reasoning,
            "total_tokens" => &mut self.total,
            _ => return Some(()),
        };
        *count = value.parse().ok();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_count_is_absent() {
        let usage = r#"{"input_tokens": 5, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 4, "audio": {"n": 1}},
            "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 7, "cost": 0.5}"#;
        let (input, cached, cache_write) = (Some(5), Some(0), Some(4));
        let counts = TokenCounts { input, cached, cache_write, output: Some(2), reasoning: Some(1), total: Some(7) };
        assert_eq!(TokenCounts::read(usage), counts);
        for usage in [
            "null",
            "[1]",
            "3",
            "{}",
            r#"{"input_tokens": -1, "output_tokens": 1.5, "total_tokens": "3", "output_tokens_details": null}"#,
        ] {
            assert_eq!(TokenCounts::read(usage), TokenCounts::default(), "{usage}");
        }
    }
}
