//! A client that builds its state from the events alone and trusts nothing, as the official SDKs' accumulators do.

use std::collections::{BTreeMap, HashMap};

use airelays::translate::hub::{HubEvent, Outcome, PartKind, Place, TextKind, UpstreamError};
use serde_json::{Map, Value};

/// What was built.
#[derive(Default)]
pub(crate) struct Client {
    output: BTreeMap<u32, Item>,
    response: Value,
    end: Option<&'static str>,
    error: Option<UpstreamError>,
    /// Whether the texts of an item have to agree with each other.
    consistent: bool,
}

#[derive(Default)]
struct Item {
    id: String,
    kind: String,
    parts: HashMap<(PartGroup, u32), bool>,
    texts: BTreeMap<(Option<PartGroup>, u32), (TextKind, String, bool)>,
    done: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum PartGroup {
    Content,
    Summary,
}

impl Client {
    /// Reads a whole stream; panics where a strict client would.
    pub(crate) fn follow(events: &[HubEvent]) -> Self {
        Self { consistent: true, ..Self::default() }.read_all(events)
    }

    /// The same for a stream whose events contradict each other, which is passed on.
    pub(crate) fn follow_nonsense(events: &[HubEvent]) -> Self {
        Self::default().read_all(events)
    }

    fn read_all(self, events: &[HubEvent]) -> Self {
        let mut client = self;
        for event in events {
            assert_eq!(client.end, None, "{event:?} after the end");
            client.read(event);
        }
        assert!(client.end.is_some(), "no end in {events:?}");
        client
    }

    pub(crate) fn end(&self) -> Option<&'static str> {
        // The vendor's tables know no end for a stream that closed.
        let closed = |error: &UpstreamError| error.code.as_deref() == Some("incomplete_stream");
        self.end.filter(|_| self.error.as_ref().is_none_or(|error| !closed(error)))
    }

    pub(crate) fn error(&self) -> &UpstreamError {
        self.error.as_ref().unwrap()
    }

    pub(crate) fn response(&self) -> &Value {
        &self.response
    }

    /// The items that are done, in the order of the output.
    pub(crate) fn items(&self) -> Vec<&Map<String, Value>> {
        self.output.values().filter_map(|item| item.done.as_ref()).collect()
    }

    pub(crate) fn items_of(&self, kind: &str) -> Vec<&Map<String, Value>> {
        self.items().into_iter().filter(|item| item["type"] == kind).collect()
    }

    /// The streamed texts of a kind, done or not.
    pub(crate) fn texts(&self, kind: TextKind) -> Vec<String> {
        let texts = self.output.values().flat_map(|item| item.texts.values());
        texts.filter(|text| text.0 == kind).map(|text| text.1.clone()).collect()
    }

    fn read(&mut self, event: &HubEvent) {
        match event {
            HubEvent::Lifecycle { .. } => {}
            HubEvent::ItemAdded { output_index, item } => self.item_added(*output_index, item),
            HubEvent::ItemDone { output_index, item } => self.item_done(*output_index, item),
            HubEvent::Part { done, kind, place, part } => self.part(*done, *kind, place, part),
            HubEvent::Delta { kind, place, delta, .. } => {
                let text = self.text(*kind, place);
                assert!(!text.2, "a delta after its text was done");
                text.1.push_str(&delta.to_text());
            }
            HubEvent::TextDone { kind, place, text: whole, .. } => {
                let text = self.text(*kind, place);
                assert!(!text.2, "a text done twice");
                text.2 = true;
                text.1 = whole.to_text();
            }
            HubEvent::Other { data, .. } => assert!(!data.contains_key("type")),
            HubEvent::Terminal { outcome, response, error } => {
                self.end = Some(match outcome {
                    Outcome::Completed => "completed",
                    Outcome::Incomplete => "incomplete",
                    Outcome::Failed => "failed",
                });
                assert_eq!(error.is_some(), *outcome == Outcome::Failed);
                if *outcome != Outcome::Failed {
                    assert!(self.output.values().all(|item| item.done.is_some()), "items open at the end");
                }
                self.error.clone_from(error);
                self.response = Value::Object(response.members());
            }
            HubEvent::Error(error) => {
                self.end = Some("error");
                self.error = Some(error.clone());
            }
        }
    }

    fn item_added(&mut self, index: u32, item: &Map<String, Value>) {
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        let (id, kind) = (text("id"), text("type"));
        assert!(!id.is_empty());
        assert!(self.output.values().all(|known| known.id != id), "two items are called {id}");
        check_required(item);
        let known = self.output.insert(index, Item { id, kind, ..Item::default() });
        assert!(known.is_none(), "two items at {index}");
    }

    fn item_done(&mut self, index: u32, item: &Map<String, Value>) {
        let known = self.output.get_mut(&index).unwrap_or_else(|| panic!("an item done that was never added"));
        assert!(known.done.is_none(), "an item done twice");
        assert_eq!((item["id"].as_str(), item["type"].as_str()), (Some(&known.id[..]), Some(&known.kind[..])));
        check_required(item);
        assert!(known.parts.values().all(|done| *done), "an item done before its parts");
        let cut = item.get("status").is_some_and(|status| status == "incomplete");
        for (kind, text, done) in known.texts.values() {
            assert!(*done || cut, "an item done before its {kind:?}");
            let member = match kind {
                TextKind::FunctionArguments => item.get("arguments"),
                TextKind::CustomToolInput => item.get("input"),
                TextKind::OutputText | TextKind::Refusal | TextKind::ReasoningSummary | TextKind::ReasoningText => {
                    continue;
                }
            };
            assert!(!self.consistent || member.is_some_and(|member| member == text), "{text} became {member:?}");
        }
        if known.kind == "message" && self.consistent {
            let streamed: Vec<&str> = known.texts.values().map(|text| &text.1[..]).collect();
            let parts = item["content"].as_array().unwrap();
            let said: Vec<&str> =
                parts.iter().map(|part| part["text"].as_str().or(part["refusal"].as_str()).unwrap()).collect();
            assert_eq!(streamed, said);
        }
        known.done = Some(item.clone());
    }

    fn part(&mut self, done: bool, kind: PartKind, place: &Place, part: &Value) {
        let item = self
            .output
            .get_mut(&place.output_index)
            .unwrap_or_else(|| panic!("a part of an item that was never added"));
        assert_eq!(place.item_id.to_text(), item.id);
        assert!(item.done.is_none());
        let group = match kind {
            PartKind::Content => PartGroup::Content,
            PartKind::Summary => PartGroup::Summary,
        };
        let known = item.parts.insert((group, place.part_index), done);
        assert_eq!(known, done.then_some(false), "a part opens once and ends once");
        let part = part.as_object().unwrap();
        check_part(part);
        let text = part.get("text").or(part.get("refusal")).and_then(Value::as_str);
        match item.texts.get(&(Some(group), place.part_index)) {
            Some((_, streamed, done)) => {
                assert!(*done, "a part done before its text");
                assert!(!self.consistent || text == Some(streamed), "{streamed} became {text:?}");
            }
            None => assert_eq!(text, if done { text } else { Some("") }),
        }
    }

    fn text(&mut self, kind: TextKind, place: &Place) -> &mut (TextKind, String, bool) {
        let item =
            self.output.get_mut(&place.output_index).unwrap_or_else(|| panic!("text for an item that was never added"));
        assert_eq!(place.item_id.to_text(), item.id);
        assert!(item.done.is_none(), "text for an item that is done");
        let (item_kind, group) = match kind {
            TextKind::OutputText | TextKind::Refusal => ("message", Some(PartGroup::Content)),
            TextKind::ReasoningText => ("reasoning", Some(PartGroup::Content)),
            TextKind::ReasoningSummary => ("reasoning", Some(PartGroup::Summary)),
            TextKind::FunctionArguments => ("function_call", None),
            TextKind::CustomToolInput => ("custom_tool_call", None),
        };
        let other = !["message", "reasoning", "function_call", "custom_tool_call"].contains(&&item.kind[..]);
        assert!(item.kind == item_kind || other, "{kind:?} in a {}", item.kind);
        if let Some(group) = group {
            assert_eq!(item.parts.get(&(group, place.part_index)), Some(&false), "text for a part that is not open");
        }
        let text = item.texts.entry((group, place.part_index)).or_insert((kind, String::new(), false));
        assert_eq!(text.0, kind);
        text
    }
}

/// What Open Responses 2026-04-24 requires of items.
fn check_required(item: &Map<String, Value>) {
    let required: &[&str] = match item["type"].as_str().unwrap() {
        "message" => &["id", "status", "role", "content"],
        "function_call" => &["id", "call_id", "name", "arguments", "status"],
        "reasoning" => &["id", "summary"],
        _ => &["id"],
    };
    for name in required {
        assert!(item.get(*name).is_some_and(|value| !value.is_null()), "{name} is missing in {item:?}");
    }
    for list in ["content", "summary"] {
        for part in item.get(list).and_then(Value::as_array).into_iter().flatten() {
            check_part(part.as_object().unwrap());
        }
    }
}

fn check_part(part: &Map<String, Value>) {
    let required: &[&str] = match part["type"].as_str().unwrap() {
        "output_text" => &["text", "annotations"],
        "refusal" => &["refusal"],
        "summary_text" | "reasoning_text" => &["text"],
        _ => &[],
    };
    for name in required {
        assert!(part.contains_key(*name), "{name} is missing in {part:?}");
    }
}
