//! Puts streamed chunks together as client libraries do, knowing nothing of how they were made.

use serde_json::{Map, Value, json};

/// The body that a chat stream amounts to, or the error object in it.
///
/// What a client cannot tell from chunks is made equal: the stream begins with empty text, so text that stays empty beside a call or a refusal is null.
pub(crate) fn assemble_chat(chunks: &[Value]) -> Result<Value, Value> {
    let mut body = Map::new();
    let mut message = json!({"content": null, "refusal": null});
    let mut finish_reason = Value::Null;
    let mut done = false;
    for chunk in chunks {
        assert!(!done, "after the end: {chunk}");
        if chunk == "[DONE]" {
            done = true;
            continue;
        }
        if let Some(error) = chunk.get("error") {
            assert_eq!(chunks.last(), Some(chunk), "the error is the last event");
            assert!(finish_reason.is_null(), "an error after a finish reason");
            return Err(error.clone());
        }
        for name in ["id", "created", "model"] {
            let value = body.entry(name).or_insert_with(|| chunk[name].clone());
            assert_eq!(value, &chunk[name], "{name} changes");
        }
        for name in ["service_tier", "usage"] {
            if let Some(value) = chunk.get(name).filter(|value| !value.is_null()) {
                body.insert(name.to_owned(), value.clone());
            }
        }
        let Some(choice) = chunk["choices"].get(0) else { continue };
        assert!(finish_reason.is_null(), "a choice after the finish reason: {chunk}");
        merge(&mut message, &choice["delta"]);
        finish_reason = choice["finish_reason"].clone();
    }
    assert!(done && finish_reason.is_string(), "the stream has no end");
    let called = message.get("tool_calls").is_some() || message.get("function_call").is_some();
    if message["content"] == "" && (called || message["refusal"].is_string()) {
        message["content"] = Value::Null;
    }
    for call in message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten() {
        call.as_object_mut().unwrap().remove("index");
    }
    body.insert("object".to_owned(), json!("chat.completion"));
    let choice = json!({"index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason});
    body.insert("choices".to_owned(), json!([choice]));
    Ok(Value::Object(body))
}

/// Adds a delta: strings grow, objects merge, list elements with an `index` merge with the element of that index, others are appended.
fn merge(into: &mut Value, delta: &Value) {
    for (name, value) in delta.as_object().unwrap() {
        let slot = &mut into[name];
        match (&mut *slot, value) {
            (Value::String(text), Value::String(piece)) if !["id", "type", "name", "role"].contains(&name.as_str()) => {
                text.push_str(piece);
            }
            (Value::Object(_), Value::Object(_)) => merge(slot, value),
            (Value::Array(list), Value::Array(pieces)) => merge_list(list, pieces),
            (Value::Null, Value::Array(pieces)) => {
                let mut list = Vec::new();
                merge_list(&mut list, pieces);
                *slot = Value::Array(list);
            }
            _ => *slot = value.clone(),
        }
    }
}

fn merge_list(list: &mut Vec<Value>, pieces: &[Value]) {
    for piece in pieces {
        let Some(index) = piece.get("index").and_then(Value::as_u64) else {
            list.push(piece.clone());
            continue;
        };
        let index = usize::try_from(index).unwrap();
        // A helper closes an element when the next one appears.
        assert!(index == list.len() || index + 1 == list.len(), "calls interleave");
        match list.get_mut(index) {
            Some(element) => merge(element, piece),
            None => list.push(piece.clone()),
        }
    }
}

/// The body that a completion's stream amounts to, or the error object in it.
pub(crate) fn assemble_completion(chunks: &[Value]) -> Result<Value, Value> {
    let Some((last, chunks)) = chunks.split_last() else { panic!("no events") };
    if let Some(error) = last.get("error") {
        return Err(error.clone());
    }
    assert_eq!(last, "[DONE]");
    let mut body = json!({"object": "text_completion"});
    let (mut text, mut finish_reason) = (String::new(), Value::Null);
    for chunk in chunks {
        for name in ["id", "created", "model"] {
            body[name] = chunk[name].clone();
        }
        if chunk["usage"].is_object() {
            body["usage"] = chunk["usage"].clone();
        }
        if let Some(choice) = chunk["choices"].get(0) {
            text.push_str(choice["text"].as_str().unwrap());
            finish_reason = choice["finish_reason"].clone();
        }
    }
    body["choices"] = json!([{"text": text, "index": 0, "logprobs": null, "finish_reason": finish_reason}]);
    Ok(body)
}

/// The output that a Responses stream amounts to: items as they were finished, each checked against the deltas that came before.
pub(crate) fn assemble_output(events: &[Value]) -> Vec<Value> {
    let mut items: Vec<(u64, Value)> = Vec::new();
    let mut texts: Vec<((String, String, u64), String)> = Vec::new();
    for event in events {
        let kind = event["type"].as_str().unwrap();
        if let Some(stem) = kind.strip_suffix(".delta") {
            let part = event.get("content_index").or(event.get("summary_index")).and_then(Value::as_u64).unwrap_or(0);
            let key = (stem.to_owned(), event["item_id"].as_str().unwrap().to_owned(), part);
            let piece = event["delta"].as_str().unwrap();
            match texts.iter_mut().find(|(known, _)| *known == key) {
                Some((_, text)) => text.push_str(piece),
                None => texts.push((key, piece.to_owned())),
            }
        }
        if kind == "response.output_item.done" {
            let (index, item) = (event["output_index"].as_u64().unwrap(), &event["item"]);
            for ((stem, item_id, part), text) in &texts {
                if item["id"] == item_id.as_str() {
                    assert_eq!(text_of(item, stem, *part), text.as_str(), "{stem} of {item_id}");
                }
            }
            items.push((index, item.clone()));
        }
    }
    items.sort_by_key(|(index, _)| *index);
    items.into_iter().map(|(_, item)| item).collect()
}

fn text_of<'a>(item: &'a Value, stem: &str, part: u64) -> &'a Value {
    let part = usize::try_from(part).unwrap();
    match stem {
        "response.output_text" | "response.reasoning_text" => &item["content"][part]["text"],
        "response.refusal" => &item["content"][part]["refusal"],
        "response.reasoning_summary_text" => &item["summary"][part]["text"],
        "response.function_call_arguments" => &item["arguments"],
        "response.custom_tool_call_input" => &item["input"],
        _ => panic!("no text: {stem}"),
    }
}
