//! Rules about items, content and schemas that the wire schema cannot say.

use std::collections::HashSet;

use serde_json::Value;

use super::super::read::{self, array, text};
use super::super::reply::Refusal;

/// First bytes of the image formats the backend reads.
const IMAGE_STARTS: [(&str, &[u8]); 4] =
    [("image/png", b"\x89PNG"), ("image/jpeg", b"\xff\xd8\xff"), ("image/gif", b"GIF8"), ("image/webp", b"RIFF")];

/// What an encrypted part that came from the backend begins with.
const ENCRYPTED_START: &str = "gAAA";

/// Checks everything below the top level.
pub(super) fn checked(body: &Value) -> Result<(), Refusal> {
    let items = array(body, "input");
    for (at, item) in items.iter().enumerate() {
        stored_nowhere(item)?;
        identifier(at, item)?;
        message_parts(at, item)?;
    }
    pairing(items)?;
    images(body)?;
    effort(body)?;
    schemas(body)?;
    tool_choice(body)
}

/// With `store: false` nothing can be referred to, and reasoning has to come back encrypted.
fn stored_nowhere(item: &Value) -> Result<(), Refusal> {
    let encrypted = text(item, "encrypted_content");
    match text(item, "type") {
        "reasoning" if encrypted.is_empty() => {
            let id = text(item, "id");
            Err(Refusal::error(
                404,
                &format!(
                    "Item with id '{id}' not found. Items are not persisted when `store` is set to false. \
                     Try again with `store` set to true, or remove this item from your input."
                ),
                "invalid_request_error",
                Some("input"),
                None,
            ))
        }
        "reasoning" | "compaction" if !encrypted.starts_with(ENCRYPTED_START) => Err(Refusal::invalid(
            "The encrypted content could not be verified.",
            None,
            Some("invalid_encrypted_content"),
        )),
        _ => Ok(()),
    }
}

/// Ids are the backend's own, known by their prefix.
fn identifier(at: usize, item: &Value) -> Result<(), Refusal> {
    let prefix = match text(item, "type") {
        "message" => "msg",
        "reasoning" => "rs",
        "function_call" => "fc",
        "custom_tool_call" => "ctc",
        "web_search_call" => "ws",
        "image_generation_call" => "ig",
        _ => return Ok(()),
    };
    match item.get("id").and_then(Value::as_str) {
        Some(id) if !id.starts_with(prefix) => {
            let message = format!("Invalid 'input[{at}].id': '{id}'. Expected an ID that begins with '{prefix}'.");
            Err(Refusal::invalid(&message, Some(&format!("input[{at}].id")), Some("invalid_value")))
        }
        _ => Ok(()),
    }
}

/// Each role writes its own kinds of parts.
fn message_parts(at: usize, item: &Value) -> Result<(), Refusal> {
    let allowed: &[&str] = match text(item, "role") {
        "assistant" => &["output_text", "refusal"],
        _ => &["input_text", "input_image", "input_file"],
    };
    if text(item, "type") != "message" {
        return Ok(());
    }
    for (part_at, part) in array(item, "content").iter().enumerate() {
        let kind = text(part, "type");
        if !allowed.contains(&kind) {
            let supported: Vec<String> = allowed.iter().map(|kind| format!("'{kind}'")).collect();
            let message = format!("Invalid value: '{kind}'. Supported values are: {}.", supported.join(" and "));
            let param = format!("input[{at}].content[{part_at}].type");
            return Err(Refusal::invalid(&message, Some(&param), Some("invalid_value")));
        }
    }
    Ok(())
}

/// Every call has its output further on, and every output its call before it.
fn pairing(items: &[Value]) -> Result<(), Refusal> {
    let mut open: Vec<(&str, &str)> = Vec::new();
    let mut seen = HashSet::new();
    for item in items {
        let call = text(item, "call_id");
        match text(item, "type") {
            kind @ ("function_call" | "custom_tool_call") => {
                open.push((kind, call));
                seen.insert(call);
            }
            "local_shell_call" | "tool_search_call" => {
                seen.insert(call);
            }
            "function_call_output" if !seen.contains(call) => {
                let message = format!("No tool call found for function call output with call_id {call}.");
                return Err(Refusal::invalid(&message, Some("input"), None));
            }
            "custom_tool_call_output" if !seen.contains(call) => {
                let message = format!("No tool call found for custom tool call output with call_id {call}.");
                return Err(Refusal::invalid(&message, Some("input"), None));
            }
            "function_call_output" | "custom_tool_call_output" => open.retain(|(_, id)| *id != call),
            _ => {}
        }
    }
    open.first().map_or(Ok(()), |(kind, call)| {
        let kind = if *kind == "function_call" { "function call" } else { "custom tool call" };
        Err(Refusal::invalid(&format!("No tool output found for {kind} {call}."), Some("input"), None))
    })
}

/// Inline images decode to a known format.
fn images(body: &Value) -> Result<(), Refusal> {
    for (_, part) in read::content_parts(body) {
        let url = text(part, "image_url");
        if text(part, "type") != "input_image" || !url.starts_with("data:") {
            continue;
        }
        let valid = read::data_url(url).is_some_and(|inline| {
            IMAGE_STARTS.iter().any(|(kind, start)| inline.media_type == *kind && inline.bytes.starts_with(start))
        });
        if !valid {
            let message =
                "The image data you provided does not represent a valid image. Please check your input and try again.";
            return Err(Refusal::invalid(message, Some("input"), None));
        }
    }
    Ok(())
}

/// Current models do without `minimal`.
fn effort(body: &Value) -> Result<(), Refusal> {
    let effort = body.pointer("/reasoning/effort").and_then(Value::as_str);
    if effort != Some("minimal") {
        return Ok(());
    }
    let message = format!("Unsupported value: 'minimal' is not supported with the '{}' model.", text(body, "model"));
    Err(Refusal::invalid(&message, Some("reasoning.effort"), Some("unsupported_value")))
}

/// Strict schemas are closed and require all their members.
fn schemas(body: &Value) -> Result<(), Refusal> {
    if let Some(format) = body.pointer("/text/format").filter(|format| format.get("strict") == Some(&Value::Bool(true)))
        && let Some(problem) = format.get("schema").and_then(|schema| loose_part(schema, &mut Vec::new()))
    {
        let message = format!("Invalid schema for response_format '{}': {problem}", text(format, "name"));
        return Err(Refusal::invalid(&message, Some("text.format.schema"), Some("invalid_json_schema")));
    }
    for (at, tool) in read::offered_tools(body).into_iter().enumerate() {
        let strict = tool.definition.get("strict") == Some(&Value::Bool(true));
        let parameters = tool.definition.get("parameters").filter(|_| strict);
        if let Some(problem) = parameters.and_then(|schema| loose_part(schema, &mut Vec::new())) {
            let message = format!("Invalid schema for function '{}': {problem}", tool.name);
            let param = format!("tools[{at}].parameters");
            return Err(Refusal::invalid(&message, Some(&param), Some("invalid_function_parameters")));
        }
    }
    Ok(())
}

/// The first object below `schema` that is open or has optional members, as a sentence.
fn loose_part<'a>(schema: &'a Value, path: &mut Vec<&'a str>) -> Option<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    if properties.is_some() || text(schema, "type") == "object" {
        let context: Vec<String> = path.iter().map(|step| format!("'{step}'")).collect();
        let context = format!("In context=({})", context.join(", "));
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Some(format!("{context}, 'additionalProperties' is required to be supplied and to be false."));
        }
        let required: HashSet<&str> = array(schema, "required").iter().filter_map(Value::as_str).collect();
        let missing = properties.into_iter().flatten().find(|(name, _)| !required.contains(name.as_str()));
        if let Some((name, _)) = missing {
            return Some(format!(
                "{context}, 'required' is required to be supplied and to be an array including every key in properties. \
                 Missing '{name}'."
            ));
        }
    }
    let maps = ["properties", "$defs", "definitions"].into_iter().flat_map(|group| {
        let members = schema.get(group).and_then(Value::as_object);
        members.into_iter().flatten().map(move |(name, part)| ([group, name.as_str()], part))
    });
    let lists = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .flat_map(|group| array(schema, group).iter().map(move |part| ([group, ""], part)));
    let items = schema.get("items").map(|part| (["items", ""], part));
    maps.chain(lists).chain(items).find_map(|(steps, part)| {
        let depth = path.len();
        path.extend(steps.into_iter().filter(|step| !step.is_empty()));
        let problem = (depth < 64).then(|| loose_part(part, path)).flatten();
        path.truncate(depth);
        problem
    })
}

/// A named tool is one of those offered, and `required` has something to choose from.
fn tool_choice(body: &Value) -> Result<(), Refusal> {
    let Some(choice) = body.get("tool_choice") else { return Ok(()) };
    let offered = read::offered_tools(body);
    let name = text(choice, "name");
    if !name.is_empty() && !offered.iter().any(|tool| tool.name == name) {
        let message = format!("Tool choice '{name}' not found in 'tools' parameter.");
        return Err(Refusal::invalid(&message, Some("tool_choice"), None));
    }
    if choice == "required" && read::tool_lists(body).all(<[Value]>::is_empty) {
        let message = "Tool choice 'required' must be specified with 'tools' parameter.";
        return Err(Refusal::invalid(message, Some("tool_choice"), None));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: Value, words: &str) {
        let refused = checked(&body).map_or_else(|refusal| refusal.body, |()| "accepted".to_owned());
        assert!(refused.contains(words), "{refused}");
    }

    #[test]
    fn calls_and_outputs_come_in_pairs() {
        let call = json!({"type": "function_call", "name": "a", "arguments": "{}", "call_id": "call_1"});
        let output = json!({"type": "function_call_output", "call_id": "call_1", "output": "x"});
        check(json!({"input": [call, output]}), "accepted");
        check(json!({"input": [call]}), "No tool output found for function call call_1.");
        check(json!({"input": [output]}), "No tool call found for function call output with call_id call_1.");
        check(json!({"input": [output, call]}), "No tool call found");
    }

    #[test]
    fn reasoning_comes_back_encrypted() {
        check(json!({"input": [{"type": "reasoning", "id": "rs_1", "summary": []}]}), "Item with id 'rs_1' not found.");
        check(
            json!({"input": [{"type": "reasoning", "summary": [], "encrypted_content": "made up"}]}),
            "invalid_encrypted_content",
        );
        check(json!({"input": [{"type": "reasoning", "summary": [], "encrypted_content": "gAAAA1"}]}), "accepted");
    }

    #[test]
    fn parts_and_ids_belong_to_their_item() {
        let part = json!([{"type": "input_text", "text": "x"}]);
        check(
            json!({"input": [{"type": "message", "role": "assistant", "content": part}]}),
            "input[0].content[0].type",
        );
        check(json!({"input": [{"type": "message", "role": "user", "content": part, "id": "x"}]}), "begins with 'msg'");
    }

    #[test]
    fn images_are_images() {
        let image = |url: &str| json!({"input": [{"type": "message", "role": "user", "content": [{"type": "input_image", "image_url": url}]}]});
        check(image("data:image/png;base64,iVBORw0KGgo="), "accepted");
        check(image("data:image/png;base64,AAAA"), "does not represent a valid image");
        check(image("https://example.test/a.png"), "accepted");
    }

    #[test]
    fn strict_schemas_are_closed_and_complete() {
        let format = |schema: Value| json!({"text": {"format": {"type": "json_schema", "name": "n", "strict": true, "schema": schema}}});
        let open = json!({"type": "object", "properties": {}});
        let partial = json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}});
        let nested = json!({"type": "array", "items": open});
        check(format(open), "In context=(), 'additionalProperties' is required");
        check(format(partial), "Missing 'a'.");
        check(format(nested), "In context=('items'), 'additionalProperties'");
    }
}
