//! What a request says, as far as the demo cares: the last thing the user wrote, the tools on offer, the images that came along.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::Value;

/// A tool the request offers and a client would run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offered<'a> {
    pub(super) kind: OfferedKind,
    pub(super) name: &'a str,
    /// Name of the group the tool was offered in, unless that is the plain one of the Lite form.
    pub(super) namespace: Option<&'a str>,
    /// The tool as it was offered.
    pub(super) definition: &'a Value,
}

/// How a tool takes its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferedKind {
    /// JSON arguments after a schema.
    Function,
    /// Free text.
    Custom,
}

/// Name of the namespace in which the Lite form groups functions that belong to no group.
const PLAIN_NAMESPACE: &str = "functions";

/// The tools a client would run, in the order they were offered; also those inside `additional_tools` and namespaces.
pub(super) fn offered_tools(body: &Value) -> Vec<Offered<'_>> {
    let mut offered = Vec::new();
    for list in tool_lists(body) {
        collect(list, None, &mut offered);
    }
    offered
}

fn collect<'a>(tools: &'a [Value], namespace: Option<&'a str>, offered: &mut Vec<Offered<'a>>) {
    for tool in tools {
        let name = text(tool, "name");
        match (text(tool, "type"), name) {
            ("namespace", _) => {
                let group = Some(name).filter(|name| *name != PLAIN_NAMESPACE);
                collect(array(tool, "tools"), group, offered);
            }
            ("function", name) if !name.is_empty() => {
                offered.push(Offered { kind: OfferedKind::Function, name, namespace, definition: tool });
            }
            ("custom", name) if !name.is_empty() => {
                offered.push(Offered { kind: OfferedKind::Custom, name, namespace, definition: tool });
            }
            _ => {}
        }
    }
}

/// Whether a tool that the backend itself runs (`web_search`, `image_generation`) is on offer.
pub(super) fn offers_hosted(body: &Value, kind: &str) -> bool {
    tool_lists(body).any(|list| list.iter().any(|tool| text(tool, "type") == kind))
}

/// `tools`, and the `tools` of every `additional_tools` item.
pub(super) fn tool_lists(body: &Value) -> impl Iterator<Item = &[Value]> {
    let items = array(body, "input").iter().filter(|item| text(item, "type") == "additional_tools");
    std::iter::once(array(body, "tools")).chain(items.map(|item| array(item, "tools")))
}

/// The last item of the input.
pub(super) fn last_item(body: &Value) -> Option<&Value> {
    array(body, "input").last()
}

/// Text of the last message of the user, its parts joined by line ends.
pub(super) fn last_user_text(body: &Value) -> Option<String> {
    let message = array(body, "input").iter().rev().find(|item| text(item, "role") == "user")?;
    Some(content_text(message.get("content")?))
}

/// The text in a content value: a string, or the text parts of a list.
pub(super) fn content_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            texts.join("\n")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    }
}

/// The content parts of all messages and tool outputs, with the pointer to each.
pub(super) fn content_parts(body: &Value) -> impl Iterator<Item = (String, &Value)> {
    array(body, "input").iter().enumerate().flat_map(|(at, item)| {
        let member = if item.get("content").is_some() { "content" } else { "output" };
        array(item, member)
            .iter()
            .enumerate()
            .map(move |(part_at, part)| (format!("input[{at}].{member}[{part_at}]"), part))
    })
}

/// An image or file that came inline.
#[derive(Debug)]
pub(super) struct Inline {
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads a data URL (RFC 2397) with base64 content; none when it is not one.
pub(super) fn data_url(url: &str) -> Option<Inline> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?.to_owned();
    let bytes = STANDARD.decode(data).or_else(|_| STANDARD_NO_PAD.decode(data)).ok()?;
    Some(Inline { media_type, bytes })
}

/// A string member; empty when absent or of another type.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// An array member; empty when absent or of another type.
pub(super) fn array<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value.get(member).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_of_both_forms_are_found() {
        let body = json!({
            "tools": [{"type": "function", "name": "a"}, {"type": "web_search"}],
            "input": [{"type": "additional_tools", "role": "developer", "tools": [
                {"type": "namespace", "name": "functions", "tools": [{"type": "function", "name": "b"}]},
                {"type": "namespace", "name": "docs", "tools": [{"type": "custom", "name": "c"}]}
            ]}]
        });
        let found: Vec<_> = offered_tools(&body).into_iter().map(|tool| (tool.name, tool.namespace)).collect();
        assert_eq!(found, [("a", None), ("b", None), ("c", Some("docs"))]);
        assert!(offers_hosted(&body, "web_search") && !offers_hosted(&body, "image_generation"));
    }

    #[test]
    fn the_last_user_text_joins_parts() {
        let body = json!({"input": [
            {"role": "user", "content": "first"},
            {"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]},
            {"role": "assistant", "content": "no"}
        ]});
        assert_eq!(last_user_text(&body).as_deref(), Some("a\nb"));
    }

    #[test]
    fn data_urls_are_read_with_and_without_padding() {
        for url in ["data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo"] {
            let inline = data_url(url).unwrap();
            assert_eq!((inline.media_type.as_str(), inline.bytes.len()), ("image/png", 8));
        }
        assert!(data_url("https://example.test/a.png").is_none() && data_url("data:image/png;base64,!").is_none());
    }
}
