//! A vendor's response object, read as far as somebody needs it.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The response object of a lifecycle event.
///
/// Vendors send it three times per generation and repeat the whole request in it, instructions and tools included; most dialects need five members.
/// It therefore stays JSON text until [`ResponseObject::members`] is asked for.
#[derive(Clone)]
pub struct ResponseObject {
    text: Bytes,
    read: fn(&[u8]) -> Map<String, Value>,
}

impl ResponseObject {
    /// A JSON object that a parser has accepted, and how it is read: without the members that are the vendor's own business.
    #[must_use]
    pub fn from_parsed(text: Bytes, read: fn(&[u8]) -> Map<String, Value>) -> Self {
        Self { text, read }
    }

    /// All members but the private ones.
    #[must_use]
    pub fn members(&self) -> Map<String, Value> {
        (self.read)(&self.text)
    }

    /// The members that every dialect shows in its own way, found in one pass.
    #[must_use]
    pub fn head(&self) -> ResponseHead<'_> {
        serde_json::from_slice(&self.text).unwrap_or_default()
    }
}

impl Default for ResponseObject {
    fn default() -> Self {
        Map::new().into()
    }
}

impl From<Map<String, Value>> for ResponseObject {
    fn from(members: Map<String, Value>) -> Self {
        let text = Bytes::from(Value::Object(members).to_string());
        Self { text, read: |text| serde_json::from_slice(text).unwrap_or_default() }
    }
}

impl PartialEq for ResponseObject {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}

impl fmt::Debug for ResponseObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.members().fmt(f)
    }
}

/// Members of a response object that are read by name; those of another type than expected count as absent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ResponseHead<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    created_at: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    service_tier: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    incomplete_details: Option<&'a RawValue>,
    #[serde(borrow)]
    output: Option<&'a RawValue>,
}

impl<'a> ResponseHead<'a> {
    /// The vendor's id of the response, with its prefix (`resp_…`).
    #[must_use]
    pub fn id(&self) -> Option<Cow<'a, str>> {
        self.id.and_then(string)
    }

    /// When the response began, in unix seconds.
    #[must_use]
    pub fn created_at(&self) -> Option<u64> {
        self.created_at.and_then(|raw| raw.get().parse().ok())
    }

    /// The model that answers.
    #[must_use]
    pub fn model(&self) -> Option<Cow<'a, str>> {
        self.model.and_then(string)
    }

    /// The processing tier that was used.
    #[must_use]
    pub fn service_tier(&self) -> Option<Cow<'a, str>> {
        self.service_tier.and_then(string)
    }

    /// What was counted. `{"input_tokens": integer, "output_tokens": integer, …}`
    #[must_use]
    pub fn usage(&self) -> Option<Value> {
        self.usage.and_then(|raw| serde_json::from_str(raw.get()).ok())
    }

    /// `incomplete_details.reason`
    #[must_use]
    pub fn incomplete_reason(&self) -> Option<String> {
        let details: Value = serde_json::from_str(self.incomplete_details?.get()).ok()?;
        Some(details.get("reason")?.as_str()?.to_owned())
    }

    /// The elements of `output`.
    #[must_use]
    pub fn output(&self) -> Vec<Value> {
        self.output.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}

fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(text).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> ResponseObject {
        let Value::Object(members) = value else { panic!("not an object") };
        members.into()
    }

    #[test]
    fn the_head_holds_what_has_the_expected_type() {
        let response = object(json!({
            "id": "resp_1", "created_at": 7, "model": "m\"x", "tools": [{}], "usage": {"input_tokens": 1}, "service_tier": null,
            "incomplete_details": {"reason": "max_output_tokens"}, "output": [{"type": "message"}, 3],
        }));
        let head = response.head();
        assert_eq!(
            (head.id().as_deref(), head.created_at(), head.model().as_deref()),
            (Some("resp_1"), Some(7), Some("m\"x"))
        );
        assert_eq!((head.service_tier(), head.usage()), (None, Some(json!({"input_tokens": 1}))));
        assert_eq!(head.incomplete_reason().as_deref(), Some("max_output_tokens"));
        assert_eq!(head.output(), [json!({"type": "message"}), json!(3)]);
    }

    #[test]
    fn members_of_another_type_count_as_absent() {
        let response =
            object(json!({"id": 1, "created_at": "x", "model": [], "incomplete_details": null, "output": {}}));
        let head = response.head();
        assert_eq!((head.id(), head.created_at(), head.model(), head.incomplete_reason()), (None, None, None, None));
        assert!(head.output().is_empty());
    }
}
