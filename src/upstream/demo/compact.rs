//! The endpoint that shortens conversations.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use serde_json::{Value, json};

use super::check;
use super::envelope::tokens;
use super::read::{array, text};
use super::reply::Refusal;
use super::script;

/// Answers as the backend does: what the user said, and one encrypted item in place of the rest.
///
/// Source: `output` of `CompactedResponse` in openai-python 3.54.0 for what is kept; openai/codex `codex-api/src/endpoint/compact.rs` for the rest.
pub(super) fn compact(
    headers: &HeaderMap,
    body: &[u8],
    tag: impl FnOnce() -> String,
    created_at: u64,
) -> Result<Value, Refusal> {
    let request = check::compactable(headers, body)?;
    // A directive that refuses does so here too; the others have nothing to play.
    script::script(&request)?;
    let tag = tag();
    let items = array(&request, "input");
    let said = items.iter().filter(|item| text(item, "role") == "user");
    let mut output: Vec<Value> = said.cloned().collect();
    for (at, message) in output.iter_mut().enumerate() {
        if let Some(said) = message["content"].as_str() {
            message["content"] = json!([{"type": "input_text", "text": said}]);
        }
        message["id"] = json!(format!("msg_{tag}_{at}"));
        message["status"] = json!("completed");
    }
    let summary = URL_SAFE_NO_PAD.encode(format!("demo summary of {} items", items.len()));
    let encrypted_content = format!("gAAAAA{summary}");
    let (input_tokens, output_tokens) = (tokens(body.len()), tokens(encrypted_content.len()));
    output.push(json!({"type": "compaction", "id": format!("cmp_{tag}"), "encrypted_content": encrypted_content}));
    Ok(json!({
        "id": format!("resp_{tag}"),
        "object": "response.compaction",
        "created_at": created_at,
        "output": output,
        "usage": {
            "input_tokens": input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": input_tokens + output_tokens
        }
    }))
}
