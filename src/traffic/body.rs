//! Bodies in the log: JSON as JSON, text as text, the rest by its length and digest; all of it bounded.

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::redact::{Secrets, redact, redact_text};
use crate::secret::hex;

/// How much of a body is written, in bytes: 256 KiB. Of a longer one the beginning.
pub const MAX_LOGGED_BYTES: usize = 256 * 1024;

/// How much JSON is parsed for the log, in bytes: 8 MiB, so that the writer's memory stays small. Of more the beginning is written as text.
const MAX_PARSED_BYTES: usize = 8 * 1024 * 1024;

/// A body on its way into the log.
#[derive(Debug, Clone)]
pub enum Body {
    /// There is none.
    Empty,
    /// Its bytes.
    Bytes(Bytes),
    /// Its bytes, of which only length and digest are to be written.
    Digest(Bytes),
    /// A stream, which is not kept.
    Stream,
    /// Something else that is not kept, of this many bytes.
    Skipped(u64),
}

impl Body {
    /// A body, kept as the configuration wants it.
    pub(super) fn new(bytes: Bytes, keep: bool) -> Self {
        match (bytes.is_empty(), keep) {
            (true, _) => Self::Empty,
            (false, true) => Self::Bytes(bytes),
            (false, false) => Self::Digest(bytes),
        }
    }

    /// How much memory it holds on to, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::Bytes(bytes) | Self::Digest(bytes) => bytes.len(),
            Self::Empty | Self::Stream | Self::Skipped(_) => 0,
        }
    }

    /// As JSON without secrets: `{"kind": "empty" | "json" | "text" | "binary_summary" | "stream", "bytes"?: integer, "sha256"?: string, "json"?: any, "text"?: string, "truncated"?: true}`.
    fn to_value(&self) -> Value {
        match self {
            Self::Empty => json!({"kind": "empty", "bytes": 0}),
            Self::Stream => json!({"kind": "stream"}),
            Self::Skipped(bytes) => json!({"kind": "binary_summary", "bytes": bytes, "note": "not kept"}),
            Self::Digest(bytes) => told(bytes, "binary_summary", [("note", Value::from("bodies are not logged"))]),
            Self::Bytes(bytes) => content(bytes),
        }
    }
}

fn told<const N: usize>(bytes: &Bytes, kind: &str, members: [(&str, Value); N]) -> Value {
    let mut value = json!({"kind": kind, "bytes": bytes.len(), "sha256": hex(&Sha256::digest(bytes))});
    for (name, member) in members {
        value[name] = member;
    }
    value
}

fn content(bytes: &Bytes) -> Value {
    let parsed = (bytes.len() <= MAX_PARSED_BYTES).then(|| serde_json::from_slice::<Value>(bytes).ok()).flatten();
    if let Some(mut parsed) = parsed {
        // Images and files shrink to their digest before anything is measured or cut.
        redact(&mut parsed, &Secrets::default());
        let text = parsed.to_string();
        return if text.len() <= MAX_LOGGED_BYTES {
            told(bytes, "json", [("json", parsed)])
        } else {
            told(bytes, "text", [("text", cut(&text).into()), ("truncated", true.into())])
        };
    }
    // Redacted before it is cut, with a margin, so that no secret is cut in two and not recognised.
    let head = &bytes[..bytes.len().min(2 * MAX_LOGGED_BYTES)];
    if std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some()) {
        return told(bytes, "binary_summary", [("note", "no text".into())]);
    }
    let text = String::from_utf8_lossy(head);
    let text = redact_text(&text);
    if bytes.len() <= MAX_LOGGED_BYTES {
        told(bytes, "text", [("text", text.into())])
    } else {
        told(bytes, "text", [("text", cut(&text).into()), ("truncated", true.into())])
    }
}

/// The beginning of a text. Not cut within a word unless that is long: half of a secret would not be recognised as one.
fn cut(text: &str) -> &str {
    const LONGEST_WORD_BYTES: usize = 4096;
    let is_boundary = |at: &usize| text.is_char_boundary(*at);
    let end = (0..=MAX_LOGGED_BYTES.min(text.len())).rev().find(is_boundary).unwrap_or(0);
    let from = (end.saturating_sub(LONGEST_WORD_BYTES)..=end).find(is_boundary).unwrap_or(end);
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let word = text[from..end].rfind(|c| !in_word(c)).map_or(0, |at| end - from - at);
    if end == text.len() { text } else { &text[..end - word] }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(text: impl Into<Bytes>) -> Value {
        Body::new(text.into(), true).to_value()
    }

    #[test]
    fn kinds() {
        assert_eq!(logged(""), json!({"kind": "empty", "bytes": 0}));
        let json = logged(r#"{"a":1}"#);
        assert_eq!((&json["kind"], &json["json"], &json["bytes"]), (&json!("json"), &json!({"a": 1}), &json!(7)));
        let text = logged(r#"{"api_key":"abc"#);
        assert_eq!((&text["kind"], &text["text"]), (&json!("text"), &json!(r#"{"api_key":"[REDACTED]"#)));
        assert_eq!(logged(&b"\xff\xfe"[..])["kind"], "binary_summary");
        let digest = Body::new(Bytes::from_static(b"abc"), false).to_value();
        assert_eq!(digest["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.get("text"), None);
    }

    #[test]
    fn long_bodies_are_cut_in_the_log_only() {
        for body in [json!({"said": "a".repeat(MAX_LOGGED_BYTES)}).to_string(), "é".repeat(MAX_LOGGED_BYTES)] {
            let logged = logged(body.clone());
            assert_eq!((&logged["truncated"], &logged["bytes"]), (&json!(true), &json!(body.len())));
            assert!(logged["text"].as_str().unwrap().len() <= MAX_LOGGED_BYTES);
        }
    }

    #[test]
    fn an_image_does_not_count() {
        let image = format!("data:image/png;base64,{}", "A".repeat(MAX_LOGGED_BYTES));
        let logged = logged(json!({"image_url": image}).to_string());
        assert_eq!((&logged["kind"], &logged["json"]["image_url"]["type"]), (&json!("json"), &json!("image/png")));
    }
}
