//! Where items and parts keep their texts, and what they must not lack.
//!
//! Source: the item and part schemas of Open Responses 2026-04-24 for required members; openai/codex `protocol/src/models.rs`, release 0.147.0, for
//! the item kinds.

use serde_json::{Map, Value};

use crate::translate::hub::{PartKind, TextKind};

type Members = Map<String, Value>;

/// The three places where an item streams text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// Elements of `content`.
    Content,
    /// Elements of a reasoning item's `summary`.
    Summary,
    /// What a tool is called with.
    Input,
}

impl Group {
    pub(super) fn of(kind: TextKind) -> Self {
        match kind {
            TextKind::OutputText | TextKind::Refusal | TextKind::ReasoningText => Self::Content,
            TextKind::ReasoningSummary => Self::Summary,
            TextKind::FunctionArguments | TextKind::CustomToolInput => Self::Input,
        }
    }

    pub(super) fn part_kind(self) -> Option<PartKind> {
        match self {
            Self::Content => Some(PartKind::Content),
            Self::Summary => Some(PartKind::Summary),
            Self::Input => None,
        }
    }
}

impl From<PartKind> for Group {
    fn from(kind: PartKind) -> Self {
        match kind {
            PartKind::Content => Self::Content,
            PartKind::Summary => Self::Summary,
        }
    }
}

/// The kind of item that streams this kind of text.
pub(super) fn item_kind(kind: TextKind) -> &'static str {
    match kind {
        TextKind::OutputText | TextKind::Refusal => "message",
        TextKind::ReasoningSummary | TextKind::ReasoningText => "reasoning",
        TextKind::FunctionArguments => "function_call",
        TextKind::CustomToolInput => "custom_tool_call",
    }
}

/// Whether it is known what text items of this kind stream, so that other text cannot be theirs.
pub(super) fn is_text_item(item_kind: &str) -> bool {
    matches!(item_kind, "message" | "reasoning" | "function_call" | "custom_tool_call")
}

/// The prefix of the ids the vendor gives to items of this kind.
pub(super) fn id_prefix(item_kind: &str) -> &'static str {
    match item_kind {
        "message" => "msg",
        "reasoning" => "rs",
        "function_call" => "fc",
        "custom_tool_call" => "ctc",
        "web_search_call" => "ws",
        "image_generation_call" => "ig",
        "tool_search_call" => "ts",
        "local_shell_call" => "lsh",
        "compaction" => "cmp",
        _ => "item",
    }
}

/// The parts of an item, with their places.
pub(super) fn parts<'a>(
    item_kind: &str,
    item: &'a Members,
) -> impl Iterator<Item = (Group, u32, &'a Members)> + use<'a> {
    let lists =
        part_lists(item_kind).iter().filter_map(|&(group, member)| Some((group, item.get(member)?.as_array()?)));
    lists.flat_map(|(group, list)| {
        (0..).zip(list).filter_map(move |(index, part)| Some((group, index, part.as_object()?)))
    })
}

/// Empties the lists of parts.
pub(super) fn take_parts(item_kind: &str, item: &mut Members) -> Vec<(Group, u32, Members)> {
    let mut parts = Vec::new();
    for &(group, member) in part_lists(item_kind) {
        let Some(Value::Array(list)) = item.get_mut(member) else { continue };
        for (index, part) in (0..).zip(std::mem::take(list)) {
            if let Value::Object(part) = part {
                parts.push((group, index, part));
            }
        }
    }
    parts
}

/// The members that hold parts.
pub(super) fn part_lists(item_kind: &str) -> &'static [(Group, &'static str)] {
    match item_kind {
        "message" => &[(Group::Content, "content")],
        "reasoning" => &[(Group::Summary, "summary"), (Group::Content, "content")],
        _ => &[],
    }
}

/// What a tool is called with, when it is text.
pub(super) fn input<'a>(item_kind: &str, item: &'a Members) -> Option<(TextKind, &'a str)> {
    let (kind, member) = input_member(item_kind)?;
    Some((kind, item.get(member)?.as_str()?))
}

/// Empties what a tool is called with.
pub(super) fn take_input(item_kind: &str, item: &mut Members) -> Option<(TextKind, String)> {
    let (kind, member) = input_member(item_kind)?;
    match item.get_mut(member) {
        Some(Value::String(text)) => Some((kind, std::mem::take(text))),
        _ => None,
    }
}

/// The member that holds what a tool is called with, for the kinds that stream it.
pub(super) fn input_member(item_kind: &str) -> Option<(TextKind, &'static str)> {
    match item_kind {
        "function_call" => Some((TextKind::FunctionArguments, "arguments")),
        "custom_tool_call" => Some((TextKind::CustomToolInput, "input")),
        _ => None,
    }
}

/// A finished item as it may have been announced when it began.
pub(super) fn opening(item_kind: &str, item: &Members) -> Members {
    let mut opening = item.clone();
    take_parts(item_kind, &mut opening);
    take_input(item_kind, &mut opening);
    if opening.contains_key("status") {
        opening.insert("status".to_owned(), Value::from("in_progress"));
    }
    // A finished image is megabytes, and is said once.
    if item_kind == "image_generation_call" {
        opening.insert("result".to_owned(), Value::Null);
    }
    opening
}

/// Gives an item the members it must have.
pub(super) fn fill_item(item_kind: &str, item: &mut Members, status: &str) {
    let text = |text: &str| Value::String(text.to_owned());
    match item_kind {
        "message" => {
            fill(item, "status", || text(status));
            fill(item, "role", || text("assistant"));
            fill(item, "content", || Value::Array(Vec::new()));
        }
        "function_call" => {
            fill(item, "status", || text(status));
            fill(item, "arguments", || text(""));
        }
        "custom_tool_call" => fill(item, "input", || text("")),
        "reasoning" => fill(item, "summary", || Value::Array(Vec::new())),
        _ => {}
    }
    for (_, member) in part_lists(item_kind) {
        for part in item.get_mut(*member).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(part) = part.as_object_mut() {
                fill_part(part);
            }
        }
    }
}

/// Gives a part the members it must have.
pub(super) fn fill_part(part: &mut Members) {
    let Some(kind) = part_text_kind(part) else { return };
    fill(part, part_text_member(kind), || Value::String(String::new()));
    if kind == TextKind::OutputText {
        fill(part, "annotations", || Value::Array(Vec::new()));
    }
}

fn fill(members: &mut Members, name: &str, value: impl FnOnce() -> Value) {
    if members.get(name).is_none_or(Value::is_null) {
        members.insert(name.to_owned(), value());
    }
}

/// The part that a text of this kind is streamed into. Empty for a tool's input.
pub(super) fn empty_part(kind: TextKind) -> Members {
    let part_type = match kind {
        TextKind::OutputText => "output_text",
        TextKind::Refusal => "refusal",
        TextKind::ReasoningSummary => "summary_text",
        TextKind::ReasoningText => "reasoning_text",
        TextKind::FunctionArguments | TextKind::CustomToolInput => return Members::new(),
    };
    let mut part = Members::new();
    part.insert("type".to_owned(), Value::from(part_type));
    fill_part(&mut part);
    part
}

/// The kind of text that is streamed into a part.
pub(super) fn part_text_kind(part: &Members) -> Option<TextKind> {
    match part.get("type")?.as_str()? {
        "output_text" => Some(TextKind::OutputText),
        "refusal" => Some(TextKind::Refusal),
        "summary_text" => Some(TextKind::ReasoningSummary),
        "reasoning_text" => Some(TextKind::ReasoningText),
        _ => None,
    }
}

/// The text of a part that has one.
pub(super) fn text_of(part: &Members) -> Option<&str> {
    part.get(part_text_member(part_text_kind(part)?))?.as_str()
}

/// Sets the text of a part of a streamed kind.
pub(super) fn set_text(part: &mut Members, text: String) {
    if let Some(kind) = part_text_kind(part) {
        part.insert(part_text_member(kind).to_owned(), Value::String(text));
    }
}

/// Empties the text of a part.
pub(super) fn take_text(part: &mut Members) -> String {
    let member = part_text_kind(part).map(part_text_member);
    match member.and_then(|member| part.get_mut(member)) {
        Some(Value::String(text)) => std::mem::take(text),
        _ => String::new(),
    }
}

/// A finished part as it may have been announced when it began.
pub(super) fn without_text(part: &Members) -> Members {
    let mut part = part.clone();
    take_text(&mut part);
    if let Some(Value::Array(annotations)) = part.get_mut("annotations") {
        annotations.clear();
    }
    part
}

fn part_text_member(kind: TextKind) -> &'static str {
    if kind == TextKind::Refusal { "refusal" } else { "text" }
}
