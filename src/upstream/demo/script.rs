//! What the demo will say: a list of output items, how they end, and what disturbs them on the way.

use std::time::Duration;

use serde_json::{Value, json};

use super::directive::{self, Directive};
use super::read::{self, Offered, OfferedKind, array, text};
use super::reply::Refusal;
use super::sample::sample;

/// One answer, ready to be played as events.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Script {
    pub(super) outputs: Vec<Output>,
    pub(super) ending: Ending,
    pub(super) quirk: Option<Quirk>,
    /// Pause before every delta.
    pub(super) pace: Option<Duration>,
    /// How text is cut into deltas.
    pub(super) cut: Cut,
}

/// One item of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Output {
    /// A message of text.
    Text { text: String, phase: Option<&'static str>, cites: bool },
    /// A message that refuses.
    Refusal(String),
    /// Reasoning with summary parts, or raw.
    Reasoning { summary: Vec<String>, raw: Option<String> },
    /// A call of a function.
    Function { name: String, namespace: Option<String>, arguments: String },
    /// A call of a freeform tool.
    Custom { name: String, input: String },
    /// A search the backend ran.
    WebSearch { query: String },
    /// An image the backend made.
    Image { prompt: String },
    /// An item of a kind nobody has heard of.
    Unknown,
}

/// How the stream ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// `response.completed` with an empty `output`, as is usual.
    Completed,
    /// `response.completed` with the items repeated in `output`.
    CompletedWithOutput,
    /// `response.completed` without `usage`.
    CompletedWithoutUsage,
    /// `response.incomplete` with this reason.
    Incomplete(&'static str),
    /// `response.failed` with this code.
    Failed(String),
    /// The stream's only event is `response.failed` with this code.
    FailedFirst(String),
    /// A flat `error` event with this code.
    Error(String),
    /// A clean end of the bytes in the middle of an event.
    Cut,
    /// The connection breaks.
    Reset,
}

/// Something real streams do beside answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    /// `keepalive` events and comments.
    Keepalive,
    /// The vendor's own events.
    VendorEvents,
    /// An event that is not JSON.
    BadJson,
    /// An event type nobody has heard of.
    UnknownEvent,
    /// Line ends as carriage return and line feed.
    Crlf,
    /// No `event:` lines, and `[DONE]` at the end.
    DataOnly,
}

/// How text is cut into deltas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// So many words each.
    Words(usize),
    /// So many bytes each, at character boundaries.
    Bytes(usize),
}

impl Script {
    /// An ordinary answer of these items.
    pub(super) fn of(outputs: Vec<Output>) -> Self {
        Self { outputs, ending: Ending::Completed, quirk: None, pace: None, cut: Cut::Words(3) }
    }

    /// An ordinary answer of one text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::of(vec![Output::text(text)])
    }

    pub(super) fn ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    pub(super) fn quirk(mut self, quirk: Quirk) -> Self {
        self.quirk = Some(quirk);
        self
    }
}

impl Output {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), phase: None, cites: false }
    }

    /// A call of an offered tool, with the smallest input its schema allows.
    pub(super) fn call(tool: Offered<'_>) -> Self {
        match tool.kind {
            OfferedKind::Function => Self::Function {
                name: tool.name.to_owned(),
                namespace: tool.namespace.map(str::to_owned),
                arguments: arguments(tool.definition.get("parameters")),
            },
            OfferedKind::Custom => Self::Custom { name: tool.name.to_owned(), input: "demo input".to_owned() },
        }
    }
}

/// Arguments for a function: always an object.
fn arguments(parameters: Option<&Value>) -> String {
    let made = parameters.map(sample).filter(Value::is_object);
    made.unwrap_or_else(|| json!({})).to_string()
}

/// Decides what to say to an accepted request.
pub(super) fn script(body: &Value) -> Result<Script, Refusal> {
    let last = read::last_item(body);
    match last.map(|item| text(item, "type")) {
        Some("function_call_output" | "custom_tool_call_output") => Ok(after_tools(body)),
        Some("compaction_trigger") => Ok(Script::text("The demo upstream has nothing to compact.")),
        _ => {
            let said = read::last_user_text(body).unwrap_or_default();
            match Directive::find(&said) {
                Some(directive) => directive::script(directive, body),
                None => Ok(undirected(body, &said)),
            }
        }
    }
}

/// What follows from the request itself when the prompt does not say what to play.
fn undirected(body: &Value, said: &str) -> Script {
    if let Some(tool) = demanded_tool(body) {
        return Script::of(vec![Output::call(tool)]);
    }
    formatted(body).unwrap_or_else(|| Script::text(echo(body, said)))
}

/// The tool that `tool_choice` leaves no way around.
fn demanded_tool(body: &Value) -> Option<Offered<'_>> {
    let offered = read::offered_tools(body);
    let choice = body.get("tool_choice")?;
    if choice == "required" {
        return offered.first().copied();
    }
    if text(choice, "type") == "allowed_tools" {
        let allowed = array(choice, "tools");
        let named = |tool: &Offered<'_>| allowed.iter().any(|entry| text(entry, "name") == tool.name);
        return offered.into_iter().find(|tool| text(choice, "mode") == "required" && named(tool));
    }
    offered.into_iter().find(|tool| tool.name == text(choice, "name"))
}

/// JSON where JSON was asked for.
fn formatted(body: &Value) -> Option<Script> {
    let format = body.pointer("/text/format")?;
    match text(format, "type") {
        "json_schema" => Some(Script::text(sample(format.get("schema")?).to_string())),
        "json_object" => Some(Script::text(json!({ "demo": true }).to_string())),
        _ => None,
    }
}

/// The turn after the client ran tools: their outputs, quoted.
fn after_tools(body: &Value) -> Script {
    if let Some(script) = formatted(body) {
        return script;
    }
    let outputs = array(body, "input").iter().rev().take_while(|item| text(item, "type").ends_with("_call_output"));
    let mut quoted: Vec<String> = outputs
        .map(|item| {
            let output = item.get("output").map(read::content_text).unwrap_or_default();
            format!("The tool call {} returned: {output}", text(item, "call_id"))
        })
        .collect();
    quoted.reverse();
    Script::text(quoted.join("\n"))
}

/// Says what it is and what it got.
fn echo(body: &Value, said: &str) -> String {
    let mut sentences = vec!["This is the airelays demo upstream, not a model.".to_owned()];
    if !said.is_empty() {
        sentences.push(format!("You said: {said}"));
    }
    for (_, part) in read::content_parts(body) {
        sentences.extend(attachment(part));
    }
    let names: Vec<&str> = read::offered_tools(body).iter().map(|tool| tool.name).collect();
    if !names.is_empty() {
        sentences.push(format!("You offered these tools: {}.", names.join(", ")));
    }
    sentences.join(" ")
}

/// An image or a file, in a sentence.
fn attachment(part: &Value) -> Option<String> {
    let (noun, source) = match text(part, "type") {
        "input_image" => ("an image", text(part, "image_url")),
        "input_file" => ("a file", text(part, "file_data")),
        _ => return None,
    };
    let name = match text(part, "filename") {
        "" => String::new(),
        name => format!(" named {name}"),
    };
    Some(match read::data_url(source) {
        Some(inline) => {
            format!("You sent {noun}{name} of type {} with {} bytes.", inline.media_type, inline.bytes.len())
        }
        None => format!("You sent {noun}{name} by reference."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(said: &str, mut body: Value) -> Script {
        body["input"] = json!([{"type": "message", "role": "user", "content": said}]);
        script(&body).unwrap()
    }

    #[test]
    fn an_undirected_prompt_is_echoed() {
        let script = ask("hello", json!({}));
        assert_eq!(script, Script::text("This is the airelays demo upstream, not a model. You said: hello"));
    }

    #[test]
    fn a_demanded_tool_is_called() {
        let tools = json!([{"type": "function", "name": "a"}, {"type": "function", "name": "b", "parameters":
            {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}]);
        let called = |choice: Value| ask("x", json!({"tools": tools, "tool_choice": choice})).outputs;
        let call = |name: &str, arguments: &str| {
            vec![Output::Function { name: name.to_owned(), namespace: None, arguments: arguments.to_owned() }]
        };
        assert_eq!(called(json!("required")), call("a", "{}"));
        assert_eq!(called(json!({"type": "function", "name": "b"})), call("b", r#"{"n":1}"#));
    }

    #[test]
    fn json_is_given_where_json_was_asked_for() {
        let schema = json!({"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}});
        let format = |format: Value| ask("x", json!({"text": {"format": format}}));
        let typed = format(json!({"type": "json_schema", "name": "n", "schema": schema}));
        assert_eq!(typed, Script::text(r#"{"ok":true}"#));
        assert_eq!(format(json!({"type": "json_object"})), Script::text(r#"{"demo":true}"#));
    }

    #[test]
    fn tool_outputs_are_quoted_and_end_a_directive() {
        let script = script(&json!({"input": [
            {"type": "message", "role": "user", "content": "demo:tool"},
            {"type": "function_call", "call_id": "call_1", "name": "a", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}
        ]}));
        assert_eq!(script.unwrap(), Script::text("The tool call call_1 returned: sunny"));
    }

    #[test]
    fn attachments_are_acknowledged() {
        let script = script(&json!({"input": [{"type": "message", "role": "user", "content": [
            {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="},
            {"type": "input_file", "filename": "a.pdf", "file_id": "file_1"}
        ]}]}));
        let Output::Text { text, .. } = script.unwrap().outputs.remove(0) else { panic!("not a text") };
        assert!(text.contains("an image of type image/png with 8 bytes. You sent a file named a.pdf by reference."));
    }
}
