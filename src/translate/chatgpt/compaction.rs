//! The answer to a request for compaction.

use serde_json::{Map, Value};

use super::wire::strip_response;

/// Reads the answer of `POST /responses/compact`, without its private members; none when it is not what it should be.
///
/// **Shape**: `{"output": [item], "usage"?: object, …}`
///
/// Source: openai/codex `codex-api/src/endpoint/compact.rs`, release 0.147.0, which reads `output` and nothing else.
#[must_use]
pub fn compaction(body: &[u8]) -> Option<Map<String, Value>> {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else { return None };
    let is_list_of_items = answer.get("output")?.as_array()?.iter().all(|item| item.get("type").is_some());
    strip_response(&mut answer);
    is_list_of_items.then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::compaction;

    #[test]
    fn only_a_list_of_items_is_a_compaction() {
        assert!(compaction(br#"{"output": [{"type": "compaction", "encrypted_content": "gAAAA"}]}"#).is_some());
        for body in [r#"{}"#, r#"{"output": {}}"#, r#"{"output": ["x"]}"#, "[]", "", "<html>"] {
            assert!(compaction(body.as_bytes()).is_none(), "{body}");
        }
    }
}
