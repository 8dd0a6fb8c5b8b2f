//! Shortening of conversations: the request, and the object that comes back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::complete::usage;
use super::request::items;
use crate::contract::models::ResponsesCompactRequest;
use crate::translate::hub::HubRequest;

/// Puts a request for compaction into the hub's shape.
#[must_use]
pub fn compact_to_hub(request: ResponsesCompactRequest) -> HubRequest {
    let ResponsesCompactRequest {
        model,
        input,
        instructions,
        tools,
        parallel_tool_calls,
        reasoning,
        text,
        prompt_cache_key,
        service_tier,
    } = request;
    HubRequest {
        model,
        instructions: instructions.map(Into::into),
        input: items(input),
        tools,
        tool_choice: None,
        parallel_tool_calls,
        reasoning,
        text,
        include: Vec::new(),
        service_tier,
        prompt_cache_key,
        client_metadata: BTreeMap::new(),
    }
}

/// The object a client sees: the vendor's, with what it leaves out. `digits` make the ids of what has none.
///
/// **Shape**: `{"id": string, "object": "response.compaction", "created_at": unix seconds, "output": [item], "usage": object | null}`. `usage` is required
/// by the published schema, but made-up counts would be worse than null.
///
/// Source: `CompactResource` in OpenAI's published document 2.3.0, verified 2026-11-21.
#[must_use]
pub fn compaction_object(mut vendor: Map<String, Value>, digits: &str, created_at: u64) -> Value {
    let mut take = |name: &str| vendor.remove(name).filter(|value| !value.is_null());
    let mut output = take("output").unwrap_or_else(|| json!([]));
    let unnamed = output.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    for (index, item) in unnamed.enumerate() {
        let prefix = match item.get("type").and_then(Value::as_str) {
            Some("compaction") => "cmp",
            Some("message") => "msg",
            Some(_) | None => "item",
        };
        if item.get("id").is_none_or(Value::is_null) {
            item.insert("id".to_owned(), format!("{prefix}_{digits}_{index}").into());
        }
    }
    json!({
        "id": take("id").unwrap_or_else(|| format!("resp_{digits}").into()),
        "object": "response.compaction",
        "created_at": take("created_at").unwrap_or_else(|| created_at.into()),
        "output": output,
        "usage": usage(take("usage").as_ref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_vendor_leaves_out_is_added_and_nothing_is_made_up() {
        let vendor = json!({"output": [{"type": "message", "role": "user", "content": []}, {"type": "compaction", "id": "cmp_9", "encrypted_content": "gAAAA"}]});
        let object = compaction_object(vendor.as_object().cloned().unwrap(), "7", 11);
        assert_eq!(
            object,
            json!({"id": "resp_7", "object": "response.compaction", "created_at": 11, "usage": null, "output": [
                {"type": "message", "role": "user", "content": [], "id": "msg_7_0"},
                {"type": "compaction", "id": "cmp_9", "encrypted_content": "gAAAA"}
            ]})
        );
    }

    #[test]
    fn the_vendors_own_is_kept() {
        let vendor = json!({"id": "resp_v", "created_at": 5, "output": [], "usage": {"input_tokens": 3, "output_tokens": 1, "total_tokens": 4}, "other": 1});
        let object = compaction_object(vendor.as_object().cloned().unwrap(), "7", 11);
        assert_eq!((&object["id"], &object["created_at"]), (&json!("resp_v"), &json!(5)));
        assert_eq!(object["usage"]["input_tokens_details"], json!({"cached_tokens": 0}));
        assert_eq!(object.get("other"), None);
    }
}
