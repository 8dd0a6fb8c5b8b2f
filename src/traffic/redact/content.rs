//! Files and images inside JSON: the log tells what they are, how long, and their digest.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::secret::hex;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What stands instead of a data URL: `{"type": string, "bytes": integer, "sha256": string}`; nothing for other text.
pub(super) fn summary(text: &str) -> Option<Value> {
    let rest = text.strip_prefix("data:").or_else(|| text.strip_prefix("DATA:"))?;
    let (header, data) = rest.split_once(',')?;
    let (kind, is_base64) = match header.strip_suffix(";base64") {
        Some(kind) => (kind, true),
        None => (header, false),
    };
    // `data: one, two` is prose.
    (!header.contains(char::is_whitespace)).then(|| described(Some(kind), data, is_base64))
}

/// Puts the summary of a file's content in its place.
pub(super) fn summarise(value: &mut Value) {
    let described = match value {
        Value::String(text) => summary(text).unwrap_or_else(|| described(None, text, true)),
        Value::Array(_) | Value::Object(_) | Value::Number(_) => described(None, &value.to_string(), false),
        Value::Null | Value::Bool(_) => return,
    };
    *value = described;
}

fn described(kind: Option<&str>, data: &str, is_base64: bool) -> Value {
    let decoded = is_base64.then(|| LENIENT.decode(data.trim()).ok()).flatten();
    let bytes = decoded.as_deref().unwrap_or(data.as_bytes());
    json!({
        "type": kind.map(|kind| kind.chars().take(100).collect::<String>()).filter(|kind| !kind.is_empty()),
        "bytes": bytes.len(),
        "sha256": hex(&Sha256::digest(bytes)),
    })
}
