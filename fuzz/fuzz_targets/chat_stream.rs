//! Any bytes of a backend as an answer in both modes: well formed, with one end, and agreed on it.
#![no_main]

use airelays::translate::chat_completions::{ChatAnswer, ChatSettings, ChatStream, ReasoningStyle};
use airelays_fuzz::{GoodEnd, ID, MODEL, check, hub_events};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let settings = ChatSettings {
        id: ID.to_owned(),
        created_at: 1,
        model: MODEL.to_owned(),
        include_usage: true,
        reasoning: ReasoningStyle::ReasoningContent,
        legacy_functions: data.len() % 2 == 1,
    };
    check(hub_events(data), ChatStream::new(settings.clone()), ChatAnswer::new(settings), GoodEnd::Done);
});
