//! Items as they are kept: what a list of them shows, and what is sent again in a later turn.

use serde_json::{Map, Value, json};

use crate::contract::models::InputItem;

/// An input item as clients see it in a list: with an id, and a text as the part it stands for.
///
/// The id is the caller's; `prefix` tells it what the ids of such items begin with.
#[must_use]
pub fn stored_form(item: &InputItem, id: impl FnOnce(&'static str) -> String) -> Map<String, Value> {
    // An item read from JSON can be written as JSON, and is an object.
    let Ok(Value::Object(mut object)) = serde_json::to_value(item) else { return Map::new() };
    let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
    let id = id(prefix(kind));
    if kind == "message" {
        let is_assistant = object.get("role").is_some_and(|role| role == "assistant");
        if let Some(Value::String(text)) = object.get("content") {
            let part = if is_assistant {
                json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
            } else {
                json!({"type": "input_text", "text": text})
            };
            object.insert("content".to_owned(), json!([part]));
        }
        object.entry("status").or_insert_with(|| json!("completed"));
    }
    object.insert("id".to_owned(), Value::from(id));
    object
}

/// An item that was kept, as it can be sent again. None for a kind that no request can have.
#[must_use]
pub fn from_stored(item: Map<String, Value>) -> Option<InputItem> {
    serde_json::from_value(Value::Object(item)).ok()
}

/// Beginning of the ids of a kind of item.
fn prefix(kind: &str) -> &'static str {
    match kind {
        "message" => "msg_",
        "reasoning" => "rs_",
        "function_call" => "fc_",
        "function_call_output" => "fco_",
        "custom_tool_call" => "ctc_",
        "custom_tool_call_output" => "ctco_",
        "web_search_call" => "ws_",
        "image_generation_call" => "ig_",
        "compaction" => "cmp_",
        _ => "item_",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_parts_and_items_get_ids() {
        let item = |value: Value| serde_json::from_value::<InputItem>(value).unwrap();
        for (given, expected) in [
            (
                json!({"type": "message", "role": "user", "content": "hi", "id": "theirs"}),
                json!({"type": "message", "id": "msg_1", "role": "user", "status": "completed", "content": [{"type": "input_text", "text": "hi"}]}),
            ),
            (
                json!({"type": "message", "role": "assistant", "content": "yes"}),
                json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "yes", "annotations": [], "logprobs": []}]}),
            ),
            (
                json!({"type": "function_call_output", "call_id": "c", "output": "done"}),
                json!({"type": "function_call_output", "id": "fco_1", "call_id": "c", "output": "done"}),
            ),
        ] {
            let stored = stored_form(&item(given), |prefix| format!("{prefix}1"));
            assert_eq!(Value::Object(stored.clone()), expected);
            assert!(from_stored(stored).is_some());
        }
    }
}
