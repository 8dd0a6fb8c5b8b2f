//! Made-up requests of clients.

use serde_json::{Value, json};

/// A chat request of 20 KB, as an agent sends it: 22 messages and 8 tools. `first` goes into the system message.
pub(crate) fn long_chat(first: &str) -> String {
    let text = "Somebody said something about a thing that happened at some time in some place. ".repeat(9);
    let mut messages = vec![json!({"role": "system", "content": first})];
    for _ in 0..10 {
        messages.push(json!({"role": "user", "content": [{"type": "text", "text": text}]}));
        messages.push(json!({"role": "assistant", "content": text}));
    }
    messages.push(json!({"role": "user", "content": "And now?"}));
    let tools: Vec<Value> = (0..8).map(|number| tool(&format!("tool_{number}"), &text[..240])).collect();
    json!({"model": "gpt-5.5", "messages": messages, "tools": tools, "tool_choice": "auto"}).to_string()
}

fn tool(name: &str, description: &str) -> Value {
    let parameters = json!({
        "type": "object", "additionalProperties": false, "required": ["path", "lines"],
        "properties": {
            "path": {"type": "string", "description": "A path below the working directory."},
            "lines": {"type": "array", "items": {"type": "integer", "minimum": 1}, "description": "Which lines, from 1."},
            "reason": {"type": ["string", "null"], "description": "Why the tool is called, for the log."},
        },
    });
    json!({"type": "function", "function": {"name": name, "description": description, "parameters": parameters}})
}
