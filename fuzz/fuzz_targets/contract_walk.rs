//! Any body of any generation route: refused with a reason, or translated into something the backend's schema takes.
#![no_main]

use airelays::contract::models::{
    ChatCompletionsCreateRequest, CompletionsCreateRequest, InputItem, ResponsesCreateRequest,
};
use airelays::contract::table::{OperationRow, RequestBody};
use airelays::contract::{Profile, Reading, chatgpt_wire_violations, decode, tables};
use airelays::translate::chat_completions::{ChatRequestOptions, chat_to_hub};
use airelays::translate::chatgpt::hub_to_chatgpt;
use airelays::translate::completions::completions_to_hub;
use airelays::translate::hub::{HubRequest, ItemMemory};
use airelays::translate::responses::responses_to_hub;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const OPTIONS: ChatRequestOptions = ChatRequestOptions { reasoning_summaries: true };

fuzz_target!(|body: &[u8]| {
    for profile in [Profile::Strict, Profile::Lenient] {
        for no_tools in [false, true] {
            let reading = |operation| Reading { operation, profile, no_tools, explain: no_tools };
            let chat = decoded::<ChatCompletionsCreateRequest>(body, reading);
            let hubs = [
                chat.and_then(|request| chat_to_hub(request, OPTIONS).ok()),
                decoded::<CompletionsCreateRequest>(body, reading).and_then(|request| completions_to_hub(request).ok()),
                decoded::<ResponsesCreateRequest>(body, reading).map(responses_to_hub),
            ];
            for mut hub in hubs.into_iter().flatten() {
                if hub.recall(&Nothing, &mut Vec::new()).is_err() {
                    continue;
                }
                sendable(hub.clone(), false);
                sendable(hub, true);
            }
        }
    }
});

/// Remembers no items.
struct Nothing;

impl ItemMemory for Nothing {
    fn recall(&self, _: &str) -> Option<InputItem> {
        None
    }

    fn recall_reasoning(&self, _: &str) -> Option<InputItem> {
        None
    }
}

fn decoded<T: RequestBody>(body: &[u8], reading: impl Fn(&'static OperationRow) -> Reading) -> Option<T> {
    let operation = tables::BOUNDARIES[0].operation(T::OPERATION)?;
    match decode(body, reading(operation)) {
        Ok(decoded) => Some(decoded.request),
        Err(refusal) => {
            assert!(!refusal.problems.is_empty(), "refused without a reason");
            None
        }
    }
}

fn sendable(hub: HubRequest, lite: bool) {
    let Ok(prepared) = hub_to_chatgpt(hub, lite) else { return };
    let body: Value = serde_json::from_slice(&prepared.body).expect("what is sent is JSON");
    let violations: Vec<String> = chatgpt_wire_violations(&body)
        .map(|error| (error.schema_path().to_string(), format!("{}: {error}", error.instance_path())))
        .filter(|(keyword, said)| !is_open(keyword, said))
        .map(|(_, said)| said)
        .collect();
    assert!(violations.is_empty(), "{violations:?}\n{body:#}");
}

/// Whether the contract leaves it to the backend: a value of an enum that may grow, what is passed on unread (the form of a custom tool's input, the
/// tools in a namespace), and a result that names its function instead of a call.
fn is_open(keyword: &str, said: &str) -> bool {
    let is_unread = |place: &str| said.strip_prefix("/tools/").is_some_and(|rest| rest.contains(place));
    keyword.ends_with("/enum")
        || is_unread("/format")
        || is_unread("/tools/")
        || said.ends_with("\"call_id\" is a required property")
}
