//! Any bytes of a backend as an answer in both modes: well formed, with one end, and agreed on it.
#![no_main]

use airelays::translate::completions::{CompletionAnswer, CompletionSettings, CompletionStream};
use airelays_fuzz::{GoodEnd, ID, MODEL, check, hub_events};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let settings =
        CompletionSettings { id: ID.to_owned(), created_at: 1, model: MODEL.to_owned(), include_usage: true };
    check(hub_events(data), CompletionStream::new(settings.clone()), CompletionAnswer::new(settings), GoodEnd::Done);
});
