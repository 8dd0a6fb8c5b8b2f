//! Any bytes of a backend as an answer in both modes: well formed, with one end, and agreed on it.
#![no_main]

use airelays::translate::responses::{ResponseEcho, ResponsesAnswer, ResponsesSettings, ResponsesStream};
use airelays_fuzz::{GoodEnd, ID, MODEL, check, hub_events};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let echo = ResponseEcho::new(MODEL);
    let settings =
        ResponsesSettings { id: ID.to_owned(), created_at: 1, include_obfuscation: true, echo, ignored: Vec::new() };
    check(hub_events(data), ResponsesStream::new(settings.clone()), ResponsesAnswer::new(settings), GoodEnd::Terminal);
});
