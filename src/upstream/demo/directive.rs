//! The words with which a prompt steers the demo: `demo:<name> <argument>` in the last user message, up to the end of the line.
//!
//! [`LIST`] is the list of them; `docs/demo-upstream.md` holds the same, and a test compares.

use std::time::Duration;

use serde_json::Value;

use super::read;
use super::refusals;
use super::reply::Refusal;
use super::script::{Cut, Ending, Output, Quirk, Script};

/// Name, argument and meaning of every directive.
pub const LIST: [(&str, &str, &str); 34] = [
    ("help", "", "lists the directives"),
    ("text", "TEXT", "answers with the text"),
    ("request", "", "answers with the request as the upstream received it"),
    ("commentary", "", "a message in phase `commentary`, then one in phase `final_answer`"),
    ("reasoning", "", "reasoning with two summary parts and encrypted content, then text"),
    ("raw-reasoning", "", "reasoning as raw text, then text"),
    ("refusal", "", "a refusal instead of text"),
    ("tool", "[NAME]", "calls the first function on offer, or the one named"),
    ("tools", "", "two calls in one answer: the first two functions, or the only one twice"),
    ("custom-tool", "", "calls the first freeform tool on offer"),
    ("web-search", "", "a web search, then text with a citation; `web_search` must be on offer"),
    ("image", "", "makes an image; `image_generation` must be on offer"),
    ("incomplete", "", "ends with `response.incomplete`, reason `max_output_tokens`"),
    ("content-filter", "", "ends with `response.incomplete`, reason `content_filter`"),
    ("fail", "[CODE]", "opens with `response.failed`; the code defaults to `server_error`"),
    ("fail-late", "[CODE]", "fails after text was sent"),
    ("error", "[CODE]", "an `error` event after text was sent"),
    ("cut", "", "the stream ends in the middle of an event"),
    ("reset", "", "the connection breaks in the middle of the stream"),
    ("http", "STATUS", "answers with this HTTP status instead of a stream"),
    ("html", "", "answers with the challenge page of the network in front of the backend, status 403"),
    ("429", "", "the usage limit is reached: status 429 with its headers"),
    ("unauthorized", "", "the login was revoked: status 401"),
    ("slow", "MS N", "N words with a pause of MS milliseconds before each; at most 60000 and 1000"),
    ("huge", "N", "a text of N KiB in pieces of 1 KiB; at most 8192"),
    ("keepalive", "", "`keepalive` events and comments between the others"),
    ("vendor-events", "", "the backend's private events around the public ones"),
    ("unknown-events", "", "an event and an output item of unknown types"),
    ("bad-json", "", "an event that is not JSON, which is skipped"),
    ("crlf", "", "events with CRLF line ends"),
    ("data-only", "", "events without `event:` lines, and a trailing `[DONE]`"),
    ("output", "", "`response.completed` repeats the items in `output`, which the backend seldom does"),
    ("no-usage", "", "`response.completed` without `usage`"),
    ("unicode", "", "text with characters of every UTF-8 length, one byte range per delta"),
];

/// A directive found in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    name: &'a str,
    argument: &'a str,
}

impl<'a> Directive<'a> {
    /// The first directive of a text, if it has one.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let (at, _) = text.match_indices("demo:").find(|(at, _)| {
            let before = text[..*at].chars().next_back();
            before.is_none_or(|before| !before.is_alphanumeric() && before != '-' && before != '`')
        })?;
        let line = text[at + "demo:".len()..].lines().next().unwrap_or_default();
        let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(line.len());
        let (name, argument) = line.split_at(end);
        (!name.is_empty()).then_some(Self { name, argument: argument.trim() })
    }

    /// The argument, or what stands for it.
    fn argument_or(self, default: &str) -> String {
        if self.argument.is_empty() { default.to_owned() } else { self.argument.to_owned() }
    }

    fn numbers<const N: usize>(self, most: [u64; N]) -> [u64; N] {
        let mut words = self.argument.split_whitespace();
        most.map(|most| words.next().and_then(|word| word.parse().ok()).unwrap_or(1).clamp(1, most))
    }
}

/// The first sentence of every answer that is not the caller's own text.
const HELLO: &str = "This is the airelays demo upstream, not a model.";

/// What a directive plays.
pub(super) fn script(directive: Directive<'_>, body: &Value) -> Result<Script, Refusal> {
    let hello = || Script::text(HELLO);
    let code = || directive.argument_or("server_error");
    Ok(match directive.name {
        "help" => Script::text(help()),
        "text" => Script::text(directive.argument),
        "request" => Script::text(body.to_string()),
        "commentary" => commentary(),
        "reasoning" => reasoning(vec!["**Looking at the prompt**".into(), "**Deciding what to say**".into()], None),
        "raw-reasoning" => reasoning(Vec::new(), Some("The prompt asks for raw reasoning.".to_owned())),
        "refusal" => Script::of(vec![Output::Refusal("The demo upstream was told to refuse.".to_owned())]),
        "tool" => calls(body, directive.argument, 1),
        "tools" => calls(body, "", 2),
        "custom-tool" => custom_call(body),
        "web-search" => web_search(body),
        "image" => image(body),
        "incomplete" => hello().ending(Ending::Incomplete("max_output_tokens")),
        "content-filter" => hello().ending(Ending::Incomplete("content_filter")),
        "fail" => hello().ending(Ending::FailedFirst(code())),
        "fail-late" => hello().ending(Ending::Failed(code())),
        "error" => hello().ending(Ending::Error(code())),
        "cut" => hello().ending(Ending::Cut),
        "reset" => hello().ending(Ending::Reset),
        "http" => return Err(refusals::status(directive.argument)),
        "html" => return Err(refusals::challenge()),
        "429" => return Err(refusals::usage_limit()),
        "unauthorized" => return Err(refusals::revoked()),
        "slow" => slow(directive.numbers([60_000, 1000])),
        "huge" => huge(directive.numbers([8192])),
        "keepalive" => hello().quirk(Quirk::Keepalive),
        "vendor-events" => hello().quirk(Quirk::VendorEvents),
        "unknown-events" => Script::of(vec![Output::Unknown, Output::text(HELLO)]).quirk(Quirk::UnknownEvent),
        "bad-json" => hello().quirk(Quirk::BadJson),
        "crlf" => hello().quirk(Quirk::Crlf),
        "data-only" => hello().quirk(Quirk::DataOnly),
        "output" => hello().ending(Ending::CompletedWithOutput),
        "no-usage" => hello().ending(Ending::CompletedWithoutUsage),
        "unicode" => Script {
            cut: Cut::Bytes(4),
            ..Script::text("a é € 𝄞 \u{1F469}\u{200D}\u{1F680} \u{0} \" \\ \n \u{2028} end")
        },
        unknown => Script::text(format!("{HELLO} It does not know the directive demo:{unknown}.\n{}", help())),
    })
}

fn help() -> String {
    let lines: Vec<String> =
        LIST.iter().map(|(name, argument, meaning)| format!("demo:{name} {argument}: {meaning}")).collect();
    lines.join("\n")
}

fn commentary() -> Script {
    let message = |text: &str, phase| Output::Text { text: text.to_owned(), phase: Some(phase), cites: false };
    Script::of(vec![message("A remark on the way.", "commentary"), message(HELLO, "final_answer")])
}

fn reasoning(summary: Vec<String>, raw: Option<String>) -> Script {
    Script::of(vec![Output::Reasoning { summary, raw }, Output::text(HELLO)])
}

/// Calls of functions on offer: the one named, or the first `count`, the last repeated when there are fewer.
fn calls(body: &Value, name: &str, count: usize) -> Script {
    let offered: Vec<_> = read::offered_tools(body)
        .into_iter()
        .filter(|tool| tool.kind == read::OfferedKind::Function && (name.is_empty() || tool.name == name))
        .collect();
    let Some(last) = offered.last() else { return missing("a function") };
    let calls = (0..count).map(|at| Output::call(*offered.get(at).unwrap_or(last)));
    Script::of(calls.collect())
}

fn custom_call(body: &Value) -> Script {
    let offered = read::offered_tools(body);
    let custom = offered.into_iter().find(|tool| tool.kind == read::OfferedKind::Custom);
    custom.map_or_else(|| missing("a custom tool"), |tool| Script::of(vec![Output::call(tool)]))
}

fn web_search(body: &Value) -> Script {
    if !read::offers_hosted(body, "web_search") {
        return missing("`web_search`");
    }
    let query = "airelays demo upstream".to_owned();
    Script::of(vec![Output::WebSearch { query }, Output::Text { text: HELLO.to_owned(), phase: None, cites: true }])
}

fn image(body: &Value) -> Script {
    if !read::offers_hosted(body, "image_generation") {
        return missing("`image_generation`");
    }
    Script::of(vec![Output::Image { prompt: "one transparent pixel".to_owned() }])
}

fn missing(what: &str) -> Script {
    Script::text(format!("{HELLO} The directive needs {what} on offer, and the request offers none."))
}

fn slow([pause_ms, words]: [u64; 2]) -> Script {
    let text: Vec<String> = (1..=words).map(|word| word.to_string()).collect();
    Script { pace: Some(Duration::from_millis(pause_ms)), cut: Cut::Words(1), ..Script::text(text.join(" ")) }
}

fn huge([kib]: [u64; 1]) -> Script {
    let line = "The quick brown fox jumps over the lazy dog; the demo upstream ";
    let lines = usize::try_from(kib).unwrap_or(1) * 1024 / (line.len() + 1);
    let text = format!("{line}\n").repeat(lines.max(1));
    Script { cut: Cut::Bytes(1024), ..Script::text(text) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_directive_is_a_word_of_its_own() {
        let found = |text| Directive::find(text).map(|directive| (directive.name, directive.argument));
        assert_eq!(found("please demo:text  two words \nnot this"), Some(("text", "two words")));
        assert_eq!(found("(demo:429)"), Some(("429", ")")));
        assert_eq!(found("my-demo:text x, the `demo:text` one, demo: none"), None);
        assert_eq!(found("nothing"), None);
    }

    #[test]
    fn every_listed_directive_is_known() {
        for (name, _, _) in LIST {
            let directive = Directive { name, argument: "" };
            if let Ok(Script { outputs, .. }) = script(directive, &json!({})) {
                assert!(!format!("{outputs:?}").contains("does not know"), "{name}");
            }
        }
    }

    #[test]
    fn parallel_calls_repeat_the_only_function() {
        let body = json!({"tools": [{"type": "function", "name": "a"}]});
        let Script { outputs, .. } = calls(&body, "", 2);
        assert_eq!((outputs.len(), &outputs[0]), (2, &outputs[1]));
    }
}
