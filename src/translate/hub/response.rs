//! A vendor's response object, read as far as somebody needs it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytestring::ByteString;
use serde_json::{Map, Value};

use super::usage::TokenCounts;
use crate::translate::scan::Scanner;

/// The response object of a lifecycle event.
///
/// Vendors send it three times per generation and repeat the whole request in it, instructions and tools included; most dialects need five members.
/// One pass finds those; the others stay JSON text until [`ResponseObject::members`] is asked for.
#[derive(Clone)]
pub struct ResponseObject {
    text: ByteString,
    found: Arc<Found>,
    read: fn(&str) -> Map<String, Value>,
}

/// Where in the text the members are that are read by name.
#[derive(Default)]
struct Found {
    id: Option<Range<usize>>,
    created_at: Option<Range<usize>>,
    model: Option<Range<usize>>,
    service_tier: Option<Range<usize>>,
    usage: Option<Range<usize>>,
    incomplete_details: Option<Range<usize>>,
    output: Option<Range<usize>>,
    headers: Option<Range<usize>>,
}

impl Found {
    fn new(text: &str, members: &ResponseMembers<'_>) -> Self {
        let begin = text.as_ptr() as usize;
        let range = |member: Option<&str>| {
            let member = member?;
            let from = (member.as_ptr() as usize).checked_sub(begin)?;
            Some(from..from + member.len())
        };
        Self {
            id: range(members.id),
            created_at: range(members.created_at),
            model: range(members.model),
            service_tier: range(members.service_tier),
            usage: range(members.usage),
            incomplete_details: range(members.incomplete_details),
            output: range(members.output),
            headers: range(members.headers),
        }
    }
}

/// The members of a response object that are read by name, as they lie in a text.
#[derive(Default)]
pub(in crate::translate) struct ResponseMembers<'a> {
    /// The whole object.
    pub(in crate::translate) text: &'a str,
    id: Option<&'a str>,
    created_at: Option<&'a str>,
    model: Option<&'a str>,
    service_tier: Option<&'a str>,
    usage: Option<&'a str>,
    incomplete_details: Option<&'a str>,
    output: Option<&'a str>,
    headers: Option<&'a str>,
}

impl<'a> ResponseMembers<'a> {
    /// Reads a response object; `None` when it is no object.
    pub(in crate::translate) fn read(scanner: &mut Scanner<'a>) -> Option<Self> {
        let mut members = Self::default();
        let object = |name: &str, scanner: &mut Scanner<'a>| {
            let text = scanner.value()?;
            let member = match name {
                "id" => &mut members.id,
                "created_at" => &mut members.created_at,
                "model" => &mut members.model,
                "service_tier" => &mut members.service_tier,
                "usage" => &mut members.usage,
                "incomplete_details" => &mut members.incomplete_details,
                "output" => &mut members.output,
                "headers" => &mut members.headers,
                _ => return Some(()),
            };
            *member = Some(text);
            Some(())
        };
        let text = scanner.text_of(|scanner| scanner.object(object))?;
        Some(Self { text, ..members })
    }
}

impl ResponseObject {
    /// A text in which a parser found these members, and how all others are read from it: without those that are the vendor's own business.
    pub(in crate::translate) fn from_parsed(
        text: ByteString,
        members: &ResponseMembers<'_>,
        read: fn(&str) -> Map<String, Value>,
    ) -> Self {
        Self { found: Arc::new(Found::new(&text, members)), text, read }
    }

    /// All members but the private ones.
    #[must_use]
    pub fn members(&self) -> Map<String, Value> {
        (self.read)(&self.text)
    }

    /// The members that every dialect shows in its own way.
    #[must_use]
    pub fn head(&self) -> ResponseHead<'_> {
        ResponseHead(self)
    }

    fn part(&self, range: Option<&Range<usize>>) -> Option<&str> {
        self.text.get(range?.clone())
    }
}

impl Default for ResponseObject {
    fn default() -> Self {
        Map::new().into()
    }
}

impl From<Map<String, Value>> for ResponseObject {
    fn from(members: Map<String, Value>) -> Self {
        let text = ByteString::from(Value::Object(members).to_string());
        let members = ResponseMembers::read(&mut Scanner::new(&text)).unwrap_or_default();
        Self::from_parsed(text.clone(), &members, |text| serde_json::from_str(text).unwrap_or_default())
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
#[derive(Clone, Copy)]
pub struct ResponseHead<'a>(&'a ResponseObject);

impl<'a> ResponseHead<'a> {
    /// The vendor's id of the response, with its prefix (`resp_…`).
    #[must_use]
    pub fn id(&self) -> Option<Cow<'a, str>> {
        self.0.part(self.0.found.id.as_ref()).and_then(text)
    }

    /// When the response began, in unix seconds.
    #[must_use]
    pub fn created_at(&self) -> Option<u64> {
        self.0.part(self.0.found.created_at.as_ref())?.parse().ok()
    }

    /// The model that answers.
    #[must_use]
    pub fn model(&self) -> Option<Cow<'a, str>> {
        self.0.part(self.0.found.model.as_ref()).and_then(text)
    }

    /// The processing tier that was used.
    #[must_use]
    pub fn service_tier(&self) -> Option<Cow<'a, str>> {
        self.0.part(self.0.found.service_tier.as_ref()).and_then(text)
    }

    /// What was counted, in the vendor's own words. `{"input_tokens": integer, "output_tokens": integer, …}`
    #[must_use]
    pub fn usage(&self) -> Option<Map<String, Value>> {
        serde_json::from_str(self.0.part(self.0.found.usage.as_ref())?).ok()
    }

    /// What was counted.
    #[must_use]
    pub fn tokens(&self) -> TokenCounts {
        self.0.part(self.0.found.usage.as_ref()).map(TokenCounts::read).unwrap_or_default()
    }

    /// `incomplete_details.reason`
    #[must_use]
    pub fn incomplete_reason(&self) -> Option<String> {
        let details: Value = serde_json::from_str(self.0.part(self.0.found.incomplete_details.as_ref())?).ok()?;
        Some(details.get("reason")?.as_str()?.to_owned())
    }

    /// The elements of `output`.
    #[must_use]
    pub fn output(&self) -> Vec<Value> {
        let output = self.0.part(self.0.found.output.as_ref());
        output.and_then(|output| serde_json::from_str(output).ok()).unwrap_or_default()
    }

    /// The answer headers that a vendor may repeat here. They are for its own client: no dialect shows them.
    pub(in crate::translate) fn headers(&self) -> Option<Map<String, Value>> {
        serde_json::from_str(self.0.part(self.0.found.headers.as_ref())?).ok()
    }
}

fn text(value: &str) -> Option<Cow<'_, str>> {
    Scanner::new(value).string()?
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
        assert_eq!(head.usage().map(Value::Object), Some(json!({"input_tokens": 1})));
        assert_eq!((head.service_tier(), head.tokens().input), (None, Some(1)));
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
