//! Frames do not depend on how the bytes are cut, and none is larger than allowed.
#![no_main]

use airelays::sse::{Frame, FrameError, Framer};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

const MAX_EVENT_BYTES: usize = 512;

fuzz_target!(|data: &[u8]| {
    let Some((&chunk_bytes, body)) = data.split_last() else { return };
    let (whole, whole_end) = frames(body, body.len().max(1));
    let (cut, cut_end) = frames(body, usize::from(chunk_bytes).max(1));
    assert_eq!(whole, cut);
    assert_eq!(whole_end, cut_end);
    assert!(whole.iter().all(|frame| frame.data.len() <= MAX_EVENT_BYTES));
});

fn frames(body: &[u8], chunk_bytes: usize) -> (Vec<Frame>, Result<bool, FrameError>) {
    let (mut framer, mut frames) = (Framer::new(MAX_EVENT_BYTES), Vec::new());
    for chunk in body.chunks(chunk_bytes) {
        if let Err(error) = framer.push(&Bytes::copy_from_slice(chunk), &mut frames) {
            return (frames, Err(error));
        }
    }
    (frames, Ok(framer.finish()))
}
